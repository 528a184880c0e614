"""导入 a file of projects on the screen: look first, then take it, and get back what could not be taken."""

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import Any

import pandas as pd
import streamlit as st

from monitor import store
from monitor.messages import sentence
from monitor.model import ImportResult, RowProblem, Viewer
from monitor.services.exports import write_template
from monitor.services.imports import Options, import_projects
from monitor.ui.situations import list_labels
from monitor.ui.widgets import NONE, table

DATUMS: Mapping[str, str] = {
    "auto": "自动识别",
    "cgcs2000": "CGCS2000(国家大地坐标系)",
    "wgs84": "WGS84(GPS)",
    "gcj02": "GCJ-02(高德、腾讯)",
    "bd09": "BD-09(百度)",
}
CHANGES_SHOWN = 300


@dataclass(frozen=True)
class Done:
    """办理结果 what an import did, and the file of the rows that it sent back."""

    result: ImportResult
    rejected_name: str | None = None
    rejected: bytes | None = None


def options() -> Options:
    """导入选项 what the file itself may not say."""
    datum, year, project_list = st.columns(3)
    chosen: Any = datum.selectbox("坐标系", list(DATUMS), format_func=DATUMS.__getitem__)
    labels: dict[str | None, str] = {None: "按表中所写"}
    labels.update(list_labels())
    this = store.today().year
    years: dict[int | None, str] = {None: "按表中所写", **{year: f"{year}年" for year in range(this + 1, this - 6, -1)}}
    return Options(
        datum=chosen,
        year=year.selectbox("年度（表中未写明时）", list(years), format_func=years.__getitem__),
        list_key=project_list.selectbox("项目清单（表中未写明时）", list(labels), format_func=labels.__getitem__),
    )


def run(viewer: Viewer, name: str, content: bytes, chosen: Options) -> Done:
    """办理 try or take a file, with a progress bar; the file itself is not kept.

    Raises
    ------
    BadInput
        The file as a whole cannot be taken; nothing was written.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, PurePath(name.replace("\\", "/")).name)
        path.write_bytes(content)
        bar = st.progress(0.0, "正在读取文件…")
        try:
            result = import_projects(viewer, path, store.engine(), chosen, _Bar(bar).track)
        finally:
            bar.empty()
        if chosen.dry_run or not result.rejected_file:
            return Done(result)
        rejected = Path(result.rejected_file)
        return Done(replace(result, rejected_file=None), rejected.name, rejected.read_bytes())


def preview(viewer: Viewer, name: str, file_id: str, content: bytes, chosen: Options) -> Done:
    """检查 say what a file would do; it is looked at again only where the file or the options are others.

    Raises
    ------
    BadInput
        The file as a whole cannot be taken.
    """
    asked = (file_id, chosen)
    if st.session_state.get("import_asked") != asked:
        st.session_state["import_preview"] = run(viewer, name, content, replace(chosen, dry_run=True))
        st.session_state["import_asked"] = asked
    seen: Done = st.session_state["import_preview"]
    return seen


def template() -> bytes:
    """空白模板 an empty sheet with the headers that are understood."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "template.xlsx")
        write_template(path)
        return path.read_bytes()


@dataclass(frozen=True)
class _Bar:
    """A progress bar that what is worked through can be wrapped in."""

    bar: Any

    def track(self, rows: Sequence[Any], what: str) -> Iterator[Any]:
        step = max(1, len(rows) // 100)
        for place, row in enumerate(rows):
            if place % step == 0:
                self.bar.progress(place / len(rows), f"正在{what}：第 {place + 1:,} 行，共 {len(rows):,} 行")
            yield row


def counts(result: ImportResult) -> None:
    """数量 rows, what is or would be taken, and what is not."""
    taken = "可导入" if result.dry_run else "已导入"
    headings = ["总行数", taken, "其中新增", "其中修改", "其中无变化", "不能导入", "提示"]
    refused = result.rows - result.accepted
    figures = (result.rows, result.accepted, result.created, result.updated, result.unchanged, refused)
    table(headings, [[f"{figure:,}" for figure in (*figures, len(result.warnings))]])


def problems(title: str, found: Sequence[RowProblem]) -> None:
    """问题清单 row, column and sentence of each problem."""
    if not found:
        return
    st.markdown(f"**{title}**({len(found):,} 处)")
    rows = [(str(problem.row or NONE), problem.column or NONE, said(problem)) for problem in found]
    st.dataframe(
        pd.DataFrame(rows, columns=["行", "列", "说明"]),
        hide_index=True,
        row_height=44,
        height=min(440, 44 * len(rows) + 40),
        column_config={
            "行": st.column_config.TextColumn(width=70),
            "列": st.column_config.TextColumn(width=160),
            "说明": st.column_config.TextColumn(width="large"),
        },
    )


def said(problem: RowProblem) -> str:
    """问题说明 sentence of a problem."""
    return sentence(problem.code, **problem.params)


def changes(lines: Iterable[str]) -> None:
    """变更预览 what would be added and changed, line by line."""
    every = list(lines)
    if every:
        with st.expander(f"将新增和修改的内容（{len(every):,} 处）"):
            more = len(every) - CHANGES_SHOWN
            st.text("\n".join(every[:CHANGES_SHOWN]) + (f"\n……另有 {more:,} 处" if more > 0 else ""))
