"""亮灯情况 the facts of every project a viewer may see, with its light and why."""

from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Engine, Float, Select, case, cast, func, select

from monitor import lights, store
from monitor.model import Viewer
from monitor.queries import reading
from monitor.queries.facts import facts, report_in_force
from monitor.queries.items import procedures_done
from monitor.queries.presets import presets
from monitor.queries.scope import in_scope
from monitor.tables import Funding, MonthTarget, Problem, Project, Report
from monitor.terms import Batch, FundSource
from monitor.workflow.channels import channel_rules, channels

GOVERNMENT_FUNDS = (FundSource.CENTRAL_BUDGET, FundSource.SPECIAL_BOND, FundSource.TREASURY_BOND)
"""政府资金 sources whose payment is watched."""

PUBLIC_FUNDS = (*GOVERNMENT_FUNDS, FundSource.PROVINCIAL, FundSource.LOCAL_BUDGET)
"""财政性资金 sources that 发改 and 财政 departments plan and issue (002-07)."""


def situation(viewer: Viewer, as_of: date, engine: Engine, preset: str | None = None) -> pd.DataFrame:
    """亮灯情况 facts, with ``colour`` (terms.Colour value) and ``reasons`` (list[model.Reason], never empty).

    Besides, ``channels``: tuple of the terms.Channel values by which a project is dispatched on the day.

    Parameters
    ----------
    viewer : Viewer
        Sees the projects of his unit's subtree.
    as_of : date
        The day: what was known then decides the light, so any past month can be judged again.
    engine : Engine
        The store.
    preset : str, optional
        Light preset under data/rules/presets for all; default for each project that of the plan it stands under.
    """
    known = with_supplements(viewer, facts(viewer, as_of, engine), as_of, engine)
    known = known.assign(channels=channels(known, channel_rules(as_of), as_of))
    if preset is not None:
        return known.join(lights.judge(known, as_of, preset))
    own = known["unit_code"].map(presets(viewer, known["unit_code"].unique(), "project", engine))
    judged = [lights.judge(rows, as_of, str(key)) for key, rows in known.groupby(own)]
    return known.join(pd.concat(judged) if judged else lights.judge(known, as_of))


def with_supplements(viewer: Viewer, known: pd.DataFrame, as_of: date, engine: Engine) -> pd.DataFrame:
    """补充事实 facts with what the checks need besides model.FACT_COLUMNS.

    Adds ``target_at_report_wan_yuan`` (cumulative target of the month of the latest report), ``fund_issued_wan_yuan``
    and ``fund_paid_wan_yuan`` (government funds of the year), ``public_planned_wan_yuan``, ``public_issued_wan_yuan``
    (public funds of the year; issued ones where what was planned is known), ``ready_to_start`` (1.0 or 0.0, of prepared
    projects only), ``start_delay_reason``, and of the latest discrepancy that a person confirmed from imagery
    ``discrepancy_finding``, ``_opened_on``, ``_due_on``, ``_closed_on``.
    """
    with store.reachable(engine) as connection:
        targets = reading.rows(connection, _targets(viewer, as_of))["target"].astype("float64")
        funds = reading.rows(connection, _funds(viewer, as_of.year)).astype("float64")
        delays = reading.rows(connection, _delays(viewer, as_of))["reason"]
        confirmed = _discrepancies(connection, viewer, as_of)
        ready = _ready(connection, viewer, known, as_of)
    return known.assign(
        target_at_report_wan_yuan=targets.reindex(known.index),
        fund_issued_wan_yuan=funds["issued"].reindex(known.index),
        fund_paid_wan_yuan=funds["paid"].reindex(known.index),
        public_planned_wan_yuan=funds["public_planned"].reindex(known.index),
        public_issued_wan_yuan=funds["public_issued"].reindex(known.index),
        ready_to_start=ready.reindex(known.index),
        start_delay_reason=delays[~delays.index.duplicated(keep="last")].reindex(known.index),
        **{name: confirmed[name].reindex(known.index) for name in confirmed.columns},
    )


def _targets(viewer: Viewer, as_of: date) -> Select[Any]:
    """Cumulative target of the month that the report in force is about."""
    known_by = store.end_of_day(as_of)
    planned = reading.in_force(
        MonthTarget,
        lambda row: (row.year == Report.year) & (row.month == Report.month) & (row.recorded_at < known_by),
        "revision",
    )
    query = reading.projects(reading.number(MonthTarget.cumulative_wan_yuan, "target"))
    query = query.join(Report, report_in_force(as_of.year, as_of.month, known_by)).join(MonthTarget, planned)
    return query.where(in_scope(viewer))


def _funds(viewer: Viewer, year: int) -> Select[Any]:
    planned, issued, paid = (
        cast(amount, Float) for amount in (Funding.planned_wan_yuan, Funding.issued_wan_yuan, Funding.paid_wan_yuan)
    )
    government, public = (Funding.source.in_(sources) for sources in (GOVERNMENT_FUNDS, PUBLIC_FUNDS))
    sums = {
        "issued": func.sum(case((government, issued))),
        "paid": func.sum(case((government, paid))),
        "public_planned": func.sum(planned),
        "public_issued": func.sum(case((Funding.planned_wan_yuan.is_not(None), issued))),
    }
    query = reading.projects(*(amount.label(name) for name, amount in sums.items())).join(Funding)
    return query.where(in_scope(viewer), Funding.year == year, public).group_by(Project.id)


def _ready(connection: Connection, viewer: Viewer, known: pd.DataFrame, as_of: date) -> "pd.Series[float]":
    """Whether a prepared project may start (具备开工条件): it has, or every procedure on its list is done.

    One without a procedure on its list cannot be told ready, and is not.
    """
    prepared = known[known["batch"].eq(Batch.PREPARED)]
    done = procedures_done(viewer, as_of, prepared.index, connection)
    ready = prepared["started_on"].notna() | prepared.index.isin([project for project, held in done.items() if held])
    return ready.astype(float)


def _discrepancies(connection: Connection, viewer: Viewer, as_of: date) -> pd.DataFrame:
    """The last problem of each project that imagery opened, as known at the end of the day: days, not moments."""
    known_by = store.end_of_day(as_of)
    columns = (Problem.project_id, Problem.finding, Problem.opened_at, Problem.due_on, Problem.closed_at)
    query = select(*columns).join(Project, Project.id == Problem.project_id).order_by(Problem.id)
    wanted = query.where(in_scope(viewer), Problem.kind == "imagery", Problem.opened_at < known_by)
    rows = [
        (number, finding, store.day_of(opened), due, store.day_of(closed) if closed and closed < known_by else None)
        for number, finding, opened, due, closed in connection.execute(wanted)
    ]
    days = [f"discrepancy_{name}_on" for name in ("opened", "due", "closed")]
    frame = pd.DataFrame(rows, columns=["project_id", "discrepancy_finding", *days]).set_index("project_id")
    frame[days] = frame[days].astype("datetime64[s]")
    return frame[~frame.index.duplicated(keep="last")]


def _delays(viewer: Viewer, as_of: date) -> Select[Any]:
    """Reasons that the reports of the year give for a project that has not started, in their order."""
    known = (Report.year == as_of.year) & (Report.month <= as_of.month) & (Report.reported_at < store.end_of_day(as_of))
    query = reading.projects(Report.problem_text.label("reason")).join(Report).where(in_scope(viewer), known)
    reasoned = Report.started_on.is_(None) & Report.problem_text.is_not(None)
    return query.where(reasoned).order_by(Report.month, Report.revision)
