"""Every site held against its reports: the same inputs once, a bad scene stops only its sites, a person decides."""

import resource
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import shapely
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from geo.limits import load_limits
from monitor import settings, store
from monitor.cli.dask_runner import runner
from monitor.errors import BadInput, Forbidden, NotFound, Refusal
from monitor.messages import explain
from monitor.model import Viewer
from monitor.queries.imagery import inspection, project_imagery
from monitor.queries.imagery_queue import Filter, queue
from monitor.queries.situation import situation
from monitor.services import audit
from monitor.services.decisions import Decision, decide
from monitor.services.documents import Upload
from monitor.services.inspecting import inspect_all
from monitor.services.pictures import picture
from monitor.services.problems import close_problem
from monitor.services.scenes import import_scenes
from monitor.tables import AuditEntry, Inspection, Report
from monitor.terms import DocumentKind, ImageryDecision, ImageryFinding, Role
from monitor.web.inspection_sheet import sheet
from tests.geo.made_scenes import ground, write
from tests.monitor.imagery_sites import AFTER, BEFORE, GSD_M, SIDE_PX, SITE, add_project, busy_scenes, quiet_scenes
from tests.monitor.test_documents import photo

WHO = Viewer("批量核查", Role.OPERATOR)
INSPECTOR = Viewer("核查员王", Role.INSPECTOR)
NOTE = "现场无机械"
DISTRICT = Viewer("潞州区", Role.DISTRICT, "140403")
TEXT = Upload("x", b"x", DocumentKind.OTHER)


@pytest.fixture
def false_report(engine: Engine, tmp_path: Path) -> int:
    """A project that reports 40 % where nothing was begun, inspected."""
    project_id = add_project(engine)
    import_scenes(WHO, quiet_scenes(tmp_path / "in"), engine)
    inspect_all(WHO, engine)
    return project_id


def newest(engine: Engine, project_id: int) -> Inspection:
    with Session(engine) as session:
        query = select(Inspection).where(Inspection.project_id == project_id).order_by(Inspection.id.desc())
        return session.scalars(query).first()


def test_what_is_kept_of_an_inspection_on_both_stores(any_engine: Engine, tmp_path: Path) -> None:
    project_id = add_project(any_engine)
    taken = import_scenes(WHO, quiet_scenes(tmp_path / "in"), any_engine)
    done = inspect_all(WHO, any_engine)
    assert (len(done.inspections), done.unchanged, done.too_few, done.failed) == (1, 0, 0, ())
    kept = newest(any_engine, project_id)
    assert (kept.finding, kept.before_on, kept.after_on) == ("no_visible_activity", BEFORE, AFTER)
    assert (kept.before_id, kept.after_id) == taken.stored
    assert (kept.reported_pct, kept.reported_start_on) == (40.0, date(2024, 5, 20))
    assert [one["sha256"][:16] for one in kept.scenes] == list(taken.stored)
    assert kept.model_version
    assert {item["key"] for item in kept.evidence} >= {"vegetation", "bare", "built", "change"}
    assert [look["on"] for look in kept.looks] == ["2024-05-01", "2025-05-10"]
    assert kept.site_m2 == pytest.approx(40_000, rel=0.05)
    again = inspect_all(WHO, any_engine)
    assert (again.inspections, again.unchanged) == ((), 1)
    with Session(any_engine) as session:
        [entry] = session.scalars(select(AuditEntry).where(AuditEntry.action == "imagery.inspected"))
        assert entry.details["projects"] == [project_id]


