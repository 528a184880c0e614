"""影像入库 scenes and dated photos into the store: each file once, each whole or not at all."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date
from pathlib import Path
from tempfile import TemporaryDirectory

import shapely
from sqlalchemy import Engine, select

from geo import scenes as images
from geo.deliveries import Delivery, Wanted, fetched, find_images, search_images
from geo.errors import GeoError, SceneError
from geo.photos import read_photo
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

PHOTOS = (".jpg", ".jpeg")
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
) -> Imported:
    """导入影像 take the images and photos of a file, a folder, a STAC catalogue, or of a STAC API by its web address.

    From the web come the scenes that meet a site of the viewer's projects. Each file is a transaction with an audit
    entry of its own: a refused one leaves nothing behind and stops nothing.
    A photo goes into the dossier of the project at whose site its camera says it was taken.

    Raises
    ------
    Refusal
        ``store.not_initialised``; ``scene.no_sites`` for a web address where no project has a site;
        ``scene.none_found``, ``scene.none_offered`` where no image is.
    SceneError
        ``scene.missing`` if the place is not there; ``scene.broken`` for a catalogue that cannot be read;
        ``scene.no_network``, ``scene.no_catalogue`` for a web address.
    """
    store.require_initialised(engine)
    if isinstance(place, str):
        ground = sites(viewer, engine)
        found = _offered(place, ground, options)
    else:
        found = _found(place)
        ground = sites(viewer, engine) if any(isinstance(one, Path) for one in found) else {}
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
                scene_id, new = _delivered(viewer, one, engine, options)
                (stored if new and scene_id not in stored else known).append(scene_id)
        except (GeoError, Refusal) as error:
            refused.append(Refused(path.name, error.code, explain(error)))
    return Imported(tuple(stored), tuple(known), tuple(photos), tuple(refused), options.dry_run)


def _found(place: Path) -> list[Path | Delivery]:
    """Photos as paths, images as deliveries."""
    if place.suffix.lower() in PHOTOS and place.is_file():
        return [place]
    photos = [path for path in sorted(place.rglob("*")) if path.suffix.lower() in PHOTOS] if place.is_dir() else []
    found: list[Path | Delivery] = [*find_images(place), *photos]
    if not found:
        raise BadInput("scene.none_found", place=place.name)
    return found


def _offered(address: str, ground: Mapping[int, Site], options: Options) -> list[Path | Delivery]:
    """What a catalogue on the web has of the sites."""
    if not ground:
        raise BadInput("scene.no_sites")
    boxes = shapely.bounds([site.outline for site in ground.values()])
    found: list[Path | Delivery] = [*search_images(address, Wanted(boxes, options.collections, options.since))]
    if not found:
        raise BadInput("scene.none_offered", address=address)
    return found


def _delivered(viewer: Viewer, found: Delivery, engine: Engine, options: Options) -> tuple[str, bool]:
    """As ``_scene``; a file on the web is fetched for the time being, and only once."""
    if found.address is None:
        return _scene(viewer, found, engine, options)
    with store.reachable(engine) as connection:
        known = connection.scalar(select(Scene.id).where(Scene.source == found.address))
    if known is not None:
        return known, False
    with TemporaryDirectory() as folder:
        return _scene(viewer, fetched(found, Path(folder)), engine, options)


def _scene(viewer: Viewer, found: Delivery, engine: Engine, options: Options) -> tuple[str, bool]:
    """Id of the scene, and whether the store did not know it."""
    taken_on, bands = options.taken_on or found.taken_on, options.bands or found.bands
    read = images.read_scene(found.path, taken_on=taken_on, bands=bands)
    if read.taken_on > store.today():
        raise SceneError("scene.in_the_future", file=found.path.name, day=read.taken_on)
    if options.dry_run:
        images.check_pixels(found.path)
        with store.reachable(engine) as connection:
            there = connection.execute(Scene.__table__.select().where(Scene.id == read.id)).first()
        return read.id, there is None
    scene, _ = images.store_scene(found.path, environment.load().scenes, taken_on=taken_on, bands=bands)
    with store.transaction(engine) as session:
        if session.get(Scene, scene.id) is not None:
            return scene.id, False
        source = found.address or found.path.name
        session.add(_row(viewer, scene, source))
        details = {"scene": scene.id, "sha256": scene.sha256, "file": source, "taken_on": scene.taken_on}
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
