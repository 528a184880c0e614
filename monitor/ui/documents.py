"""档案材料 documents and photos of a dossier on the screen."""

from urllib.parse import parse_qsl

from monitor.messages import sentence


def told(check: str) -> str:
    """核对说明 sentence of a stored finding, e.g. ``photo.far_from_site?distance_m=1523&limit_m=500``."""
    code, _, params = check.partition("?")
    return sentence(code, **dict(parse_qsl(params)))
