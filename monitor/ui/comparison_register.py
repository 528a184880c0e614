"""结果运用登记 what the clauses of a plan propose for a quarter, and the decision of a person on it."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby

import streamlit as st

from monitor import formats, store
from monitor.errors import Refusal
from monitor.messages import explain
from monitor.queries.consequences import Decided, Entry, decided, quarter_of
from monitor.rules import Rule, plan
from monitor.services.consequences import Decision, decide
from monitor.services.rights import may_conclude
from monitor.terms import ConsequenceDecision
from monitor.ui import comparing, frame
from monitor.ui.situations import units
from monitor.ui.why import basis
from monitor.ui.widgets import NONE, Link, moment, nothing, number, table
from monitor.web import notices

PENDING = "待决定"


def quarter_words(end_on: date) -> str:
    """季度文字 e.g. 2024年第三季度."""
    return formats.quarter_words(*quarter_of(end_on))


def show(entries: Sequence[Entry], chosen_plan: str, end_on: date) -> None:
    """画登记 draw clause by clause which units are reached and why, and the form of who may decide."""
    may = may_conclude(frame.viewer()) and comparing.sees(plan(chosen_plan).unit_code)
    if not entries:
        own = "" if may else "本单位"
        nothing(f"{quarter_words(end_on)}，方案各条款均不涉及{own or '任何单位'}。")
        return
    st.caption(
        f"按{quarter_words(end_on)}末的排名和方案条款拟定，须经负责人决定后生效；"
        f"{'区县只看到本单位的结果。' if not may else '同分并列的一并列入。'}"
    )
    named = {str(code): str(name) for code, name in units()["name"].items()}
    for rule, held in groupby(entries, key=lambda entry: entry.hit.rule):
        _clause(rule, list(held), named, end_on)
    if may:
        _form(entries, named, end_on)
    _papers(entries, named, chosen_plan, end_on)


def _papers(entries: Sequence[Entry], named: Mapping[str, str], chosen_plan: str, end_on: date) -> None:
    """The printable bulletin, and the printable letter to a unit under a clause."""
    by_place = dict(enumerate(entries))
    bulletin, choice, letter = st.columns([2, 4, 2], vertical_alignment="bottom")
    bulletin.link_button("季度通报", notices.bulletin_address(chosen_plan, end_on), width="stretch")
    picked = choice.selectbox(
        "单位文书",
        list(by_place),
        format_func=lambda at: (
            f"{by_place[at].hit.rule.label}  {named.get(by_place[at].hit.unit, by_place[at].hit.unit)}"
        ),
        key="consequence_letter",
    )
    hit = by_place[picked or 0].hit
    address = notices.letter_address(chosen_plan, end_on, hit.rule.key, hit.unit)
    letter.link_button("打开文书", address, width="stretch")


def _clause(rule: Rule, entries: Sequence[Entry], named: Mapping[str, str], end_on: date) -> None:
    st.markdown(f"**{rule.label}**　{rule.options['who']}　{rule.options['when']}")
    table(
        ["单位", "名次", "得分", "列入理由", "决定", "说明"],
        [_linked(named.get(entry.hit.unit, entry.hit.unit), entry, end_on) for entry in entries],
        numeric=[1, 2],
    )
    st.caption(f"{rule.formula}。{rule.note}依据：{basis(rule.reference)}")


def _linked(name: str, entry: Entry, end_on: date) -> list[str | Link]:
    """A row whose place and score lead to how they came about, at the end of the quarter."""
    place, score, *others = _row(entry)
    origin = comparing.ranked_address(entry.hit.rule.plan, entry.hit.unit, end_on)
    return [Link(name, origin), Link(place, origin), Link(score, origin), *others]


def _row(entry: Entry) -> list[str]:
    hit, made = entry.hit, entry.decided
    return [str(hit.place), number(hit.score, 1), hit.reason, *(_decision(made) if made else (PENDING, NONE))]


def _decision(made: Decided) -> tuple[str, str]:
    """What was decided, by whom and when; and the note."""
    said = ConsequenceDecision.labels()[made.decision]
    return f"{said}\n{made.decided_by} {moment(made.recorded_at)}", made.note


def _form(entries: Sequence[Entry], named: Mapping[str, str], end_on: date) -> None:
    rules = {entry.hit.rule.name: entry.hit.rule for entry in entries}
    with st.container(border=True, key="consequence_form"):
        clause, choice = st.columns([3, 4], vertical_alignment="bottom")
        name = clause.selectbox("措施", list(rules), format_func=lambda key: rules[key].label, key="consequence_rule")
        reached = [entry for entry in entries if entry.hit.rule.name == name]
        waiting = [entry.hit.unit for entry in reached if entry.decided is None]
        chosen = choice.multiselect(
            "单位",
            [entry.hit.unit for entry in reached],
            waiting,
            format_func=lambda unit: named.get(unit, unit),
            key=f"consequence_units_{name}_{len(waiting)}",
        )
        note = st.text_input("说明（必填）", key=f"consequence_note_{name}_{len(waiting)}", max_chars=200)
        confirm, waive, _ = st.columns([1, 1, 3])
        for column, decision, label in (
            (confirm, ConsequenceDecision.CONFIRMED, "确认执行"),
            (waive, ConsequenceDecision.WAIVED, "不予执行"),
        ):
            if column.button(label, type="primary" if column is confirm else "secondary", width="stretch"):
                _decide(Decision(name, end_on, chosen, decision, note))


def _decide(made: Decision) -> None:
    try:
        decide(frame.viewer(), made, store.engine())
    except Refusal as refusal:
        st.error(explain(refusal))
    else:
        st.rerun()


def of_unit(entries: Sequence[Entry], unit: str, chosen_plan: str, end_on: date) -> None:
    """单元结果运用 draw what follows for one unit this quarter, and what was decided on it before."""
    rows = [[quarter_words(end_on), entry.hit.rule.label, *_row(entry)] for entry in entries if entry.hit.unit == unit]
    labels = {rule.name: rule.label for rule in comparing.clauses(chosen_plan)}
    for made in decided(frame.viewer(), chosen_plan, store.engine()):
        if made.unit == unit and (made.year, made.quarter) != quarter_of(end_on):
            quarter = formats.quarter_words(made.year, made.quarter)
            figures = [str(made.place), number(made.score, 1), made.reason]
            rows.append([quarter, labels.get(made.rule, made.rule), *figures, *_decision(made)])
    if rows:
        table(["季度", "措施", "名次", "得分", "列入理由", "决定", "说明"], rows, numeric=[2, 3])
    else:
        nothing(f"{quarter_words(end_on)}没有对该单位的通报、表态、约谈等措施。")
