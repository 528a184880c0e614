"""亮灯预设的选用 which light preset judges a unit: the one that the plan governing it names."""

from collections.abc import Iterable, Mapping
from typing import Literal

from sqlalchemy import Engine, select

from monitor import rules, store
from monitor.model import Viewer
from monitor.queries import hierarchy
from monitor.queries.scope import in_scope
from monitor.rules import Plan
from monitor.tables import Project

DEFAULTS: Mapping[str, str] = {"project": "yinchuan", "district": "sanya"}
"""缺省预设 where no plan governs a unit."""

Judged = Literal["project", "district"]


def presets(viewer: Viewer, codes: Iterable[str], judged: Judged, engine: Engine) -> dict[str, str]:
    """各单元预设 unit -> preset of its projects (``project``) or of its own light (``district``).

    The plan of the nearest unit above (or of the unit itself) decides, also where that unit lies above the viewer's;
    its ``plan.yaml`` names the presets.
    """
    del viewer  # which plan governs a unit is no secret to those who see the unit
    governed = {rules.plan(key).unit_code: rules.plan(key) for key in rules.plan_keys()}
    with store.reachable(engine) as connection:
        units = hierarchy.units(connection)
    return {code: _preset(_governing(code, units, governed), judged) for code in codes}


def _governing(code: str, units: Mapping[str, hierarchy.Unit], governed: Mapping[str, Plan]) -> Plan | None:
    above: str | None = code
    while above is not None and above not in governed:
        above = units[above].parent if above in units else None
    return governed.get(above) if above else None


def _preset(plan: Plan | None, judged: Judged) -> str:
    if plan is None:
        return DEFAULTS[judged]
    return plan.project_preset if judged == "project" else plan.district_preset


def unit_of(viewer: Viewer, engine: Engine) -> str | None:
    """项目所属单元 reporting unit of the project that a viewer is narrowed to; None where he may not see it."""
    with store.reachable(engine) as connection:
        unit: str | None = connection.scalar(select(Project.unit_code).where(in_scope(viewer)).limit(1))
    return unit
