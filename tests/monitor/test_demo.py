"""The demo: loaded once and for all, every fact with its source, every sample marked, and the plans' figures exact."""

import csv
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
import yaml
from sqlalchemy import Engine, func, select

from geo.boundaries import load_districts
from monitor import rules, store
from monitor.errors import Refusal
from monitor.model import Viewer
from monitor.queries.facts import default_as_of, facts, report_months
from monitor.queries.items import items
from monitor.queries.plan_figures import figures
from monitor.services import audit, demo
from monitor.settings import DATA, Settings
from monitor.tables import (
    AuditEntry,
    Base,
    Funding,
    ListEntry,
    MonthTarget,
    Project,
    ProjectLocation,
    Report,
    Statistic,
)

SITES = DATA / "sites"
EVERYONE = Viewer("测试")


@pytest.fixture(scope="module")
def autumn(demo_engine: Engine) -> pd.DataFrame:
    return facts(EVERYONE, date(2024, 10, 31), demo_engine)


def table(engine: Engine, mapped: type[Base]) -> pd.DataFrame:
    with engine.connect() as connection:
        return pd.DataFrame(connection.execute(select(mapped)).mappings())


def listed(frame: pd.DataFrame, key: str) -> pd.DataFrame:
    return frame[[key in keys for keys in frame["lists"]]]


def yi(column: pd.Series) -> Decimal:
    return sum((Decimal(str(value)) for value in column.dropna()), Decimal()) / 10_000


def test_every_published_project_is_there_with_its_source(demo_engine):
    projects = table(demo_engine, Project)
    real = projects[~projects["is_sample"]]
    with (SITES / "projects.csv").open(encoding="utf-8", newline="") as file:
        stated = {(row["name"], row["unit_code"]): row for row in csv.DictReader(file)}
    assert len(real) == len(stated) == 443
    assert set(zip(real["name"], real["unit_code"], strict=True)) == set(stated)
    assert real["source_title"].str.len().gt(0).all()
    assert real["source_url"].isna().sum() == 4  # the index that named the article gives no address
    for row in real.itertuples(index=False):
        figure = stated[row.name, row.unit_code]["total_investment_wan_yuan"]
        assert row.total_investment_wan_yuan == (Decimal(figure) if figure else None)


def test_nothing_is_said_of_a_real_project_beyond_its_source(demo_engine):
    projects, reports = table(demo_engine, Project), table(demo_engine, Report)
    real = projects[~projects["is_sample"]]
    assert not set(real["id"]) & set(reports["project_id"])
    assert real[["code", "started_on", "completed_on", "planned_start_on"]].isna().all(axis=None)
    located = table(demo_engine, ProjectLocation).set_index("project_id").loc[real["id"]]
    assert set(located["confidence"]) == {"county", "unsure"}


def test_every_sample_is_marked_in_name_and_data(demo_engine):
    projects = table(demo_engine, Project)
    samples = projects[projects["is_sample"]]
    named = samples[~samples["name"].str.startswith("示例·")]
    with (SITES / "named_projects.csv").open(encoding="utf-8", newline="") as file:
        assert set(named["name"]) == {row["name"] for row in csv.DictReader(file)}
    assert all("示例" in extra["sample"] for extra in samples["extra"])
    assert named["source_title"].notna().all()


def test_points_lie_in_their_county(demo_engine):
    locations = table(demo_engine, ProjectLocation)
    points = locations[locations["confidence"].isin(["exact", "township"])]
    counties = load_districts(DATA / "boundaries")
    shapes = counties.loc[[codes[0] for codes in points["adcodes"]], "geometry"]
    assert len(points) > 6_000
    assert shapes.reset_index(drop=True).contains(points_of(points, counties.crs)).all()
    unplaced = locations[locations["lon"].isna()]
    assert len(unplaced) > 100
    assert unplaced["notes"].map(len).gt(0).all()


def points_of(locations: pd.DataFrame, crs: object):
    import geopandas as gpd

    return gpd.GeoSeries(gpd.points_from_xy(locations["lon"], locations["lat"]), crs=crs)


