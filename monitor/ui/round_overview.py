"""填报概况 how fresh the figures are, what is due each quarter, and the sheet out and back."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import streamlit as st

from monitor import store
from monitor.exchange import report_sheet
from monitor.model import ImportResult, Viewer
from monitor.queries import facts
from monitor.queries.filings import sheet_lines
from monitor.queries.rounds import freshness
from monitor.services import report_import, rounds
from monitor.services.rights import may_file
from monitor.terms import Channel, ObligationStatus
from monitor.ui import frame, sheet_intake
from monitor.ui.situations import list_labels, units
from monitor.ui.widgets import moment, nothing, number, percent, table


def freshness_table(as_of: date) -> None:
    """数据时效 by list: how many projects have figures of the month, and when the last report came in."""
    told = _freshness(frame.viewer(), as_of, facts.version(store.engine()), "lists")
    labels = list_labels()
    rows = [
        [
            labels.get(str(key), str(key)),
            number(row["projects"]),
            number(row["reported"]),
            percent(row["share_pct"]),
            moment(row["latest"]),
        ]
        for key, row in told.iterrows()
    ]
    table(("清单", "项目（个）", f"有{as_of.month}月数（个）", "占比", "最近填报"), rows, numeric=(1, 2, 3))


def quarterly(everything: pd.DataFrame, as_of: date) -> None:
    """季度任务 bulletins and assessments that are due or done, with the way to register them."""
    duties = everything[everything["project_id"].isna() & (everything["start_on"] <= pd.Timestamp(as_of))]
    names = units()["full_name"]
    for place, duty in enumerate(duties.to_dict("records")):
        unit, end = duty["unit_code"], duty["end_on"]
        late = f"，逾期 {duty['late_days']} 天" if duty["late_days"] else ""
        status = ObligationStatus.labels()[duty["status"]]
        said, act = st.columns([7, 2], vertical_alignment="center")
        said.write(f"{names.get(unit, unit)} {end.year}年{end.quarter}季度 {duty['label']}：**{status}**{late}")
        if may_file(frame.viewer()) and pd.isna(duty["done_on"]) and end <= pd.Timestamp(as_of):
            confirm = act.popover("登记已完成", width="stretch")
            confirm.write("登记后记入操作记录，不能撤销。")
            if confirm.button("确认登记", key=f"register_{place}", type="primary"):
                who = frame.viewer()
                rounds.register(who, duty["rule"], unit, end.date(), who.name, store.engine())
                st.rerun()
    if duties.empty:
        nothing("没有季度通报、考核或活动任务。")


def sheet_out(unit_code: str | None, as_of: date) -> None:
    """下载填报表 the unit's projects as a workbook to fill in."""
    labels = list_labels()
    list_key = st.selectbox("清单", [None, *labels], format_func=lambda key: labels[key] if key else "全部清单")
    ways = Channel.labels()
    channel = st.selectbox(
        "调度渠道",
        [None, *ways],
        format_func=lambda key: f"{ways[key]}调度" if key else "全部渠道",
        key="sheet_channel",
    )
    viewer, names = frame.viewer(), {str(code): str(name) for code, name in units()["full_name"].items()}
    way = f"{ways[channel]}调度" if channel else ""
    file = f"{names.get(unit_code or '', '')}{as_of.year}年{as_of.month}月{way}项目填报表"
    st.download_button(
        "下载填报表（Excel）",
        lambda: _sheet(viewer, unit_code, (list_key, channel), as_of, file, names),  # runs outside of the session
        f"{file}.xlsx",
        on_click="ignore",
        width="stretch",
    )


def _sheet(
    viewer: Viewer,
    unit_code: str | None,
    chosen: tuple[str | None, str | None],
    as_of: date,
    title: str,
    names: dict[str, str],
) -> bytes:
    viewer = replace(viewer, unit_code=unit_code) if unit_code else viewer
    list_key, channel = chosen
    lines = sheet_lines(viewer, as_of.year, as_of.month, store.engine(), list_key, as_of, channel)
    own = [line for line in lines if unit_code in (None, line.unit_code)]
    return report_sheet.write(own, as_of.year, as_of.month, title, names)


def sheet_back() -> None:
    """上传填报表 for those who file; the others are told who does."""
    if may_file(frame.viewer()):
        sheet_intake.sheet_back("填报表", "rounds", _take)
    else:
        nothing("您可以查看和下载，不能代报。", "填报由区县填报员或管理员办理。")


def _take(path: Path, dry_run: bool) -> ImportResult:
    viewer = frame.viewer()
    return report_import.import_reports(viewer, path, viewer.name, store.engine(), dry_run=dry_run, on=frame.as_of())


def freshness_line(as_of: date) -> str:
    """数据时效说明 one line for any page: how many of the viewer's projects have figures of the month."""
    told = _freshness(frame.viewer(), as_of, facts.version(store.engine()), "unit_code")
    reported, projects = int(told["reported"].sum()), int(told["projects"].sum())
    share = percent(reported * 100 / projects) if projects else "—"
    return f"{as_of.month}月已有填报数 {reported:,}/{projects:,} 项（{share}），最近填报 {moment(told['latest'].max())}"


@st.cache_data(max_entries=24, show_spinner="正在读取填报情况…")
def _freshness(viewer: Viewer, as_of: date, version: str, by: str) -> pd.DataFrame:
    return freshness(viewer, as_of, store.engine(), by)
