"""影像元数据 what a raster file says of itself: when it was taken, which band is which, its scale."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
from rasterio.enums import ColorInterp

from geo.errors import SceneError

DATE_TAGS = (
    "ACQUISITION_DATE",
    "ACQUISITIONDATE",
    "ACQUISITIONDATETIME",
    "DATE_ACQUIRED",
    "PRODUCT_START_TIME",
    "SENSING_TIME",
    "DATATAKE_1_DATATAKE_SENSING_START",
    "DATETIME",
    "DATE",
    "CENTERTIME",
    "RECEIVETIME",
)
"""metadata keys that hold the time of taking, the surest first (Sentinel-2, Landsat MTL, Gaofen XML, STAC)."""

SIDECAR_TIME = re.compile(r"<(?:CenterTime|ReceiveTime|StartTime|SENSING_TIME)>\s*([^<]+?)\s*</", re.IGNORECASE)
WRITTEN_DATE = re.compile(
    r"(?<!\d)(19[89]\d|20\d\d)"
    r"(?:[-_:./年]?(0[1-9]|1[0-2])[-_:./月]?(0[1-9]|[12]\d|3[01])(?!\d)"
    r"|([-_:./年])(1[0-2]|0?[1-9])[-_:./月](3[01]|[12]\d|0?[1-9])(?!\d)"
    r"|(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?=(?:[01]\d|2[0-3])[0-5]\d[0-5]\d(?!\d)))"
)
"""a day with or without separators (20240305, 2024-3-5, 2024年3月5日), and one whose time follows (20240305103015)."""
BASELINE = re.compile(r"_N(\d{2})(\d{2})_")
SENTINEL_OFFSET_FROM = date(2022, 1, 25)
"""first day of Sentinel-2 processing baseline 04.00, which adds 1000 to every number (ESA, S2 PDGS 04.00 note)."""

DARKEST = -0.02
"""reflectance below which no ground lies; over deep shadow and water atmospheric correction may go a little below 0."""

STRETCHED, EIGHT_BITS = 20_000, 255
"""16-bit numbers that as reflectance x 10 000 no ground reaches, and that hardly any stays under."""

COMMON_NAMES = {
    "blue": ("b02", "b2", "blue", "蓝"),
    "green": ("b03", "b3", "green", "绿"),
    "red": ("b04", "b4", "red", "红"),
    "nir": ("b08", "b8", "b8a", "nir", "nir08", "near infrared", "nearinfrared", "近红外"),
    "rededge": ("b05", "b5", "rededge", "red edge", "红边"),
    "swir1": ("b11", "swir1", "swir16", "swir"),
    "swir2": ("b12", "swir2", "swir22"),
    "scl": ("scl", "scene classification"),
    "alpha": ("alpha", "mask"),
    "grey": ("pan", "panchromatic", "grey", "gray", "全色"),
}
"""STAC common band name -> what producers write for it (Sentinel-2 numbers; Gaofen writes the words)."""

UNUSED = re.compile(r"band\d+|height")
LANDSAT_8_NAMES = {"b2": "blue", "b3": "green", "b4": "red", "b5": "nir", "b6": "swir1", "b7": "swir2"}
BY_INTERPRETATION = {
    ColorInterp.red: "red",
    ColorInterp.green: "green",
    ColorInterp.blue: "blue",
    ColorInterp.alpha: "alpha",
}
CONVENTIONS: Mapping[int, tuple[str, ...]] = {
    1: ("grey",),
    3: ("red", "green", "blue"),
    4: ("blue", "green", "red", "nir"),
}
"""band order where the file says nothing: 3 as a photograph, 4 as Gaofen, ZY-3, Cartosat and PlanetScope deliver it."""


def date_in(text: str) -> date | None:
    """文本中的日期 first calendar date written in a text (20240501, 2024-5-1, 2024年5月1日 ...), or None."""
    for found in WRITTEN_DATE.finditer(text):
        year, month, day = (int(part) for part in found.groups() if part and part.isdigit())
        try:
            return date(year, month, day)
        except ValueError:
            continue
    return None


def moment_in(text: str) -> datetime | None:
    """文本中的时刻 moment written in a text, in UTC; midnight where only the day stands there."""
    cleaned = text.strip().replace("Z", "+00:00")
    cleaned = re.sub(r"^(\d{4}):(\d{2}):(\d{2})", r"\1-\2-\3", cleaned)
    try:
        moment = datetime.fromisoformat(cleaned)
    except ValueError:
        day = date_in(text)
        return datetime(day.year, day.month, day.day, tzinfo=UTC) if day else None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def taken_at(path: Path, tags: Mapping[str, str]) -> datetime:
    """拍摄时间 when the image was taken: metadata tag, sidecar XML, file name, and last TIFF's own time stamp.

    Parameters
    ----------
    path : Path
        The file; its name and a sidecar ``<stem>.xml`` beside it are read.
    tags : Mapping[str, str]
        The dataset's metadata.

    Raises
    ------
    SceneError
        ``scene.no_date`` if nothing says it; nothing is guessed from the file's modification time.
    """
    upper = {key.upper(): value for key, value in tags.items()}
    written = [upper[key] for key in DATE_TAGS if key in upper]
    sidecar = path.with_suffix(".xml")
    if sidecar.is_file():
        written += SIDECAR_TIME.findall(sidecar.read_text(encoding="utf-8", errors="replace"))
    written += [path.name, upper.get("TIFFTAG_DATETIME", "")]
    for text in written:
        moment = moment_in(text)
        if moment and moment.year >= 1972:
            return moment
    raise SceneError("scene.no_date", file=path.name)


AROUND_A_NAME = re.compile(r"^(波段|band|通道|channel) ?\d*(?=\W|[^\x00-\x7f]|$)|(光?波段|band)\)?$")
"""what producers write around the name of a band."""


def band_name(written: str | None) -> str | None:
    """波段通用名 STAC common name of a band from what its producer wrote, or None."""
    if not written:
        return None
    text = written.strip().lower().replace("_", " ")
    known = {alias: name for name, aliases in COMMON_NAMES.items() for alias in (name, *aliases)}
    bare = AROUND_A_NAME.sub("", text).strip(" :-()\uff1a\uff08\uff09") or text
    for said in (text, bare):
        if said in known:
            return known[said]
    ends = (" ", ",", "(")
    begun = [
        alias for alias in known if any(said.startswith(tuple(alias + end for end in ends)) for said in (text, bare))
    ]
    return known[max(begun, key=len)] if begun else None


def told_names(path: Path, told: Sequence[str]) -> tuple[str, ...]:
    """指明的波段 common names of the bands as a person told them, in English or in Chinese; ``band<n>`` is of no use.

    Raises
    ------
    SceneError
        ``scene.band_unknown`` for a name that nothing is known by.
    """
    names = []
    for said in told:
        name = band_name(said) or (said.strip().lower() if UNUSED.fullmatch(said.strip().lower()) else None)
        if name is None:
            raise SceneError("scene.band_unknown", file=path.name, band=said.strip(), known="、".join(COMMON_NAMES))
        names.append(name)
    return tuple(names)


def band_names(
    path: Path, descriptions: Sequence[str | None], interpretation: Sequence[ColorInterp], landsat: bool = False
) -> tuple[tuple[str, ...], bool]:
    """波段次序 common name of every band, and whether it had to be taken from convention.

    Returns
    -------
    names : tuple[str, ...]
        One name a band; bands of no use here are called ``"band<n>"``.
    assumed : bool
        True if the file said nothing and the producers' usual order was taken.

    Raises
    ------
    SceneError
        ``scene.no_bands`` if neither the file nor a convention says which band is which, or if two are called alike.
    """
    names = [_one_name(text, colour, landsat) for text, colour in zip(descriptions, interpretation, strict=True)]
    if any(names.count(name) > 1 for name in ("red", "green", "blue")):
        raise SceneError("scene.no_bands", file=path.name, count=len(names))
    names = [name if name not in names[:place] else None for place, name in enumerate(names)]  # B8A beside B8
    if len({"red", "green", "blue"} & set(names)) == 3 or names == ["grey"]:
        return tuple(name or f"band{place}" for place, name in enumerate(names, 1)), False
    alpha = [place for place, name in enumerate(names) if name == "alpha"]
    order = CONVENTIONS.get(len(names) - len(alpha))
    told = [name for name in names if name not in (None, "alpha", "grey")]
    if order is None or told:
        raise SceneError("scene.no_bands", file=path.name, count=len(names))
    rest = iter(order)
    return tuple("alpha" if place in alpha else next(rest) for place in range(len(names))), True


def _one_name(text: str | None, colour: ColorInterp, landsat: bool) -> str | None:
    if landsat and text and text.lower() in LANDSAT_8_NAMES:
        return LANDSAT_8_NAMES[text.lower()]
    return band_name(text) or BY_INTERPRETATION.get(colour)


def reflectance_scale(
    path: Path, dtype: str, tags: Mapping[str, str], taken_on: date, sample: np.ndarray
) -> tuple[float, float]:
    """反射率换算 factor and offset: reflectance = number x factor + offset.

    Parameters
    ----------
    path : Path
        The file; its name may carry the processing baseline.
    dtype : str
        Data type of the colour bands.
    tags : Mapping[str, str]
        The dataset's metadata.
    taken_on : date
        Day of taking.
    sample : ndarray of any shape
        Valid numbers of the colour bands, from an overview.

    Notes
    -----
    Sentinel-2 since baseline 04.00 (2022-01-25) has 1000 added; a number below 1000 in most of the scene says the
    producer took it off again. whole numbers of other satellites and floats above 2 are taken as reflectance x 10 000,
    but those of which more than a hundredth would reflect twice the light are a picture stretched over all 16 bits, and
    those of which hardly any reaches 2.5 % one of 8 bits.
    Numbers of uncalibrated images keep their ratio, which is all that the ring-normalised evidence needs.
    """
    if dtype == "uint8":
        return 1 / 255, 0.0
    if np.issubdtype(np.dtype(dtype), np.floating):
        top = float(np.percentile(sample, 99)) if sample.size else 1.0
        if top <= 2.0:
            return 1.0, 0.0
        return (1 / 255, 0.0) if top <= 255 else (1e-4, 0.0)
    if is_sentinel_2(path, tags) and _has_offset(path, tags, taken_on, sample):
        return 1e-4, -0.1
    top = float(np.percentile(sample, 99)) if sample.size else 1e4
    if top > STRETCHED:
        return 1 / 65535, 0.0
    return (1 / 255, 0.0) if top <= EIGHT_BITS and not is_sentinel_2(path, tags) else (1e-4, 0.0)


def stated_scale(
    path: Path, tags: Mapping[str, str], stated: tuple[float, float], sample: np.ndarray
) -> tuple[float, float]:
    """写明的换算 factor and offset as a file or its catalogue states them, unless the numbers speak against it.

    Catalogues of Sentinel-2 state the offset of baseline 04.00 also where the producer has taken it off: the ground
    would come out darker than black.
    """
    scale, offset = stated
    wrong = is_sentinel_2(path, tags) and offset < 0 and _is_below_black(sample, scale, offset)
    return (scale, 0.0) if wrong else stated


def _is_below_black(sample: np.ndarray, scale: float, offset: float) -> bool:
    return bool(sample.size) and float(np.percentile(sample, 2)) * scale + offset < DARKEST


def is_sentinel_2(path: Path, tags: Mapping[str, str]) -> bool:
    """是否哨兵二号 whether the file's name or metadata calls it Sentinel-2."""
    text = " ".join([path.name, *(str(value) for key, value in tags.items() if "CRAFT" in key.upper())])
    said = tags.get("PLATFORM", tags.get("platform", ""))
    return bool(re.search(r"S2[ABC]?_|SENTINEL-?2", f"{text} {said} {tags.get('PRODUCT_URI', '')}", re.IGNORECASE))


def _has_offset(path: Path, tags: Mapping[str, str], taken_on: date, sample: np.ndarray) -> bool:
    written = tags.get("PROCESSING_BASELINE") or ".".join(_first(BASELINE.findall(path.name)))
    try:
        from_baseline: bool | None = float(written) >= 4.0
    except ValueError:
        from_baseline = None
    if from_baseline is not None:
        return from_baseline and not _is_below_black(sample, 1e-4, -0.1)
    low = float(np.percentile(sample, 2)) if sample.size else 0.0
    return taken_on >= SENTINEL_OFFSET_FROM and low >= 1000


def _first(found: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    return next(iter(found), ())
