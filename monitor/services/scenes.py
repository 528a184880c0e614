"""影像入库 scenes and dated photos into the store: each file once, each whole or not at all."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import Engine, select

from geo import scenes as images
from geo.deliveries import Delivery, Wanted, files_in, find_images, search_images
from geo.drafts import draft
from geo.errors import GeoError, SceneError
from geo.fetching import Access, Meter, bare, checksum_of, fetched, host_of, reachable, signer_of
from geo.grid import ring_of
from geo.photos import PHOTO_SUFFIXES, read_photo
from monitor import settings as environment
from monitor import store
from monitor.errors import BadInput, Refusal
from monitor.messages import explain
from monitor.model import Viewer
from monitor.queries.sites import Site, sites
from monitor.services import audit, documents
from monitor.services.photo_checks import distance_m, limits
from monitor.tables import Scene
from monitor.terms import DocumentKind

SAMPLE = "示例影像"
"""示例标记 what the description of a made scene begins with; it is shown wherever the scene is."""

Boxes = NDArray[np.float64]
NEAR_DEGREES = 0.05


@dataclass(frozen=True)
class Options:
    """导入选项 date and bands where the files do not say them; ``dry_run`` says what would come and writes nothing.

    ``collections`` and ``since`` narrow what is taken from a catalogue on the web.
    """

    taken_on: date | None = None
    bands: tuple[str, ...] | None = None
    dry_run: bool = False
    collections: tuple[str, ...] = ()
    since: date | None = None


@dataclass(frozen=True)
class Refused:
    """未收文件 a file that was not taken: the code and the sentence that say why."""

    file: str
    code: str
    message: str


@dataclass(frozen=True)
class Imported:
    """导入结果 ids of new scenes and of those known before, the project of each photo, and what was refused."""

    stored: tuple[str, ...]
    known: tuple[str, ...]
    photos: tuple[int, ...]
    refused: tuple[Refused, ...]
    dry_run: bool = False


Track = Callable[[Sequence[Path | Delivery]], Iterable[Path | Delivery]]
"""Wraps the files that are worked through, to show how far it is."""


def import_scenes(
    viewer: Viewer,
    place: Path | str,
    engine: Engine,
    options: Options = Options(),
    track: Track = lambda files: files,
    meter: Meter | None = None,
) -> Imported:
    """导入影像 take the images and photos of a file, a folder, a STAC catalogue, or of a STAC API by its web address.

    From the web come the scenes that meet a site of the viewer's projects, large ones cut to the sites. Each file is a
    transaction with an audit entry of its own: a refused one leaves nothing behind and stops nothing.
    A photo goes into the dossier of the project at whose site its camera says it was taken.

    Raises
    ------
    Refusal
        ``store.not_initialised``; ``scene.no_sites`` for a web address where no project has a site;
        ``scene.none_found``, ``scene.none_offered`` where no image is.
    SceneError
        ``scene.missing`` if the place is not there; ``scene.no_catalogue`` for a catalogue that cannot be read;
        ``scene.no_network``, ``scene.not_allowed``, ``scene.no_catalogue``, ``scene.no_endpoint`` for a web address.
    """
    store.require_initialised(engine)
    access = _access(place, meter)
    if isinstance(place, str):
        ground = sites(viewer, engine)
        found = _offered(place, ground, options, access)
    else:
        found = _found(place)
        ground = sites(viewer, engine) if any(isinstance(one, Path) or one.is_remote for one in found) else {}
    frames = _frames(ground) if any(isinstance(one, Delivery) and one.is_remote for one in found) else None
    stored: list[str] = []
    known: list[str] = []
    photos: list[int] = []
    refused = []
    for one in track(found):
        path = one if isinstance(one, Path) else one.path
        try:
            if isinstance(one, Path):
                photos.append(_photo(viewer, one, engine, ground, options))
            else:
                scene_id, new = _delivered(viewer, one, engine, options, _Web(frames, access))
                (stored if new and scene_id not in stored else known).append(scene_id)
        except (GeoError, Refusal) as error:
            refused.append(Refused(path.name, error.code, explain(error)))
    return Imported(tuple(stored), tuple(known), tuple(photos), tuple(refused), options.dry_run)


def _found(place: Path) -> list[Path | Delivery]:
    """Photos as paths, images as deliveries."""
    if place.suffix.lower() in PHOTO_SUFFIXES and place.is_file():
        return [place]
    photos = files_in(place, PHOTO_SUFFIXES) if place.is_dir() else []
    found: list[Path | Delivery] = [*find_images(place), *photos]
    if not found:
        raise BadInput("scene.none_found", place=place.name)
    return found


@dataclass(frozen=True)
class _Web:
    """What is wanted of files on the web, in degrees, and with what token."""

    frames: Boxes | None
    access: Access


def _access(place: Path | str, meter: Meter | None) -> Access:
    """The token goes to the catalogue's host, and to those that the settings name."""
    told = environment.load()
    own, signer = ((host_of(place),), signer_of(place)) if isinstance(place, str) else ((), "")
    access = Access(told.stac_token, frozenset((*own, *told.stac_token_hosts)), told.s3_endpoint, signer)
    return replace(access, meter=meter) if meter else access


def _frames(ground: Mapping[int, Site]) -> Boxes | None:
    """Boxes around every site and its ring; None where there is no site."""
    return shapely.bounds([ring_of(site.outline) for site in ground.values()]) if ground else None


