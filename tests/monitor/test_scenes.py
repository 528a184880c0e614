"""Scenes into the store: once each, whole or not at all, and every refusal in a sentence."""

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from PIL import ExifTags, Image
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from geo.errors import SceneError
from monitor import settings
from monitor.errors import BadInput
from monitor.messages import explain
from monitor.model import Viewer
from monitor.services import audit
from monitor.services.inspecting import inspect_all
from monitor.services.scenes import Options, import_scenes
from monitor.tables import AuditEntry, Document, Scene
from monitor.terms import Role
from tests.geo.made_scenes import ground, write
from tests.monitor.imagery_sites import AFTER, GSD_M, SITE, add_project, quiet_scenes
from tests.monitor.stac_server import item, stac_server

WHO = Viewer("影像管理员", Role.OPERATOR)


def scenes_held(engine: Engine) -> list[Scene]:
    with Session(engine) as session:
        return list(session.scalars(select(Scene).order_by(Scene.taken_at)))


def test_a_folder_is_taken_once_on_both_stores(any_engine: Engine, tmp_path: Path) -> None:
    folder = quiet_scenes(tmp_path / "in")
    done = import_scenes(WHO, folder, any_engine)
    assert (len(done.stored), done.known, done.refused) == (2, (), ())
    again = import_scenes(WHO, folder, any_engine)
    assert (again.stored, set(again.known)) == ((), set(done.stored))
    held = scenes_held(any_engine)
    assert [row.taken_at.date() for row in held] == [date(2024, 5, 1), AFTER]
    assert held[0].bands == ["blue", "green", "red", "nir"]
    assert held[0].gsd_m == pytest.approx(GSD_M)
    assert held[0].west < SITE.centroid.x < held[0].east
    home = settings.load().home
    assert all((home / row.path).is_file() for row in held)
    assert not any(row.is_sample for row in held)
    with Session(any_engine) as session:
        counted = select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "scene.imported")
        assert session.scalar(counted) == 2
    assert audit.verify(any_engine).first_broken_id is None


