"""影像摘要 the newest pair of pictures of a project in its dossier, with the finding and a way to the inspection."""

from datetime import date
from html import escape

import streamlit as st

from monitor import store
from monitor.formats import signature
from monitor.model import Viewer
from monitor.queries.dossier import Row
from monitor.queries.imagery import ProjectImagery, project_imagery
from monitor.terms import ImageryDecision, ImageryFinding
from monitor.ui import frame, inspection
from monitor.ui.inspection_decision import SIDES
from monitor.ui.inspection_evidence import card, certainty
from monitor.ui.problem_items import problems, settled
from monitor.ui.widgets import chinese_date, moment, nothing


def imagery(viewer: Viewer, project_id: int, as_of: date) -> None:
    """影像 the section of a dossier: before and after, what they say, what was decided."""
    held = project_imagery(viewer, project_id, as_of, store.engine())
    if held.inspections:
        inspection.style()
        _pair(held, held.inspections[0])
        _said(held, held.inspections[0])
        problems(held.problems)
        settled(held.problems)
        frame.link("打开影像核查", "inspection", project=str(project_id), as_of=as_of.isoformat())
    elif len(held.scenes):
        nothing(f"已有 {len(held.scenes)} 期影像，尚未研判。", "至少要两期影像；由管理员运行 palmmap inspect-all。")
    else:
        nothing("没有覆盖本项目的影像。", "由管理员导入：palmmap import scenes 影像文件夹。")


def _pair(held: ProjectImagery, newest: Row) -> None:
    samples = set(held.scenes.loc[held.scenes["is_sample"].astype(bool), "id"])
    sides = [(f"{name}　{chinese_date(newest[f'{side}_on'])}", side) for side, name in SIDES.items()]
    pictures = "".join(
        card(side, title, newest["pictures"][side], newest[f"{side}_id"] in samples) for title, side in sides
    )
    st.html(f'<div class="inspection-evidence">{pictures}</div>')


def _said(held: ProjectImagery, newest: Row) -> None:
    finding = ImageryFinding.labels()[newest["finding"]]
    st.markdown(f"影像研判：**{finding}**（{certainty(newest)}）")
    for one in held.decisions[:1]:
        label = ImageryDecision.labels()[one["decision"]]
        who = signature(one["decided_by"], one["signed_by"])
        said = f"{who} {moment(one['decided_at'])} 处理：{label}。{one['note']}"
        st.html(f'<p class="inspection-decided">{escape(said)}</p>')
