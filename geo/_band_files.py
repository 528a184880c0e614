"""分波段文件夹 files of one band each, as Sentinel-2 (SAFE) and Landsat are downloaded, put together as one scene."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from geo._delivery import Delivery, Part, Stated
from geo._items import QA_PIXEL, by_band
from geo._metadata import BASELINE, LANDSAT_8_NAMES, band_name, date_in

SENTINEL_2 = re.compile(
    r"(?P<scene>.*T\d\d[A-Z]{3}_\d{8}T\d{6})_(?P<band>B\d[\dA]|SCL|TCI|AOT|WVP|PVI)(?:_(?P<gsd>\d\d)m)?$"
)
LANDSAT = re.compile(r"(?P<scene>L[CO]0[89]_L\d\w\w_.*_T\d)_(?P<band>(?:SR|ST)_\w+|QA_\w+|B\d+)$")
LANDSAT_LEVEL_2 = Stated(2.75e-5, -0.2, 0.0)
"""reflectance of Landsat Collection 2 Level-2 (USGS LSDS-1619); the files themselves do not say it."""
ASIDE = ("QI_DATA", "AUX_DATA", "__MACOSX")
"""folders of a delivery with masks and tables, no images."""


def scenes_of(paths: Sequence[Path]) -> Iterator[Delivery]:
    """按波段归并 the images of a folder: files of one band each as one scene, every other file by itself."""
    bands: dict[tuple[Path, str], list[Part]] = {}
    others = []
    for path in paths:
        if set(ASIDE) & set(path.parts):
            continue
        if found := _part(path):
            bands.setdefault(found[0], []).append(found[1])
        else:
            others.append(path)
    for (place, scene), parts in bands.items():
        single = by_band(parts)
        if len(single) > 1:
            baseline = ".".join(next(iter(BASELINE.findall(place.as_posix())), ()))
            said = {"PLATFORM": "sentinel-2" if SENTINEL_2.match(f"{scene}_B02") else "landsat"}
            tags = said | ({"PROCESSING_BASELINE": baseline} if baseline else {})
            chosen = tuple(single.values())
            name = Path(f"{scene}.tif")
            yield Delivery(name, date_in(scene), tuple(single), None, chosen, name.name, None, tags)
        else:
            others += [part.path for part in parts]
    yield from (Delivery(path) for path in sorted(others))


def _part(path: Path) -> tuple[tuple[Path, str], Part] | None:
    """The scene that a file belongs to, and the file as its part; None for a file that is an image by itself."""
    if found := SENTINEL_2.match(path.stem):
        band, gsd = found["band"], found["gsd"] or ("60" if found["band"] in ("B01", "B09", "B10") else "10")
        place = path.parent.parent if path.parent.name == f"R{gsd}m" else path.parent
        name = "scl" if band == "SCL" else band_name(band)
        return (place, found["scene"]), Part(f"{band}_{gsd}m", path, None, (name or band,), gsd_m=float(gsd))
    if found := LANDSAT.match(path.stem):
        band = found["band"]
        name = QA_PIXEL if band == "QA_PIXEL" else LANDSAT_8_NAMES.get(band.removeprefix("SR_").lower(), band)
        stated = (LANDSAT_LEVEL_2,) if band.startswith("SR_B") else ()
        return (path.parent, found["scene"]), Part(band, path, None, (name,), stated, 30.0)
    return None