def test_a_dry_run_writes_nothing(engine: Engine, tmp_path: Path) -> None:
    folder = quiet_scenes(tmp_path / "in")
    done = import_scenes(WHO, folder, engine, Options(dry_run=True))
    assert (len(done.stored), done.dry_run) == (2, True)
    assert scenes_held(engine) == []
    assert not settings.load().scenes.exists()
    import_scenes(WHO, folder, engine)
    assert len(import_scenes(WHO, folder, engine, Options(dry_run=True)).known) == 2


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_bad_files_are_refused_one_by_one_and_leave_nothing(engine: Engine, tmp_path: Path) -> None:
    folder = quiet_scenes(tmp_path / "in")
    land = ground(60, 60)
    write(folder / "undated.tif", land, GSD_M)
    write(folder / "future.tif", land, GSD_M, day=date(2999, 1, 1))
    whole = write(folder / "cut_20240601.tif", ground(200, 200), GSD_M).read_bytes()
    (folder / "cut_20240601.tif").write_bytes(whole[: len(whole) // 2])
    (folder / "empty_20240601.tif").write_bytes(b"")
    write(folder / "blank_20240601.tif", np.zeros_like(land), GSD_M)
    hot = land.copy()
    hot[:, :30] = 7.0
    write(folder / "hot_20240601.tif", hot, GSD_M)
    write(folder / "site_dsm_20240601.tif", land[:1], GSD_M, names=None)
    done = import_scenes(WHO, folder, engine)
    assert len(done.stored) == 2
    assert {one.file.split("_")[0].removesuffix(".tif"): one.code for one in done.refused} == {
        "undated": "scene.no_date",
        "future": "scene.in_the_future",
        "cut": "scene.broken",
        "empty": "scene.empty",
        "blank": "scene.empty",
        "hot": "scene.saturated",
        "site": "scene.no_heights",
    }
    assert all(one.message.endswith("\u3002") and one.file in one.message for one in done.refused)
    assert len(list(settings.load().scenes.iterdir())) == 4
    assert len(scenes_held(engine)) == 2


def test_what_the_files_do_not_say_can_be_told(engine: Engine, tmp_path: Path) -> None:
    path = write(tmp_path / "x.tif", ground(60, 60)[[2, 1, 0]], GSD_M, names=None)
    told = Options(taken_on=date(2024, 6, 1), bands=("red", "green", "blue"))
    assert import_scenes(WHO, path, engine, told).refused == ()
    [held] = scenes_held(engine)
    assert (held.taken_at.date(), held.bands) == (date(2024, 6, 1), ["red", "green", "blue"])


def test_a_file_that_was_stored_without_its_row_is_healed(engine: Engine, tmp_path: Path) -> None:
    """A crash between the file and the row leaves the file; the next import adds the row."""
    from geo.scenes import store_scene

    folder = quiet_scenes(tmp_path / "in")
    store_scene(folder / "a.tif", settings.load().scenes)
    assert len(import_scenes(WHO, folder, engine).stored) == 2


def api_items(folder: Path, bounds: tuple[float, float, float, float]) -> list[dict[str, Any]]:
    """Two scenes of the site, one far away within the searched box, and one whose file is not there."""
    west, south, east, north = bounds
    write(folder / "far.tif", ground(60, 60), GSD_M)
    return [
        item(folder / "a.tif", "2024-05-01", bounds),
        item(folder / "far.tif", "2024-05-01", (west + 0.5, south, east + 0.5, north)),
        item(folder / "b.tif", "2025-05-10", bounds),
        item(folder / "lost.tif", "2025-05-10", bounds, "sentinel"),
    ]


def test_a_stac_api_gives_the_scenes_of_our_sites_page_by_page(engine: Engine, tmp_path: Path) -> None:
    import shapely.affinity

    add_project(engine)
    add_project(engine, "远园", outline=shapely.affinity.translate(SITE, 1.0))
    folder = quiet_scenes(tmp_path / "in")
    items = api_items(folder, shapely.buffer(SITE, 0.003).bounds)
    with stac_server(folder, items) as (address, asked):
        tried = import_scenes(WHO, address, engine, Options(dry_run=True))
        assert (len(tried.stored), scenes_held(engine)) == (2, [])
        done = import_scenes(WHO, address, engine)
        assert (len(done.stored), [(one.file, one.code) for one in done.refused]) == (
            2,
            [("lost.tif", "scene.not_fetched")],
        )
        assert done.refused[0].message.endswith("\u3002")
        assert len([path for path in asked if path.startswith("/stac/search")]) == 8, "four pages, twice"
        assert not [path for path in asked if "far.tif" in path or "thumbnail" in path]
        held = scenes_held(engine)
        assert [row.source for row in held] == [f"{address}/assets/{name}.tif" for name in "ab"]
        assert [row.taken_at.date() for row in held] == [date(2024, 5, 1), AFTER]
        asked.clear()
        again = import_scenes(WHO, address, engine, Options(collections=("gaofen",)))
        assert (again.stored, set(again.known), again.refused) == ((), set(done.stored), ())
        assert not [path for path in asked if path.endswith(".tif")], "known by its address, not fetched again"
        narrowed = import_scenes(WHO, address, engine, Options(collections=("gaofen",), since=date(2025, 1, 1)))
        assert narrowed.known == (held[1].id,)
        with pytest.raises(BadInput) as refused:
            import_scenes(WHO, address, engine, Options(collections=("nothing",)))
        assert refused.value.code == "scene.none_offered"
        with pytest.raises(SceneError) as refused_there:
            import_scenes(WHO, f"{address}/a.tif", engine)
        assert refused_there.value.code == "scene.no_catalogue"
    with pytest.raises(SceneError) as unreachable:
        import_scenes(WHO, address, engine)
    assert unreachable.value.code == "scene.no_network"
    assert address in explain(unreachable.value)
    assert len(inspect_all(WHO, engine).inspections) == 1


def test_a_static_catalogue_is_read_over_the_web_too(engine: Engine, tmp_path: Path) -> None:
    import json

    add_project(engine)
    folder = quiet_scenes(tmp_path / "in")
    known = item(folder / "a.tif", "2024-05-01", shapely.buffer(SITE, 0.003).bounds)
    known["assets"]["data"]["href"] = "./a.tif"
    known["assets"]["local"] = {"href": "/data/secret.tif", "type": "image/tiff"}
    known.pop("collection")
    (folder / "item.json").write_text(json.dumps(known))
    catalogue = {"type": "Catalog", "stac_version": "1.1.0", "id": "c", "description": "scenes"}
    catalogue["links"] = [{"rel": "item", "href": "./item.json"}]
    (folder / "catalog.json").write_text(json.dumps(catalogue))
    with stac_server(folder, []) as (address, _asked):
        done = import_scenes(WHO, f"{address}/catalog.json", engine)
    assert len(done.stored) == 1
    assert [(one.file, one.code) for one in done.refused] == [("secret.tif", "scene.not_fetched")]


def test_the_web_is_not_asked_where_no_project_has_a_site(engine: Engine) -> None:
    with pytest.raises(BadInput) as refused:
        import_scenes(WHO, "http://127.0.0.1:9/stac", engine)
    assert refused.value.code == "scene.no_sites"


@pytest.mark.parametrize(
    ("place", "kind", "code"),
    [
        ("{tmp}/nothing", SceneError, "scene.missing"),
        ("{tmp}", BadInput, "scene.none_found"),
    ],
)
def test_places_without_images(engine: Engine, tmp_path: Path, place: str, kind: type[Exception], code: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(kind) as refused:
        import_scenes(WHO, Path(place.replace("{tmp}", str(tmp_path / "empty"))), engine)
    assert refused.value.code == code


def photo(path: Path, lon: float, lat: float) -> Path:
    exif = Image.Exif()
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2025:05:11 10:30:00"
    parts = [(value // 1, value % 1 * 60 // 1, round(value % 1 * 60 % 1 * 60, 3)) for value in (lat, lon)]
    exif.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: parts[0], 3: "E", 4: parts[1]})
    Image.new("RGB", (32, 24), "brown").save(path, exif=exif)
    return path


def test_a_photo_goes_to_the_project_at_whose_site_it_was_taken(engine: Engine, tmp_path: Path) -> None:
    project_id = add_project(engine)
    folder = quiet_scenes(tmp_path / "in")
    photo(folder / "gate.jpg", SITE.centroid.x, SITE.centroid.y)
    photo(folder / "far.jpg", SITE.centroid.x + 1, SITE.centroid.y)
    done = import_scenes(WHO, folder, engine)
    assert done.photos == (project_id,)
    assert [(one.file, one.code) for one in done.refused] == [("far.jpg", "photo.no_site")]
    with Session(engine) as session:
        [document] = session.scalars(select(Document))
        assert (document.project_id, document.checks[0]) == (project_id, "photo.inside_site")
    add_project(engine, "隔壁园")
    photo(folder / "gate.jpg", SITE.centroid.x, SITE.centroid.y + 1e-5)
    assert import_scenes(WHO, folder / "gate.jpg", engine).refused[0].code == "photo.several_sites"
