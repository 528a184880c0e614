"""002 嘉峪关: the published figures, added up from the demo through what the pages read. Money in 亿元."""

from datetime import date
from decimal import Decimal

import pandas as pd
import pytest
from sqlalchemy import Engine, select

from monitor.model import Viewer
from monitor.queries.facts import facts
from monitor.tables import ListEntry, MonthTarget, ProjectDuty

VIEWER = Viewer("市发展改革委", unit_code="620200")
QUARTER_ENDS = [date(2023, 3, 31), date(2023, 6, 30), date(2023, 9, 30), date(2023, 12, 31)]


@pytest.fixture(scope="module")
def quarters(demo_engine: Engine) -> list[pd.DataFrame]:
    return [facts(VIEWER, day, demo_engine) for day in QUARTER_ENDS]


@pytest.fixture(scope="module")
def year(quarters: list[pd.DataFrame]) -> pd.DataFrame:
    return quarters[-1]


def listed(frame: pd.DataFrame, key: str, batch: str | None = None) -> pd.DataFrame:
    chosen = frame[[key in keys for keys in frame["lists"]]]
    return chosen if batch is None else chosen[chosen["batch"] == batch]


def yi(column: pd.Series) -> Decimal:
    """Exact sum, 亿元; what is not planned does not count."""
    return sum((Decimal(str(value)) for value in column.dropna()), Decimal()) / 10_000


def by_quarter(quarters: list[pd.DataFrame], key: str, batch: str | None = None) -> list[Decimal]:
    reached = [yi(listed(frame, key, batch)["plan_to_date_wan_yuan"]) for frame in quarters]
    return [now - before for before, now in zip([Decimal(), *reached], reached, strict=False)]


def decimals(*figures: str) -> list[Decimal]:
    return [Decimal(figure) for figure in figures]


def test_002_03_provincial_major_projects_have_both_tiers_and_a_monthly_split(year, demo_engine):
    continued, new = (listed(year, "provincial_major", batch) for batch in ("continued", "new"))
    assert (len(continued), len(new)) == (6, 4)
    assert {"索通770MW光伏发电", "嘉峪关机场改扩建", "本部1、2号焦炉优化升级"} <= set(continued["name"])
    assert "甘肃嘉唐氧化铝生产" in set(new["name"])
    for frame, plan, stretch in ((continued, "35.4", "37.6"), (new, "20", "20.8")):
        assert yi(frame["annual_plan_wan_yuan"]) == Decimal(plan)
        assert yi(frame["annual_stretch_wan_yuan"]) == Decimal(stretch)
        query = select(MonthTarget).where(MonthTarget.project_id.in_(list(frame.index)))
        with demo_engine.connect() as connection:
            targets = pd.DataFrame(connection.execute(query).mappings())
        assert (targets.groupby("project_id").size() == 12).all()
        by_project = targets.sort_values("month").groupby("project_id")["cumulative_wan_yuan"]
        assert by_project.apply(lambda cumulative: cumulative.is_monotonic_increasing).all()
        assert by_project.last().sum() / 10_000 == Decimal(plan)
    assert not any(listed(year, "provincial_major")["location_confidence"].isin(["exact", "township"]))


def test_002_04_continued_key_projects_follow_the_quarters(quarters, year):
    continued = listed(year, "provincial_key", "continued")
    assert len(listed(year, "provincial_key")) == 44
    assert yi(listed(year, "provincial_key")["annual_plan_wan_yuan"]) == 57
    assert len(continued) == 17
    assert yi(continued["annual_plan_wan_yuan"]) == Decimal("19.6")
    assert by_quarter(quarters, "provincial_key", "continued") == decimals("1.3", "6.3", "8.2", "3.8")
    assert (listed(year, "provincial_key")["total_investment_wan_yuan"] >= 10_000).all()


def test_002_05_new_key_projects_follow_the_start_and_the_investment_curve(quarters, year):
    new = listed(year, "provincial_key", "new")
    assert len(new) == 27
    assert new["planned_start_on"].dt.quarter.value_counts().to_dict() == {2: 10, 3: 11, 4: 6}
    assert by_quarter(quarters, "provincial_key", "new") == decimals("0.25", "4.2", "14.75", "18.2")


def test_002_06_sponsored_projects_make_the_quarterly_targets(quarters, year, demo_engine):
    sponsored = listed(year, "sponsor")
    assert by_quarter(quarters, "sponsor") == decimals("12.6", "65.4", "45.7", "33.4")
    assert yi(sponsored["annual_plan_wan_yuan"]) == Decimal("157.1")
    assert set(listed(year, "provincial_major").index) <= set(sponsored.index)
    assert set(listed(year, "provincial_key").index) <= set(sponsored.index)
    with demo_engine.connect() as connection:
        duties = pd.DataFrame(connection.execute(select(ProjectDuty.project_id, ProjectDuty.duty)).mappings())
    held = duties.groupby("project_id")["duty"].agg(set)
    assert all({"sponsor", "responsible", "builder"} <= held[project_id] for project_id in sponsored.index)


def test_002_07_government_investment_reconciles(year):
    figures = {
        batch: (len(frame), yi(frame["total_investment_wan_yuan"]), yi(frame["annual_plan_wan_yuan"]))
        for batch, frame in listed(year, "government_investment").groupby("batch")
    }
    assert figures == {
        "continued": (22, Decimal("25.5"), Decimal("6.2")),
        "new": (40, Decimal("57.4"), Decimal("20.9")),
        "prepared": (13, Decimal("8.5"), Decimal()),
    }
    whole = listed(year, "government_investment")
    assert (len(whole), yi(whole["total_investment_wan_yuan"])) == (75, Decimal("91.4"))
    assert yi(whole["annual_plan_wan_yuan"]) == Decimal("27.1")
    assert (listed(year, "government_investment", "new")["planned_start_on"] <= pd.Timestamp(2023, 6, 30)).all()


@pytest.mark.parametrize(
    ("key", "count", "total", "annual"),
    [("industrial_investment", 105, "584.1", "138.4"), ("real_estate", 9, "66.4", "12")],
)
def test_002_08_enterprise_investment_reconciles(year, key, count, total, annual):
    frame = listed(year, key)
    assert len(frame) == count
    assert yi(frame["total_investment_wan_yuan"]) == Decimal(total)
    assert yi(frame["annual_plan_wan_yuan"]) == Decimal(annual)


def test_002_06_the_three_city_lists_do_not_overlap(demo_engine):
    city = ["government_investment", "industrial_investment", "real_estate"]
    with demo_engine.connect() as connection:
        rows = connection.execute(select(ListEntry.project_id).where(ListEntry.list_key.in_(city))).scalars().all()
    assert len(rows) == len(set(rows)) == 75 + 105 + 9
