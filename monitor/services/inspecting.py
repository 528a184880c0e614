"""批量核查 every site that has scenes held against its reports; resumable, since the same inputs are inspected once."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from math import isfinite
from typing import Any

import shapely
from sqlalchemy import Engine, select

from geo.batch import CHUNK, Job, Outcome, Runner, inspect_sites
from geo.inspect import Look
from geo.scenes import Scene as Image
from monitor import store
from monitor.exchange import inspections as words
from monitor.messages import explain
from monitor.model import Viewer
from monitor.queries.inspection_agenda import Held, agenda, basis_of
from monitor.queries.sites import Site, limits
from monitor.services import audit
from monitor.tables import Inspection, Project, Scene

NOT_SHOWN = "inspect.one_date"
"""影像不足 a site beside what the scenes in truth show, though within their frames: no failure."""


@dataclass(frozen=True)
class Failed:
    """未能核查 a project whose site could not be inspected: the code and the sentence that say why."""

    project_id: int
    code: str
    message: str


@dataclass(frozen=True)
class Inspected:
    """批量核查结果 what a run did.

    Attributes
    ----------
    inspections : tuple[int, ...]
        Ids of the new inspections.
    unchanged : int
        Sites whose scenes and reports were inspected before.
    too_few : int
        Sites that fewer than two dates show.
    failed : tuple[Failed, ...]
        Sites that a bad scene stopped, and no others.
    """

    inspections: tuple[int, ...]
    unchanged: int
    too_few: int
    failed: tuple[Failed, ...]


Track = Callable[[Iterator[Outcome], int], Iterable[Outcome]]
"""Wraps the outcomes as they come, told how many there will be."""


def inspect_all(
    viewer: Viewer,
    engine: Engine,
    run: Runner | None = None,
    track: Track = lambda outcomes, _count: outcomes,
    on: date | None = None,
) -> Inspected:
    """批量核查 inspect every site of the viewer that two dates show and whose inputs are new.

    Outcomes are kept in transactions of some dozens of sites with an audit entry each, so that an interrupted run
    goes on where it stopped.

    Parameters
    ----------
    viewer : Viewer
        Sees the projects of his unit's subtree.
    engine : Engine
        The store.
    run : callable, optional
        Another ``map`` over chunks, such as a Dask client's (``geo.batch.Runner``).
    track : callable
        Wraps the outcomes, for a progress bar.
    on : date, optional
        Day on which sample projects (示例) are inspected, for demonstrations; real ones always now.
    """
    held, unchanged, too_few = agenda(viewer, engine)
    outcomes = iter(track(inspect_sites([one.job for one in held.values()], run=run), len(held)))
    made: list[int] = []
    failed: list[Failed] = []
    names = _source_names(engine)
    while batch := list(islice(outcomes, CHUNK)):
        errors = [(int(one.site_id), one.error) for one in batch if one.error]
        too_few += sum(error.code == NOT_SHOWN for _, error in errors)
        failed += [Failed(number, error.code, explain(error)) for number, error in errors if error.code != NOT_SHOWN]
        good = [(held[one.site_id], one) for one in batch if one.verdict]
        made += _keep(viewer, good, engine, names, on)
    return Inspected(tuple(made), unchanged, too_few, tuple(failed))


def _source_names(engine: Engine) -> dict[str, str]:
    with store.reachable(engine) as connection:
        return dict(connection.execute(select(Scene.id, Scene.source)).all())


def _keep(
    viewer: Viewer,
    done: Sequence[tuple[Held, Outcome]],
    engine: Engine,
    names: Mapping[str, str],
    on: date | None,
) -> list[int]:
    """Append inspections in one transaction; ids of the new ones."""
    if not done:
        return []
    with store.transaction(engine) as session:
        numbers = [held.site.project_id for held, _ in done]
        samples = set(session.scalars(select(Project.id).where(Project.id.in_(numbers), Project.is_sample)))
        rows = []
        for held, outcome in done:
            sample = on is not None and held.site.project_id in samples
            rows.append(_row(viewer, held, outcome, names, moment(on if sample else None)))
        session.add_all(rows)
        session.flush()
        details = {"projects": numbers, "inspections": [row.id for row in rows], "model": rows[0].model_version}
        audit.record(session, viewer.name, "imagery.inspected", None, details)
        return [row.id for row in rows]


def moment(on: date | None) -> datetime:
    """办理时刻 now, or the end of the day of a demonstration."""
    return store.now() if on is None else store.end_of_day(on) - timedelta(minutes=1)


def _row(viewer: Viewer, held: Held, outcome: Outcome, names: Mapping[str, str], made_at: datetime) -> Inspection:
    verdict, compared = outcome.verdict, outcome.compared
    assert verdict is not None
    assert compared is not None
    images = held.job.scenes
    onset = words.onset(verdict.onset)
    return Inspection(
        project_id=held.site.project_id,
        before_id=compared.before.id,
        after_id=compared.after.id,
        before_on=compared.before.taken_on,
        after_on=compared.after.taken_on,
        key=held.key,
        site=shapely.to_wkb(held.site.outline),
        site_kind=held.site.kind,
        site_m2=compared.site_m2,
        gsd_m=compared.gsd_m,
        finding=verdict.finding.value,
        activity_score=verdict.activity_score,
        confidence=verdict.confidence,
        abstained=verdict.abstained,
        stage=verdict.stage,
        clear_pct=compared.clear_pct,
        reported_pct=compared.reported.pct,
        reported_start_on=compared.reported.start_on,
        onset=onset,
        evidence=words.figures(outcome.figures, compared.conditions),
        looks=_looks(held.job, outcome.looks, compared.before),
        reasons=[*words.reasons(verdict, images, compared.outside, names), *_of_the_site(held.site)],
        scenes=[{"id": one.id, "sha256": one.sha256, "taken_on": one.taken_on.isoformat()} for one in images],
        model_version=verdict.model_version,
        made_at=made_at,
        made_by=viewer.name,
    )


def _looks(job: Job, looks: Sequence[Look], before: Image) -> list[dict[str, Any]]:
    """Every date's look; those compared with the reference date with the exact score and what it rests on."""
    told = []
    for look in looks:
        row = words.look(look)
        if look.scene.taken_at > before.taken_at and (look.score is None or isfinite(look.score)):
            row |= {"score": look.score, "basis": basis_of(job, before, look.scene)}
        told.append(row)
    return told


def _of_the_site(site: Site) -> Iterator[dict[str, Any]]:
    """What has to be known of the site itself: a circle for an outline, a datum that was converted."""
    if site.kind == "point":
        yield {"code": "verdict.point_site", "params": {"radius_m": limits()["point_radius_m"]}}
    if site.datum in ("gcj02", "bd09"):
        yield {"code": "verdict.datum_converted", "params": {"datum": site.datum}}
