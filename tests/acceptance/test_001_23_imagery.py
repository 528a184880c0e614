"""001-23 and X-03: imagery against report, from the made scenes of the demo with known truth to the light."""

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from monitor import store
from monitor.model import Viewer
from monitor.queries.imagery import project_imagery
from monitor.queries.imagery_queue import Filter, queue
from monitor.queries.situation import situation
from monitor.services import audit, demo, demo_imagery
from monitor.services.decisions import Decision, decide
from monitor.services.problems import close_problem
from monitor.tables import Project, Scene
from monitor.terms import ImageryDecision, Role
from tests.conftest import settings_for

AS_OF = date(2024, 10, 31)
LEADER = Viewer("领导")
INSPECTOR = Viewer("核查员", Role.INSPECTOR)


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory, template_store: Path) -> Iterator[Engine]:
    """A store with the demo and its made scenes, as ``palmmap init --demo`` makes it."""
    home = tmp_path_factory.mktemp("imagery")
    shutil.copy(template_store, home / "palmmap.db")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PALMMAP_HOME", str(home))
        patch.delenv("DATABASE_URL", raising=False)
        engine = store.engine(settings_for(home))
        demo.load(engine)
        demo_imagery.load(engine)
        yield engine
        engine.dispose()


def ids(engine: Engine) -> dict[str, int]:
    """Project of each made site, by its key."""
    with Session(engine) as session:
        numbers = dict(session.execute(select(Project.name, Project.id).where(Project.is_sample)).all())
    return {site["key"]: numbers[site["project"]] for site in demo_imagery.stated()["sites"]}


def test_001_23_every_made_scene_is_found_to_be_what_it_is(shown: Engine) -> None:
    """无人机航拍、卫星遥感核查: what the scenes are known to show is what is said of each of them."""
    found = queue(LEADER, AS_OF, shown, Filter(state=None))
    truth = {site["key"]: site["truth"] for site in demo_imagery.stated()["sites"]}
    assert {key: found["finding"][number] for key, number in ids(shown).items()} == truth
    assert set(truth.values()) == {"consistent", "behind", "ahead", "no_visible_activity", "imagery_unusable"}
    assert len(found) == len(truth)


def test_001_23_the_false_figures_come_first(shown: Engine) -> None:
    """严防调度信息造假: what speaks against its report stands before what agrees with it."""
    found = queue(LEADER, AS_OF, shown, Filter(state=None))
    against = found["finding"].isin(["no_visible_activity", "behind", "ahead"]).to_numpy()
    assert against[: against.sum()].all()
    assert found["priority"].is_monotonic_decreasing


def test_001_23_a_false_start_is_told_by_its_dates(shown: Engine) -> None:
    told = project_imagery(LEADER, ids(shown)["false_start"], AS_OF, shown)
    newest = told.inspections[0]
    assert newest["reported_start_on"] == date(2024, 4, 7)
    assert (newest["onset"]["after_on"], newest["onset"]["before_on"]) == ("2024-08-09", "2024-10-06")
    assert newest["reasons"][0]["code"] == "verdict.started_later"
    assert told.scenes["taken_on"].is_monotonic_increasing
    assert len(told.scenes) == 5


def test_x_03_made_scenes_say_so_wherever_they_are(shown: Engine) -> None:
    with Session(shown) as session:
        held = list(session.scalars(select(Scene)))
    assert held
    assert all(row.is_sample and row.description.startswith("示例影像") for row in held)


def test_x_03_from_discrepancy_to_light_and_back(shown: Engine) -> None:
    """A measured discrepancy with its uncertainty; a check for an inspector; confirmed, a 督办 item; settled."""
    number = ids(shown)["no_activity"]
    row = queue(LEADER, AS_OF, shown).loc[number]
    assert (row["finding"], row["state"]) == ("no_visible_activity", "pending")
    assert 0.5 < row["confidence"] <= 1
    before = situation(LEADER, AS_OF, shown).loc[number]
    assert "discrepancy" not in {reason.check for reason in before["reasons"]}
    said = Decision(ImageryDecision.CONFIRM, "现场无施工")
    opened = decide(INSPECTOR, int(row["inspection_id"]), said, shown, on=date(2024, 10, 30)).problem_id
    assert opened is not None
    lit = situation(LEADER, AS_OF, shown).loc[number]
    assert lit["colour"] == "red"
    assert lit["reasons"][0].check == "discrepancy"
    assert "discrepancy" not in {one.check for one in situation(LEADER, date(2024, 10, 29), shown)["reasons"][number]}
    close_problem(INSPECTOR, opened, "已进场施工", shown, on=AS_OF)
    assert situation(LEADER, AS_OF, shown).loc[number, "colour"] == before["colour"]
    assert audit.verify(shown).first_broken_id is None


def test_x_03_the_record_keeps_who_when_model_and_pixels(shown: Engine) -> None:
    told = project_imagery(LEADER, ids(shown)["no_activity_confirmed"], AS_OF, shown)
    [decision], newest = told.decisions, told.inspections[0]
    assert (decision["decision"], decision["decided_by"]) == ("confirm", "示例核查员")
    assert store.day_of(decision["decided_at"]) == date(2024, 10, 10)
    assert newest["model_version"]
    assert {one["sha256"] for one in newest["scenes"]} == set(told.scenes["sha256"])
    [problem] = told.problems
    assert (problem["due_on"], problem["rule"]) == (date(2024, 10, 23), "huating/supervision")
    assert [note.step for note in problem["notes"]] == ["blue", "yellow"]


def test_x_03_an_overdue_problem_is_red(shown: Engine) -> None:
    [reason] = [
        one
        for one in situation(LEADER, AS_OF, shown)["reasons"][ids(shown)["no_activity_confirmed"]]
        if one.check == "discrepancy"
    ]
    assert reason.colour == "red"
    assert "已逾期" in reason.text


def test_x_03_loading_the_demo_again_changes_nothing(shown: Engine) -> None:
    assert demo_imagery.load(shown) == {"scenes": 0, "inspections": 0, "decisions": 0}
