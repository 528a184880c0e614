"""通报文书底数 what a quarterly bulletin and a letter to a unit say: ranking, and what follows by clause."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd
from sqlalchemy import Engine

from monitor import rules
from monitor.errors import NotFound
from monitor.model import NATION, Viewer
from monitor.queries.comparison import Comparison, own_choice
from monitor.queries.consequences import Entry, register
from monitor.queries.map_districts import units as read_units
from monitor.queries.ranking import DEFAULT_PLAN
from monitor.queries.standings import compared, own_book


@dataclass(frozen=True)
class Notice:
    """通报底数 the ranking of a plan's area on the last day of a quarter, and what its clauses say of the units.

    ``area`` is what the bulletin is called after; ``governed`` tells whether a plan's clauses hold there; ``entries``
    are those of units that the viewer may see; ``names`` are full names of units by code, and a responsible body
    (责任单位) is called as it is.
    """

    area: str
    governed: bool
    end_on: date
    made: Comparison
    entries: tuple[Entry, ...]
    names: Mapping[str, str]


def notice(viewer: Viewer, plan: str | None, end_on: date, engine: Engine) -> Notice:
    """通报底数 what a plan's bulletin of a quarter says.

    Parameters
    ----------
    viewer : Viewer
        His unit lies in the plan's area or above it; he sees what follows for his own unit and those under it.
    plan : str or None
        Plan pack; None for all that the viewer may see, by 亮诺践诺 (``ranking.DEFAULT_PLAN``), where no clause holds.
    end_on : date
        Last day of the quarter.
    engine : Engine
        The store.

    Raises
    ------
    NotFound
        ``rules.unknown_plan``, ``rules.no_ranking`` without a ranking on the day, ``comparison.not_within``.
    """
    key, table = plan or DEFAULT_PLAN, read_units(engine)
    label, own = rules.plan(key).label, own_choice(key, end_on)
    if own is None:
        raise NotFound("rules.no_ranking", plan=key, on=end_on.isoformat())
    choice = own if plan else replace(own, parent=viewer.unit_code)
    names = {NATION: "全国"} | {str(code): str(name) for code, name in table["full_name"].items()}
    made = compared(viewer, end_on, engine, choice, table)
    entries = register(viewer, key, made.places, table, end_on, engine) if plan else []
    return Notice(label if plan else names[choice.parent], plan is not None, end_on, made, tuple(entries), names)


def lagging(viewer: Viewer, said: Notice, unit: str, engine: Engine) -> pd.DataFrame:
    """滞后项目 projects of a unit that have done less than was due by their last report, the largest gap first.

    Returns
    -------
    DataFrame
        By project_id: name, due_wan_yuan, done_wan_yuan, gap_wan_yuan (万元).

    Raises
    ------
    NotFound
        ``comparison.not_yours`` where the viewer may not see the unit's projects.
    """
    facts = own_book(viewer, said.made.choice, unit, said.end_on, engine, read_units(engine)).facts
    due, done = facts["due_by_report_wan_yuan"], facts["year_investment_wan_yuan"]
    found = pd.DataFrame(
        {"name": facts["name"], "due_wan_yuan": due, "done_wan_yuan": done, "gap_wan_yuan": due - done}
    )
    return found[found["gap_wan_yuan"].round(2) > 0].sort_values("gap_wan_yuan", ascending=False, kind="stable")


def entry_of(said: Notice, clause: str, unit: str) -> Entry:
    """一份文书 what a clause says of a unit (``notice.not_found`` where it says nothing, or not to this viewer)."""
    for entry in said.entries:
        if (entry.hit.rule.key, entry.hit.unit) == (clause, unit):
            return entry
    raise NotFound("notice.not_found")
