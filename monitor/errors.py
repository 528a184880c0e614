"""业务拒绝 refusals of the application: a code and parameters, never a sentence.

Refusal
 ├─ NotFound        what was asked for is not there, or not in the viewer's district
 ├─ Forbidden       the viewer's role does not allow it
 └─ BadInput        a file, a row or a value that cannot be taken
"""


class Refusal(Exception):
    """拒绝办理 base of every refusal; the Chinese sentence for ``code`` stands in monitor.messages.

    Parameters
    ----------
    code : str
        Stable key of the condition, e.g. ``"import.no_header"``.
    **params
        What the sentence needs: file, row, column, value ...
    """

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params


class NotFound(Refusal):
    """查无此项 what was asked for is not there, or not in the viewer's district."""


class Forbidden(Refusal):
    """无权办理 the viewer's role does not allow it."""


class BadInput(Refusal):
    """输入有误 a file, a row or a value that cannot be taken."""
