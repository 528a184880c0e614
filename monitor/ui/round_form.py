"""填报表单 the form of one project and month: last month's figures in it, big fields, and on to the next project."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import streamlit as st

from monitor import store
from monitor.errors import Refusal
from monitor.messages import explain, sentence
from monitor.queries import filings
from monitor.queries.facts import facts, month_end
from monitor.queries.filings import Case
from monitor.services import reports
from monitor.services.reports import Filing
from monitor.services.rights import may_file
from monitor.ui import cascade, dispatched, frame, round_draft
from monitor.ui.round_draft import ATTEMPT
from monitor.ui.rounds import Pick
from monitor.ui.widgets import known_facts, moment, nothing, number, percent
from monitor.workflow.cascade import YearPlan
from monitor.workflow.channels import reaching
from monitor.workflow.filing import FIELDS, Figures

PROBLEMS_HEIGHT = 96
JUST_FILED, TRIED = "round_just_filed", "round_tried"


def form(pick: Pick) -> None:
    """填报表单 fill in, check and submit one project's month."""
    viewer, engine = frame.viewer(), store.engine()
    case = filings.case(viewer, pick.project_id, pick.year, pick.month, engine, frame.as_of())
    plans = filings.year_plans(viewer, pick.year, engine, frame.as_of(), pick.project_id)
    plan = plans.get(pick.project_id)
    st.subheader(case.name, anchor=False)
    _known(case, pick, plan)
    if may_file(viewer):
        _fill_in(case, pick)
    else:
        nothing("您可以查看，不能代报。", "填报由区县填报员或管理员办理。")
    if plan:
        _targets(plan, case, pick)


def _fill_in(case: Case, pick: Pick) -> None:
    """The fields, and what becomes of them."""
    filing = _fields(case, pick)
    if filing:
        st.session_state[ATTEMPT], st.session_state[TRIED] = filing, pick
    attempt: Filing | None = st.session_state.get(ATTEMPT)
    if attempt and (attempt.project_id, attempt.year, attempt.month) == pick:
        _submit(attempt)


def _known(case: Case, pick: Pick, plan: YearPlan | None) -> None:
    """What is known beforehand: plan, plan to date, last report."""
    before, (year, month) = case.known.before, case.known.before_month
    rows = []
    if plan:
        to_date = number(float(plan.planned_by(month_end(pick.year, pick.month))))
        rows.append(("年度计划", f"{number(float(plan.total_wan_yuan))} 万元，至{pick.month}月应完成 {to_date} 万元"))
    if before:
        done = number(_float(before.year_investment_wan_yuan))
        rows.append((f"{year}年{month}月", f"完成 {done} 万元，形象进度 {percent(before.physical_pct)}"))
    if case.known.revision:
        rows.append(("已报", f"第 {case.known.revision} 次，{case.filed_by}；再次报送作为更正，原数保留"))
    narrowed = replace(frame.viewer(), project_id=pick.project_id)
    made = reaching(facts(narrowed, frame.as_of(), store.engine()), frame.as_of())
    known_facts([*rows, *dispatched.rows(made, frame.as_of())])


def _fields(case: Case, pick: Pick) -> Filing | None:
    """The form itself; returns the filing when it is submitted."""
    held = case.known.current or _carried_over(case, pick)
    with st.container(border=True):
        left, right = st.columns(2)
        year = _amount(left, "year_investment_wan_yuan", held, pick)
        physical = right.number_input("形象进度(%)", None, None, None, 5.0, "%.1f", **_kept(pick, "physical_pct", held))
        paid = _amount(left, "paid_wan_yuan", held, pick)
        days = _kept(pick, "started_on", held)
        start = right.date_input("实际开工日期（未开工不填）", None, format="YYYY-MM-DD", **days)
        problem = st.text_area("存在问题（没有不填）", height=PROBLEMS_HEIGHT, **_kept(pick, "problem_text", held))
        with st.expander("进展情况、开工以来累计、更正说明", expanded=_reason_wanted(case, pick)):
            progress = st.text_input("进展情况", **_kept(pick, "progress_text", held))
            total = _amount(st, "total_investment_wan_yuan", case.known.current or Figures(), pick)
            st.caption("开工以来完成投资不填时，按上次数加本次增加数计。")
            reason = st.text_input("更正说明（已封账或调减时必填）", **_kept(pick, "reason", held))
        _unsaved(case, pick)
        if not st.button(f"报送{pick.month}月，下一个", type="primary", width="stretch", key="round_send"):
            return None
    texts = [text.strip() or None if text else None for text in (progress, problem, reason)]
    return Filing(
        pick.project_id, pick.year, pick.month, Figures(year, total, paid, physical, start, *texts), case.known.revision
    )


