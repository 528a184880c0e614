"""地块核查 what stands around the two pictures of a site: its name, the way to the next one, evidence and decision."""

from html import escape

import pandas as pd
import streamlit as st

from monitor.errors import NotFound
from monitor.queries.dossier import Row
from monitor.queries.imagery import ProjectImagery
from monitor.ui import frame, inspection, inspection_chart, inspection_decision, inspection_evidence, problem_items
from monitor.ui.situations import situation_now
from monitor.ui.widgets import light, nothing, number
from monitor.web.inspection_sheet import sheet_address


def header(project_id: int, imagery: ProjectImagery) -> None:
    """地块标题 the project with its light, and the ways back, on, to its dossier and to the printable sheet."""
    rows = inspection.queue_now(inspection.wanted())
    before, after = inspection.around(project_id)
    with st.container(key="inspection_header"):
        places = st.columns([2, 9, 2, 2, 2, 2], vertical_alignment="center")
    back, name, previous, following, sheet, dossier = places
    back.button("返回", on_click=inspection.look_at, args=(None,), width="stretch")
    name.html(_title(project_id, rows))
    for place, label, target in ((previous, "上一处", before), (following, "下一处", after)):
        place.button(
            label, key=label, on_click=inspection.look_at, args=(target,), disabled=target is None, width="stretch"
        )
    if imagery.inspections:
        sheet.link_button("核查单", sheet_address(imagery.inspections[0]["id"]), width="stretch")
    with dossier:
        frame.link("一项一档", "dossier", project=str(project_id), as_of=frame.as_of().isoformat())


def _title(project_id: int, rows: pd.DataFrame) -> str:
    known = situation_now()
    if project_id not in known.index:
        raise NotFound("project.not_yet_known", day=f"{frame.as_of():%Y-%m-%d}")
    project = known.loc[project_id]
    sample = '<span class="palmmap-sample">示例</span>' if project["is_sample"] else ""
    places = {one: place for place, one in enumerate(rows.index, start=1)}
    order = ""
    if project_id in places:
        priority = number(float(rows["priority"][project_id]), 0)
        order = f"<span>队列第 {places[project_id]} / {len(rows)} 处</span><span>优先度 {priority}</span>"
    return (
        f'<p class="inspection-title"><b>{escape(str(project["name"]))}</b>'
        f'<span class="said">{light(str(project["colour"]))}{sample}{order}</span></p>'
    )


def not_inspected(imagery: ProjectImagery) -> None:
    """尚无研判 say what is missing before this site can be looked at."""
    count = len(imagery.scenes)
    if imagery.site is None:
        nothing("项目没有红线，也没有准确坐标，影像无从对照。", "请在“导入”页上传红线，或补充准确坐标后重新导入。")
    elif count < 2:
        there = "只有 1 期影像" if count else "还没有影像"
        nothing(f"该地块{there}，至少要两期才能对照。", "请由管理员导入影像：palmmap import scenes 影像文件夹。")
    else:
        nothing(f"该地块有 {count} 期影像，尚未研判。", "请由管理员运行 palmmap inspect-all。")
    frame.link("打开导入页", "imports")


def beside(imagery: ProjectImagery, newest: Row, pressed: int | None) -> None:
    """证据与处理 verdict, decision, figures, curve, record: what is needed to decide comes first."""
    is_sample = bool(imagery.scenes["is_sample"].any())
    inspection_evidence.verdict(newest)
    inspection_decision.buttons(imagery, newest, pressed)
    problem_items.problems(imagery.problems)
    st.subheader("填报与影像对照", anchor=False)
    inspection_evidence.against_report(imagery, newest)
    drawn = inspection_chart.chart(imagery, newest)
    if drawn is not None:
        st.altair_chart(drawn, theme=None)
        onset = "；橙色带为动工时间区间" if newest["onset"] else ""
        st.caption(f"两条竖线为研判所用的两期影像{onset}。")
    st.subheader("证据", anchor=False)
    inspection_evidence.figures(newest, is_sample)
    with st.expander("逐期情况"):
        inspection_evidence.dates(newest["looks"])
    st.subheader("核查记录", anchor=False)
    inspection_decision.record(imagery)
    problem_items.settled(imagery.problems)
    with st.expander("影像与模型"):
        inspection_decision.provenance(newest)