def test_another_limit_inspects_again(false_report: int, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    assert inspect_all(WHO, engine).unchanged == 1
    other = replace(load_limits(), late_days=load_limits().late_days + 1)
    monkeypatch.setattr("monitor.queries.inspection_agenda.load_limits", lambda: other)
    assert len(inspect_all(WHO, engine).inspections) == 1


def test_the_report_in_force_on_the_images_date_counts(engine: Engine, tmp_path: Path) -> None:
    """A correction after the image was taken does not change what the image is held against."""
    project_id = add_project(engine, pct=0.0, started_on=None)
    with store.transaction(engine) as session:
        later = store.end_of_day(date(2025, 6, 30))
        more = {"physical_pct": 80.0, "reported_by": "填报员", "reported_at": later}
        session.add(Report(project_id=project_id, year=2025, month=4, revision=2, **more))
    import_scenes(WHO, quiet_scenes(tmp_path / "in"), engine)
    inspect_all(WHO, engine)
    kept = newest(engine, project_id)
    assert (kept.finding, kept.reported_pct) == ("consistent", 0.0)
    told = project_imagery(WHO, project_id, date(2025, 12, 31), engine)
    assert told.scenes["reported_pct"].iloc[-1] == 0.0
    assert told.reported["physical_pct"].tolist() == [80.0]


def test_a_new_scene_inspects_again_and_nothing_is_overwritten(engine: Engine, tmp_path: Path, false_report: int):
    first = newest(engine, false_report)
    import_scenes(WHO, busy_scenes(tmp_path / "more") / "c.tif", engine)
    assert len(inspect_all(WHO, engine).inspections) == 1
    second = newest(engine, false_report)
    assert second.id != first.id
    assert len(second.scenes) == 3
    told = project_imagery(WHO, false_report, store.today(), engine)
    assert [row["id"] for row in told.inspections] == [second.id, first.id]


def test_a_bad_scene_stops_only_its_sites(engine: Engine, tmp_path: Path) -> None:
    good = add_project(engine)
    west = shapely.transform(SITE, lambda places: places - (1.0, 0.0))
    bad = add_project(engine, "西园", outline=west)
    folder = quiet_scenes(tmp_path / "in")
    from rasterio import Affine

    from tests.geo.made_scenes import EAST, NORTH

    shifted = Affine(GSD_M, 0, EAST - 90_500, 0, -GSD_M, NORTH + 1_500)
    for name, day in (("w1", BEFORE), ("w2", AFTER)):
        write(folder / f"{name}.tif", ground(600, 600, seed=day.year), GSD_M, day=day, transform=shifted)
    taken = import_scenes(WHO, folder, engine)
    assert taken.refused == ()
    done = inspect_all(WHO, engine)
    assert (len(done.inspections), done.failed) == (2, ())
    with store.transaction(engine) as session:
        session.query(Inspection).delete()
    lost = next(settings.load().scenes.glob(f"{newest_scene_of(engine, west)}.tif"))
    lost.write_bytes(lost.read_bytes()[:4_000])
    done = inspect_all(WHO, engine)
    assert [failed.project_id for failed in done.failed] == [bad]
    assert done.failed[0].message.endswith("\u3002")
    assert newest(engine, good) is not None


def newest_scene_of(engine: Engine, outline: shapely.Geometry) -> str:
    from monitor.tables import Scene

    with Session(engine) as session:
        rows = session.scalars(select(Scene).order_by(Scene.taken_at.desc()))
        return next(row.id for row in rows if row.west < outline.centroid.x < row.east)


def test_a_site_known_by_its_point_says_so(engine: Engine, tmp_path: Path) -> None:
    project_id = add_project(engine, outline=None, point=(SITE.centroid.x, SITE.centroid.y))
    import_scenes(WHO, quiet_scenes(tmp_path / "in"), engine)
    inspect_all(WHO, engine)
    kept = newest(engine, project_id)
    assert kept.site_kind == "point"
    assert kept.site_m2 == pytest.approx(3.14159 * 150**2, rel=0.05)
    assert {"verdict.point_site", "verdict.datum_converted"} <= {reason["code"] for reason in kept.reasons}


def test_one_date_is_not_enough(engine: Engine, tmp_path: Path) -> None:
    add_project(engine)
    import_scenes(WHO, quiet_scenes(tmp_path / "in") / "a.tif", engine)
    done = inspect_all(WHO, engine)
    assert (done.inspections, done.too_few) == ((), 1)


@pytest.mark.filterwarnings("ignore")  # of the libraries below Dask
def test_many_chunks_run_on_dask(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two chunks on a real local cluster give what one process gives."""
    monkeypatch.setattr("geo.batch.CHUNK", 1)
    for name in ("甲园", "乙园"):
        add_project(engine, name)
    import_scenes(WHO, quiet_scenes(tmp_path / "in"), engine)
    done = inspect_all(WHO, engine, run=runner(None))
    assert (len(done.inspections), done.failed) == (2, ())


def test_a_scheduler_that_is_not_there_is_named(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("monitor.cli.dask_runner.TIMEOUT_S", 1)
    add_project(engine)
    import_scenes(WHO, quiet_scenes(tmp_path / "in"), engine)
    with pytest.raises(Refusal) as refused:
        inspect_all(WHO, engine, run=runner("tcp://127.0.0.1:8759"))
    assert refused.value.code == "inspection.no_scheduler"


def test_the_queue_is_ordered_by_suspicion_money_and_time(engine: Engine, tmp_path: Path, false_report: int) -> None:
    small = add_project(engine, "小项目", "140404", total=1_200)
    honest = add_project(engine, "未开工项目", pct=0.0, started_on=None, total=900_000)
    inspect_all(WHO, engine)
    found = queue(WHO, store.today(), engine)
    assert found.index.tolist() == [false_report, small, honest]
    row = found.loc[false_report]
    product = row["suspicion"] * row["money_factor"] * row["wait_factor"]
    assert row["priority"] == pytest.approx(100 * product, abs=0.06)
    assert row["suspicion"] == pytest.approx(0.99)
    assert row["money_factor"] == pytest.approx(0.2 + 0.8 * 0.5663, abs=1e-3)
    assert row["wait_factor"] == 1.0


def test_the_queue_can_be_narrowed_and_a_district_sees_its_own(engine: Engine, tmp_path: Path, false_report: int):
    other = add_project(engine, "潞城项目", "140406", total=2_000, is_sample=True)
    inspect_all(WHO, engine)
    today = store.today()

    def shown(viewer: Viewer = WHO, **wanted: object) -> list[int]:
        return queue(viewer, today, engine, Filter(**wanted)).index.tolist()

    assert shown() == [false_report, other]
    assert shown(unit_code="140406") == [other]
    assert shown(findings=("behind",)) == []
    assert shown(text="潞城") == [other]
    assert shown(is_sample=False) == [false_report]
    assert shown(min_investment_wan_yuan=10_000) == [false_report]
    assert shown(state="decided") == []
    district = Viewer("潞城区", Role.DISTRICT, "140406")
    assert shown(district, state=None) == [other]
    assert shown(district, unit_code="140403") == []
    assert queue(WHO, date(2020, 1, 1), engine).empty
    with pytest.raises(NotFound):
        project_imagery(district, false_report, today, engine)
    with pytest.raises(NotFound):
        inspection(district, newest(engine, false_report).id, engine)


def confirm(engine: Engine, project_id: int, **more: object) -> int:
    said = Decision(ImageryDecision.CONFIRM, NOTE, **more)
    return decide(INSPECTOR, newest(engine, project_id).id, said, engine).problem_id


def test_a_confirmed_discrepancy_opens_one_problem_and_turns_the_light(any_engine: Engine, tmp_path: Path) -> None:
    project_id = add_project(any_engine)
    import_scenes(WHO, quiet_scenes(tmp_path / "in"), any_engine)
    inspect_all(WHO, any_engine)
    today = store.today()
    before = situation(WHO, today, any_engine)["reasons"][project_id]
    assert "discrepancy" not in {reason.check for reason in before}, "an inspection by itself lights nothing"
    problem_id = confirm(any_engine, project_id)
    assert confirm(any_engine, project_id) == problem_id, "one open problem at a time"
    lit = situation(WHO, today, any_engine).loc[project_id]
    assert lit["colour"] == "red"
    [reason] = [one for one in lit["reasons"] if one.check == "discrepancy"]
    assert "未见施工" in reason.text
    assert reason.reference.document.startswith("河南省")
    told = project_imagery(WHO, project_id, today, any_engine)
    assert told.problems[0]["due_on"] > today
    assert [note.step for note in told.problems[0]["notes"]] == ["blue"]
    assert [row["decided_by"] for row in told.decisions] == [INSPECTOR.name] * 2
    yesterday = date.fromordinal(today.toordinal() - 1)
    assert project_imagery(WHO, project_id, yesterday, any_engine).decisions == ()
    close_problem(INSPECTOR, problem_id, "已整改，重新核查一致", any_engine)
    [settled] = [one for one in situation(WHO, today, any_engine)["reasons"][project_id] if one.check == "discrepancy"]
    assert settled.colour == "green"
    with pytest.raises(BadInput) as refused:
        close_problem(INSPECTOR, problem_id, "再办一次", any_engine)
    assert refused.value.code == "problem.closed"
    with Session(any_engine) as session:
        [entry] = session.scalars(select(AuditEntry).where(AuditEntry.action == "problem.closed"))
        assert entry.actor == INSPECTOR.name
        decided = session.scalars(select(AuditEntry).where(AuditEntry.action == "imagery.decided")).first()
        assert decided.details["scenes"] == [one["sha256"] for one in newest(any_engine, project_id).scenes]
        assert decided.details["model"] == newest(any_engine, project_id).model_version
    assert audit.verify(any_engine).first_broken_id is None


def test_decisions_that_open_nothing(engine: Engine, false_report: int) -> None:
    kept = newest(engine, false_report)
    for choice in (ImageryDecision.EXPLAIN, ImageryDecision.REFLY):
        assert decide(INSPECTOR, kept.id, Decision(choice, "情况属实"), engine).problem_id is None
    row = queue(WHO, store.today(), engine, Filter(state=None)).loc[false_report]
    assert (row["state"], row["decision"], row["days_waiting"]) == ("decided", "refly", 0)
    assert queue(WHO, store.today(), engine).empty


def test_a_photo_goes_into_the_dossier_with_the_decision(engine: Engine, false_report: int) -> None:
    upload = Upload("现场.jpg", photo(SITE.centroid.x, SITE.centroid.y), DocumentKind.PROGRESS_PHOTO)
    decide(INSPECTOR, newest(engine, false_report).id, Decision(ImageryDecision.EXPLAIN, NOTE, upload), engine)
    told = project_imagery(WHO, false_report, store.today(), engine)
    assert told.decisions[0]["document_id"] is not None


@pytest.mark.parametrize(
    ("viewer", "said", "code"),
    [
        (DISTRICT, Decision(ImageryDecision.CONFIRM, NOTE), "decision.role_looks_only"),
        (INSPECTOR, Decision(ImageryDecision.CONFIRM, "  "), "decision.note_missing"),
        (replace(INSPECTOR, unit_code="520329"), Decision(ImageryDecision.CONFIRM, NOTE), "inspection.not_found"),
        (INSPECTOR, Decision(ImageryDecision.REJECT, NOTE, scene_id="0" * 16), "decision.other_scene"),
        (INSPECTOR, Decision(ImageryDecision.CONFIRM, NOTE, TEXT), "document.not_accepted"),
    ],
)  # fmt: skip
def test_decisions_that_are_refused(engine: Engine, false_report: int, viewer: Viewer, said: Decision, code: str):
    with pytest.raises((BadInput, Forbidden, NotFound)) as refused:
        decide(viewer, newest(engine, false_report).id, said, engine)
    assert refused.value.code == code
    assert project_imagery(WHO, false_report, store.today(), engine).decisions == ()


def test_nobody_takes_back_unawares_what_another_decided_meanwhile(engine: Engine, false_report: int) -> None:
    """Two inspectors have the same site open; the second one reads first what the first one wrote."""
    inspection_id = newest(engine, false_report).id
    unread = project_imagery(INSPECTOR, false_report, store.today(), engine).last_decision_id
    decide(INSPECTOR, inspection_id, Decision(ImageryDecision.CONFIRM, NOTE, last_seen=unread), engine)
    other, second = replace(INSPECTOR, name="核查员李"), Decision(ImageryDecision.EXPLAIN, NOTE, last_seen=unread)
    with pytest.raises(BadInput) as refused:
        decide(other, inspection_id, second, engine)
    assert refused.value.code == "decision.meanwhile"
    assert "核查员王 刚刚作了“确认不符”处理" in explain(refused.value)
    read = project_imagery(other, false_report, store.today(), engine)
    assert [one["status"] for one in read.problems] == ["open"]
    decide(other, inspection_id, replace(second, last_seen=read.last_decision_id), engine)
    assert project_imagery(other, false_report, store.today(), engine).problems[0]["status"] == "closed"


def test_an_older_inspection_cannot_be_decided(engine: Engine, tmp_path: Path, false_report: int) -> None:
    old = newest(engine, false_report).id
    import_scenes(WHO, busy_scenes(tmp_path / "more") / "c.tif", engine)
    inspect_all(WHO, engine)
    with pytest.raises(BadInput) as refused:
        decide(INSPECTOR, old, Decision(ImageryDecision.EXPLAIN, NOTE), engine)
    assert refused.value.code == "decision.superseded"


def test_a_person_may_see_what_the_model_did_not(engine: Engine, tmp_path: Path) -> None:
    project_id = add_project(engine, pct=0.0, started_on=None)
    import_scenes(WHO, quiet_scenes(tmp_path / "in"), engine)
    inspect_all(WHO, engine)
    with pytest.raises(BadInput) as refused:
        confirm(engine, project_id)
    assert refused.value.code == "decision.finding_missing"
    assert confirm(engine, project_id, finding=ImageryFinding.AHEAD) is not None
    [reason] = [
        one for one in situation(WHO, store.today(), engine)["reasons"][project_id] if one.check == "discrepancy"
    ]
    assert reason.colour == "yellow"


def test_rejected_imagery_is_left_out_from_then_on(engine: Engine, tmp_path: Path, false_report: int) -> None:
    import_scenes(WHO, busy_scenes(tmp_path / "more") / "c.tif", engine)
    inspect_all(WHO, engine)
    kept = newest(engine, false_report)
    rejected = Decision(ImageryDecision.REJECT, "影像错位", scene_id=kept.after_id)
    decide(INSPECTOR, kept.id, rejected, engine)
    inspect_all(WHO, engine)
    told = project_imagery(WHO, false_report, store.today(), engine)
    assert kept.after_id not in {one["id"] for one in newest(engine, false_report).scenes}
    assert told.scenes.set_index("id")["rejected"][kept.after_id]


def test_pictures_are_there_before_anybody_looks_and_only_for_those_who_may(
    engine: Engine, false_report: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = newest(engine, false_report)
    with monkeypatch.context() as without_drawing:
        without_drawing.delattr("monitor.services.pictures.draw")
        for key in ("before", "after", "works", *(item["key"] for item in kept.evidence)):
            assert picture(WHO, kept.id, key, engine).read_bytes()[:2] == b"\xff\xd8"
    drawn = picture(WHO, kept.id, "before", engine).read_bytes()
    shutil.rmtree(settings.load().evidence)
    assert picture(WHO, kept.id, "vegetation", engine).is_file()
    assert picture(WHO, kept.id, "before", engine).read_bytes() == drawn
    for viewer, key, code in (
        (WHO, "nothing", "inspection.picture_unknown"),
        (Viewer("余庆", Role.DISTRICT, "520329"), "before", "inspection.not_found"),
    ):
        with pytest.raises(NotFound) as refused:
            picture(viewer, kept.id, key, engine)
        assert refused.value.code == code


def test_the_site_its_ring_and_the_curve(engine: Engine, false_report: int) -> None:
    told = project_imagery(WHO, false_report, store.today(), engine)
    ring, site = shapely.geometry.shape(told.ring), shapely.geometry.shape(told.site)
    assert not ring.intersects(site)
    assert ring.envelope.contains(site)
    assert told.bounds == pytest.approx(ring.bounds)
    assert told.series["on"].tolist() == ["2024-05-01", "2025-05-10"]
    assert told.reported["physical_pct"].tolist() == [40.0]
    assert told.reported["investment_pct"].tolist() == [50.0]
    assert told.scenes["reported_investment_wan_yuan"].tolist()[-1] == 25_000
    assert told.scenes["report_month"].tolist()[-1] == "2025-04"
    assert all(row["text"].endswith("\u3002") for row in told.inspections[0]["reasons"])
    assert set(told.inspections[0]["pictures"]) >= {"before", "after", "works", "change"}


def test_a_later_decision_takes_the_problem_back_and_both_stay(engine: Engine, false_report: int) -> None:
    first = newest(engine, false_report).id
    opened = decide(INSPECTOR, first, Decision(ImageryDecision.CONFIRM, NOTE), engine).problem_id
    decide(INSPECTOR, first, Decision(ImageryDecision.EXPLAIN, "地下工程，地面不可见"), engine)
    seen = project_imagery(INSPECTOR, false_report, store.today(), engine)
    assert [one["decision"] for one in seen.decisions] == ["explain", "confirm"]
    [problem] = seen.problems
    assert (problem["id"], problem["status"], problem["closed_by"]) == (opened, "closed", INSPECTOR.name)
    assert "说明属实" in problem["closing_note"]
    assert "地下工程" in problem["closing_note"]
    again = decide(INSPECTOR, first, Decision(ImageryDecision.CONFIRM, NOTE), engine).problem_id
    assert again not in (None, opened)


def test_an_interrupted_run_goes_on_where_it_stopped(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was kept before the power went stays; the next run does the rest and nothing twice."""
    monkeypatch.setattr("monitor.services.inspecting.CHUNK", 1)
    for name in ("甲园", "乙园", "丙园"):
        add_project(engine, name)
    import_scenes(WHO, quiet_scenes(tmp_path / "in"), engine)

    def until_the_power_goes(outcomes, count):
        assert count == 3
        yield next(outcomes)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        inspect_all(WHO, engine, track=until_the_power_goes)
    rest = inspect_all(WHO, engine)
    assert (len(rest.inspections), rest.unchanged) == (2, 1)


def test_surface_models_of_both_flights_say_how_much_was_dug(engine: Engine, tmp_path: Path) -> None:
    """Heights go with their images: no date of their own, metres and cubic metres in the evidence and its picture."""
    project_id = add_project(engine)
    folder = quiet_scenes(tmp_path / "in")
    heights = np.random.default_rng(1).normal(950, 0.03, (2, 1, SIDE_PX, SIDE_PX)).astype(np.float32)
    heights[1, :, 60:80, 60:80] -= 3.0
    for name, values, day in (("a_dsm", heights[0], BEFORE), ("b_dsm", heights[1] + 12, AFTER)):
        write(folder / f"{name}.tif", values, GSD_M, dtype="float32", names=None, nodata=-9999.0, day=day)
    (folder / "b.tif").rename(tmp_path / "b.tif")
    assert len(import_scenes(WHO, folder, engine).stored) == 3
    assert inspect_all(WHO, engine).too_few == 1, "a surface model is no image"
    import_scenes(WHO, tmp_path / "b.tif", engine)
    assert len(inspect_all(WHO, engine).inspections) == 1
    kept = newest(engine, project_id)
    assert len(kept.scenes) == 4
    [height] = [item for item in kept.evidence if item["key"] == "height"]
    assert height["cut_m3"] == pytest.approx(120_000, rel=0.03)
    assert height["fill_m3"] == pytest.approx(0, abs=500)
    told = project_imagery(WHO, project_id, store.today(), engine)
    assert len(told.scenes) == 2
    said = [one["text"] for one in told.inspections[0]["reasons"] if one["code"] == "verdict.seen_height"]
    assert "119,9" in said[0]
    assert "降低" in sheet(WHO, kept.id, engine)
    drawn = picture(WHO, kept.id, "height", engine).read_bytes()
    shutil.rmtree(settings.load().evidence)
    assert picture(WHO, kept.id, "height", engine).read_bytes() == drawn


def test_a_full_disk_stops_a_site_with_a_sentence_and_not_the_run(engine: Engine, tmp_path: Path) -> None:
    project_id = add_project(engine)
    import_scenes(WHO, quiet_scenes(tmp_path / "in"), engine)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, limits[1]))
    try:
        done = inspect_all(WHO, engine)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert [(one.project_id, one.code) for one in done.failed] == [(project_id, "inspection.pictures_not_kept")]
    assert len(inspect_all(WHO, engine).inspections) == 1
