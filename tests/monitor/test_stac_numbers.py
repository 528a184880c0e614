"""What an item says of the numbers of one file with many bands: factor, offset and no-data, in STAC 1.0 and 1.1."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
import shapely
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from geo.errors import SceneError
from geo.scenes import sha256_of
from monitor import settings
from monitor.errors import BadInput
from monitor.messages import explain
from monitor.model import Viewer
from monitor.services.scenes import import_scenes
from monitor.tables import Scene
from monitor.terms import Role
from tests.geo.made_scenes import ground, write
from tests.monitor.imagery_sites import BEFORE, GSD_M, SIDE_PX, SITE, add_project
from tests.monitor.stac_server import stac_server

WHO = Viewer("影像管理员", Role.OPERATOR)
NAMES = ("blue", "green", "red", "nir")


def item(file: str, day: date, **asset: Any) -> dict[str, Any]:
    west, south, east, north = shapely.buffer(SITE, 0.003).bounds
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {
        "type": "Feature",
        "stac_version": asset.pop("version", "1.0.0"),
        "id": file.partition(".")[0],
        "geometry": {"type": "Polygon", "coordinates": [ring]},
        "bbox": [west, south, east, north],
        "properties": {"datetime": f"{day}T03:00:00Z"},
        "assets": {"image": {"href": f"./{file}", "type": "image/tiff", "roles": ["data"], **asset}},
        "links": [],
    }


def bands(**numbers: Any) -> dict[str, Any]:
    """As STAC 1.0 says it: names by the eo extension, numbers by the raster extension."""
    return {"eo:bands": [{"common_name": name} for name in NAMES], "raster:bands": [dict(numbers) for _ in NAMES]}


def held(engine: Engine) -> Scene:
    with Session(engine) as session:
        return session.scalars(select(Scene)).one()


@pytest.mark.parametrize(
    ("version", "said"),
    [
        ("1.0.0", bands(scale=2.75e-5, offset=-0.2, nodata=7)),
        (
            "1.1.0",
            {
                "nodata": 7,
                "bands": [{"eo:common_name": name, "raster:scale": 2.75e-5, "raster:offset": -0.2} for name in NAMES],
            },
        ),
    ],
)
def test_factor_offset_and_nodata_of_one_file(engine: Engine, tmp_path: Path, version: str, said: Any) -> None:
    numbers = (ground(SIDE_PX, SIDE_PX) + 0.2) / 2.75e-5
    numbers[:, :, :30] = 7
    path = write(tmp_path / "a.tif", numbers, GSD_M, scale=1, names=None)
    (tmp_path / "item.json").write_text(json.dumps(item("a.tif", BEFORE, version=version, **said)))
    done = import_scenes(WHO, tmp_path / "item.json", engine)
    assert (len(done.stored), done.refused) == (1, ())
    row = held(engine)
    assert (tuple(row.bands), row.scale, row.offset) == (NAMES, 2.75e-5, -0.2)
    assert (row.sha256, row.taken_at.date()) == (sha256_of(path), BEFORE)
    with rasterio.open(settings.load().home / row.path) as kept:
        assert kept.nodata == 7
        assert kept.dataset_mask()[:, :30].max() == 0
    again = import_scenes(WHO, tmp_path / "item.json", engine)
    assert (again.stored, again.known) == ((), done.stored)


def test_bands_of_one_file_that_differ_become_reflectance(engine: Engine, tmp_path: Path) -> None:
    land = ground(SIDE_PX, SIDE_PX)
    numbers = np.stack([band / factor for band, factor in zip(land, (1e-4, 1e-4, 1e-4, 2e-4), strict=True)])
    write(tmp_path / "a.tif", numbers, GSD_M, scale=1, names=None)
    said = bands(scale=1e-4, offset=0)
    said["raster:bands"][3] = {"scale": 2e-4, "offset": 0}
    (tmp_path / "item.json").write_text(json.dumps(item("a.tif", BEFORE, **said)))
    assert import_scenes(WHO, tmp_path / "item.json", engine).refused == ()
    row = held(engine)
    with rasterio.open(settings.load().home / row.path) as kept:
        found = kept.read() * row.scale + row.offset
    assert np.abs(found - land).max() < 2e-4


def test_an_item_that_describes_other_bands_is_refused_and_nothing_kept(engine: Engine, tmp_path: Path) -> None:
    write(tmp_path / "a.tif", ground(SIDE_PX, SIDE_PX), GSD_M)
    said = {"raster:bands": [{"scale": 1e-4}, {"scale": 2e-4}]}
    (tmp_path / "item.json").write_text(json.dumps(item("a.tif", BEFORE, **said)))
    done = import_scenes(WHO, tmp_path / "item.json", engine)
    assert [(one.file, one.code) for one in done.refused] == [("a.tif", "scene.band_count")]
    assert not any(settings.load().scenes.rglob("*"))


def test_what_is_said_holds_for_files_on_the_web_too(engine: Engine, tmp_path: Path) -> None:
    add_project(engine)
    numbers = (ground(SIDE_PX, SIDE_PX) + 0.2) / 2.75e-5
    write(tmp_path / "a.tif", numbers, GSD_M, scale=1, names=None)
    (tmp_path / "one.json").write_text(json.dumps(item("a.tif", BEFORE, **bands(scale=2.75e-5, offset=-0.2))))
    links = [{"rel": "item", "href": "./one.json"}]
    catalogue = {"type": "Catalog", "stac_version": "1.0.0", "id": "c", "description": "scenes", "links": links}
    (tmp_path / "catalog.json").write_text(json.dumps(catalogue))
    told: list[tuple[str, int | None]] = []
    with stac_server(tmp_path, []) as (address, _asked):
        from geo.fetching import unmetered

        def meter(name: str, size: int | None) -> Any:
            told.append((name, size))
            return unmetered(name, size)

        done = import_scenes(WHO, f"{address}/catalog.json", engine, meter=meter)
    assert (len(done.stored), done.refused) == (1, ())
    assert (held(engine).scale, held(engine).offset) == (2.75e-5, -0.2)
    assert told == [("a.tif", (tmp_path / "a.tif").stat().st_size)], "its size is said while it comes"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", "scene.no_catalogue"),
        ('{"hello": 1}', "scene.no_catalogue"),
        ('{"type": "FeatureCollection", "features": []}', "scene.none_found"),
        (json.dumps(item("a.tif", BEFORE, **{"raster:bands": [{"scale": "x"}]})), "scene.item_numbers"),
        (json.dumps(item("a.tif", BEFORE) | {"geometry": {"type": "Blob"}}), "scene.no_catalogue"),
        (
            '{"type":"Catalog","stac_version":"1.0.0","id":"c","description":"d","links":[{"rel":"item","href":"./x.json"}]}',
            "scene.missing",
        ),
    ],
)
def test_what_is_no_catalogue_has_a_sentence(engine: Engine, tmp_path: Path, text: str, code: str) -> None:
    (tmp_path / "c.json").write_text(text)
    with pytest.raises((SceneError, BadInput)) as refused:
        import_scenes(WHO, tmp_path / "c.json", engine)
    assert refused.value.code == code
    assert explain(refused.value).endswith("\u3002")


def test_a_saved_search_result_is_a_catalogue(engine: Engine, tmp_path: Path) -> None:
    write(tmp_path / "a.tif", ground(SIDE_PX, SIDE_PX), GSD_M)
    one = item("a.tif", BEFORE)
    one["assets"]["image"]["href"] = str(tmp_path / "a.tif")
    (tmp_path / "found.json").write_text(json.dumps({"type": "FeatureCollection", "features": [one]}))
    assert len(import_scenes(WHO, tmp_path / "found.json", engine).stored) == 1
