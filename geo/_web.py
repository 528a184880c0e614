"""网上的文件 files over HTTP: what a server says of one, the whole of it, and how GDAL is to read parts of it.

Nothing of an address but scheme, host and path is ever kept or shown: the rest may be a password or a signature.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import requests

from geo.errors import SceneError

TIMEOUT_S, RETRIES = 30, 2
PIECE_BYTES = 1 << 20
REFUSED = (401, 403)
"""HTTP status of a server that does not know us, or does not let us (RFC 9110)."""


@dataclass(frozen=True)
class Access:
    """访问口令 a token, and the hosts that are given it; others must not see it.

    Attributes
    ----------
    token : str
        Sent as ``Authorization: Bearer``; nothing is sent where it is empty.
    hosts : frozenset of str
        Host and port, as in an address.
    """

    token: str = field(default="", repr=False)
    hosts: frozenset[str] = frozenset()

    def headers(self, address: str) -> dict[str, str]:
        """请求头 what is sent along with a request to an address."""
        trusted = self.token and host_of(address) in self.hosts
        return {"Authorization": f"Bearer {self.token}"} if trusted else {}


NO_TOKEN = Access()


@dataclass(frozen=True)
class Offer:
    """网上文件概况 what a server says of a file: its size in bytes, its mark of version, and whether it gives parts.

    ``head`` says whether it answers HEAD: for links that are signed for GET alone it does not.
    """

    size: int | None
    etag: str
    in_parts: bool
    head: bool = False


def host_of(address: str) -> str:
    """主机 host and port of an address, without user and password."""
    return urlsplit(address).netloc.rpartition("@")[2].lower()


def bare(address: str) -> str:
    """去签名网址 an address without user, password, query and fragment."""
    parts = urlsplit(address)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def offered(address: str, name: str, access: Access) -> Offer:
    """询问文件 ask for the first byte of a file, which also tells whether the server gives parts.

    Raises
    ------
    SceneError
        ``scene.not_allowed`` where the server wants a password or a link that is still good; ``scene.not_fetched``.
    """
    # asked for as it is: of what a server packs on the way no part can be had
    headers = {"Range": "bytes=0-0", "Accept-Encoding": "identity"} | access.headers(address)
    try:
        with requests.get(address, stream=True, timeout=TIMEOUT_S, headers=headers) as answer:
            answer.raise_for_status()
            whole = answer.headers.get("Content-Range", "").rpartition("/")[2]
            size = whole if answer.status_code == requests.codes.partial else answer.headers.get("Content-Length", "")
            in_parts = answer.status_code == requests.codes.partial and whole.isdigit()
            etag = answer.headers.get("ETag", "")
    except requests.RequestException as error:
        raise refusal(error, address, name) from error
    return Offer(int(size) if size.isdigit() else None, etag, in_parts, in_parts and _answers_head(address, headers))


def _answers_head(address: str, headers: Mapping[str, str]) -> bool:
    try:
        return requests.head(address, timeout=TIMEOUT_S, headers=headers, allow_redirects=True).ok
    except requests.RequestException:
        return False


def download(address: str, path: Path, access: Access) -> Path:
    """下载 the whole of a file.

    Raises
    ------
    SceneError
        As ``offered``; ``scene.not_fetched`` also where it breaks off.
    """
    try:
        with (
            requests.get(address, stream=True, timeout=TIMEOUT_S, headers=access.headers(address)) as answer,
            path.open("wb") as file,
        ):
            answer.raise_for_status()
            for piece in answer.iter_content(PIECE_BYTES):
                file.write(piece)
    except requests.RequestException as error:
        raise refusal(error, address, path.name) from error
    return path


def refusal(error: requests.RequestException, address: str, name: str) -> SceneError:
    """取不到的原因 why a file was not given, without what is secret in its address."""
    status = error.response.status_code if error.response is not None else None
    if status in REFUSED:
        return SceneError("scene.not_allowed", address=bare(address), status=status)
    return SceneError("scene.not_fetched", file=name, address=bare(address))


def gdal_options(address: str, access: Access, offer: Offer) -> dict[str, str]:
    """GDAL 网络选项 configuration under which GDAL reads parts of a file on the web (``vsi_path``)."""
    headers = "\n".join(f"{name}: {value}" for name, value in access.headers(address).items())
    options = {
        "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",
        "CPL_VSIL_CURL_USE_HEAD": "YES" if offer.head else "NO",
        "GDAL_HTTP_MERGE_CONSECUTIVE_RANGES": "YES",
        "GDAL_HTTP_MAX_RETRY": str(RETRIES),
        "GDAL_HTTP_CONNECTTIMEOUT": str(TIMEOUT_S),
        "GDAL_HTTP_LOW_SPEED_TIME": str(TIMEOUT_S),
        "GDAL_HTTP_LOW_SPEED_LIMIT": "1",
    }
    return options | ({"GDAL_HTTP_HEADERS": headers} if headers else {})


def vsi_path(address: str) -> str:
    """GDAL 网络路径 by which GDAL reads parts of a file on the web."""
    return f"/vsicurl/{address}"
