"""区县排名 the places of the reporting units, promised against delivered."""

from datetime import date

from sqlalchemy import Engine

from monitor import indicators, rules
from monitor.errors import NotFound
from monitor.indicators.ranking import Place, rank
from monitor.model import Viewer
from monitor.queries.figures import book, grouped
from monitor.rules import Rule

DEFAULT_PLAN = "lanshan"
"""排名口径 of a viewer who names none: 亮诺践诺 (004-11), promised against delivered."""


def ranking(
    viewer: Viewer, as_of: date, engine: Engine, plan: str | None = None, by: str | None = None
) -> tuple[Rule, list[Place]]:
    """区县排名 the rule that ranks, and the places of every unit with projects, zones and 市直 buckets included.

    Parameters
    ----------
    viewer : Viewer
        Sees the projects of his unit's subtree.
    as_of : date
        The day to look back from.
    engine : Engine
        The store.
    plan : str, optional
        Plan pack whose ranking rule and area count; default 亮诺践诺 over all that the viewer may see.
    by : str, optional
        Key of figures.GROUPS; default ``options.by`` of the rule, else ``district``.

    Raises
    ------
    NotFound
        ``rules.no_ranking`` if the plan has no ranking rule in force on the day.
    """
    key = plan or DEFAULT_PLAN
    pack = indicators.checked_pack(key)
    rule = next((rule for rule in pack if rule.kind == "ranking" and rule.period_on(as_of)), None)
    if rule is None:
        raise NotFound("rules.no_ranking", plan=key, on=as_of.isoformat())
    known = book(viewer, as_of, engine, rules.plan(key).unit_code if plan else None)
    wanted = [other for other in pack if other.key in rule.options["parts"]]
    groups = grouped(known.facts, by or rule.options.get("by", "district"))
    return rule, rank(indicators.evaluate(known, wanted, groups, projects=False), rule)
