"""项目影像 all that imagery says of one project: scenes, inspections, decisions, problems, beside the reports."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
import shapely
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.orm import Session

from geo.grid import ring_of
from geo.scenes import HEIGHT
from monitor import rules, store
from monitor import settings as environment
from monitor.errors import NotFound
from monitor.messages import reason
from monitor.model import Viewer
from monitor.queries import reported
from monitor.queries.inspection_agenda import shown_by
from monitor.queries.scope import in_scope
from monitor.queries.sites import sites
from monitor.tables import Document, Inspection, InspectionDecision, Problem, Project, Scene
from monitor.workflow.escalation import notes

TILES = "/palmmap/tiles"
PICTURES = "/palmmap/inspections"
PHOTOS = "/palmmap/photos"
ALWAYS = ("before", "after", "works")
"""必有图片 pictures that every inspection has, besides one a figure."""

PHOTO = ("id", "file_name", "media_type", "sha256", "taken_at", "lon", "lat", "checks")
"""照片列 columns of a photo that came with a decision; ``checks`` is what its own place and moment say."""

Row = Mapping[str, Any]


@dataclass(frozen=True)
class ProjectImagery:
    """项目影像 what imagery says of a project, and what was reported.

    Attributes
    ----------
    scenes : DataFrame
        Every scene whose frame meets the site, by date: ``SHOWN``, ``taken_on``, ``tiles`` (address with {z}, {x},
        {y}), ``rejected``, and what the report in force on that date said: ``reported_pct``,
        ``reported_start_on``, ``reported_investment_wan_yuan``, ``report_month``.
    inspections, decisions, problems : tuple of rows
        The newest first. A decision has ``photo``, the ``PHOTO`` columns of its photo, or None. An inspection's
        ``reasons`` have ``text``, its ``evidence`` ``picture``, ``pictures`` are all
        addresses by key; a problem has ``notes``, its supervision notes so far, and ``opened_signed_by``, who signed
        the decision that opened it.
    last_decision_id : int
        Newest decision on the project, whatever day is looked back from; 0 where there is none.
    site, ring : GeoJSON geometry or None
        Outline and control ring, degrees.
    bounds : tuple or None
        West, south, east, north of the ring.
    site_kind : str or None
        ``footprint`` or ``point``.
    series : DataFrame
        Looks of the newest inspection: on, clear_pct, open_share, activity_score, stage.
    reported : DataFrame
        Reported S-curve: on (month ends), physical_pct, investment_pct (of the total), year_pct and plan_pct (of the
        annual plan).
    """

    scenes: pd.DataFrame
    inspections: tuple[Row, ...]
    decisions: tuple[Row, ...]
    problems: tuple[Row, ...]
    last_decision_id: int
    site: Row | None
    ring: Row | None
    bounds: tuple[float, ...] | None
    site_kind: str | None
    series: pd.DataFrame
    reported: pd.DataFrame


def tiles_address(scene_id: str) -> str:
    """瓦片网址 address of a scene's tiles, to be completed with {z}, {x} and {y}; its id names its content."""
    return f"{TILES}/{scene_id}/{{z}}/{{x}}/{{y}}"


def picture_address(inspection_id: int, key: str) -> str:
    """证据图网址 address of a picture of an inspection: ``before``, ``after``, ``works`` or the key of a figure."""
    return f"{PICTURES}/{inspection_id}/{key}.jpg"


def photo_address(document_id: int) -> str:
    """照片网址 address of a photo that came with a decision, upright and as large as a sheet of paper needs."""
    return f"{PHOTOS}/{document_id}.jpg"


def project_imagery(viewer: Viewer, project_id: int, as_of: date, engine: Engine) -> ProjectImagery:
    """项目影像 read what is known of one project at the end of a day.

    Raises
    ------
    NotFound
        ``project.not_found``: there is no such project, or it lies outside of the viewer's district.
    """
    known_by = store.end_of_day(as_of)
    ground = sites(viewer, engine, [project_id]).get(project_id)
    with Session(engine) as session:
        if session.scalar(select(Project.id).where(in_scope(viewer), Project.id == project_id)) is None:
            raise NotFound("project.not_found", project=project_id)
        connection = session.connection()
        inspected = _rows(connection, Inspection, project_id, Inspection.made_at < known_by)
        decided = _rows(connection, InspectionDecision, project_id, InspectionDecision.decided_at < known_by)
        opened = _rows(connection, Problem, project_id, Problem.opened_at < known_by)
        columns = [Document.__table__.columns[name] for name in PHOTO]
        documents = connection.execute(select(*columns).where(Document.project_id == project_id)).mappings()
        photos = {row["id"]: dict(row) for row in documents}
        last = select(func.max(InspectionDecision.id)).where(InspectionDecision.project_id == project_id)
        last_decision_id = session.scalar(last) or 0
        scenes = _scenes(connection, project_id, ground.outline if ground else None, as_of, decided)
        curve = reported.curve(connection, project_id, as_of)
    inspections = tuple(_told(row) for row in inspected)
    looks = inspections[0]["looks"] if inspections else []
    ring = ring_of(ground.outline) if ground else None
    return ProjectImagery(
        scenes=scenes,
        inspections=inspections,
        decisions=tuple({**row, "photo": photos.get(row["document_id"])} for row in decided),
        problems=tuple(_as_known(row, as_of, known_by) | _opener(row, decided) for row in opened),
        last_decision_id=last_decision_id,
        site=mapping(ground.outline) if ground else None,
        ring=mapping(ring) if ring is not None else None,
        bounds=tuple(ring.bounds) if ring is not None else None,
        site_kind=ground.kind if ground else None,
        series=pd.DataFrame(looks, columns=["on", "clear_pct", "open_share", "activity_score", "stage"]),
        reported=curve,
    )


