"""核查地块 the ground of each project that imagery can be held against: its outline, or a circle at an exact point."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import numpy as np
import shapely
import yaml
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection, Engine, Select, true

from geo.sites import circles
from monitor import store
from monitor.model import Viewer
from monitor.queries import reading
from monitor.queries.scope import in_scope
from monitor.settings import DATA
from monitor.tables import Base, Project, ProjectFootprint, ProjectLocation
from monitor.terms import Confidence


@dataclass(frozen=True)
class Site:
    """核查地块 ground of a project.

    Attributes
    ----------
    outline : Polygon or MultiPolygon
        Degrees of EPSG:4490.
    kind : str
        ``footprint`` (红线) or ``point`` (a circle around the exact point, ``point_radius_m``).
    datum : str or None
        Datum in which the point was stated, where it was told or found.
    """

    project_id: int
    outline: BaseGeometry
    kind: Literal["footprint", "point"]
    datum: str | None = None


@cache
def limits() -> dict[str, Any]:
    """核查参数 the figures of data/rules/imagery.yaml, with their reference."""
    stated: dict[str, Any] = yaml.safe_load((DATA / "rules" / "imagery.yaml").read_text(encoding="utf-8"))
    return stated


def sites(viewer: Viewer, engine: Engine, project_ids: Sequence[int] | None = None) -> dict[int, Site]:
    """核查地块 sites of the projects that a viewer may see, by project id; others have no exact place.

    Parameters
    ----------
    viewer : Viewer
        Sees the projects of his unit's subtree.
    engine : Engine
        The store.
    project_ids : sequence of int, optional
        Only these.
    """
    with store.reachable(engine) as connection:
        located = _points(connection, viewer, project_ids)
        outlined = _outlines(connection, viewer, project_ids)
    return located | outlined


def _points(connection: Connection, viewer: Viewer, wanted: Sequence[int] | None) -> dict[int, Site]:
    columns = (ProjectLocation.lon, ProjectLocation.lat, ProjectLocation.datum, ProjectLocation.confidence)
    rows = [
        row
        for row in connection.execute(_newest(ProjectLocation, columns, viewer, wanted))
        if row.confidence == Confidence.EXACT and row.lon is not None and row.lat is not None
    ]
    lon, lat = (np.array([getattr(row, name) for row in rows], np.float64) for name in ("lon", "lat"))
    drawn = circles(lon, lat, limits()["point_radius_m"])
    return {row.project_id: Site(row.project_id, drawn[i], "point", row.datum) for i, row in enumerate(rows)}


def _outlines(connection: Connection, viewer: Viewer, wanted: Sequence[int] | None) -> dict[int, Site]:
    rows = connection.execute(_newest(ProjectFootprint, (ProjectFootprint.geometry,), viewer, wanted))
    return {row.project_id: Site(row.project_id, shapely.from_wkb(row.geometry), "footprint") for row in rows}


def _newest(table: type[Base], columns: Sequence[Any], viewer: Viewer, wanted: Sequence[int] | None) -> Select[Any]:
    """Select of the last revision of each project."""
    last = reading.in_force(table, lambda _row: true(), "revision")
    query = reading.projects(*columns).join(table, last).where(in_scope(viewer))
    return query if wanted is None else query.where(Project.id.in_(wanted))
