"""填报草稿 what was filled in and not yet filed, kept for its author until he files it or gives it up."""

from typing import Any

import streamlit as st

from monitor import store
from monitor.errors import Refusal
from monitor.messages import explain
from monitor.queries.drafts import Draft
from monitor.services import drafts as service
from monitor.ui import frame
from monitor.ui.rounds import Pick, drafts

ATTEMPT = "round_attempt"
"""What of the session holds the filing that was sent and has to be put right or confirmed."""


def start(pick: Pick, name: str, held: object) -> str:
    """开始填写 name of the widget of a field, which begins with what was filled in before, else with what is held."""
    widget = f"round_{name}_{pick.project_id}_{pick.year}_{pick.month}"
    draft = of(pick)
    st.session_state.setdefault(widget, draft.fields.get(name, held) if draft else held)
    return widget


def keep(pick: Pick, name: str, widget: str, held: object) -> None:
    """保留草稿 remember what was filled in where it is not what is held; to be called when the widget changes."""
    st.session_state.pop(ATTEMPT, None)  # what was sent is not what stands there now
    said: Any = st.session_state[widget]
    draft = of(pick)
    fields = {**(draft.fields if draft else {}), name: said}
    if said == held:
        del fields[name]
    _save(pick, fields)


def of(pick: Pick) -> Draft | None:
    """当前草稿 what was filled in for a project and month and is not filed; None = nothing."""
    return drafts().get(pick)


def drop(pick: Pick) -> None:
    """放弃草稿 forget what was filled in: it has been filed, or is not wanted."""
    if of(pick):
        _save(pick, {})
    ending = f"_{pick.project_id}_{pick.year}_{pick.month}"
    for widget in [key for key in st.session_state if str(key).startswith("round_") and str(key).endswith(ending)]:
        del st.session_state[widget]


def _save(pick: Pick, fields: dict[str, Any]) -> None:
    try:
        saved = service.keep(frame.viewer(), pick, fields, store.engine())
    except Refusal as refusal:
        st.error(explain(refusal))
        return
    drafts().pop(pick, None)
    if saved:
        drafts()[pick] = saved
