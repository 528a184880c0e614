"""地块核查 what stands around the two pictures of a site: its name, the way to the next one, evidence and decision."""

from html import escape

import pandas as pd
import streamlit as st

from monitor import store
from monitor.errors import NotFound
from monitor.model import Viewer
from monitor.queries.dossier import Row
from monitor.queries.imagery import ProjectImagery
from monitor.services.pictures import visible
from monitor.ui import (
    frame,
    inspection,
    inspection_chart,
    inspection_decision,
    inspection_evidence,
    inspection_map,
    problem_items,
)
from monitor.ui.inspection_queue import COMMAND, COMMAND_INSPECT
from monitor.ui.situations import situation_now
from monitor.ui.widgets import NONE, chinese_date, light, nothing, number, percent, table
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
        f'<p class="inspection-title"><b tabindex="0">{escape(str(project["name"]))}</b>'
        f'<span class="said">{light(str(project["colour"]))}{sample}{order}</span></p>'
    )


def without_pictures(imagery: ProjectImagery) -> None:
    """没有影像 say what is missing before there is anything to look at."""
    if imagery.site is None:
        nothing("项目没有红线，也没有准确坐标，影像无从对照。", "请在“导入”页上传红线，或补充准确坐标后重新导入。")
    else:
        nothing("该地块还没有影像，至少要两个日期才能对照。", f"请由管理员导入影像：{COMMAND}。")
    frame.link("打开导入页", "imports")


def not_inspected(project_id: int, imagery: ProjectImagery) -> None:
    """尚无研判 what the pictures are that nobody has compared yet, and what is needed for a comparison."""
    scenes = imagery.scenes.to_dict("records")
    dates = {scene["taken_on"] for scene in scenes}
    if len(dates) < 2:
        (day,) = dates
        nothing(
            f"只有 {chinese_date(day)} 一个日期的影像，不能对照，没有研判结论。",
            f"请补充另一个日期的影像（最好同季节、开工前或近期），由管理员运行 {COMMAND}，再运行 {COMMAND_INSPECT}。",
        )
    else:
        nothing(f"该地块有 {len(dates)} 个日期的影像，尚未研判。", f"请由管理员运行 {COMMAND_INSPECT}。")
    seen = _visible(frame.viewer(), project_id, tuple(scene["id"] for scene in scenes))
    rows = (
        (
            f"{scene['taken_on']:%Y-%m-%d}",
            percent(seen[scene["id"]]),
            f"{number(scene['gsd_m'])} 米",
            "示例影像" if scene["is_sample"] else inspection_map.source(scene) or NONE,
            inspection_map.reported(scene),
        )
        for scene in scenes
    )
    table(["影像日期", "地块可见", "分辨率", "来源", "当时填报"], rows)
    st.caption(
        "确认、说明、补拍、作废都是对两期对照结论的处理，随结论存档；没有对照，暂不能处理。"
        "影像有云或不是本地块的，补充另一期并研判后，即可将这一期作废。"
    )
    frame.link("打开导入页", "imports")


@st.cache_data(max_entries=64, show_spinner="正在量测影像…")
def _visible(viewer: Viewer, project_id: int, scene_ids: tuple[str, ...]) -> dict[str, float]:
    return visible(viewer, project_id, scene_ids, store.engine())


def _outdated(imagery: ProjectImagery, newest: Row) -> None:
    """The conclusion stands on a picture that a person has rejected since."""
    rejected = imagery.scenes[imagery.scenes["rejected"].astype(bool)]
    gone = [
        one["taken_on"] for one in rejected.to_dict("records") if one["id"] in (newest["before_id"], newest["after_id"])
    ]
    if gone:
        left = imagery.scenes.loc[~imagery.scenes["rejected"].astype(bool), "taken_on"].nunique()
        days = "、".join(chinese_date(day) for day in gone)
        way = f"可用的还有 {left} 个日期，请由管理员运行 {COMMAND_INSPECT} 重新研判"
        lacking = f"可用的只有 {left} 个日期，补充影像后才能重新研判"
        st.warning(f"{days}的影像已作废，下面的结论不再有效；{way if left > 1 else lacking}。")


def beside(imagery: ProjectImagery, newest: Row, pressed: int | None) -> None:
    """证据与处理 verdict, decision, figures, curve, record: what is needed to decide comes first."""
    is_sample = bool(imagery.scenes["is_sample"].any())
    _outdated(imagery, newest)
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
