"""台账导出 the lists of some projects as a workbook that can be filled in and imported again (001-22)."""

from datetime import date
from pathlib import Path

import pandas as pd
from sqlalchemy import Engine

from monitor import store
from monitor.exchange import item_sheet
from monitor.exchange.item_sheet import KEY, NAME, UNIT
from monitor.exchange.workbooks import require_workbook
from monitor.model import Viewer
from monitor.queries.facts import default_as_of, facts
from monitor.queries.figures import unit_names
from monitor.queries.items import items
from monitor.services import audit
from monitor.terms import ItemKind, ItemState, Stage
from monitor.workflow.items import checklists, missing

TITLE = "重大项目清单台账"
DAYS = {
    "planned_start_on": "计划开工",
    "started_on": "实际开工",
    "planned_completion_on": "计划竣工",
    "completed_on": "实际竣工",
}
OPEN = (ItemState.OVERDUE, ItemState.SOON, ItemState.OPEN, ItemState.UNDATED)


def export_items(viewer: Viewer, path: Path, engine: Engine, as_of: date | None = None) -> int:
    """导出台账 write the workbook of all the viewer's projects, with an audit entry; the number of lines.

    Raises
    ------
    BadInput
        ``export.not_available`` where the file is to be no workbook.
    """
    require_workbook(path)
    store.require_initialised(engine)
    day = as_of or default_as_of(engine)
    made, count = workbook(viewer, facts(viewer, day, engine), day, engine)
    path.write_bytes(made)
    with store.transaction(engine) as session:
        audit.record(session, viewer.name, "items.exported", None, {"file": path.name, "items": count})
    return count


def workbook(viewer: Viewer, known: pd.DataFrame, as_of: date, engine: Engine) -> tuple[bytes, int]:
    """台账工作簿 sheets 项目, 手续, 节点, 问题措施 of some projects as known on a day, and how many lines it has.

    What the plans' clauses name and is not on a list yet stands there without a number, to be filled in.

    Parameters
    ----------
    viewer : Viewer
        Whose projects.
    known : DataFrame
        Facts of the projects (``queries.facts``), index project_id.
    as_of : date
        The day.
    engine : Engine
        The store.
    """
    lines = items(viewer, known, as_of, engine)
    count, units = len(lines), unit_names(viewer, engine)["full_name"]
    absent = missing(lines, checklists(known, as_of)).assign(number=0, overdue_days=0, state=None, origin="")
    frame = pd.concat([lines, absent], ignore_index=True) if len(absent) else lines
    frame = frame.sort_values(
        "project_id", kind="stable", key=lambda ids: ids.map({p: i for i, p in enumerate(known.index)})
    )
    frame = frame.assign(
        project=frame["project_id"].map(known["name"]),
        unit=frame["project_id"].map(known["unit_code"].map(units)),
    )
    notes = [f"数据时点：{as_of.year}年{as_of.month}月{as_of.day}日    项目数：{len(known)}    事项数：{count}"]
    made = item_sheet.write(_projects(known, lines, units), frame, TITLE, notes)
    return made, count


def _projects(known: pd.DataFrame, lines: pd.DataFrame, units: "pd.Series[str]") -> pd.DataFrame:
    """One row a project: its days, and how many lines are done, overdue and open."""
    done = ~lines["state"].isin(OPEN)
    of = {kind.value: lines["kind"].eq(kind) for kind in ItemKind}
    counts = {
        "手续（项）": of[ItemKind.PROCEDURE],
        "手续已办结（项）": of[ItemKind.PROCEDURE] & done,
        "逾期（项）": lines["state"].eq(ItemState.OVERDUE),
        "未解决问题（项）": of[ItemKind.PROBLEM] & ~done,
    }
    summed = {name: held.groupby(lines["project_id"]).sum() for name, held in counts.items()}
    table = {
        KEY: known.index,
        NAME: known["name"],
        UNIT: known["unit_code"].map(units),
        "项目代码": known["code"],
        "阶段": known["stage"].map(Stage.labels()),
        "示例": known["is_sample"].map({True: "是", False: None}),
        "总投资（万元）": known["total_investment_wan_yuan"],
        **{label: known[column].dt.date for column, label in DAYS.items()},
        **{name: held.reindex(known.index).fillna(0).astype(int) for name, held in summed.items()},
    }
    return pd.DataFrame(table, index=known.index)
