"""导入 a file of projects: choose, look at what would happen, confirm, get back the rows that could not be taken."""

import streamlit as st

from monitor.errors import Refusal
from monitor.messages import explain
from monitor.services.rights import may_file
from monitor.ui import frame, importing
from monitor.ui.widgets import nothing

viewer = frame.viewer()
title, blank = st.columns([6, 2], vertical_alignment="bottom")
title.header("导入项目", anchor=False)
blank.download_button("下载空白模板", importing.template, "项目导入模板.xlsx", on_click="ignore", width="stretch")

if not may_file(viewer):
    nothing("您可以下载模板，不能导入项目。", "导入由区县填报员或管理员办理。")
    st.stop()

if done := st.session_state.get("import_done"):
    (st.warning if done.result.rejected else st.success)(
        "导入完成，未导入的行见下。" if done.rejected else "导入完成。"
    )
    importing.counts(done.result)
    if done.rejected:
        st.download_button("下载未导入的行", done.rejected, done.rejected_name, on_click="ignore", type="primary")
        st.caption("文件中“错误说明”一列写明了原因，改正后可直接再次导入。")
    importing.problems("未导入的问题", done.result.rejected)
    importing.problems("提示", done.result.warnings)
    if st.button("继续导入其他文件"):
        del st.session_state["import_done"]
        st.rerun()
    st.stop()

st.caption("支持 Excel(xlsx、xls)、CSV、GeoJSON、GeoPackage 和 OC4IDS JSON。先检查、后导入：确认之前不写入任何数据。")
chosen = importing.options()
file = st.file_uploader("项目文件")
if file is None:
    st.stop()

try:
    preview = importing.preview(viewer, file.name, file.file_id, file.getvalue(), chosen)
except Refusal as refusal:
    st.error(explain(refusal))
    st.stop()

st.subheader("检查结果", anchor=False)
importing.counts(preview.result)
importing.problems("不能导入的问题", preview.result.rejected)
importing.problems("提示", preview.result.warnings)
importing.changes(preview.result.changes)

result = preview.result
confirmed = st.button(
    f"确认导入 {result.accepted:,} 行",
    type="primary",
    disabled=not (result.created or result.updated or result.rejected),
)
if confirmed:
    try:
        st.session_state["import_done"] = importing.run(viewer, file.name, file.getvalue(), chosen)
    except Refusal as refusal:
        st.error(explain(refusal))
        st.stop()
    st.rerun()
