"""Tiles and evidence by URL: kept for good by the browser, and only for those who may see a project there."""

import io
import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from starlette.applications import Starlette
from starlette.testclient import TestClient

from geo.tiles import tile_bounds
from monitor import store
from monitor.formats import chinese_date
from monitor.model import Viewer
from monitor.queries import map_data
from monitor.queries.dossier import document_file
from monitor.queries.imagery import newest_inspection, photo_address
from monitor.queries.imagery_queue import queue
from monitor.queries.situation import situation
from monitor.services.decisions import Decision, decide
from monitor.services.documents import Upload
from monitor.services.inspecting import inspect_all
from monitor.services.scenes import import_scenes
from monitor.tables import Document
from monitor.terms import DocumentKind, ImageryDecision, ImageryFinding, Role
from monitor.web import imagery
from tests.geo.made_scenes import ground, write
from tests.monitor.imagery_sites import BEFORE, SITE, add_project, quiet_scenes
from tests.monitor.test_documents import photo

LEADER = Viewer("领导")
OTHERS = Viewer("余庆县", Role.DISTRICT, "520329")
# morecantile still multiplies affine transforms with *
pytestmark = pytest.mark.filterwarnings("ignore:Use `@` matmul:PendingDeprecationWarning")


@pytest.fixture
def asked_by() -> dict[str, Viewer]:
    return {"viewer": LEADER}


@pytest.fixture
def client(engine: Engine, asked_by: dict[str, Viewer]) -> Iterator[TestClient]:
    with TestClient(Starlette(routes=imagery.routes(lambda _request: asked_by["viewer"]))) as client:
        yield client


@pytest.fixture
def scenes(engine: Engine, tmp_path: Path) -> tuple[str, ...]:
    add_project(engine)
    stored = import_scenes(LEADER, quiet_scenes(tmp_path / "in"), engine).stored
    inspect_all(LEADER, engine)
    return stored


def tile_at(lon: float, lat: float, zoom: int) -> tuple[int, int]:
    row = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * 2**zoom
    return int((lon + 180) / 360 * 2**zoom), int(row)


def address(scene: str, zoom: int = 15, lon: float = SITE.centroid.x, lat: float = SITE.centroid.y) -> str:
    column, row = tile_at(lon, lat, zoom)
    return imagery.tiles_address(scene).format(z=zoom, x=column, y=row)


def test_a_tile_is_shown_and_kept_for_good(client: TestClient, scenes: tuple[str, ...]) -> None:
    found = client.get(address(scenes[0]))
    assert (found.status_code, found.headers["content-type"]) == (200, "image/webp"), "it does not fill its tile"
    assert "immutable" in found.headers["cache-control"]
    assert "private" in found.headers["cache-control"]
    pixels = np.asarray(Image.open(io.BytesIO(found.content)))
    assert pixels.shape[:2] == (256, 256)
    assert client.get(address(scenes[0]), headers={"If-None-Match": found.headers["etag"]}).status_code == 304
    for place, form in ((address(scenes[1]) + ".png", "png"), (address(scenes[1], 18), "jpeg")):
        assert client.get(place).headers["content-type"] == f"image/{form}"


def test_a_tile_is_refused_to_those_without_a_project_there(
    client: TestClient, scenes: tuple[str, ...], asked_by: dict[str, Viewer]
) -> None:
    asked_by["viewer"] = OTHERS
    refused = client.get(address(scenes[0]))
    assert (refused.status_code, refused.json()["code"]) == (404, "scene.not_found")
    assert client.get("/palmmap/inspections/1/before.jpg").json()["code"] == "inspection.not_found"
    asked_by["viewer"] = Viewer("潞州区", Role.DISTRICT, "140403")
    assert client.get(address(scenes[0])).status_code == 200


def test_a_wide_scene_is_shown_around_ones_own_sites_only(
    client: TestClient, engine: Engine, tmp_path: Path, asked_by: dict[str, Viewer]
) -> None:
    """Two districts share a scene of 24 km; each sees the ground around its own project."""
    import shapely.affinity
    from rasterio import Affine

    from tests.geo.made_scenes import EAST, NORTH

    east = shapely.affinity.translate(SITE, 0.2)
    add_project(engine, "甲园", "140403")
    add_project(engine, "乙园", "140406", outline=east)
    corner = Affine(40.0, 0, EAST - 2_000, 0, -40.0, NORTH + 4_000)
    wide = write(tmp_path / "wide.tif", ground(200, 600), 40.0, day=BEFORE, transform=corner)
    [scene] = import_scenes(LEADER, wide, engine).stored
    here, there = address(scene, 15), address(scene, 15, east.centroid.x, east.centroid.y)
    for unit, seen, hidden in (("140403", here, there), ("140406", there, here)):
        asked_by["viewer"] = Viewer("区县", Role.DISTRICT, unit)
        assert (client.get(seen).status_code, client.get(hidden).status_code) == (200, 404)


def test_a_project_entered_later_opens_its_scene(
    client: TestClient, scenes: tuple[str, ...], asked_by: dict[str, Viewer], engine: Engine
) -> None:
    """What a viewer may see is worked out again when the store has changed."""
    from monitor import store
    from monitor.services import audit

    asked_by["viewer"] = OTHERS
    assert client.get(address(scenes[0])).status_code == 404
    add_project(engine, "新园", "520329")
    with store.transaction(engine) as session:
        audit.record(session, "test", "project.created", None, {})
    assert client.get(address(scenes[0])).status_code == 200


