"""核查处理 four decisions, confirmed before they are written; the record of what was decided, and what followed.

A decision that was begun is kept until it is written or given up: a touch beside the dialog, or a connection that
breaks and comes back, takes nothing away.
"""

from collections.abc import Sequence
from html import escape

import streamlit as st

from monitor import store
from monitor.errors import Refusal
from monitor.formats import signature
from monitor.messages import explain
from monitor.queries.dossier import Row, document_file
from monitor.queries.imagery import ProjectImagery
from monitor.services.decisions import DISCREPANCIES, Decision, decide
from monitor.services.documents import Upload
from monitor.services.rights import may_decide
from monitor.terms import DocumentKind, ImageryDecision, ImageryFinding
from monitor.ui import frame, signer, widgets
from monitor.ui.documents import found, thumbnail
from monitor.ui.inspection import around, look_at
from monitor.ui.widgets import NONE, day, known_facts, moment, nothing, number, table

CHOICES = tuple(ImageryDecision)
"""处理 in the order of the keys 1 to 4."""

MEANING = {
    ImageryDecision.CONFIRM: "认定填报与实际不符，立为督办事项并影响项目亮灯。",
    ImageryDecision.EXPLAIN: "差异有合理说明，不作不符认定。请写明理由。",
    ImageryDecision.REFLY: "影像不足以判断，安排复飞或补拍后再核。",
    ImageryDecision.REJECT: "影像有云、错位或不是本地块，不能用于本次核查。",
}
KEYS = "键盘：1 至 4 处理，Ctrl 加回车写入，← → 换后期影像，Shift 加 ← → 换前期，S 切换卷帘与并排。"
BLIND = "影像不可用，不能据以确认不符；可说明、补拍或作废。"
LOOKS_ONLY = "您可以查看影像和依据；处理由核查员办理。"
SIDES = {"before": "前期", "after": "后期"}
PHOTOS = ["jpg", "jpeg", "png", "webp"]
DONE, ASKED, BY_KEY, DRAFT = "inspection_done", "inspection_asked", "inspection_by_key", "inspection_draft"


def buttons(imagery: ProjectImagery, inspection: Row, pressed: int | None) -> None:
    """处理按钮 four buttons with their keys; ``pressed`` is the key that was just heard, 1 to 4."""
    said = [one for one in imagery.decisions if one["inspection_id"] == inspection["id"]][:1]
    _decided(said)
    if not may_decide(frame.viewer()):
        st.caption(LOOKS_ONLY)
        return
    chosen = CHOICES[pressed - 1] if pressed else None
    with st.container(key="inspection_decide"):
        for pair in (CHOICES[:2], CHOICES[2:]):
            for place, choice in zip(st.columns(2), pair, strict=True):
                if place.button(
                    f"{CHOICES.index(choice) + 1}　{choice.label}",
                    key=f"decide_{choice}",
                    type="primary" if choice is ImageryDecision.CONFIRM else "secondary",
                    disabled=_idle(inspection, choice),
                    width="stretch",
                ):
                    chosen = choice
    if _idle(inspection, ImageryDecision.CONFIRM):
        st.caption(BLIND)
    st.container(key="inspection_keys").caption(KEYS)
    if chosen and not _idle(inspection, chosen):
        st.session_state[ASKED] = (inspection["id"], chosen, imagery.last_decision_id)
        st.session_state[BY_KEY] = pressed is not None
    if done := st.session_state.pop(DONE, None):
        st.success(done)
        signer.keep()
        following = around(inspection["project_id"])[1]
        if following is not None:
            st.button("核查下一处", key="after_decision", type="primary", on_click=look_at, args=(following,))
    asked, choice, last_seen = st.session_state.get(ASKED, (None, None, None))
    if asked == inspection["id"]:
        _ask(inspection, choice, last_seen, said)


def give_up() -> None:
    """放弃处理 forget the decision that was begun; what was written of it stays at hand."""
    st.session_state.pop(ASKED, None)


def _decided(said: Sequence[Row]) -> None:
    """What was decided on these pictures last, before anybody decides again."""
    for one in said:
        who, label = escape(signature(one["decided_by"], one["signed_by"])), ImageryDecision.labels()[one["decision"]]
        st.html(
            f'<p class="inspection-decided"><b>已处理：{label}</b>　{who} {moment(one["decided_at"])}　'
            f"{escape(one['note'])}</p>"
        )


def _idle(inspection: Row, choice: ImageryDecision) -> bool:
    """Nothing can be confirmed on pictures that show nothing."""
    return choice is ImageryDecision.CONFIRM and inspection["finding"] == ImageryFinding.UNUSABLE


