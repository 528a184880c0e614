"""查看人身份 who asks: the viewer of a request to one of our own routes.

Sign-in is not built yet: whoever reaches the server is its one local viewer, and sees what app.py lets him see. The
routes ask here and nowhere else, so that sign-in has one place to arrive at.
"""

from starlette.requests import HTTPConnection

from monitor.model import Viewer
from monitor.terms import Role

LOCAL = Viewer("本机用户", Role.OPERATOR, signed_in=False)
"""本机用户 the viewer of a server without sign-in, who may do everything; app.py enters with the same.

Nobody knows which person he is, so that who decides states his name (``services.signing``).
"""


def viewer_of(_connection: HTTPConnection) -> Viewer:
    """请求的查看人 viewer of a request."""
    return LOCAL