@pytest.mark.parametrize("path", ["15/1/1.gif", "3/9/0.png", "15/1/x.png", "99/1/1.png"])
def test_addresses_that_are_none(client: TestClient, scenes: tuple[str, ...], path: str) -> None:
    found = client.get(f"/palmmap/tiles/{scenes[0]}/{path}")
    assert (found.status_code, found.json()["code"]) == (404, "web.tile")
    assert found.json()["message"].endswith("\u3002")


def test_nothing_there_and_nothing_known(client: TestClient, scenes: tuple[str, ...]) -> None:
    assert client.get(address(scenes[0], 15, SITE.centroid.x + 0.02)).status_code == 204
    assert client.get(address("0" * 16)).status_code == 404


def test_a_scene_whose_file_is_gone_is_said_to_be(client: TestClient, scenes: tuple[str, ...]) -> None:
    from monitor import settings

    (settings.load().scenes / f"{scenes[0]}.tif").unlink()
    found = client.get(address(scenes[0]))
    assert (found.status_code, found.json()["code"]) == (404, "scene.missing")


def test_evidence_pictures(client: TestClient, scenes: tuple[str, ...]) -> None:
    found = client.get(imagery.picture_address(1, "after"))
    assert (found.status_code, found.headers["content-type"]) == (200, "image/jpeg")
    assert "immutable" in found.headers["cache-control"]
    assert client.get(imagery.picture_address(1, "../../palmmap.db")).status_code == 404
    assert client.get(imagery.picture_address(1, "nothing")).json()["code"] == "inspection.picture_unknown"


def test_many_tiles_at_once_are_the_same_as_one_by_one(client: TestClient, scenes: tuple[str, ...]) -> None:
    """GDAL lets one thread at a time into a dataset: the route has to see to it."""
    from concurrent.futures import ThreadPoolExecutor

    column, row = tile_at(SITE.centroid.x, SITE.centroid.y, 17)
    asked = [
        imagery.tiles_address(scene).format(z=17, x=column + i % 3, y=row + i // 3)
        for scene in scenes
        for i in range(9)
    ]
    alone = [client.get(one).content for one in asked]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda one: client.get(one).content, asked * 3))
    assert together == alone * 3


def test_bounds_of_tiles() -> None:
    assert tile_bounds(0, 0, 0) == pytest.approx((-180, -85.0511288, 180, 85.0511288))
    assert tile_bounds(1, 1, 0)[:2] == pytest.approx((0, 0), abs=1e-9)


def test_a_card_on_the_map_shows_what_the_sky_says(engine: Engine, scenes: tuple[str, ...]) -> None:
    today = store.today()
    known = situation(LEADER, today, engine)
    (project,) = known.index
    shown = map_data.site(LEADER, today, project, known, engine)["imagery"]
    assert shown["finding"] in ImageryFinding.labels().values()
    assert not shown["sample"]
    assert [one["address"].rsplit("/")[-1].split(".")[0] for one in shown["pictures"]] == ["before", "after"]
    assert shown["pictures"][0]["on"] == chinese_date(BEFORE)
    assert newest_inspection(OTHERS, project, today, engine) is None
    assert map_data.site(LEADER, BEFORE, project, known, engine)["imagery"] is None


@pytest.fixture
def taken(engine: Engine, scenes: tuple[str, ...]) -> int:
    """Id of a photo that came with a decision, taken with the camera upright."""
    [inspection] = queue(LEADER, store.today(), engine)["inspection_id"]
    upload = Upload("gate.jpg", photo(SITE.centroid.x, SITE.centroid.y), DocumentKind.PROGRESS_PHOTO)
    said = Decision(ImageryDecision.EXPLAIN, "x", upload)
    decide(Viewer("\u5f20\u6838\u67e5", Role.INSPECTOR), int(inspection), said, engine)
    with Session(engine) as session:
        return int(session.scalars(select(Document.id)).one())


def test_a_photo_is_given_to_those_who_may_see_its_project(
    client: TestClient, taken: int, asked_by: dict[str, Viewer]
) -> None:
    found = client.get(photo_address(taken))
    assert (found.status_code, found.headers["content-type"]) == (200, "image/jpeg")
    assert Image.open(io.BytesIO(found.content)).size == (64, 48)
    asked_by["viewer"] = OTHERS
    assert client.get(photo_address(taken)).status_code == 404
    asked_by["viewer"] = LEADER
    assert client.get(photo_address(taken + 1)).status_code == 404


def test_a_photo_that_is_another_than_the_one_taken_in_is_not_shown(
    client: TestClient, taken: int, engine: Engine
) -> None:
    """Its sha256 stands under it on the sheet."""
    file = document_file(LEADER, taken, engine)
    file.write_bytes(photo(SITE.centroid.x, SITE.centroid.y, colour="red"))
    refused = client.get(photo_address(taken))
    assert refused.status_code == 404
    assert "\u4e0d\u4e00\u81f4" in refused.text