@st.dialog("核查处理", dismissible=False)
def _ask(inspection: Row, choice: ImageryDecision, last_seen: int, said: Sequence[Row]) -> None:
    """Say what will be written, take note and photo, and write it when it is confirmed."""
    _decided(said)
    st.markdown(f"**{choice.label}**　{MEANING[choice]}")
    decision = _said(inspection, choice, last_seen)
    st.caption(
        f"{signer.said('核查人')}与处理时间、研判模型版本和影像校验码一并存档；写入后不能删改，如需更正，再作一次处理。"
    )
    back, write = st.columns(2)
    if back.button("返回", width="stretch"):
        give_up()
        st.rerun()
    widgets.wait_for_upload()
    if st.session_state.get(BY_KEY):
        widgets.focus("[role=dialog] textarea" if decision.name else f'[role=dialog] [aria-label="{signer.LABEL}"]')
    if write.button("确认写入", type="primary", width="stretch", shortcut="Ctrl+Enter"):
        try:
            decided = decide(frame.viewer(), inspection["id"], decision, store.engine(), frame.as_of())
        except Refusal as refusal:
            st.error(explain(refusal))
            return
        opened = "，已转入督办" if decided.problem_id else ""
        give_up()
        st.session_state.pop(DRAFT, None)
        signer.remember(decision.name)
        st.session_state[DONE] = f"已写入：{choice.label}{opened}。"
        st.rerun()


def _said(inspection: Row, choice: ImageryDecision, last_seen: int) -> Decision:
    """What the person says: which finding is confirmed, or which picture is no good, with note and photo."""
    finding = scene = None
    if choice is ImageryDecision.CONFIRM:
        seen = next((place for place, one in enumerate(DISCREPANCIES) if one == inspection["finding"]), None)
        finding = st.radio("实际情况", DISCREPANCIES, seen, lambda one: one.label, horizontal=True)
    elif choice is ImageryDecision.REJECT:
        days = {inspection[f"{side}_id"]: f"{name} {inspection[f'{side}_on']}" for side, name in SIDES.items()}
        scene = st.radio("不可用的影像", list(days), 1, days.__getitem__, horizontal=True)
    name = signer.ask(f"decision_name_{choice}")
    begun, draft = st.session_state.get(DRAFT, (None, ""))
    st.session_state.setdefault(f"decision_note_{choice}", draft if begun == inspection["id"] else "")
    note = st.text_area("说明", max_chars=1000, placeholder="写明依据", key=f"decision_note_{choice}")
    st.session_state[DRAFT] = (inspection["id"], note)
    photo = st.file_uploader("现场照片（可不附，请用手机原图）", type=PHOTOS, key=f"decision_photo_{choice}")
    upload = Upload(photo.name, photo.getvalue(), DocumentKind.PROGRESS_PHOTO, "影像核查照片") if photo else None
    return Decision(choice, note, upload, scene, finding, last_seen, name)


def record(imagery: ProjectImagery) -> None:
    """核查记录 every decision on this project, the newest first; nothing is ever taken out."""
    if not imagery.decisions:
        nothing("还没有核查处理。", "看过前后影像后，由核查员处理。")
        return
    pairs = {row["id"]: f"{row['before_on']}\n{row['after_on']}" for row in imagery.inspections}
    rows = (
        (
            f"{moment(row['decided_at'])}\n{signature(row['decided_by'], row['signed_by'])}",
            ImageryDecision.labels()[row["decision"]],
            row["note"] or NONE,
            pairs.get(row["inspection_id"], NONE),
        )
        for row in imagery.decisions
    )
    with st.container(key="inspection_record"):
        table(["时间和核查人", "处理", "说明", "所依据的两期影像"], rows)
    photos = [row for row in imagery.decisions if row["photo"]]
    columns = st.columns(2) if photos else []
    for place, row in enumerate(photos):
        with columns[place % 2]:
            _photo(row)


def _photo(row: Row) -> None:
    """A photo that came with a decision, with what its own place and moment say."""
    try:
        st.image(thumbnail(document_file(frame.viewer(), row["photo"]["id"], store.engine())), width="stretch")
    except Refusal as refusal:
        st.warning(explain(refusal))
    found(row["photo"]["checks"])


def provenance(inspection: Row) -> None:
    """影像与模型 model version, moment, site, and the checksum of every scene that was used."""
    known_facts(
        [
            ("研判模型", inspection["model_version"]),
            ("研判时间", f"{moment(inspection['made_at'])} {inspection['made_by']}"),
            ("地块", f"{number(inspection['site_m2'], 0)} 平方米（{SITE_KINDS[inspection['site_kind']]}）"),
            ("判读精度", f"{number(inspection['gsd_m'])} 米"),
            *((f"影像 {day_of(one['taken_on'])}", one["sha256"]) for one in inspection["scenes"]),
        ]
    )


SITE_KINDS = {"footprint": "项目红线", "point": "准确坐标周围"}


def day_of(value: object) -> str:
    """日期 a day as it stands in JSON or in a column."""
    return value if isinstance(value, str) else day(value)  # type: ignore[arg-type]
