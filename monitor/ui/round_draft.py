"""填报草稿 what was filled in and not yet filed, kept in the visit while the clerk looks at other projects."""

from typing import Any

import streamlit as st

from monitor.ui.rounds import DRAFTS, Pick

ATTEMPT = "round_attempt"
"""What of the session holds the filing that was sent and has to be put right or confirmed."""


def start(pick: Pick, name: str, held: object) -> str:
    """开始填写 name of the widget of a field, which begins with what was filled in before, else with what is held."""
    widget = f"round_{name}_{pick.project_id}_{pick.year}_{pick.month}"
    st.session_state.setdefault(widget, _drafts().get(pick, {}).get(name, held))
    return widget


def keep(pick: Pick, name: str, widget: str, held: object) -> None:
    """保留草稿 remember what was filled in where it is not what is held; to be called when the widget changes."""
    st.session_state.pop(ATTEMPT, None)  # what was sent is not what stands there now
    said: Any = st.session_state[widget]
    draft = _drafts().setdefault(pick, {})
    if said == held:
        draft.pop(name, None)
    else:
        draft[name] = said


def unsaved(pick: Pick) -> bool:
    """是否未保存 whether something was filled in for a project and month that is not filed."""
    return bool(_drafts().get(pick))


def drop(pick: Pick) -> None:
    """放弃草稿 forget what was filled in: it has been filed, or is not wanted."""
    _drafts().pop(pick, None)
    ending = f"_{pick.project_id}_{pick.year}_{pick.month}"
    for widget in [key for key in st.session_state if str(key).startswith("round_") and str(key).endswith(ending)]:
        del st.session_state[widget]


def _drafts() -> dict[Pick, dict[str, Any]]:
    drafts: dict[Pick, dict[str, Any]] = st.session_state.setdefault(DRAFTS, {})
    return drafts
