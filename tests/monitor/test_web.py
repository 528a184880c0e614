"""The one process: data by URL for the viewer who asks, assets, health, and what it says when it cannot start."""

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import streamlit
from sqlalchemy import Engine, insert
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from monitor import store
from monitor.errors import Refusal
from monitor.model import NATION, Viewer
from monitor.services import audit
from monitor.settings import ROOT
from monitor.tables import Project, ProjectLocation
from monitor.web import assets, data, packing, palm_map, server, shell
from monitor.web.access import LOCAL

DAY = date(2024, 10, 31)
WHEN = store.end_of_day(date(2024, 1, 1))
PLACES = {
    1: ("140403", 113.1, 36.2),
    2: ("140404", 113.0, 36.0),
    3: ("520329", 107.9, 27.2),
    4: ("140400-direct", None, None),
}


def unpacked(body: bytes) -> dict:
    """What the browser makes of a packed answer (static/map/data.js)."""
    size = int.from_bytes(body[:4], "little")
    first = -(-(4 + size) // 8) * 8

    def array(value: dict) -> object:
        if set(value) != {"$"}:
            return value
        kind, place, length = value["$"]
        return np.frombuffer(body, f"<{kind}", length, first + place).tolist()

    return json.loads(body[4 : 4 + size], object_hook=array)


@pytest.fixture
def projects(engine: Engine) -> Engine:
    """Two projects in 长治, one of its 市直 bucket without a place, one in 余庆."""
    common = {"stage": "implementation", "is_sample": False, "extra": {}, "created_at": WHEN, "updated_at": WHEN}
    with store.transaction(engine) as session:
        session.execute(
            insert(Project),
            [{"id": i, "name": f"项目{i}", "unit_code": unit, **common} for i, (unit, *_) in PLACES.items()],
        )
        session.execute(
            insert(ProjectLocation),
            [
                {
                    "project_id": i, "revision": 1, "lon": lon, "lat": lat, "adcodes": [], "method": "stated",
                    "confidence": "exact" if lon else "none", "notes": [] if lon else ["跨区域项目"], "stated": {},
                    "recorded_at": WHEN,
                }
                for i, (_, lon, lat) in PLACES.items()
            ],
        )  # fmt: skip
        audit.record(session, "test", "project.imported", None, {})
    return engine


@pytest.fixture
def asked_by() -> dict[str, Viewer]:
    """Who asks; a test may change it between two requests."""
    return {"viewer": Viewer("领导")}


@pytest.fixture
def client(projects: Engine, asked_by: dict[str, Viewer]) -> Iterator[TestClient]:
    routes = [*assets.routes(), *data.routes(lambda _request: asked_by["viewer"])]
    with TestClient(Starlette(routes=routes)) as client:
        yield client


def test_sites_travel_as_columns(client: TestClient):
    found = unpacked(client.get(data.address("sites", Viewer("领导"), DAY)).content)
    assert found["viewer"] == {"name": "领导", "unit": NATION}
    assert found["columns"]["id"] == [1, 2, 3, 4]
    assert found["columns"]["placed"] == [1, 1, 1, 0]
    assert found["unplaced"] == {"4": "跨区域项目"}
    units = found["units"]
    assert units["code"][found["columns"]["unit"][0]] == "140403"
    assert units["name"][units["parent"][units["code"].index("140403")]] == "长治市"
    x, y = (found["columns"][axis][0] for axis in "xy")
    assert (round(x / 111_319.49, 3), round(y / 1e6, 2)) == (113.1, 4.33)


def test_a_district_gets_its_own_and_nothing_else(client: TestClient, asked_by: dict[str, Viewer]):
    everything = data.address("sites", asked_by["viewer"], DAY)
    asked_by["viewer"] = Viewer("余庆县", unit_code="520329")
    own = data.address("sites", asked_by["viewer"], DAY)
    assert own != everything
    assert unpacked(client.get(own).content)["columns"]["id"] == [3]
    stale = client.get(everything)  # the address of somebody who may see more
    assert unpacked(stale.content)["columns"]["id"] == [3]
    assert stale.headers["cache-control"] == "no-store"
    assert unpacked(client.get(data.address("names", asked_by["viewer"], DAY)).content)["name"] == ["项目3"]
    districts = unpacked(client.get(data.address("districts", asked_by["viewer"])).content)
    assert districts["code"] == ["520329"]
    assert districts["lines"] == []
    assert client.get(data.site_address(DAY).replace("ID", "1")).status_code == 404


def test_a_unit_without_a_polygon_is_shown_where_it_lies(client: TestClient, asked_by: dict[str, Viewer]):
    asked_by["viewer"] = Viewer("市直", unit_code="140400-direct")
    found = unpacked(client.get(data.address("districts", asked_by["viewer"])).content)
    assert found["name"][0] == "长治市"
    assert len(found["leaves"]) == 12
    sites = unpacked(client.get(data.address("sites", asked_by["viewer"], DAY)).content)
    assert sites["columns"]["id"] == [4]


def test_a_card_says_why(client: TestClient):
    card = client.get(data.site_address(DAY).replace("ID", "1"))
    assert card.headers["cache-control"] == "no-store"
    found = card.json()
    assert found["district"] == "山西省长治市潞州区"
    assert found["reasons"]
    assert all(reason["text"] for reason in found["reasons"])
    assert any(reason["document"] and reason["clause"] for reason in found["reasons"])


def test_the_browser_keeps_what_does_not_change(client: TestClient, projects: Engine):
    address = data.address("sites", Viewer("领导"), DAY)
    first = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert first.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert first.headers["content-encoding"] == "gzip"
    assert client.get(address, headers={"If-None-Match": first.headers["etag"]}).status_code == 304
    with store.transaction(projects) as session:
        session.get(Project, 1).name = "改名"
        audit.record(session, "test", "project.updated", 1, {"changes": {}, "known_at": WHEN.isoformat()})
    assert data.address("sites", Viewer("领导"), DAY) != address
    assert client.get(address).headers["cache-control"] == "no-store"


def test_a_packed_document_comes_out_as_it_went_in():
    columns = {
        "none": np.array([], int),
        "small": np.array([-1, 3]),
        "wide": np.array([70_000]),
        "money": np.array([0.5]),
    }
    document = {"名称": ["甲"], "columns": columns}
    found = unpacked(packing.pack(document))
    assert found == {"名称": ["甲"], "columns": {name: column.tolist() for name, column in columns.items()}}
    assert packing.narrowed(columns["small"]).dtype == np.int8
    assert np.isnan(unpacked(packing.pack({"x": np.array([np.nan])}))["x"][0])
    with pytest.raises(TypeError, match="set"):
        packing.pack({"x": {1}})


def test_streamlits_page_is_in_chinese_with_our_style_and_names_ahead_what_it_needs():
    with TestClient(server.create_app()) as client:
        page = client.get("/", headers={"Accept-Encoding": "identity"})
        named = re.findall(r'<link rel="modulepreload" crossorigin href="\.(/static/js/[^"]+)">', page.text)
        assert all(any(name.startswith(f"/static/js/{part}.") for name in named) for part in shell.PARTS)
        own = re.findall(r'(?:src|href)="(/palmmap/assets/[^"]+)"', page.text)
        assert [address.rsplit("/")[-1] for address in own] == ["frame.js", "icon.svg", "icon.svg", "frame.css"]
        assert all(client.get(name).status_code == 200 for name in [*named, *own])
        assert 'as="font"' not in page.text
        assert '<html lang="zh-CN">' in page.text
        assert "<title>掌上地图</title>" in page.text
        assert int(page.headers["content-length"]) == len(page.content)
        assert "etag" not in page.headers
        assert client.head("/").status_code == 200
        other = client.get("/dossier?project=1").text
        assert "Streamlit</title>" not in other
        assert "<template" not in other
        assert "palmmap-ahead" not in other
        first = client.get("/?as_of=2024-08-31&unit=140400").text
        assert 'src="/palmmap/map?as_of=2024-08-31"' in first
        waiting = first[first.index(f'<template id="{shell.WAITING}">') : first.index("</template>")]
        assert waiting.count('<script type="module"') == first.count('<script type="module"') == 1


def test_the_map_ahead_of_the_page_is_made_of_local_parts(projects: Engine):
    with TestClient(Starlette(routes=palm_map.routes(lambda _: LOCAL))) as client:
        drawn = client.get("/palmmap/map?as_of=2024-08-31")
        assert drawn.status_code == 200
        assert "PalmMap.open" in drawn.text
        assert '"asOf": "2024-08-31"' in drawn.text
        assert not re.findall(r'(?:src|href)="(?!/palmmap/)', drawn.text)
        again = client.get("/palmmap/map?as_of=2024-08-31", headers={"If-None-Match": drawn.headers["etag"]})
        assert again.status_code == 304
        assert client.get("/palmmap/map?as_of=wrong").status_code == 200  # the page takes its own day then, too


def test_a_map_that_is_refused_gives_way_to_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PALMMAP_HOME", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    with TestClient(Starlette(routes=palm_map.routes(lambda _: LOCAL))) as client:
        refused = client.get("/palmmap/map")
        assert refused.status_code == 400
        assert refused.text == "<script>parent.palmmapDrawn(); frameElement.remove()</script>"


def test_files_of_components_named_by_their_content_are_kept():
    def text(_request: Request) -> Response:
        return Response("", headers={"Cache-Control": "no-cache"})

    app = Starlette(routes=[Route("/{path:path}", text)], middleware=[Middleware(shell.Shell)])
    with TestClient(app) as client:
        for path, kept in (
            ("/component/a/main.0123abcd.js", True),
            ("/component/a/main.js", False),
            ("/a/main.0123abcd.js", False),
        ):
            assert ("immutable" in client.get(path).headers["cache-control"]) is kept, path


def test_an_address_without_a_page_has_a_sentence_and_no_streamlit():
    own = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    app = Starlette(
        routes=[Route("/{path:path}", lambda _request: HTMLResponse(own))], middleware=[Middleware(shell.Shell)]
    )
    with TestClient(app) as client:
        for path, status in (("/", 200), ("/inspection", 200), ("/library/", 200), ("/map", 404), ("/a/b", 404)):
            answer = client.get(path)
            assert answer.status_code == status, path
            assert ("没有这个页面" in answer.text) is (status == 404), path
            assert ('type="module"' in answer.text) is (status == 200), path
            assert "JavaScript" not in answer.text


def test_a_wrong_date_is_a_sentence(client: TestClient):
    answer = client.get("/palmmap/data/sites/x?as_of=2024-13-01")
    assert answer.status_code == 400
    assert "2024-13-01" in answer.json()["message"]
    assert client.get("/palmmap/data/secrets/x").status_code == 404


def test_assets_are_one_script_one_style_and_images(client: TestClient):
    script = client.get(assets.address("map.js"))
    assert script.headers["cache-control"].endswith("immutable")
    assert b"PalmMap" in script.content
    assert client.get(assets.address("map.css")).status_code == 200
    assert b"P.inspect =" in client.get(assets.address("inspect.js")).content
    assert b".inspect-grip" in client.get(assets.address("inspect.css")).content
    assert client.get(assets.address("images/layers.png")).headers["content-type"] == "image/png"
    assert client.get(assets.address("../../server.py")).status_code == 404
    assert client.get("/palmmap/assets/0/map.js").headers["cache-control"] == "no-cache"


def test_every_script_is_served_and_small():
    palm, inspection = assets.STATIC / "map", assets.STATIC / "inspect"
    assert {path.stem for path in palm.glob("*.js")} == set(assets.SCRIPTS)
    assert {path.stem for path in inspection.glob("*.js")} == set(assets.INSPECTION_SCRIPTS)
    for path in [*palm.glob("*"), *inspection.glob("*")]:
        text = path.read_text(encoding="utf-8")
        assert len(text.splitlines()) <= 200, path.name
        assert "http" not in text, path.name


def test_districts_of_the_country_fit_a_first_paint(client: TestClient):
    answer = client.get(data.address("districts", Viewer("领导")), headers={"Accept-Encoding": "gzip"})
    found = unpacked(answer.content)
    assert int(answer.headers["content-length"]) < 1_200_000
    assert len(found["leaves"]) > 2_800
    assert len(found["district_ends"]) == len(found["leaves"])
    assert {line["name"] for line in found["lines"]} >= {"九段线"}


def test_a_taken_port_is_a_sentence(projects: Engine):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(Refusal) as refused:
            server.serve("127.0.0.1", other.getsockname()[1], print)
    assert refused.value.code == "serve.port_taken"
    with pytest.raises(Refusal) as refused:
        server.listen("host.invalid", 0)
    assert refused.value.code == "serve.host_unusable"


def test_an_empty_home_is_a_sentence(tmp_path: Path):
    environment = os.environ | {"PALMMAP_HOME": str(tmp_path)}
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, "-c", "from monitor.cli import main; main()", "serve", "--port", "0"]
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == 2
    assert "palmmap init" in ended.stderr
    assert "Traceback" not in ended.stderr