def _unsaved(case: Case, pick: Pick) -> None:
    """Say since when what was filled in waits as a draft, whether a report came in since, and offer to give it up."""
    draft = round_draft.of(pick)
    if draft is None:
        return
    said, undo = st.columns([7, 3], vertical_alignment="center")
    said.markdown(
        f":orange[**草稿**] 已填内容尚未报送，{moment(draft.saved_at)} 自动保存；关闭页面后仍保留，报送后删除。"
    )
    undo.button("放弃草稿", on_click=round_draft.drop, args=(pick,), width="stretch", key="round_undo")
    if case.filed_at and case.filed_at > draft.saved_at:
        st.warning(f"草稿之后，{case.filed_by}已在 {moment(case.filed_at)} 报送本月，请核对；不需要草稿的，请放弃。")


def _kept(pick: Pick, name: str, held: Figures) -> dict[str, Any]:
    """What a widget needs so that its content outlasts the look at another project."""
    known = getattr(held, name)
    known = _float(known) if isinstance(known, Decimal) else "" if known is None and name in TEXTS else known
    widget = round_draft.start(pick, name, known)
    return {"key": widget, "on_change": round_draft.keep, "args": (pick, name, widget, known)}


def _carried_over(case: Case, pick: Pick) -> Figures:
    """What stands in the form of a month that is not reported yet: last month's figures, of this year only."""
    before = case.known.before
    if before is None:
        return Figures()
    same_year = case.known.before_month[0] == pick.year
    return Figures(
        year_investment_wan_yuan=before.year_investment_wan_yuan if same_year else None,
        paid_wan_yuan=before.paid_wan_yuan if same_year else None,
        physical_pct=before.physical_pct,
        started_on=before.started_on,
        problem_text=before.problem_text,
    )


TEXTS = ("progress_text", "problem_text", "reason")


def _amount(place: Any, name: str, held: Figures, pick: Pick) -> Decimal | None:
    said = place.number_input(f"{FIELDS[name]}（万元）", None, None, None, 100.0, "%.2f", **_kept(pick, name, held))
    return None if said is None else Decimal(f"{said:.4f}")


def _float(amount: Decimal | None) -> float | None:
    return None if amount is None else float(amount)


def _reason_wanted(case: Case, pick: Pick) -> bool:
    """Whether the field for the reason shall be open: a correction, or an attempt that was refused for want of one."""
    return bool(case.known.revision) or st.session_state.get(TRIED) == pick


def _submit(attempt: Filing) -> None:
    """Say what is wrong, ask about what is doubtful, file what is right, and go on."""
    viewer, engine, on = frame.viewer(), store.engine(), frame.as_of()
    found = reports.findings(viewer, attempt, engine, on)
    errors = [sentence(finding.code, **finding.params) for finding in found if finding.error]
    warnings = [sentence(finding.code, **finding.params) for finding in found if not finding.error]
    if errors:
        st.error("没有报送：" + "".join(errors))
        return
    if warnings:
        st.warning("请核对：" + "".join(warnings))
        if not st.button("核对无误，仍然报送", type="primary", width="stretch"):
            return
    try:
        done = reports.submit(viewer, attempt, viewer.name, engine, on)
    except Refusal as refusal:
        st.error(explain(refusal))
        return
    pick = Pick(attempt.project_id, attempt.year, attempt.month)
    name = filings.case(viewer, attempt.project_id, attempt.year, attempt.month, engine).name
    round_draft.drop(pick)
    st.session_state[JUST_FILED] = (pick, name, done.revision)
    st.session_state["rounds_pick"] = None
    st.session_state["rounds_correcting"] = False
    del st.session_state[ATTEMPT]
    st.rerun()


def just_filed() -> None:
    """刚刚报送 what was filed last, with the way back to correct it."""
    if JUST_FILED not in st.session_state:
        return
    pick, name, revision = st.session_state[JUST_FILED]
    said, undo = st.columns([7, 2], vertical_alignment="center")
    said.success(f"已报送 {name} {pick.year}年{pick.month}月" + (f"(第 {revision} 次修订)" if revision > 1 else ""))
    if undo.button("有误，更正", width="stretch"):
        st.session_state["rounds_pick"], st.session_state["rounds_correcting"] = pick, True
        del st.session_state[JUST_FILED]
        st.rerun()


def _targets(plan: YearPlan, case: Case, pick: Pick) -> None:
    """The cascade of the year's target, and what it takes to catch up."""
    in_force = case.known.current or (case.known.before if case.known.before_month[0] == pick.year else None)
    done = in_force.year_investment_wan_yuan if in_force and in_force.year_investment_wan_yuan else Decimal()
    if st.toggle("目标分解：年、季、月、周、日", key=f"round_targets_{pick.project_id}"):
        cascade.targets(plan, done, month_end(pick.year, pick.month))
