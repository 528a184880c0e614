"""A store full of made-up projects, spread over real counties, and the same projects as files for the plain pages."""

import json
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import shapely
from sqlalchemy import insert

from geo.boundaries import load_districts
from monitor import store
from monitor.model import Viewer
from monitor.queries.facts import default_as_of
from monitor.queries.situation import situation
from monitor.services import audit
from monitor.settings import DATA, Settings
from monitor.tables import AnnualPlan, MonthTarget, Project, ProjectLocation, Report

MONTH = 10
WHEN = datetime.fromisoformat("2024-01-05")
REPORTED = datetime.fromisoformat("2024-10-28")


def fill(home: Path, sites: int, province: str) -> None:
    """Make a store with ``sites`` projects in the counties of a province ("" for all), reported to October 2024."""
    engine = store.engine(Settings(home, f"sqlite:///{home / 'palmmap.db'}", ""))
    store.initialise(engine)
    rng = np.random.default_rng(7)
    counties = load_districts(DATA / "boundaries").query("leaf")
    counties = counties[counties.index.str.startswith(province)]
    chosen = counties.iloc[np.arange(sites) % len(counties)]
    spread = np.sqrt(shapely.area(chosen.geometry.to_numpy())) / 4
    numbers = np.arange(1, sites + 1)
    plan = np.round(rng.lognormal(9, 1, sites), 1)
    share = np.clip(rng.normal(0.75, 0.2, sites), 0, 1.1)
    started = rng.random(sites) < 0.9
    rows = pd.DataFrame(
        {
            "id": numbers, "unit": chosen.index, "lon": chosen["lon"] + rng.normal(0, 1, sites) * spread,
            "lat": chosen["lat"] + rng.normal(0, 1, sites) * spread, "plan": plan, "done": np.round(plan * share, 1),
            "started": started, "sector": rng.choice(["工业", "农业", "交通", "能源", "水利", "社会事业"], sites),
            "confidence": np.where(rng.random(sites) < 0.1, "county", "exact"), "name": chosen["name"].to_numpy(),
        }
    )  # fmt: skip
    with store.transaction(engine) as session:
        for table, make in TABLES.items():
            session.execute(insert(table), [make(row) for row in rows.itertuples(index=False)])
        audit.record(session, "benchmark", "project.imported", None, {"sites": sites})
    engine.dispose()


def project(row) -> dict:
    start = date(2024, 3, 1)
    return {
        "id": row.id, "code": f"2401-{row.unit}-04-01-{row.id:06d}", "name": f"{row.name}{row.sector}项目{row.id}",
        "unit_code": row.unit, "sector": row.sector, "stage": "implementation" if row.started else "preparation",
        "planned_start_on": start, "started_on": start if row.started else None, "statistics_entry_on": start,
        "total_investment_wan_yuan": row.plan * 3, "is_sample": True, "extra": {},
        "created_at": WHEN, "updated_at": WHEN,
    }  # fmt: skip


TABLES = {
    Project: project,
    ProjectLocation: lambda row: {
        "project_id": row.id, "revision": 1, "lon": row.lon, "lat": row.lat, "adcodes": [row.unit],
        "method": "stated", "confidence": row.confidence, "notes": [], "stated": {}, "recorded_at": WHEN,
    },
    AnnualPlan: lambda row: {
        "project_id": row.id, "year": 2024, "revision": 1, "investment_wan_yuan": row.plan, "recorded_at": WHEN,
    },
    MonthTarget: lambda row: {
        "project_id": row.id, "year": 2024, "month": MONTH, "revision": 1,
        "cumulative_wan_yuan": round(row.plan * 0.83, 1), "recorded_at": WHEN,
    },
    Report: lambda row: {
        "project_id": row.id, "year": 2024, "month": MONTH, "revision": 1, "year_investment_wan_yuan": row.done,
        "total_investment_wan_yuan": row.done, "paid_wan_yuan": row.done, "physical_pct": 50.0,
        "reported_by": "benchmark", "reported_at": REPORTED,
    },
}  # fmt: skip


def write_plain(home: Path, province: str) -> dict[str, int]:
    """Write what the plain pages draw beside the store; how many sites each light has."""
    engine = store.engine(Settings(home, f"sqlite:///{home / 'palmmap.db'}", ""))
    frame = situation(Viewer("benchmark"), default_as_of(engine), engine)
    frame[["name", "lon", "lat", "colour", "unit_code"]].to_parquet(home / "plain.parquet")
    counties = load_districts(DATA / "boundaries").query("leaf")
    counties = counties[counties.index.str.startswith(province)][["name", "geometry"]]
    counties["projects"] = frame["unit_code"].value_counts().reindex(counties.index).fillna(0)
    (home / "plain.geojson").write_text(json.dumps(json.loads(counties.to_json())), encoding="utf-8")
    return frame["colour"].value_counts().to_dict()
