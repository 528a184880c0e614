"""Folders of one file a band, as downloads of the archives unpack: one scene, and nothing of what is beside it."""

import os
import resource
import shutil
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from geo import _composing
from geo.deliveries import Delivery, find_images
from geo.errors import SceneError
from geo.fetching import fetched
from geo.scenes import read_scene, store_scene
from tests.geo.made_scenes import ground, write

LAND = ground(120, 120)
NUMBERS = {"B02": 0, "B03": 1, "B04": 2, "B08": 3}


def sentinel_2(folder: Path) -> Path:
    """A product as it is unpacked: bands by resolution, quality masks, and the picture to look at."""
    inside = (
        folder / "S2A_MSIL2A_20240306T030541_N0510_R075_T49SFA_20240306T060000.SAFE" / "GRANULE" / "L2A" / "IMG_DATA"
    )
    name = "T49SFA_20240306T030541"
    for sub in ("R10m", "R20m"):
        (inside / sub).mkdir(parents=True)
    for band, place in NUMBERS.items():
        write(inside / "R10m" / f"{name}_{band}_10m.tif", LAND[place : place + 1] + 0.1, 10.0, names=None)
        write(inside / "R20m" / f"{name}_{band}_20m.tif", LAND[place : place + 1, ::2, ::2] + 0.1, 20.0, names=None)
    for other in ("TCI", "AOT", "WVP"):
        write(inside / "R10m" / f"{name}_{other}_10m.tif", LAND[:1], 10.0, names=None)
    classes = np.full((1, 60, 60), 4.0, np.float32)
    write(inside / "R20m" / f"{name}_SCL_20m.tif", classes, 20.0, dtype="uint8", scale=1, names=None)
    (inside.parent / "QI_DATA").mkdir()
    write(inside.parent / "QI_DATA" / "MSK_CLDPRB_20m.tif", LAND[:1], 20.0, names=None)
    return folder


def test_a_sentinel_2_product_is_one_scene(tmp_path: Path) -> None:
    [found] = find_images(sentinel_2(tmp_path / "in"))
    assert (found.bands, found.taken_on) == (("blue", "green", "red", "nir", "scl"), date(2024, 3, 6))
    assert {part.path.parent.name for part in found.parts[:4]} == {"R10m"}
    (tmp_path / "work").mkdir()
    made = fetched(found, tmp_path / "work")
    scene, new = store_scene(made.path, tmp_path / "kept", taken_on=made.taken_on, bands=made.bands, origin=made.origin)
    assert (new, scene.gsd_m, scene.scale, scene.offset) == (True, 10.0, 1e-4, -0.1)


def test_a_landsat_product_is_one_scene_in_reflectance(tmp_path: Path) -> None:
    name = "LC09_L2SP_124035_20240315_20240317_02_T1"
    for band, place in {"SR_B2": 0, "SR_B3": 1, "SR_B4": 2, "SR_B5": 3}.items():
        numbers = (LAND[place : place + 1] + 0.2) / 2.75e-5 / 10_000
        write(tmp_path / f"{name}_{band}.TIF", numbers, 30.0, names=None)
    for other in ("ST_B10", "QA_RADSAT", "SR_B1"):
        write(tmp_path / f"{name}_{other}.TIF", LAND[:1], 30.0, names=None)
    clear = np.full((1, 120, 120), 64.0, np.float32)
    write(tmp_path / f"{name}_QA_PIXEL.TIF", clear, 30.0, scale=1, names=None)
    [found] = find_images(tmp_path)
    assert (found.bands, found.taken_on) == (("blue", "green", "red", "nir", "scl"), date(2024, 3, 15))
    (tmp_path / "work").mkdir()
    made = fetched(found, tmp_path / "work")
    scene = read_scene(made.path, taken_on=made.taken_on, bands=made.bands)
    assert (scene.scale, scene.offset) == (2.75e-5, -0.2)


def test_a_band_that_was_not_delivered_is_named(tmp_path: Path) -> None:
    folder = sentinel_2(tmp_path / "in")
    for path in folder.rglob("*_B03_*"):
        path.unlink()
    [found] = find_images(folder)
    with pytest.raises(SceneError) as refused:
        fetched(found, tmp_path)
    assert (refused.value.code, refused.value.params["bands"]) == ("scene.bands_missing", "green")


def test_files_that_systems_leave_are_not_looked_at(tmp_path: Path) -> None:
    image = write(tmp_path / "a_20240501.tif", LAND, 10.0)
    (tmp_path / "__MACOSX").mkdir()
    for beside in ("._a_20240501.tif", "__MACOSX/a_20240501.tif"):
        (tmp_path / beside).write_bytes(b"\0\5\x16\7")
    for beside in ("Thumbs.db", "a_20240501.tif.aux.xml", "a_20240501.tif.ovr"):
        (tmp_path / beside).write_bytes(b"x")
    shutil.copy(image, tmp_path / "b.zip")
    assert [found.path.name for found in find_images(tmp_path)] == ["a_20240501.tif", "b.zip"]


def large(folder: Path) -> Delivery:
    """Four bands of half a megabyte each, in files of their own."""
    land = ground(500, 500)
    inside = folder / "S2A_MSIL2A_20240306T030541_N0510_R075_T49SFA_20240306T060000.SAFE" / "GRANULE"
    inside.mkdir(parents=True)
    for band, place in NUMBERS.items():
        write(inside / f"T49SFA_20240306T030541_{band}_10m.tif", land[place : place + 1] + 0.1, 10.0, names=None)
    [found] = find_images(folder)
    (folder / "work").mkdir()
    return found


@pytest.mark.parametrize("share", [0.005, 0.4, 0.99])
def test_a_full_disk_while_bands_are_put_together_is_no_broken_image(tmp_path: Path, share: float) -> None:
    found = large(tmp_path)
    whole = fetched(found, tmp_path / "work").path
    needed = whole.stat().st_size
    whole.unlink()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(share * needed), limits[1]))
    try:
        with pytest.raises(SceneError, match=r"scene\.not_kept"):
            fetched(found, tmp_path / "work")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def test_a_file_that_gdal_closed_without_a_word_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last blocks are written on closing, where GDAL tells nobody that the disk did not take them."""
    found = large(tmp_path)
    close = ExitStack.__exit__

    def losing(stack: ExitStack, *raised: object) -> object:
        done = close(stack, *raised)
        for written in (tmp_path / "work").iterdir():
            os.truncate(written, written.stat().st_size // 2)
        return done

    monkeypatch.setattr(_composing, "ExitStack", type("Losing", (ExitStack,), {"__exit__": losing}))
    with pytest.raises(SceneError, match=r"scene\.not_kept"):
        fetched(found, tmp_path / "work")


def test_of_bands_in_files_of_their_own_the_broken_one_is_named(tmp_path: Path) -> None:
    found = large(tmp_path)
    broken = found.parts[2].path
    os.truncate(broken, broken.stat().st_size // 2)
    with pytest.raises(SceneError, match=r"scene\.broken") as refused:
        fetched(found, tmp_path / "work")
    assert refused.value.params["file"] == broken.name
