"""Catalogues as the large archives deliver: one file a band, large files cut to the sites, signed links and tokens."""

import hashlib
import json
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
import shapely
import shapely.affinity
from rasterio import Affine
from rasterio.windows import Window
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

import geo.fetching
from geo._composing import pixel_checksum
from geo.errors import SceneError
from geo.grid import site_grid
from geo.pixels import read_pixels
from geo.scenes import load_scene
from monitor import settings
from monitor.messages import explain
from monitor.model import Viewer
from monitor.queries.imagery import project_imagery
from monitor.services.inspecting import inspect_all
from monitor.services.scenes import Imported, Options, import_scenes
from monitor.tables import AuditEntry, Scene
from monitor.terms import Role
from tests.geo.made_scenes import EAST, NORTH, ground, season, write
from tests.monitor.imagery_sites import AFTER, BEFORE, GSD_M, SIDE_PX, SITE, add_project
from tests.monitor.stac_server import stac_server

WHO = Viewer("影像管理员", Role.OPERATOR)
KEYS = {"B02": "blue", "B03": "green", "B04": "red", "B08": "nir"}
NAMES = ("blue", "green", "red", "nir", "scl")
STATED = [{"nodata": 0, "data_type": "uint16", "scale": 0.0001, "offset": -0.1}]


