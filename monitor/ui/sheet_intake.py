"""上传表格 a filled-in workbook comes back: check first, import when confirmed, give back the rows not taken."""

import tempfile
from collections.abc import Callable
from pathlib import Path

import streamlit as st

from monitor.errors import Refusal
from monitor.messages import explain
from monitor.model import ImportResult
from monitor.ui import importing

Take = Callable[[Path, bool], ImportResult]
"""导入办法 takes a workbook in, or with True says what it would do."""


def sheet_back(name: str, key: str, take: Take) -> None:
    """上传填好的表 draw the upload of one kind of workbook.

    Parameters
    ----------
    name : str
        What it is called, e.g. 填报表.
    key : str
        Names what is kept of it in the visit.
    take : callable
        Imports it, as the viewer.
    """
    done = f"{key}_sheet_done"
    if done in st.session_state:
        result, rejected = st.session_state[done]
        (st.warning if result.rejected else st.success)(f"{name}已导入。")
        _told(result)
        if rejected:
            st.download_button("下载未导入的行", rejected, f"{name}-未导入.xlsx", on_click="ignore", type="primary")
        if st.button("继续上传"):
            del st.session_state[done]
            st.rerun()
        return
    file = st.file_uploader(f"上传填好的{name}", type=["xlsx"])
    if file is None:
        return
    try:
        preview, _ = _import(name, file.getvalue(), take, dry_run=True)
    except Refusal as refusal:
        st.error(explain(refusal))
        return
    _told(preview)
    idle = not (preview.created or preview.updated or preview.rejected)
    if st.button(f"确认导入 {preview.created + preview.updated} 行", type="primary", disabled=idle, width="stretch"):
        st.session_state[done] = _import(name, file.getvalue(), take, dry_run=False)
        st.rerun()


def _told(result: ImportResult) -> None:
    importing.counts(result)
    importing.problems("不能导入的问题", result.rejected)
    importing.problems("提示", result.warnings)


def _import(name: str, content: bytes, take: Take, *, dry_run: bool) -> tuple[ImportResult, bytes | None]:
    """Import a workbook that was uploaded; the result, and a workbook of the rows that were not taken."""
    with st.spinner(f"正在核对{name}…"), tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.xlsx"
        path.write_bytes(content)
        result = take(path, dry_run)
        return result, Path(result.rejected_file).read_bytes() if result.rejected_file else None