@pytest.mark.parametrize(
    ("key", "count", "annual"),
    [
        ("treasury_bond_2023", 869, "500"),
        ("three_batches_signed", 2000, "0"),
        ("three_batches_started", 2000, None),
        ("three_batches_production", 2000, None),
        ("provincial_100", None, "10000"),
        ("industrial_regular", 48, None),
        ("service_regular", 21, None),
    ],
)
def test_lists_of_the_other_plans_have_their_figures(autumn, key, count, annual):
    frame = listed(autumn, key)
    assert count is None or len(frame) == count
    assert annual is None or yi(frame["annual_plan_wan_yuan"]) == Decimal(annual)


def test_treasury_bonds_reach_every_county_of_henan_and_can_pay_200(autumn, demo_engine):
    frame = listed(autumn, "treasury_bond_2023")
    assert frame.loc[frame["unit_code"].str.match(r"^41\d{4}$"), "unit_code"].nunique() >= 157
    assert "410173" in set(frame["unit_code"])  # 航空港区 reports as a unit of its own
    assert (frame["planned_start_on"] <= pd.Timestamp(2024, 6, 30)).all()
    funds = table(demo_engine, Funding)
    assert funds.loc[funds["source"] == "treasury_bond", "issued_wan_yuan"].sum() / 10_000 == 250


@pytest.mark.parametrize(("source", "year"), [(s, y) for s in ("central_budget", "special_bond") for y in (2023, 2024)])
def test_both_vintages_have_projects_with_issued_and_paid_funds(demo_engine, source, year):
    funds, entries = table(demo_engine, Funding), table(demo_engine, ListEntry)
    members = set(entries.loc[entries["list_key"] == source, "project_id"])
    vintage = funds[(funds["source"] == source) & (funds["year"] == year) & funds["project_id"].isin(members)]
    assert len(vintage) >= 150
    assert 0 < vintage["paid_wan_yuan"].sum() < vintage["issued_wan_yuan"].sum()


def test_changzhi_holds_five_years_of_reserve(autumn):
    reserve = yi(listed(autumn, "reserve_pool")["total_investment_wan_yuan"])
    annual = yi(listed(autumn, "annual_construction")["annual_plan_wan_yuan"])
    assert (reserve, annual) == (Decimal(2184), Decimal(420))
    units = set(listed(autumn, "annual_construction")["unit_code"])
    assert {"140400-z1", "140400-z2"} < units
    assert len(units) == 15


def test_every_indicator_of_the_packs_can_be_told_from_the_demo(demo_engine):
    """No figure of the demo is n/a for want of data: lineage, signing, the year before and statistics are there."""
    days = {plan: date(2024, 10, 31) for plan in rules.plan_keys()} | {"jiayuguan": date(2023, 12, 31)}
    blank = {}
    for plan, on in days.items():
        ((_, values),) = figures(EVERYONE, on, demo_engine, plan, projects=False).items()
        blank |= {value.rule: value.na_reason for value in values if value.value is None}
    assert blank == {}


def test_new_projects_of_changzhi_came_out_of_the_reserve(demo_engine):
    (values,) = figures(EVERYONE, date(2024, 10, 31), demo_engine, "changzhi").values()
    told = {value.key: value for value in values}
    assert (told["new_from_reserve"].value, told["new_from_reserve"].denominator) == (100.0, 110)
    assert told["reserve_conversion"].denominator == 374, "260 in reserve, 110 since promoted, 4 published ones"
    assert 20 < (told["reserve_conversion"].value or 0) < 30
    statistics = table(demo_engine, Statistic)
    assert set(statistics["source"]) == {"示例数据\uff0c非公布数"}


def test_month_targets_make_the_annual_plan(demo_engine):
    targets = table(demo_engine, MonthTarget)
    december = targets[targets["month"] == 12].set_index("project_id")["cumulative_wan_yuan"]
    plans = pd.read_parquet(SITES / "samples" / "plans.parquet")
    assert len(december) == len(plans) - 8  # eight real projects have an annual plan and no month targets
    assert december.sum() == Decimal(int(plans["investment"].iloc[8:].sum())).scaleb(-2)


def test_reports_come_on_time_late_corrected_and_not_at_all(demo_engine):
    reports = table(demo_engine, Report)
    month_ends = pd.to_datetime(reports[["year", "month"]].assign(day=1)) + pd.offsets.MonthEnd()
    days = (pd.to_datetime(reports["reported_at"]).dt.normalize() - month_ends).dt.days
    first = reports["revision"] == 1
    assert days[first].between(-5, 21).all()
    assert 0.9 < (days[first] <= 0).mean() < 0.99
    assert (days[~first] > 0).all()
    assert reports.loc[~first, "reason"].notna().all()
    assert report_months(demo_engine)[-1] == default_as_of(demo_engine) == date(2024, 10, 31)
    silent = set(table(demo_engine, MonthTarget)["project_id"]) - set(reports["project_id"])
    assert len(silent) > 50


