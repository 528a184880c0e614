"""Bad rule files are refused with file, line and key; good ones say what is in force."""

from datetime import date
from pathlib import Path

import pytest

from monitor import rules
from monitor.errors import BadInput, NotFound, Refusal
from monitor.messages import explain
from monitor.rules.files import read_pack, read_rule

GOOD = """\
key: start_rate
kind: indicator
function: start_rate
label: 开工率
unit: "%"
direction: at_least
population:
  batch: [new]
options: {over: planned_new}
values:
  2024-01-01: 80
  2025-01-01: 90
due: 06-30
reference: {document: 某方案, clause: 第三条}
rows: [000-05]
examples:
  - given: [{batch: new, started_on: 2024-02-01}]
    on: 2024-06-30
    expect: {value: 100.0, met: true}
"""


@pytest.fixture
def write(tmp_path: Path):
    def put(text: str, name: str = "start_rate.yaml") -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return put


def test_value_in_force_on_a_date(write):
    rule = read_rule(write(GOOD))
    assert [rule.number_on(date(2024, 1, 1)), rule.number_on(date(2024, 12, 31)), rule.number_on(date(2026, 1, 1))] == [
        80,
        80,
        90,
    ]
    assert rule.due_on(2024) == date(2024, 6, 30)
    with pytest.raises(Refusal) as refused:
        rule.value_on(date(2023, 12, 31))
    assert "在 2023-12-31 没有生效的取值" in explain(refused.value)


def test_a_value_ends_on_its_until(write):
    rule = read_rule(write(GOOD.replace("2025-01-01: 90", "2025-01-01: {value: 90, until: 2025-12-31}")))
    assert rule.period_on(date(2025, 12, 31)) is not None
    assert rule.period_on(date(2026, 1, 1)) is None


REFUSED = {
    "not YAML": (GOOD + "  - [", "rules.syntax", "行不是正确的 YAML"),
    "unknown key": (GOOD.replace("direction:", "richtung:"), "rules.unknown_key", "第 6 行：不认识的键“richtung”"),
    "unknown population key": (GOOD.replace("  batch:", "  bach:"), "rules.unknown_key", "第 8 行"),
    "missing key": (GOOD.replace("unit: ", "note: "), "rules.missing_key", "缺少键“unit”"),
    "wrong value": (GOOD.replace("at_least", "atleast"), "rules.wrong_value", "第 6 行：“direction”的取值“atleast”"),
    "no such day": (GOOD.replace("2025-01-01: 90", "2025-02-30: 90"), "rules.wrong_value", "第 12 行"),
    "same key twice": (GOOD + "unit: 个\n", "rules.duplicate_key", "第 20 行：键“unit”重复"),
    "same date twice": (GOOD.replace("2025-01-01", "2024-01-01"), "rules.overlap", "第 12 行：“2024-01-01”的有效期"),
    "overlapping periods": (
        GOOD.replace("2024-01-01: 80", "2024-01-01: {value: 80, until: 2025-06-30}"),
        "rules.overlap",
        "第 11 行",
    ),
    "ends before it begins": (
        GOOD.replace("2025-01-01: 90", "2025-01-01: {value: 90, until: 2024-06-30}"),
        "rules.overlap",
        "第 12 行",
    ),
    "population of a batch that does not exist": (
        GOOD.replace("[new]", "[new, neu]"),
        "rules.population_empty",
        "“neu”不存在",
    ),
    "population of an unknown list": (
        GOOD.replace("  batch: [new]", "  lists: [nowhere]"),
        "rules.population_empty",
        "第 8 行",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_bad_file_is_refused_with_file_line_and_key(write, case):
    text, code, said = REFUSED[case]
    with pytest.raises(BadInput) as refused:
        read_rule(write(text))
    assert refused.value.code == code
    assert "start_rate.yaml" in explain(refused.value)
    assert said in explain(refused.value)


def test_two_rules_of_one_key_are_refused(write, tmp_path):
    write(GOOD)
    write(GOOD, "again.yaml")
    with pytest.raises(BadInput) as refused:
        read_pack(tmp_path)
    assert "start_rate.yaml 第 1 行\uff1a规则键“start_rate”与 again.yaml 相同" in explain(refused.value)


MISSPELT = {
    "column": ("start_rate", "ratio", "{over: planned_new}", "{numerator: year_investmnt, denominator: paid_wan_yuan}"),
    "date column": ("start_rate", "event_rate", "{over: planned_new}", "{event: begun_on}"),
    "fund": ("start_rate", "fund_paid", "{over: planned_new}", "{fund: special_bonds_2024}"),
    "batch": ("start_rate", "count", "{over: planned_new}", "{parts: {newer: 80}}"),
    "cadence": ("indicator", "obligation", "start_rate\n", "repot\n"),
}


@pytest.mark.parametrize("case", MISSPELT)
def test_a_misspelt_option_is_refused_and_never_a_figure_of_nought(write, case):
    was, function, options, wrong = MISSPELT[case]
    text = GOOD.replace(f": {was}\n", f": {function}\n").replace(options, wrong)
    with pytest.raises(BadInput) as refused:
        read_rule(write(text.replace("key: ratio", "key: start_rate")))
    assert refused.value.code in ("rules.wrong_value", "rules.unknown_function")


def test_a_ranking_that_weighs_what_the_plan_does_not_have_is_refused(write, tmp_path):
    write(GOOD)
    ranking = GOOD.replace("key: start_rate", "key: ranking").replace("kind: indicator", "kind: ranking")
    write(ranking.replace("{over: planned_new}", "{parts: {start_rate: 1, resume_rate: 1}}"), "ranking.yaml")
    with pytest.raises(BadInput) as refused:
        read_pack(tmp_path)
    assert "ranking.yaml 第 9 行" in explain(refused.value)
    assert "“resume_rate”不在本方案中" in explain(refused.value)


def test_unknown_names_are_refused():
    with pytest.raises(NotFound) as refused:
        rules.pack("atlantis")
    assert "现有方案：changzhi、henan、jiayuguan、lanshan、yuqing" in explain(refused.value)
    with pytest.raises(NotFound):
        rules.preset("atlantis")
    with pytest.raises(NotFound):
        rules.get("henan/atlantis")


def test_rules_in_force_and_what_changed_between_two_dates():
    names_2023 = {rule.name for rule in rules.in_force(date(2023, 6, 30))}
    names_2024 = {rule.name for rule in rules.in_force(date(2024, 6, 30))}
    assert "jiayuguan/major_continued" in names_2023 - names_2024
    assert "henan/treasury_start" in names_2024 - names_2023
    assert "changzhi/reserve_ratio" in names_2023 & names_2024
    changed = {rule.name: (old, new) for rule, old, new in rules.changed(date(2023, 6, 30), date(2024, 6, 30))}
    assert changed["jiayuguan/major_continued"] == (35.4, None)
    assert changed["henan/treasury_start"] == (None, 100)
    assert "changzhi/reserve_ratio" not in changed


def test_population_in_words():
    rule = rules.get("jiayuguan/key_new_quarter")
    assert rule.population.words() == "清单为全省重点投资项目，年度安排为新建"
