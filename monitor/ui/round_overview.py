"""迟报情况 who is late, how fresh the figures are, what is due each quarter, and the sheet out and back."""

import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import streamlit as st

from monitor import store
from monitor.exchange import report_sheet
from monitor.model import ImportResult
from monitor.queries import facts
from monitor.queries.filings import sheet_lines
from monitor.queries.rounds import freshness, who_is_late
from monitor.services import report_import, rounds
from monitor.terms import ObligationStatus
from monitor.ui import frame, importing
from monitor.ui.situations import list_labels, units
from monitor.ui.widgets import moment, nothing, number, percent, table

BY = {"填报单位": "unit_code", "责任单位": "responsible", "调度类别": "label"}
SHOWN_AT_MOST = 60
SHEET_DONE = "rounds_sheet_done"


def late_table(everything: pd.DataFrame) -> None:
    """谁迟报 a ranked table by unit, 责任单位 or cadence."""
    by = st.segmented_control("按", list(BY), default="填报单位", required=True, label_visibility="collapsed")
    told = who_is_late(everything, BY[by or "填报单位"])
    if told.empty:
        nothing("本期没有填报任务。", "项目列入有调度频次的清单后，按规则自动生成。")
        return
    names = units()["full_name"]
    rows = [
        [
            names.get(str(key), str(key)),
            number(row["late_projects"]),
            number(row["late"]),
            f"{row['worst_days']:.0f}" if row["late"] else "—",
            percent(row["late_share"]),
            number(row["due"]),
            number(row["done_late"]),
            number(row["done"] + row["done_late"]),
        ]
        for key, row in told.head(SHOWN_AT_MOST).iterrows()
    ]
    headings = (
        by or "",
        "欠报项目（个）",
        "逾期未报（期）",
        "最长逾期（天）",
        "逾期占比",
        "待报（期）",
        "迟报（期）",
        "已报（期）",
    )
    table(headings, rows, numeric=range(1, 8))
    if len(told) > SHOWN_AT_MOST:
        st.caption(f"按欠报项目数列出前 {SHOWN_AT_MOST} 个，共 {len(told)} 个。")


def freshness_table(as_of: date) -> None:
    """数据时效 by list: how many projects have figures of the month, and when the last report came in."""
    told = freshness(frame.viewer(), as_of, store.engine(), "lists")
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
        late = f",逾期 {duty['late_days']} 天" if duty["late_days"] else ""
        status = ObligationStatus.labels()[duty["status"]]
        said, act = st.columns([7, 2], vertical_alignment="center")
        said.write(f"{names.get(unit, unit)} {end.year}年{end.quarter}季度 {duty['label']}:**{status}**{late}")
        if pd.isna(duty["done_on"]) and end <= pd.Timestamp(as_of):
            confirm = act.popover("登记已完成", width="stretch")
            confirm.write("登记后记入操作记录，不能撤销。")
            if confirm.button("确认登记", key=f"register_{place}", type="primary"):
                who = frame.viewer()
                rounds.register(who, duty["rule"], unit, end.date(), who.name, store.engine())
                st.rerun()
    if duties.empty:
        nothing("没有季度通报或考核任务。")


def sheet_out(unit_code: str | None, as_of: date) -> None:
    """下载填报表 the unit's projects as a workbook to fill in."""
    labels = list_labels()
    list_key = st.selectbox("清单", [None, *labels], format_func=lambda key: labels[key] if key else "全部清单")
    unit = units()["full_name"].get(unit_code or "", "")
    file = f"{unit}{as_of.year}年{as_of.month}月项目填报表"
    st.download_button(
        "下载填报表(Excel)",
        lambda: _sheet(unit_code, list_key, as_of, file),
        f"{file}.xlsx",
        on_click="ignore",
        width="stretch",
    )


def _sheet(unit_code: str | None, list_key: str | None, as_of: date, title: str) -> bytes:
    viewer = replace(frame.viewer(), unit_code=unit_code) if unit_code else frame.viewer()
    lines = sheet_lines(viewer, as_of.year, as_of.month, store.engine(), list_key, as_of)
    own = [line for line in lines if unit_code in (None, line.unit_code)]
    return report_sheet.write(own, as_of.year, as_of.month, title, dict(units()["full_name"]))


def sheet_back() -> None:
    """上传填报表 check first, import when confirmed, and give back the rows that were not taken."""
    if SHEET_DONE in st.session_state:
        result, rejected = st.session_state[SHEET_DONE]
        (st.warning if result.rejected else st.success)("填报表已导入。")
        _told(result)
        if rejected:
            st.download_button("下载未导入的行", rejected, "填报表-未导入.xlsx", on_click="ignore", type="primary")
        if st.button("继续上传"):
            del st.session_state[SHEET_DONE]
            st.rerun()
        return
    file = st.file_uploader("上传填好的填报表", type=["xlsx"])
    if file is None:
        return
    preview, _ = _import(file.getvalue(), dry_run=True)
    _told(preview)
    if st.button(f"确认导入 {preview.created + preview.updated} 行", type="primary", disabled=not preview.rows):
        st.session_state[SHEET_DONE] = _import(file.getvalue(), dry_run=False)
        st.rerun()


def _told(result: ImportResult) -> None:
    importing.counts(result)
    importing.problems("不能导入的问题", result.rejected)
    importing.problems("提示", result.warnings)


def _import(content: bytes, *, dry_run: bool) -> tuple[ImportResult, bytes | None]:
    """Import a sheet that was uploaded; the result, and the sheet with the rows that were not taken."""
    viewer = frame.viewer()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "填报表.xlsx"
        path.write_bytes(content)
        result = report_import.import_reports(
            viewer, path, viewer.name, store.engine(), dry_run=dry_run, on=frame.as_of()
        )
        return result, Path(result.rejected_file).read_bytes() if result.rejected_file else None


def freshness_line(as_of: date) -> str:
    """数据时效说明 one line for any page: how many of the viewer's projects have figures of the month."""
    return _freshness_line(facts.version(store.engine()), as_of)


def _freshness_line(_version: str, as_of: date) -> str:
    told = freshness(frame.viewer(), as_of, store.engine())
    reported, projects = int(told["reported"].sum()), int(told["projects"].sum())
    share = percent(reported * 100 / projects) if projects else "—"
    return f"{as_of.month}月已有填报数 {reported:,}/{projects:,} 项（{share}），最近填报 {moment(told['latest'].max())}"
