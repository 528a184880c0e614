"""网上的文件 files over HTTP: what a server says of one, the whole of it, and how GDAL is to read parts of it.

Nothing of an address but scheme, host and path is ever kept or shown: the rest may be a password or a signature.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit, urlunsplit

import requests

from geo.errors import SceneError

TIMEOUT_S, RETRIES = 30, 2
PIECE_BYTES = 1 << 20
REFUSED = (401, 403)
"""HTTP status of a server that does not know us, or does not let us (RFC 9110)."""


SIGNERS = {"planetarycomputer.microsoft.com": "https://planetarycomputer.microsoft.com/api/sas/v1/sign"}
"""host of a catalogue whose files open only to signed links -> where it signs them, for everybody and without account
(Planetary Computer, SAS API: ``sign?href=``)."""
KEY_LETTERS = str.maketrans({letter: f"%{ord(letter):02X}" for letter in "%#?+"})
SIGNED_HOSTS = ".blob.core.windows.net"


class Bar(Protocol):
    """进度 how many bytes have come; ``tqdm`` is one."""

    def update(self, n: int) -> object:
        """又收到 n more bytes have come."""


Meter = Callable[[str, int | None], AbstractContextManager[Bar]]
"""Shows how far the fetching of a file is, by its name and its size in bytes if that is known."""


class _Silent:
    def update(self, n: int) -> None:
        pass


def unmetered(_name: str, _size: int | None) -> AbstractContextManager[Bar]:
    """不显示进度 a meter that shows nothing."""
    return nullcontext(_Silent())


@dataclass(frozen=True)
class Access:
    """网上取数方式 how files on the web are reached: a token for named hosts, and what stands between.

    Attributes
    ----------
    token : str
        Sent as ``Authorization: Bearer``; nothing is sent where it is empty.
    hosts : frozenset of str
        Host and port, as in an address; others must not see the token.
    s3_endpoint : str
        Address under which ``s3://bucket/key`` is given over HTTP as ``<address>/bucket/key``; empty = it is not.
    signer : str
        Address that gives signed links for unsigned ones; empty = links are taken as they are.
    meter : Meter
        Shows how far a file that comes whole is.
    """

    token: str = field(default="", repr=False)
    hosts: frozenset[str] = frozenset()
    s3_endpoint: str = ""
    signer: str = ""
    meter: Meter = unmetered

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


def signer_of(catalogue: str) -> str:
    """签名服务 where links of a catalogue are signed, by the address of the catalogue; empty if they need not be."""
    return SIGNERS.get(host_of(catalogue), "")


def reachable(address: str, name: str, access: Access) -> str:
    """可下载网址 the HTTP address of a file: of one in a store (``s3://``), and signed where its catalogue signs.

    Raises
    ------
    SceneError
        ``scene.no_endpoint`` where there is none; ``scene.not_fetched`` where nothing signs.
    """
    parts = urlsplit(address)
    if parts.scheme == "s3" and access.s3_endpoint:
        # a key is no part of an address: what would end it there, or mean something else, is one of its letters
        return f"{access.s3_endpoint.rstrip('/')}/{address.removeprefix('s3://').translate(KEY_LETTERS)}"
    if parts.scheme not in ("http", "https"):
        raise SceneError("scene.no_endpoint", file=name, address=bare(address))
    if access.signer and not parts.query and host_of(address).endswith(SIGNED_HOSTS):
        return _signed(address, name, access)
    return address


def _signed(address: str, name: str, access: Access) -> str:
    try:
        answer = requests.get(access.signer, params={"href": address}, timeout=TIMEOUT_S)
        answer.raise_for_status()
        return str(answer.json()["href"])
    except requests.RequestException as error:
        raise refusal(error, access.signer, name) from error
    except KeyError as error:
        raise SceneError("scene.not_fetched", file=name, address=access.signer) from error


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
        As ``offered``; ``scene.not_fetched`` also where it breaks off; ``scene.not_kept`` where the disk is full.
    """
    try:
        with (
            requests.get(address, stream=True, timeout=TIMEOUT_S, headers=access.headers(address)) as answer,
            path.open("wb") as file,
        ):
            answer.raise_for_status()
            size = answer.headers.get("Content-Length", "")
            with access.meter(path.name, int(size) if size.isdigit() else None) as bar:
                for piece in answer.iter_content(PIECE_BYTES):
                    bar.update(file.write(piece))
    except requests.RequestException as error:
        raise refusal(error, address, path.name) from error
    except OSError as error:
        raise SceneError("scene.not_kept", file=path.name) from error
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
    return f"/vsicurl/{requests.utils.requote_uri(address)}"
