"""提示语 the one table of Chinese sentences for error codes: where, what, and what to do."""

from collections.abc import Mapping

from geo.errors import GeoError
from monitor.errors import Refusal

SENTENCES: Mapping[str, str] = {
    "store.unreachable": "连接不上数据库“{url}”,请检查 DATABASE_URL 和数据库服务后重试。",
    "store.not_initialised": "数据库尚未初始化,请先运行 palmmap init。",
}
"""code -> sentence with named places for its parameters."""


def sentence(code: str, **params: object) -> str:
    """错误提示语 sentence of a code, with its parameters filled in.

    Raises
    ------
    KeyError
        If the code has no sentence: a fault of the program (tests/test_house.py looks for it).
    """
    return SENTENCES[code].format(**params)


def explain(refusal: Refusal | GeoError) -> str:
    """说明原因 sentence that explains a refusal to the person at the screen or the terminal."""
    return sentence(refusal.code, **refusal.params)
