"""地理错误 errors of the geospatial library: a code and parameters, never a sentence.

GeoError
 ├─ BoundaryError     a boundary layer that cannot be used
 ├─ LocationError     an address or a coordinate that cannot be read
 ├─ FootprintError    a site outline that cannot be used
 └─ SceneError        an image that cannot be used
"""

from typing import Any


class GeoError(ValueError):
    """地理库错误 base of all errors raised by geo.

    Parameters
    ----------
    code : str
        Stable key of the condition, e.g. ``"boundary.no_adcode"``; the sentence for it stands in monitor.messages.
    **params
        What the sentence needs: file, row, value ...
    """

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params

    def __reduce__(self) -> tuple[Any, ...]:
        """跨进程传递 made anew from its code and parameters: errors come back from other processes."""
        return _made_again, (type(self), self.code, self.params)


def _made_again(kind: type[GeoError], code: str, params: dict[str, object]) -> GeoError:
    return kind(code, **params)


class BoundaryError(GeoError):
    """行政区划边界不可用 a boundary layer that cannot be used."""


class LocationError(GeoError):
    """位置无法识别 an address or a coordinate that cannot be read."""


class FootprintError(GeoError):
    """项目红线不可用 a site outline that cannot be used."""


class SceneError(GeoError):
    """影像不可用 an image that cannot be used."""