def band_files(folder: Path, name: str, land: np.ndarray, clouds: Any = None, added: int = 1000) -> dict[str, Path]:
    """One file a band as Sentinel-2 has them: 10 m, the classes 20 m, reflectance x 10 000 with an offset."""
    folder.mkdir(parents=True, exist_ok=True)
    classes = np.full((1, land.shape[1] // 2, land.shape[2] // 2), 5.0, np.float32)
    if clouds is not None:
        classes[0][clouds] = 9
    files = {"SCL": write(folder / f"{name}_SCL.tif", classes, 20.0, dtype="uint8", scale=1, names=None, nodata=0)}
    for place, key in enumerate(KEYS):
        band = land[place : place + 1] + added / 10_000
        files[key] = write(
            folder / f"{name}_{key}.tif", band, GSD_M, names=None, nodata=0, tiled=True, blockxsize=256, blockysize=256
        )
    return files


def item(name: str, day: date, files: dict[str, Path], at: str = "./", stated: Any = STATED, **said: Any) -> Any:
    """An item of STAC 1.0 with one asset a band, and what is only there to be looked at."""
    west, south, east, north = shapely.buffer(SITE, 0.15).bounds
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    assets: dict[str, Any] = {
        "thumbnail": {"href": f"{at}thumb.jpg", "type": "image/jpeg", "roles": ["thumbnail"]},
        "visual": {"href": f"{at}TCI.tif", "roles": ["visual"], "eo:bands": bands_said("red", "green", "blue")},
        "preview": {"href": f"{at}preview.tif", "type": "image/tiff", "roles": ["overview"]},
        "AOT": {"href": f"{at}AOT.tif", "type": "image/tiff", "roles": ["data"]},
    }
    for key, path in files.items():
        assets[key] = {"href": f"{at}{path.name}", "type": "image/tiff", "roles": ["data"], "gsd": 10}
        if key in KEYS:
            assets[key] |= {"eo:bands": bands_said(KEYS[key])}
            if stated:
                assets[key]["raster:bands"] = stated
    return {
        "type": "Feature",
        "stac_version": "1.0.0",
        "id": name,
        "collection": "sentinel-2-l2a",
        "geometry": {"type": "Polygon", "coordinates": [ring]},
        "bbox": [west, south, east, north],
        "properties": {"datetime": f"{day}T03:00:00Z", "platform": "sentinel-2b", **said},
        "assets": assets,
        "links": [],
    }


def bands_said(*names: str) -> list[dict[str, str]]:
    return [{"name": name, "common_name": name} for name in names]


def saved(folder: Path, *items: dict[str, Any]) -> Path:
    """A static catalogue of items in a folder."""
    for one in items:
        (folder / f"{one['id']}.json").write_text(json.dumps(one))
    links = [{"rel": "item", "href": f"./{one['id']}.json"} for one in items]
    catalogue = {"type": "Catalog", "stac_version": "1.0.0", "id": "c", "description": "scenes", "links": links}
    (folder / "catalog.json").write_text(json.dumps(catalogue))
    return folder


def held(engine: Engine) -> list[Scene]:
    with Session(engine) as session:
        return list(session.scalars(select(Scene).order_by(Scene.taken_at, Scene.imported_at)))


def provenance(scene: Scene) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((settings.load().scenes / f"{scene.id}.json").read_text("utf-8"))
    return found["properties"]


def refusals(done: Imported) -> list[tuple[str, str]]:
    assert all(one.message.endswith("\u3002") for one in done.refused)
    return [(one.file, one.code) for one in done.refused]


def two_dates(folder: Path) -> list[dict[str, Any]]:
    land = ground(SIDE_PX, SIDE_PX)
    before = band_files(folder, "S2_1", land)
    after = band_files(folder, "S2_2", season(land, 1.05, 3), clouds=np.s_[30:40, 30:40])
    return [item("S2_1", BEFORE, before), item("S2_2", AFTER, after)]


def test_one_file_a_band_is_one_scene(engine: Engine, tmp_path: Path) -> None:
    add_project(engine)
    folder = saved(tmp_path, *two_dates(tmp_path))
    done = import_scenes(WHO, folder, engine)
    assert (len(done.stored), done.refused) == (2, ())
    first, second = held(engine)
    assert (tuple(first.bands), first.scale, first.offset) == (NAMES, 0.0001, -0.1)
    assert (first.source, first.gsd_m, first.taken_at.date()) == ("S2_1", GSD_M, BEFORE)
    said = provenance(first)
    assert said["palmmap:sha256_of"] == "files"
    files = {key: tmp_path / f"S2_1_{key}.tif" for key in ("B02", "B03", "B04", "B08", "SCL")}
    checksums = {key: hashlib.sha256(path.read_bytes()).hexdigest() for key, path in files.items()}
    assert said["palmmap:assets"] == [
        {"key": key, "href": path.name, "sha256": checksums[key]} for key, path in files.items()
    ]
    listed = "".join(f"{one}  {key}\n" for key, one in checksums.items())
    assert first.sha256 == hashlib.sha256(listed.encode()).hexdigest()
    with rasterio.open(settings.load().home / first.path) as kept:
        for place, path in enumerate(list(files.values())[:4], 1):
            with rasterio.open(path) as delivered:
                np.testing.assert_array_equal(kept.read(place), delivered.read(1))
    scene = load_scene(settings.load().scenes / f"{second.id}.json")
    pixels = read_pixels(scene, site_grid(SITE, GSD_M))
    assert 0.03 < float(np.nanmedian(pixels.bands["red"])) < 0.3
    assert pixels.covered.all()
    assert (~pixels.seen).sum() == pytest.approx(400, abs=45), "10 x 10 cloud pixels of 20 m"
    assert len(inspect_all(WHO, engine).inspections) == 1


def test_the_same_files_are_put_together_once(engine: Engine, tmp_path: Path, monkeypatch: Any) -> None:
    folder = saved(tmp_path, *two_dates(tmp_path))
    tried = import_scenes(WHO, folder, engine, Options(dry_run=True))
    assert (len(tried.stored), held(engine)) == (2, [])
    done = import_scenes(WHO, folder, engine)
    monkeypatch.setattr(geo.fetching, "composed", None)
    assert set(import_scenes(WHO, folder, engine).known) == set(done.stored)


@pytest.mark.parametrize(
    ("added", "stated", "said", "offset"),
    [
        (1000, None, {"s2:processing_baseline": "05.09"}, -0.1),
        (0, None, {"s2:processing_baseline": "05.09"}, 0.0),
        (0, STATED, {"earthsearch:boa_offset_applied": True}, 0.0),
        (0, STATED, {"earthsearch:boa_offset_applied": False}, 0.0),
        (0, None, {"s2:processing_baseline": "02.14"}, 0.0),
    ],
)
def test_the_offset_is_what_the_numbers_bear_out(
    engine: Engine, tmp_path: Path, added: int, stated: Any, said: dict[str, Any], offset: float
) -> None:
    """Archives state the offset of baseline 04.00 also where they have taken it off."""
    files = band_files(tmp_path, "S2", ground(SIDE_PX, SIDE_PX), added=added)
    import_scenes(WHO, saved(tmp_path, item("S2", BEFORE, files, stated=stated, **said)), engine)
    [scene] = held(engine)
    assert (scene.scale, scene.offset) == (pytest.approx(1e-4), offset)


def landsat(folder: Path) -> dict[str, Any]:
    """STAC 1.1: a narrow near infrared; the blue band coarser than the others and with a scale of its own."""
    assets: dict[str, Any] = {}
    for place, name in enumerate(("blue", "green", "red", "nir08")):
        step, scale = (2, 5.5e-5) if name == "blue" else (1, 2.75e-5)
        numbers = (ground(SIDE_PX, SIDE_PX)[place : place + 1, ::step, ::step] + 0.2) / scale / 10_000
        path = write(folder / f"L_{name}.tif", numbers, 30.0 * step, names=None)
        band = {"name": name, "eo:common_name": name, "raster:scale": scale, "raster:offset": -0.2}
        assets[name] = {"href": f"./{path.name}", "type": "image/tiff", "bands": [band]}
    bits = np.full((1, SIDE_PX, SIDE_PX), 1 << 6, np.float32)
    bits[:, 66:76, 66:76] = 1 << 3 | 1 << 1
    bits[:, 76:80] = 1 << 4
    path = write(folder / "L_qa.tif", bits, 30.0, scale=1, names=None, nodata=1)
    assets["qa_pixel"] = {"href": f"./{path.name}", "type": "image/tiff", "roles": ["cloud", "cloud-shadow"]}
    said = {"datetime": f"{BEFORE}T03:00:00Z", "platform": "landsat-9"}
    known = {"type": "Feature", "stac_version": "1.1.0", "id": "LC09", "geometry": None, "properties": said}
    return known | {"assets": assets, "links": []}


def test_bands_of_other_grids_and_scales_come_onto_one(engine: Engine, tmp_path: Path) -> None:
    done = import_scenes(WHO, saved(tmp_path, landsat(tmp_path)), engine)
    assert done.refused == ()
    [scene] = held(engine)
    assert (tuple(scene.bands), scene.scale, scene.offset, scene.gsd_m) == (NAMES, 1.0, 0.0, 30.0)
    with rasterio.open(settings.load().home / scene.path) as kept:
        truth = ground(SIDE_PX, SIDE_PX)
        np.testing.assert_allclose(kept.read([2, 3, 4]), truth[1:], atol=3e-5)
        assert np.abs(kept.read(1) - truth[0]).mean() < 0.02
        classes = kept.read(5)
        assert [(classes == one).sum() for one in (9, 3, 7)] == [100, 4 * SIDE_PX, SIDE_PX**2 - 100 - 4 * SIDE_PX]


def test_what_an_item_lacks_is_said_and_nothing_kept(engine: Engine, tmp_path: Path) -> None:
    files = band_files(tmp_path, "S2", ground(SIDE_PX, SIDE_PX))
    lacking, lost, cut = (item(name, BEFORE, files) for name in ("no_red", "lost", "cut"))
    del lacking["assets"]["B04"]
    lost["assets"]["B08"]["href"] = "./nothing.tif"
    (tmp_path / "half.tif").write_bytes(files["B02"].read_bytes()[:9000])
    cut["assets"]["B02"]["href"] = "./half.tif"
    done = import_scenes(WHO, saved(tmp_path, lacking, lost, cut), engine)
    assert refusals(done) == [
        ("no_red.tif", "scene.bands_missing"),
        ("lost.tif", "scene.missing"),
        ("cut.tif", "scene.broken"),
    ]
    assert "red" in done.refused[0].message
    assert held(engine) == []
    assert not settings.load().scenes.exists() or not list(settings.load().scenes.iterdir())


def large(folder: Path, side_px: int = 1600) -> dict[str, Path]:
    """Bands of 12 km, of which the sites are a corner; made so that packing does not shrink them."""
    rng = np.random.default_rng(1)
    land = ground(side_px, side_px) + rng.uniform(0, 0.03, (4, side_px, side_px)).astype(np.float32)
    return band_files(folder, "S2", land)


def test_of_large_files_only_what_shows_the_sites_is_fetched(engine: Engine, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(geo.fetching, "CUT_FROM_BYTES", 1 << 20)
    first_id = add_project(engine)
    add_project(engine, "远园", outline=shapely.affinity.translate(SITE, 0.12, -0.09))
    files = large(tmp_path)
    delivered = sum(path.stat().st_size for path in files.values())
    listed = [item("S2", BEFORE, files, at="assets/")]
    with stac_server(tmp_path, listed, ranges=True) as (address, asked):
        done = import_scenes(WHO, address, engine)
        assert done.refused == ()
        assert asked.sent < 0.2 * delivered, (asked.sent, delivered)
        asked.clear()
        assert import_scenes(WHO, address, engine).known == done.stored
        assert not [path for path in asked if path.endswith(".tif")]
        first = held(engine)
        between = add_project(engine, "新园", outline=shapely.affinity.translate(SITE, 0.06, -0.045))
        more = import_scenes(WHO, address, engine)
        assert (len(more.stored), more.refused) == (1, ())
        assert import_scenes(WHO, address, engine).known
    [scene] = first
    assert tuple(scene.bands) == NAMES
    said = provenance(scene)
    assert (said["palmmap:sha256_of"], len(said["palmmap:cut"])) == ("pixels", 2)
    windows = [Window(*one) for one in said["palmmap:windows"]]
    assert pixel_checksum(settings.load().home / scene.path, windows) == scene.sha256, "the kept file proves it"
    blue, classes = said["palmmap:assets"][0], said["palmmap:assets"][-1]
    assert (blue["key"], blue["size"], blue["etag"]) == ("B02", files["B02"].stat().st_size, '"v1"')
    assert classes["sha256"] == hashlib.sha256(files["SCL"].read_bytes()).hexdigest()
    kept = load_scene(settings.load().scenes / f"{scene.id}.json")
    other = next(one for one in held(engine) if one.id != scene.id)
    grid = site_grid(SITE, GSD_M)
    pixels = read_pixels(kept, grid)
    assert pixels.covered.all()
    with rasterio.open(files["B04"]) as whole, rasterio.open(kept.path) as cut:
        column, row = (round(one) for one in ~whole.transform @ (cut.transform.c, cut.transform.f))
        numbers = cut.read(3)
        there = whole.read(1)[row : row + cut.height, column : column + cut.width]
        np.testing.assert_array_equal(numbers, np.where(numbers > 0, there, 0))
        assert 0.02 < (numbers > 0).mean() < 0.3, "only around the sites"
    with pytest.raises(SceneError, match=r"scene\.outside"):
        read_pixels(load_scene(settings.load().scenes / f"{other.id}.json"), grid)
    for project_id, expected in ((first_id, scene.id), (between, other.id)):
        shown = project_imagery(WHO, project_id, AFTER, engine).scenes
        assert list(shown["id"]) == [expected], "though it lies within the frame of the other"


def test_a_large_file_of_all_bands_is_cut_too(engine: Engine, tmp_path: Path) -> None:
    """As it is delivered, without any setting: 27 MB, drone colours with transparency."""
    add_project(engine)
    side = 2600
    rng = np.random.default_rng(2)
    image = rng.uniform(0.1, 0.9, (4, side, side)).astype(np.float32)
    image[3] = 1
    image[3, :, 1000:] = 0
    path = write(
        tmp_path / "ortho.tif", image, 1.0, dtype="uint8", scale=255, names=("red", "green", "blue", "alpha"),
        transform=Affine(1.0, 0, EAST + 200, 0, -1.0, NORTH - 200), tiled=True, blockxsize=256, blockysize=256,
    )  # fmt: skip
    listed = item("flight", BEFORE, {})
    listed["assets"] = {"ortho": {"href": "assets/ortho.tif", "type": "image/tiff", "roles": ["visual"]}}
    with stac_server(tmp_path, [listed], ranges=True) as (address, asked):
        done = import_scenes(WHO, address, engine)
    assert done.refused == ()
    assert asked.sent < 0.35 * path.stat().st_size
    [scene] = held(engine)
    assert (scene.bands, scene.source) == (["red", "green", "blue", "alpha"], f"{address}/assets/ortho.tif")
    pixels = read_pixels(load_scene(settings.load().scenes / f"{scene.id}.json"), site_grid(SITE, 2.0))
    assert pixels.covered[:, 0].all()


def test_a_cut_of_a_file_without_any_mark_of_nothing_has_a_mask(
    engine: Engine, tmp_path: Path, monkeypatch: Any
) -> None:
    """Four bands as Gaofen delivers them; zero in one band is a dark pixel, and beside the sites there is nothing."""
    monkeypatch.setattr(geo.fetching, "CUT_FROM_BYTES", 1_000)
    add_project(engine)
    add_project(engine, "远园", outline=shapely.affinity.translate(SITE, 0.07, -0.05))
    land = ground(1000, 1000)
    land[0, 60:70, 60:70] = 0
    path = write(tmp_path / "gf.tif", land, GSD_M, names=None, tiled=True, blockxsize=128, blockysize=128)
    listed = item("gf", BEFORE, {})
    listed["assets"] = {"data": {"href": "assets/gf.tif", "type": "image/tiff"}}
    with stac_server(tmp_path, [listed], ranges=True) as (address, _asked):
        assert import_scenes(WHO, address, engine).refused == ()
    [scene] = held(engine)
    assert (scene.bands, scene.bands_assumed) == (list(NAMES[:4]), True)
    pixels = read_pixels(load_scene(settings.load().scenes / f"{scene.id}.json"), site_grid(SITE, GSD_M))
    assert pixels.covered.all()
    assert np.nanmin(pixels.bands["blue"]) == 0
    with rasterio.open(settings.load().home / scene.path) as kept, rasterio.open(path) as whole:
        seen = kept.dataset_mask() > 0
        assert 0.05 < seen.mean() < 0.5
        rows, columns = kept.shape
        assert seen[60:70, 60:70].all()
        np.testing.assert_array_equal(kept.read()[:, seen], whole.read()[:, :rows, :columns][:, seen])


@pytest.mark.parametrize("ranges", [True, False])
def test_where_parts_do_not_help_the_whole_is_fetched(
    engine: Engine, tmp_path: Path, monkeypatch: Any, ranges: bool
) -> None:
    """The server gives no parts; or it does, but the sites are most of the file."""
    monkeypatch.setattr(geo.fetching, "CUT_FROM_BYTES", 10_000)
    add_project(engine)
    files = band_files(tmp_path, "S2", ground(SIDE_PX, SIDE_PX))
    with stac_server(tmp_path, [item("S2", BEFORE, files, at="assets/")], ranges=ranges) as (address, _asked):
        done = import_scenes(WHO, address, engine)
    assert done.refused == ()
    [scene] = held(engine)
    said = provenance(scene)
    assert (said["palmmap:sha256_of"], said["palmmap:cut"]) == ("files", [])
    assert scene.source == f"{address}/S2"
    assert said["palmmap:assets"][0]["href"] == f"{address}/assets/S2_B02.tif"


def stored_text(home: Path) -> bytes:
    return b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file() and path.suffix != ".tif")


@pytest.mark.parametrize("cut_from", [1_000, 1 << 30])
def test_signed_links_are_the_same_file_next_day_and_are_not_kept(
    engine: Engine, tmp_path: Path, monkeypatch: Any, caplog: Any, capfd: Any, cut_from: int
) -> None:
    monkeypatch.setattr(geo.fetching, "CUT_FROM_BYTES", cut_from)
    add_project(engine)
    files = band_files(tmp_path, "S2", ground(600, 600))
    write(tmp_path / "one.tif", ground(600, 600), GSD_M)
    day = {"good": "SECRET1"}

    def allowed(path: str, _token: str, verb: str) -> int:
        if verb == "HEAD":
            return 403  # as storage does whose links are signed for GET alone
        return 200 if "/assets/" not in path or f"sig={day['good']}" in path else 403

    def listed() -> list[Any]:
        bands, one = item("S2", BEFORE, files, at="assets/"), item("one", AFTER, {})
        one["assets"] = {"data": {"href": "assets/one.tif", "type": "image/tiff"}}
        for asset in (*bands["assets"].values(), *one["assets"].values()):
            asset["href"] += f"?se=2026&sig={day['good']}%2B"
        return [bands, one]

    items = listed()
    with stac_server(tmp_path, items, page=9, ranges=True, allowed=allowed) as (address, asked):
        done = import_scenes(WHO, address, engine)
        assert (len(done.stored), done.refused) == (2, ())
        day["good"] = "SECRET2"
        items[:] = listed()
        asked.clear()
        again = import_scenes(WHO, address, engine)
        assert (set(again.known), again.refused) == (set(done.stored), ())
        assert not [path for path in asked if ".tif" in path]
        add_project(engine, "新园", outline=shapely.affinity.translate(SITE, 0.02, -0.02))
        day["good"] = "SECRET3"
        late = import_scenes(WHO, address, engine)
    assert [row.source for row in held(engine)] == [f"{address}/S2", f"{address}/assets/one.tif#one/data"]
    kind = "pixels" if cut_from == 1_000 else "file"
    assert provenance(held(engine)[1])["palmmap:sha256_of"] == kind
    if kind == "pixels":
        assert {code for _, code in refusals(late)} == {"scene.not_allowed"}
        assert "PALMMAP_STAC_TOKEN" in late.refused[0].message
        assert "403" in late.refused[0].message
    with Session(engine) as session:
        entries = [row.details for row in session.scalars(select(AuditEntry))]
    said = json.dumps([entries, [one.message for one in late.refused], caplog.text, *capfd.readouterr()])
    assert "S2" in said
    for secret in ("SECRET", "sig="):
        assert secret not in said
        assert secret.encode() not in stored_text(settings.load().home)


def test_a_token_opens_the_catalogue_and_is_kept_nowhere(
    engine: Engine, tmp_path: Path, monkeypatch: Any, caplog: Any, capfd: Any
) -> None:
    monkeypatch.setattr(geo.fetching, "CUT_FROM_BYTES", 1_000)
    add_project(engine)
    files = band_files(tmp_path, "S2", ground(600, 600))
    items = [item("S2", BEFORE, files, at="assets/")]

    def allowed(_path: str, token: str, _verb: str) -> int:
        return 200 if token == "Bearer TOKEN-1" else 401

    with stac_server(tmp_path, items, ranges=True, allowed=allowed) as (address, _asked):
        with pytest.raises(SceneError) as refused:
            import_scenes(WHO, address, engine)
        assert (refused.value.code, "401" in explain(refused.value)) == ("scene.not_allowed", True)
        monkeypatch.setenv("PALMMAP_STAC_TOKEN", "TOKEN-1")
        assert "TOKEN-1" not in repr(settings.load())
        done = import_scenes(WHO, address, engine)
        assert (len(done.stored), done.refused) == (1, ())
        assert provenance(held(engine)[0])["palmmap:sha256_of"] == "pixels"
    said = caplog.text + "".join(capfd.readouterr())
    assert "TOKEN-1" not in said
    assert b"TOKEN-1" not in stored_text(settings.load().home)


def test_a_token_is_not_given_to_other_hosts(engine: Engine, tmp_path: Path, monkeypatch: Any) -> None:
    add_project(engine)
    monkeypatch.setenv("PALMMAP_STAC_TOKEN", "TOKEN-1")
    write(tmp_path / "one.tif", ground(SIDE_PX, SIDE_PX), GSD_M)
    given: list[str] = []

    def seen(_path: str, token: str, _verb: str) -> int:
        given.append(token)
        return 200

    with stac_server(tmp_path, [], allowed=seen) as (storage, _asked):
        one = item("one", BEFORE, {})
        one["assets"] = {"data": {"href": f"{storage}/assets/one.tif", "type": "image/tiff"}}
        with stac_server(tmp_path, [one]) as (address, _there):
            assert len(import_scenes(WHO, address, engine).stored) == 1
            assert set(given) == {""}
            given.clear()
            monkeypatch.setenv("PALMMAP_STAC_TOKEN_HOSTS", storage.split("/")[2])
            monkeypatch.setattr("monitor.services.scenes._known", lambda _found, boxes, _engine: (None, boxes))
            import_scenes(WHO, address, engine)
            assert set(given) == {"Bearer TOKEN-1"}


def test_a_catalogue_on_disk_whose_files_are_on_the_web(engine: Engine, tmp_path: Path, monkeypatch: Any) -> None:
    """Cut where there are sites, whole where there are none."""
    monkeypatch.setattr(geo.fetching, "CUT_FROM_BYTES", 1_000)
    files = band_files(tmp_path, "S2", ground(600, 600))
    with stac_server(tmp_path, [], ranges=True) as (address, _asked):
        folder = tmp_path / "disk"
        folder.mkdir()
        saved(folder, item("S2", BEFORE, files, at=f"{address}/assets/"))
        assert import_scenes(WHO, folder, engine).refused == ()
        [whole] = held(engine)
        assert (provenance(whole)["palmmap:sha256_of"], whole.source) == ("files", f"{address}/assets/S2_B02.tif#S2")
        add_project(engine)
        assert import_scenes(WHO, folder, engine).known == (whole.id,)
        monkeypatch.setattr("monitor.services.scenes._known", lambda _found, boxes, _engine: (None, boxes))
        assert len(import_scenes(WHO, folder, engine).stored) == 1
    assert {provenance(one)["palmmap:sha256_of"] for one in held(engine)} == {"files", "pixels"}


def test_a_server_that_fails_is_no_wrong_address(engine: Engine, tmp_path: Path) -> None:
    add_project(engine)
    with (
        stac_server(tmp_path, [], allowed=lambda path, _token, _verb: 501 if "search" in path else 200) as (address, _),
        pytest.raises(SceneError) as refused,
    ):
        import_scenes(WHO, address, engine)
    assert (refused.value.code, "501" in explain(refused.value)) == ("scene.server_failed", True)