def test_an_earlier_day_knows_less(demo_engine, autumn):
    july = listed(facts(EVERYONE, date(2024, 7, 31), demo_engine), "provincial_100")
    later = listed(autumn, "provincial_100")
    assert july["report_month"].max() == 7
    assert july["year_investment_wan_yuan"].sum() < later["year_investment_wan_yuan"].sum()
    assert july["started_on"].max() <= pd.Timestamp(2024, 7, 31)


def test_loading_again_changes_nothing(demo_engine):
    before = counts(demo_engine)
    assert set(demo.load(demo_engine).values()) == {0}
    assert counts(demo_engine) == before
    assert audit.verify(demo_engine).first_broken_id is None
    with demo_engine.connect() as connection:
        assert connection.scalar(select(func.count()).where(AuditEntry.action == "demo.loaded")) == 1


def counts(engine: Engine) -> dict[str, int]:
    with engine.connect() as connection:
        tables = Base.metadata.sorted_tables
        return {each.name: connection.scalar(select(func.count()).select_from(each)) or 0 for each in tables}


def test_an_empty_store_is_refused(tmp_path):
    engine = store.engine(Settings(tmp_path, f"sqlite:///{tmp_path / 'empty.db'}", ""))
    with pytest.raises(Refusal, match=r"store\.not_initialised"):
        demo.load(engine)
    engine.dispose()


def test_parameters_marked_as_the_plans_stand_in_the_published_sums():
    spec = yaml.safe_load((SITES / "demo.yaml").read_text("utf-8"))
    margins = spec["plans"][0]["margins"]
    quarters = [sum(Decimal(str(value)) for value in column) for column in zip(*margins.values(), strict=True)]
    assert quarters == [Decimal(figure) for figure in ("12.6", "65.4", "45.7", "33.4")]


def test_the_build_gives_the_shipped_projects_and_figures(tmp_path: Path):
    """Same seed, same inputs: what is shipped is what build.py makes (to the project; floats may differ by machine)."""
    program = (
        "import sys, pathlib; sys.path.insert(0, sys.argv[1]); import build; build.make(pathlib.Path(sys.argv[2]))"
    )
    subprocess.run([sys.executable, "-c", program, str(SITES), str(tmp_path)], check=True, timeout=300)
    exact = {"projects": ["name", "unit_code", "is_sample"], "entries": ["key", "list_key", "year", "batch"]}
    for name, columns in exact.items():
        made, shipped = (pd.read_parquet(folder / f"{name}.parquet")[columns] for folder in (tmp_path, demo.SAMPLES))
        pd.testing.assert_frame_equal(made, shipped)
    for name, column in {"projects": "total_investment", "plans": "investment"}.items():
        made, shipped = (pd.read_parquet(folder / f"{name}.parquet")[column] for folder in (tmp_path, demo.SAMPLES))
        assert made.sum() == shipped.sum()


def test_sample_projects_have_lists_of_procedures_and_problems(demo_engine, autumn):
    """Those in preparation in Changzhi have procedures, those with a reported problem have it with a measure."""
    lines = items(EVERYONE, autumn, date(2024, 10, 31), demo_engine)
    written = lines[lines["origin"] == "item"]
    assert autumn.loc[written["project_id"].unique(), "is_sample"].all()
    assert written.groupby("kind").size().to_dict() == {"problem": 238, "procedure": 1118}
    assert {"done", "done_late", "overdue", "soon", "open"} == set(written["state"])
    first = written[written["kind"] == "procedure"].groupby("project_id")["name"].first()
    assert set(first) == {"立项"}
    june = date(2024, 6, 30)
    then = items(EVERYONE, facts(EVERYONE, june, demo_engine), june, demo_engine)
    done = then[then["kind"].eq("procedure") & then["state"].isin(["done", "done_late"])]
    assert 0 < len(done) < written["state"].isin(["done", "done_late"]).sum(), "as it was known in June"
