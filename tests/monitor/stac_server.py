"""A STAC API on this machine: landing page, item search with pages, and the images themselves over HTTP."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
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


@contextmanager
def stac_server(folder: Path, items: list[dict[str, Any]], page: int = 1) -> Iterator[tuple[str, list[str]]]:
    """Serve items in pages and the files of a folder; gives the address and the paths that were asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            parts = urlsplit(self.path)
            if parts.path in ("/stac", "/stac/"):
                self._told(landing())
            elif parts.path == "/stac/search":
                self._told(found({key: one[0] for key, one in parse_qs(parts.query).items()}))
            elif (file := folder / Path(parts.path).name).is_file():
                self._answer(file.read_bytes(), "image/tiff")
            else:
                self.send_error(404)

        def _told(self, document: dict[str, Any]) -> None:
            self._answer(json.dumps(document).encode(), "application/json")

        def _answer(self, body: bytes, kind: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - as the base class calls it
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    address = f"http://127.0.0.1:{server.server_port}/stac"

    def landing() -> dict[str, Any]:
        links = [{"rel": "self", "href": address}, {"rel": "root", "href": address}]
        links.append({"rel": "search", "href": f"{address}/search", "type": "application/geo+json", "method": "GET"})
        said = {"type": "Catalog", "stac_version": "1.1.0", "id": "api", "description": "scenes"}
        return said | {"conformsTo": CONFORMS, "links": links}

    def found(query: dict[str, str]) -> dict[str, Any]:
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
        shown = [
            one | {"links": [{"rel": "self", "href": f"{address}/{one['id']}"}]} for one in met[start : start + page]
        ]
        return {"type": "FeatureCollection", "features": shown, "links": links}

    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield address, asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
