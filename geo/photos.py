"""现场照片 dated photographs with a GPS place in their EXIF."""

import io
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from geo._metadata import moment_in
from geo.errors import SceneError
from geo.scenes import sha256_of

HEIC = (".heic", ".heif")
PHOTO_SUFFIXES = (".jpg", ".jpeg", *HEIC)


@dataclass(frozen=True)
class Photo:
    """现场照片 one photograph: where and when its camera says it was taken.

    Attributes
    ----------
    lon, lat : float
        Degrees in WGS 84 (a camera's GPS knows no other datum).
    taken_at : datetime
        Camera clock, with its offset where the EXIF has one and as UTC otherwise.
    sha256 : str
        Checksum of the file.
    """

    path: Path
    lon: float
    lat: float
    taken_at: datetime
    sha256: str


def read_photo(path: Path) -> Photo:
    """读取照片 place and time of a photograph from its EXIF (CIPA DC-008, GPS and Exif IFDs).

    Raises
    ------
    SceneError
        ``photo.heic``, ``photo.broken``, ``photo.no_place`` or ``photo.no_time``.
    """
    if path.suffix.lower() in HEIC:
        raise SceneError("photo.heic", file=path.name)
    try:
        with Image.open(path) as image:
            place, moment = camera_says(image)
    except (UnidentifiedImageError, OSError, SyntaxError) as error:
        raise SceneError("photo.broken", file=path.name) from error
    if place is None:
        raise SceneError("photo.no_place", file=path.name)
    if moment is None:
        raise SceneError("photo.no_time", file=path.name)
    return Photo(path, *place, moment, sha256_of(path))


def camera_says(image: Image.Image, clock: tzinfo = UTC) -> tuple[tuple[float, float] | None, datetime | None]:
    """相机记录 place (lon, lat in degrees, WGS 84) and moment (UTC) of an image's EXIF, None where it says none.

    Parameters
    ----------
    image : Image
        Opened; its pixels are not read.
    clock : tzinfo
        Zone of the camera's clock where the EXIF states no offset.
    """
    exif = image.getexif()
    detail = exif.get_ifd(ExifTags.IFD.Exif)
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    lat = _degrees(gps.get(ExifTags.GPS.GPSLatitude), gps.get(ExifTags.GPS.GPSLatitudeRef), 90)
    lon = _degrees(gps.get(ExifTags.GPS.GPSLongitude), gps.get(ExifTags.GPS.GPSLongitudeRef), 180)
    place = None if lat is None or lon is None or (lat, lon) == (0.0, 0.0) else (lon, lat)
    written = str(detail.get(ExifTags.Base.DateTimeOriginal) or exif.get(ExifTags.Base.DateTime) or "")
    offset = str(detail.get(ExifTags.Base.OffsetTimeOriginal) or "")
    moment = moment_in(written + offset) if written else None
    if moment is not None and not offset:
        moment = moment.replace(tzinfo=clock)
    return place, moment.astimezone(UTC) if moment else None


def upright(path: Path, side_px: int) -> bytes:
    """缩小摆正 a photograph as a JPEG of at most so many pixels a side, turned as the camera was held."""
    with Image.open(path) as image:
        image.draft("RGB", (side_px * 2, side_px * 2))
        small = ImageOps.exif_transpose(image).convert("RGB")
    small.thumbnail((side_px, side_px))
    out = io.BytesIO()
    small.save(out, "JPEG", quality=85)
    return out.getvalue()


def _degrees(parts: tuple[float, float, float] | None, reference: str | None, most: float) -> float | None:
    if not parts or not reference:
        return None
    degrees, minutes, seconds = (float(part) for part in parts)
    value = degrees + minutes / 60 + seconds / 3600
    if not abs(value) <= most:  # a camera without a fix writes 0/0, which comes out as not a number
        return None
    return -value if reference in ("S", "W") else value
