"""录入统计数据: on both kinds of store; whole or not at all; the first figure counts from its period."""

from datetime import date

import pytest

from monitor.errors import BadInput
from monitor.messages import explain
from monitor.model import Viewer
from monitor.queries.plan_figures import figures
from monitor.queries.statistics import behind
from monitor.services.statistics import enter, enter_file

ROW = {"unit_code": "620200", "key": "fai_growth_pct", "year": "2023", "month": "11", "value": "11.9"}


def growth(engine, day: date, viewer: Viewer | None = None) -> float | None:
    values = figures(viewer or Viewer("测试"), day, engine, "jiayuguan")["620200"]
    return next(value.value for value in values if value.key == "fai_growth")


def test_a_figure_counts_from_its_period_and_a_revision_from_when_it_is_made(any_engine):
    assert enter([ROW, {**ROW, "month": "6", "value": "13"}], "测试", any_engine) == 2
    enter([{**ROW, "value": "12.5"}], "测试", any_engine)
    assert growth(any_engine, date(2023, 6, 30)) == 13
    assert growth(any_engine, date(2023, 11, 30)) == 11.9, "the revision of today was not known then"
    assert growth(any_engine, date(2023, 5, 31)) is None


def test_a_viewer_sees_the_statistics_of_his_units(any_engine):
    enter([ROW], "测试", any_engine)
    assert growth(any_engine, date(2023, 11, 30), Viewer("别处", unit_code="140400")) is None


def test_a_figure_says_its_source_who_entered_it_and_when(any_engine):
    source = "2023年嘉峪关市国民经济和社会发展统计公报 第3页"
    enter([{**ROW, "source": source}], "王统计", any_engine)
    enter([{**ROW, "value": "12.5"}], "李统计", any_engine)
    day, asked = date(2023, 11, 30), ["fai_growth_pct", "gdp_growth_pct"]
    (then,) = behind(Viewer("测试"), "620200", asked, day, any_engine)
    assert (then.value, then.source, then.entered_by, then.revision) == (11.9, source, "王统计", 1)
    (now,) = behind(Viewer("测试"), "620200", asked, date(2023, 12, 31), any_engine)
    assert (now.value, now.source) == (11.9, source), "the revision is not known before it is made"
    assert behind(Viewer("别处", unit_code="140400"), "620200", asked, day, any_engine) == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"unit_code": "999999"}, "第 3 行：没有填报单元“999999”"),
        ({"value": "十二"}, "第 3 行：“value”的值“十二”不是数"),
        ({"value": "nan"}, "第 3 行"),
        ({"month": "13"}, "第 3 行：月份“13”不在 1 至 12 之间"),
    ],
)
def test_one_bad_row_and_nothing_is_entered(engine, changed, said):
    with pytest.raises(BadInput) as refused:
        enter([ROW, ROW | changed], "测试", engine)
    assert said in explain(refused.value)
    assert growth(engine, date(2023, 11, 30)) is None


def test_a_file_without_a_column_is_refused(engine, tmp_path):
    file = tmp_path / "statistics.csv"
    file.write_text("unit_code,key,year,value\n", encoding="utf-8")
    with pytest.raises(BadInput) as refused:
        enter_file(file, "测试", engine)
    assert explain(refused.value) == "统计数据文件 statistics.csv 缺少列：month，请补上。"
