"""What the page says of figures: directions in words, units named, thousands set apart."""

import pytest

from geo.change import Shift
from geo.conditions import Conditions
from monitor.exchange.inspections import figures
from monitor.imagery_messages import IMAGERY, METHODS
from monitor.messages import reason


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("verdict.seen_vegetation", "植被净减少 84.7 个百分点"),
        ("verdict.seen_bare", "裸土或开挖面净减少 84.7 个百分点"),
        ("verdict.seen_change", "地块内明显变化净减少 84.7 个百分点"),
    ],
)
def test_a_direction_is_a_word_and_not_a_sign(code: str, said: str) -> None:
    text = reason(code, {"net_pct": -84.7, "net_m2": -73154, "ring_pct": 0.1})
    assert said in text
    assert "73,154 平方米" in text
    assert "-" not in text


def test_stage_and_limits_are_read_plainly() -> None:
    text = reason("verdict.stage_below_report", {"stage": "earthwork", "reported_pct": 70.5, "highest_pct": 60.0})
    assert "土方施工" in text
    assert "60%" in text
    text = reason("verdict.invested_above_stage", {"stage": "untouched", "invested_pct": 17.2, "highest_pct": 5.0})
    assert "17.2%" in text
    assert "5%" in text


@pytest.mark.parametrize(
    ("shift", "said"),
    [
        (Shift(0.0, -0.0, accepted=True), "吻合"),
        (Shift(3.0, -4.0, accepted=True), "5.0 米"),
        (Shift(0.0, 0.0, accepted=False), "未能自动配准"),
    ],
)
def test_conditions_are_figures_with_a_sentence(shift: Shift, said: str) -> None:
    hidden = {"cloud": 4.0, "shadow": 2.4, "masked": 0.0}
    usable, moved, seasons = figures((), Conditions(100.0, 93.6, hidden, shift, 17, True, 0.0, 0.0))
    assert [one["key"] for one in (usable, moved, seasons)] == ["usable", "shift", "season"]
    assert all(part in usable["text"] for part in ("94%", "积雪遮住地块的 4%", "阴影遮住地块的 2%"))
    assert "标识" not in usable["text"], "what hides nothing is not named"
    assert (usable["cloud_pct"], usable["shadow_pct"]) == (4.0, 2.4)
    assert said in moved["text"]
    assert "17 天" in seasons["text"]
    assert all(one["method"] in METHODS for one in (usable, moved, seasons))


def test_every_reason_ends_as_a_sentence() -> None:
    sentences = [text for code, text in IMAGERY.items() if code.startswith(("verdict.", "evidence."))]
    assert all(text.endswith("\u3002") for text in sentences)
    assert not [text for text in sentences if "(" in text]
