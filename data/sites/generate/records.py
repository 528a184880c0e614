"""Rows that stand beside a sample project: who has which duty, where its funds come from, its stage and code."""

from typing import Any

import numpy as np

from .amounts import largest_remainder
from .places import Unit

SPONSORS = "甲乙丙丁戊己庚辛壬癸"
LOCAL = {"county": "{}人民政府", "zone": "{}管委会", "bucket": "市级行业主管部门"}


def code(spec: dict[str, Any], unit: Unit, serial: int) -> str:
    """项目代码 as it is printed, 4-6-2-2-6, with a serial number in its last part."""
    region = unit.counties[0] if unit.counties else unit.code[:6]
    return f"{spec['year'] % 100:02d}01-{region}-04-01-{900_000 + int(spec['plan']) * 10_000 + serial:06d}"


def stage(cell: dict[str, Any], state: dict[str, Any], annual: int | None) -> str:
    """Key of terms.Stage at the end of the demo."""
    if state["production_on"]:
        return "completed"
    if state["completed_on"]:
        return "completion"
    if state["started_on"]:
        return "suspended" if state["profile"] == "stalled" else "implementation"
    return "identification" if annual is None and cell["batch"] == "prepared" else "preparation"


def duties(
    key: int, spec: dict[str, Any], cell: dict[str, Any], unit: Unit, sector: str, serial: int
) -> list[dict[str, Any]]:
    """Departments that the plan names; builders and persons only as numbered samples."""
    local = LOCAL[unit.kind].format(unit.name)
    holders = {
        "lead": spec["lead"],
        "responsible": spec.get("departments", {}).get(sector, local),
        "builder": f"示例建设单位{serial:04d}",
    }
    if "sponsor" in cell["lists"]:
        holders["sponsor"] = f"市级领导{SPONSORS[serial % len(SPONSORS)]}"
    if cell.get("task_force"):
        holders["task_force"] = f"示例项目专班{serial:04d}"
    return [{"key": key, "duty": duty, "holder": holder} for duty, holder in holders.items()]


def funding(
    key: int,
    year: int,
    cell: dict[str, Any],
    annual: int | None,
    fund: int | None,
    paid: int,
    rng: np.random.Generator,
) -> list[dict[str, Any]]:
    """Funds by source: the fund that the cell speaks of, and the shares of the rest of the annual plan."""
    rows, rest = [], annual or 0
    if fund:
        row = {"key": key, "source": cell["fund"]["source"], "year": cell["fund"]["year"]}
        rows.append(row | {"planned": fund, "issued": fund, "paid": min(paid, fund)})
        rest = max(rest - fund, 0)
    mix = cell.get("funding", {})
    if not rest or not mix:
        return rows
    for source, amount in zip(mix, largest_remainder(rest, np.array(list(mix.values()))), strict=True):
        issued = int(amount * rng.uniform(0.5, 1.0)) // 100 * 100
        row = {"key": key, "source": source, "year": year, "planned": int(amount), "issued": issued}
        rows.append(row | {"paid": int(issued * rng.uniform(0.5, 0.95)) // 100 * 100})
    return rows