def _offered(address: str, ground: Mapping[int, Site], options: Options, access: Access) -> list[Path | Delivery]:
    """What a catalogue on the web has of the sites."""
    if not ground:
        raise BadInput("scene.no_sites")
    address = reachable(address, bare(address), access)
    boxes = shapely.bounds([site.outline for site in ground.values()])
    found: list[Path | Delivery] = [*search_images(address, Wanted(boxes, options.collections, options.since), access)]
    if not found:
        raise BadInput("scene.none_offered", address=bare(address))
    return found


def _delivered(viewer: Viewer, found: Delivery, engine: Engine, options: Options, web: _Web) -> tuple[str, bool]:
    """As ``_scene``; what has to be fetched or put together is made for the time being, and only once."""
    boxes = web.frames if found.is_remote else None
    if boxes is not None and found.footprint is not None:
        boxes = boxes[shapely.intersects(shapely.box(*boxes.T), found.footprint)]
    known, boxes = _known(found, boxes, engine)
    if known is not None:
        return known, False
    try:
        with TemporaryDirectory() if options.dry_run else draft(environment.load().scenes) as folder:
            return _scene(viewer, fetched(found, Path(folder), boxes, web.access), engine, options)
    except OSError as error:
        raise SceneError("scene.not_kept", file=found.path.name) from error


def _known(found: Delivery, boxes: Boxes | None, engine: Engine) -> tuple[str | None, Boxes | None]:
    """Id of a stored scene that shows all that is wanted, else None; and those of the boxes that none shows."""
    checksum = checksum_of(found)
    if checksum is None and not found.is_remote:
        return None, boxes
    wanted = Scene.source == found.source if checksum is None else Scene.sha256 == checksum
    with store.reachable(engine) as connection:
        ids = connection.scalars(select(Scene.id).where(wanted).order_by(Scene.imported_at)).all()
    for scene_id in ids:
        cut = images.cut_boxes(environment.load().scenes / f"{scene_id}.json")
        if cut is None or boxes is None:
            return scene_id, boxes
        boxes = boxes[[not _shows(cut, box) for box in boxes]]
        if not len(boxes):
            return scene_id, boxes
    return None, boxes


def _shows(cut: Boxes, box: Boxes) -> bool:
    """Whether one of the boxes that a scene was cut to contains another."""
    return bool(np.any(np.all(cut[:, :2] <= box[:2], axis=1) & np.all(cut[:, 2:] >= box[2:], axis=1)))


def _scene(viewer: Viewer, found: Delivery, engine: Engine, options: Options) -> tuple[str, bool]:
    """Id of the scene, and whether the store did not know it."""
    taken_on, bands = options.taken_on or found.taken_on, options.bands or found.bands
    checksum = found.origin.sha256 if found.origin else None
    read = images.read_scene(found.path, taken_on=taken_on, bands=bands, sha256=checksum)
    if read.taken_on > store.today():
        raise SceneError("scene.in_the_future", file=found.path.name, day=read.taken_on)
    if options.dry_run:
        images.check_pixels(found.path)
        with store.reachable(engine) as connection:
            there = connection.execute(Scene.__table__.select().where(Scene.id == read.id)).first()
        return read.id, there is None
    folder = environment.load().scenes
    scene, _ = images.store_scene(found.path, folder, taken_on=taken_on, bands=bands, origin=found.origin)
    with store.transaction(engine) as session:
        if session.get(Scene, scene.id) is not None:
            return scene.id, False
        source = found.source or found.path.name
        session.add(_row(viewer, scene, source))
        details = {"scene": scene.id, "sha256": scene.sha256, "file": source, "taken_on": scene.taken_on}
        if found.origin:
            details["sha256_of"] = found.origin.sha256_of
        audit.record(session, viewer.name, "scene.imported", None, details)
    return scene.id, True


def _row(viewer: Viewer, scene: images.Scene, source: str) -> Scene:
    west, south, east, north = scene.bounds
    return Scene(
        id=scene.id,
        taken_at=scene.taken_at.astimezone(UTC).replace(tzinfo=None),
        bands=list(scene.bands),
        bands_assumed=scene.bands_assumed,
        scale=scene.scale,
        offset=scene.offset,
        gsd_m=scene.gsd_m,
        crs=scene.crs,
        west=west,
        south=south,
        east=east,
        north=north,
        sha256=scene.sha256,
        path=str(scene.path.relative_to(environment.load().home)),
        source=source,
        description=scene.description,
        is_sample=scene.description.startswith(SAMPLE),
        imported_by=viewer.name,
        imported_at=store.now(),
    )


def _photo(viewer: Viewer, path: Path, engine: Engine, ground: dict[int, Site], options: Options) -> int:
    """Project into whose dossier a photo goes."""
    photo = read_photo(path)
    project_id = _project_at((photo.lon, photo.lat), ground, path)
    if not options.dry_run:
        upload = documents.Upload(path.name, path.read_bytes(), DocumentKind.PROGRESS_PHOTO)
        documents.add_document(viewer, project_id, upload, engine)
    return project_id


def _project_at(place: tuple[float, float], ground: dict[int, Site], path: Path) -> int:
    """The one project within whose reach a place lies; inside an outline comes before beside one."""
    near = {
        number: distance_m(place, site.outline)
        for number, site in ground.items()
        if shapely.dwithin(site.outline, shapely.Point(place), NEAR_DEGREES)
    }
    inside = [number for number, metres in near.items() if metres == 0]
    reach = inside or [number for number, metres in near.items() if metres <= limits()["far_from_site_m"]]
    if len(reach) != 1:
        code = "photo.several_sites" if reach else "photo.no_site"
        raise BadInput(code, file=path.name, count=len(reach), limit_m=limits()["far_from_site_m"])
    return reach[0]