def inspection(viewer: Viewer, inspection_id: int, engine: Engine) -> Row:
    """单次核查 one inspection as in ``ProjectImagery.inspections`` (``inspection.not_found``)."""
    query = select(*Inspection.__table__.columns).join(Project, Project.id == Inspection.project_id)
    with store.reachable(engine) as connection:
        wanted = query.where(in_scope(viewer), Inspection.id == inspection_id)
        row = connection.execute(wanted).mappings().first()
    if row is None:
        raise NotFound("inspection.not_found")
    return _told(dict(row))


def newest_inspection(viewer: Viewer, project_id: int, as_of: date, engine: Engine) -> Row | None:
    """最近核查 the newest inspection of a project known at the end of a day, as in ``ProjectImagery.inspections``.

    It has ``is_sample`` besides: whether one of its two scenes is a made one. None where there is no inspection, or the
    project lies outside of the viewer's district.
    """
    scenes = (Inspection.before_id, Inspection.after_id)
    made = select(Scene.id).where(Scene.id.in_(scenes), Scene.is_sample).correlate(Inspection).exists()
    query = (
        select(*Inspection.__table__.columns, made.label("is_sample"))
        .join(Project, Project.id == Inspection.project_id)
        .where(in_scope(viewer), Project.id == project_id, Inspection.made_at < store.end_of_day(as_of))
        .order_by(Inspection.id.desc())
        .limit(1)
    )
    with store.reachable(engine) as connection:
        row = connection.execute(query).mappings().first()
    return _told(dict(row)) if row else None


def _rows(connection: Connection, table: Any, project_id: int, known: Any) -> list[Row]:
    query = select(*table.__table__.columns).where(table.project_id == project_id, known).order_by(table.id.desc())
    return [dict(row) for row in connection.execute(query).mappings()]


def _told(row: Row) -> Row:
    """An inspection with its sentences and the addresses of its pictures."""
    keys = [*ALWAYS, *(item["key"] for item in row["evidence"])]
    pictures = {key: picture_address(row["id"], key) for key in keys}
    return {
        **row,
        "evidence": [{**item, "picture": pictures[item["key"]]} for item in row["evidence"]],
        "reasons": [{**said, "text": reason(said["code"], said["params"])} for said in row["reasons"]],
        "pictures": pictures,
    }


def _opener(row: Row, decided: Sequence[Row]) -> dict[str, Any]:
    """The person behind the decision that opened a problem."""
    signed = (one["signed_by"] for one in decided if one["id"] == row["decision_id"])
    return {"opened_signed_by": next(signed, None)}


CLOSING = ("closed_by", "closed_signed_by", "closed_at", "closing_note")


def _as_known(row: Row, as_of: date, known_by: datetime) -> dict[str, Any]:
    """A problem as it stood at the end of the day, with its supervision notes."""
    closed = row["closed_at"] is not None and row["closed_at"] < known_by
    blank = {} if closed else {"status": "open", **dict.fromkeys(CLOSING)}
    settled_on = store.day_of(row["closed_at"]) if closed else None
    opened_on = store.day_of(row["opened_at"])
    given = notes(rules.get(row["rule"]), opened_on, as_of, settled_on) if row["due_on"] else []
    return {**row, **blank, "notes": given}


SHOWN = (
    "id", "taken_at", "bands", "bands_assumed", "gsd_m", "crs", "west", "south", "east", "north", "sha256", "source",
    "description", "is_sample",
)  # fmt: skip
"""影像列 columns of a scene that are shown."""


def _shows(scene: Row, outline: BaseGeometry | None) -> bool:
    """Whether a scene whose frame meets a site was not cut to other ones."""
    bounds = (scene["west"], scene["south"], scene["east"], scene["north"])
    return bool(shapely.intersects(shown_by(scene["id"], bounds, environment.load().scenes), outline))


def _scenes(
    connection: Connection, project_id: int, outline: BaseGeometry | None, as_of: date, decided: Sequence[Row]
) -> pd.DataFrame:
    """Scenes whose frame meets the site, with what was reported on their dates; surface models are no pictures."""
    columns = [Scene.__table__.columns[name] for name in SHOWN]
    query = select(*columns).where(Scene.taken_at < store.end_of_day(as_of)).order_by(Scene.taken_at, Scene.id)
    if outline is not None:
        west, south, east, north = outline.bounds
        query = query.where(Scene.west < east, Scene.east > west, Scene.south < north, Scene.north > south)
    found = [dict(row) for row in connection.execute(query).mappings()] if outline is not None else []
    rows = [row for row in found if row["bands"] != [HEIGHT] and _shows(row, outline)]
    rejected = {row["scene_id"] for row in decided if row["decision"] == "reject_imagery"}
    days = [row["taken_at"].replace(tzinfo=UTC).date() for row in rows]
    said = reported.on_days(connection, project_id, days)
    told = [
        {
            **row,
            "taken_on": day,
            "tiles": tiles_address(row["id"]),
            "rejected": row["id"] in rejected,
            **said[day],
        }
        for row, day in zip(rows, days, strict=True)
    ]
    extra = ("taken_on", "tiles", "rejected", *reported.SAID)
    return pd.DataFrame(told, columns=[*SHOWN, *extra])
