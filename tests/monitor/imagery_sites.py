"""Projects with a site, reports and scenes: what the tests of imagery in the application stand on."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import shapely
from sqlalchemy import Engine

from monitor import store
from monitor.tables import Project, ProjectFootprint, ProjectLocation, Report
from tests.geo.made_scenes import SOIL, ground, season, site_box, works, write

GSD_M = 10.0
SIDE_PX = 140
BEFORE, AFTER = date(2024, 5, 1), date(2025, 5, 10)
SITE = site_box(GSD_M, SIDE_PX, SIDE_PX)
ROOFS = np.array([0.42, 0.42, 0.43, 0.44], np.float32)


def add_project(
    engine: Engine,
    name: str = "示范园",
    unit_code: str = "140403",
    *,
    outline: shapely.Geometry | None = SITE,
    point: tuple[float, float] | None = None,
    pct: float | None = 40.0,
    started_on: date | None = date(2024, 5, 20),
    total: int = 50_000,
    is_sample: bool = False,
    reported_on: date = date(2025, 4, 30),
) -> int:
    """A project with an outline or an exact point, and one report."""
    at = datetime.fromisoformat("2024-01-01")
    with store.transaction(engine) as session:
        project = Project(
            name=name, unit_code=unit_code, stage="implementation", started_on=started_on, is_sample=is_sample,
            total_investment_wan_yuan=Decimal(total), created_at=at, updated_at=at,
        )  # fmt: skip
        session.add(project)
        session.flush()
        if outline is not None:
            session.add(
                ProjectFootprint(
                    project_id=project.id, revision=1, geometry=shapely.to_wkb(outline), area_m2=4e4, recorded_at=at
                )
            )
        if point is not None:
            session.add(
                ProjectLocation(
                    project_id=project.id, revision=1, lon=point[0], lat=point[1], method="stated", confidence="exact",
                    datum="gcj02", recorded_at=at,
                )
            )  # fmt: skip
        if pct is not None:
            reported_at = store.end_of_day(reported_on) - timedelta(hours=2)
            session.add(
                Report(
                    project_id=project.id, year=reported_on.year, month=reported_on.month, revision=1, physical_pct=pct,
                    started_on=started_on, total_investment_wan_yuan=Decimal(total) / 2, reported_by="填报员",
                    reported_at=reported_at,
                )
            )  # fmt: skip
        return project.id


def quiet_scenes(folder: Path) -> Path:
    """Two dates on which nothing happens."""
    folder.mkdir(parents=True, exist_ok=True)
    land = ground(SIDE_PX, SIDE_PX)
    write(folder / "a.tif", land, GSD_M, day=BEFORE)
    write(folder / "b.tif", season(land, 1.08, 3), GSD_M, day=AFTER)
    return folder


def busy_scenes(folder: Path) -> Path:
    """Two dates between which half of the site is built over and the rest dug up."""
    folder.mkdir(parents=True, exist_ok=True)
    land = ground(SIDE_PX, SIDE_PX)
    dug = works(land, GSD_M, 1.0, SOIL)
    image = works(dug, GSD_M, 0.6, ROOFS)
    write(folder / "a.tif", land, GSD_M, day=BEFORE)
    write(folder / "c.tif", season(image, 1.05, 4), GSD_M, day=AFTER)
    return folder
