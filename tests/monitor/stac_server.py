"""A STAC API on this machine: landing page, item search with pages, and the images themselves, whole or in parts."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

CONFORMS = ["https://api.stacspec.org/v1.0.0/core", "https://api.stacspec.org/v1.0.0/item-search"]
BANDS = [{"name": name, "eo:common_name": name} for name in ("blue", "green", "red", "nir")]


def item(path: Path, day: str, bounds: tuple[float, float, float, float], collection: str = "gaofen") -> dict[str, Any]:
    """A scene as a catalogue tells of it; the file is named relative to the item."""
    west, south, east, north = bounds
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    asset = {"href": f"assets/{path.name}", "type": "image/tiff; application=geotiff", "bands": BANDS}
    thumbnail = {"href": "assets/thumbnail.png", "type": "image/png", "roles": ["thumbnail"]}
    return {
        "type": "Feature",
        "stac_version": "1.1.0",
        "id": path.stem,
        "collection": collection,
        "geometry": {"type": "Polygon", "coordinates": [ring]},
        "bbox": list(bounds),
        "properties": {"datetime": f"{day}T03:00:00Z"},
        "assets": {"data": asset, "thumbnail": thumbnail},
        "links": [],
    }


class Asked(list[str]):
    """The paths that were asked for, and how many bytes of files were given."""

    sent = 0


Allowed = Callable[[str, str, str], int]


def anyone(_path: str, _token: str, _verb: str) -> int:
    """Status for a request by its path, its token and its verb: everything is given."""
    return 200


def landing(address: str) -> dict[str, Any]:
    links = [{"rel": "self", "href": address}, {"rel": "root", "href": address}]
    links.append({"rel": "search", "href": f"{address}/search", "type": "application/geo+json", "method": "GET"})
    said = {"type": "Catalog", "stac_version": "1.1.0", "id": "api", "description": "scenes"}
    return said | {"conformsTo": CONFORMS, "links": links}


def found(address: str, items: list[dict[str, Any]], page: int, query: dict[str, str]) -> dict[str, Any]:
    west, south, east, north = map(float, query["bbox"].split(","))
    wanted = query.get("collections", "").split(",")
    since = query.get("datetime", "").partition("T")[0]
    met = [
        one
        for one in items
        if one["bbox"][0] <= east and one["bbox"][2] >= west and one["bbox"][1] <= north and one["bbox"][3] >= south
        and (wanted == [""] or one["collection"] in wanted)
        and one["properties"]["datetime"] >= since
    ]  # fmt: skip
    start = int(query.get("token", 0))
    links = []
    if start + page < len(met):
        following = urlencode(query | {"token": start + page})
        links.append({"rel": "next", "href": f"{address}/search?{following}", "method": "GET"})
    shown = [one | {"links": [{"rel": "self", "href": f"{address}/{one['id']}"}]} for one in met[start : start + page]]
    return {"type": "FeatureCollection", "features": shown, "links": links}


class Server(ThreadingHTTPServer):
    """What is served, to whom, and what was asked for."""

    def __init__(self, folder: Path, items: list[dict[str, Any]], page: int, ranges: bool, allowed: Allowed) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.folder, self.items, self.page, self.ranges, self.allowed = folder, items, page, ranges, allowed
        self.address = f"http://127.0.0.1:{self.server_port}/stac"
        self.asked = Asked()


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        served = self.server
        served.asked.append(self.path)
        parts = urlsplit(self.path)
        status = self._status()
        if status != 200:
            self.send_error(status)
        elif parts.path in ("/stac", "/stac/"):
            self._told(landing(served.address))
        elif parts.path == "/stac/search":
            query = {key: one[0] for key, one in parse_qs(parts.query).items()}
            self._told(found(served.address, served.items, served.page, query))
        elif (file := served.folder / Path(parts.path).name).is_file():
            self._file(file.read_bytes())
        else:
            self.send_error(404)

    def do_HEAD(self) -> None:
        file = self.server.folder / Path(urlsplit(self.path).path).name
        if self._status() != 200 or not file.is_file():
            self.send_error(403)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(file.stat().st_size))
        self.send_header("Accept-Ranges", "bytes")
        self.end_headers()

    def _status(self) -> int:
        return self.server.allowed(self.path, self.headers.get("Authorization", ""), self.command)

    def _file(self, body: bytes) -> None:
        asked = self.headers.get("Range", "")
        part = re.fullmatch(r"bytes=(\d+)-(\d*)", asked) if self.server.ranges else None
        if part is None:
            self._answer(body, "image/tiff")
            return
        first, last = int(part[1]), min(int(part[2] or len(body)), len(body) - 1)
        self.send_response(206)
        self.send_header("Content-Range", f"bytes {first}-{last}/{len(body)}")
        self.send_header("ETag", '"v1"')
        self._body(body[first : last + 1], "image/tiff")

    def _told(self, document: dict[str, Any]) -> None:
        self._answer(json.dumps(document).encode(), "application/json")

    def _answer(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self._body(body, kind)

    def _body(self, body: bytes, kind: str) -> None:
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with suppress(ConnectionError):  # who has seen enough hangs up
            self.wfile.write(body)
            self.server.asked.sent += len(body) if kind == "image/tiff" else 0

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - as the base class calls it
        pass


@contextmanager
def stac_server(
    folder: Path,
    items: list[dict[str, Any]],
    page: int = 1,
    *,
    ranges: bool = False,
    allowed: Allowed = anyone,
) -> Iterator[tuple[str, Asked]]:
    """Serve items in pages and the files of a folder; gives the address and what was asked for."""
    server = Server(folder, items, page, ranges, allowed)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.address, server.asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
