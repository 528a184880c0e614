"""核查署名 whose name stands under what is decided: the one place that says so.

Whoever has signed in is known by his account, and nothing is asked. On a server without sign-in (``web.access``) the
account is the server's, so whoever decides states his name; it is kept beside the account, and wherever a reader would
take it for proof it is marked as stated (``formats.signature``).
"""

from monitor.errors import BadInput
from monitor.model import Viewer

LONGEST = 20
"""最长 characters of a stated name."""

BETWEEN = " .-'()\u00b7\u2022\uff08\uff09"
"""间隔 what may stand between the letters of a name, and around the office of its bearer: nothing that a page reads."""


def states_name(viewer: Viewer) -> bool:
    """是否自报姓名 whether the viewer has to state who he is."""
    return not viewer.signed_in


def signer(viewer: Viewer, stated: str) -> str:
    """署名 name of the person who signs: the account's own, else what he states, trimmed.

    Raises
    ------
    BadInput
        ``signing.name_missing`` where no name is stated, or the account's own; ``signing.name_unreadable``,
        ``signing.name_too_long``.
    """
    if not states_name(viewer):
        return viewer.name
    name = " ".join("".join(one for one in stated if one.isprintable() or one.isspace()).split())
    if not any(one.isalpha() for one in name) or name == viewer.name:
        raise BadInput("signing.name_missing")
    if not all(one.isalnum() or one in BETWEEN for one in name):
        raise BadInput("signing.name_unreadable")
    if len(name) > LONGEST:
        raise BadInput("signing.name_too_long", limit=LONGEST)
    return name
