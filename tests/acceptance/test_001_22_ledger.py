"""001-22 台账: one list a project of procedures, nodes, problems and measures, watched live, out to Excel and back."""

from datetime import date
from io import BytesIO

import openpyxl
import pytest
from click.testing import CliRunner

from monitor.cli import palmmap
from monitor.errors import BadInput, Forbidden, NotFound, Refusal
from monitor.messages import explain
from monitor.model import Viewer
from monitor.queries.facts import facts
from monitor.queries.items import items
from monitor.services import audit
from monitor.services.item_export import workbook
from monitor.services.item_import import import_items
from monitor.services.items import put, undo, withdraw
from monitor.terms import Role
from monitor.workflow.items import Item

DAY = date(2024, 6, 30)
ON = "2024-06-30"
ZHENGZHOU, CHANGZHI = 1, 2
CLERK = Viewer("中原区填报员", Role.DISTRICT, "410102")
LUZHOU = Viewer("潞州区填报员", Role.DISTRICT, "140403")
LEADER = Viewer("李省长", Role.LEADER)


@pytest.fixture
def listed(fill):
    """A key project of Henan that should have started in May, and one of Changzhi in preparation."""
    henan = {"unit_code": "410102", "lists": ["provincial_100"], "planned_completion_on": "2025-12-31"}
    ours = {"stage": "preparation", "is_sample": True}
    return fill([{**ours, **henan, "planned_start_on": "2024-05-31"}, {**ours, "lists": ["reserve_pool"]}])


def day(text: str) -> date:
    return date.fromisoformat(text)


def lines(engine, viewer=LEADER, on=DAY) -> dict[str, tuple[str, int]]:
    """State and days overdue of every line, by name."""
    frame = items(viewer, facts(viewer, on, engine), on, engine)
    return {row["name"]: (row["state"], row["overdue_days"]) for row in frame.to_dict("records")}


def test_001_22_procedures_nodes_problems_and_measures_are_watched_day_by_day(listed):
    for item in (
        Item("procedure", "环评批复", holder="分局", opened_on=day("2024-05-06"), planned_on=day("2024-06-20")),
        Item("procedure", "施工许可", holder="区住建局", planned_on=day("2024-07-05")),
        Item("procedure", "立项", planned_on=day("2024-03-31"), done_on=day("2024-04-10")),
        Item("milestone", "桩基施工", planned_on=day("2024-09-30")),
        Item("problem", "杆线迁改滞后", measure="限期迁改", holder="供电公司", planned_on=day("2024-06-25")),
        Item("problem", "用地指标不足"),
    ):
        put(CLERK, ZHENGZHOU, item, listed, on=DAY)
    assert lines(listed) == {
        "环评批复": ("overdue", 10),
        "施工许可": ("soon", 0),
        "立项": ("done_late", 10),
        "桩基施工": ("open", 0),
        "开工": ("overdue", 30),
        "竣工": ("open", 0),
        "杆线迁改滞后": ("overdue", 5),
        "用地指标不足": ("undated", 0),
    }
    done = Item("procedure", "施工许可", holder="区住建局", planned_on=day("2024-07-05"), done_on=day("2024-07-03"))
    put(CLERK, ZHENGZHOU, done, listed, number=2, on=day("2024-07-03"))
    assert lines(listed, on=day("2024-07-10"))["施工许可"] == ("done", 0), "ahead of its deadline"
    assert lines(listed)["施工许可"] == ("soon", 0), "as it was known in June"
    assert lines(listed, on=day("2024-07-10"))["开工"] == ("overdue", 40)


REFUSED = {
    "unknown kind": (
        Item("permit", "立项"),
        "没有“permit”这一类清单事项\uff0c请在前期手续、开竣工节点、存在问题中选择。",
    ),
    "no name": (Item("problem", " "), "没有填写“存在问题”\uff0c请补上。"),
    "done in the future": (
        Item("procedure", "环评", holder="局", done_on=day("2024-07-01")),
        "“办结日期”2024-07-01 晚于今天\uff082024-06-30\uff09\uff0c尚未发生的请填时限。",
    ),
    "done before it was handed in": (
        Item("procedure", "环评", holder="局", opened_on=day("2024-06-10"), done_on=day("2024-06-01")),
        "“办结日期”2024-06-01 早于“申报日期”2024-06-10\uff0c请核对两个日期。",
    ),
    "due before it was found": (
        Item("problem", "断头路", holder="局", opened_on=day("2024-06-10"), planned_on=day("2024-06-01")),
        "“解决时限”2024-06-01 早于“提出日期”2024-06-10\uff0c请核对两个日期。",
    ),
    "a date of the project itself": (
        Item("milestone", "开工", planned_on=day("2024-08-01")),
        "“开工”时间在项目档案中登记",
    ),
    "no unit where the clause wants one": (
        Item("procedure", "用地", planned_on=day("2024-08-01")),
        "没有写明“用地”的责任单位\uff0c方案要求明确责任单位\uff0c请补上。",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_001_22_what_cannot_be_is_refused_in_one_sentence(listed, case):
    item, said = REFUSED[case]
    with pytest.raises(BadInput) as refused:
        put(LUZHOU, CHANGZHI, item, listed, on=DAY)
    assert said in explain(refused.value)
    assert lines(listed, LUZHOU) == {}


def test_001_22_who_may_write_and_where(listed):
    one = Item("procedure", "立项", holder="区发改局")
    with pytest.raises(Forbidden) as refused:
        put(LEADER, CHANGZHI, one, listed, on=DAY)
    assert explain(refused.value).startswith("角色“领导”只能查看\uff0c不能改动清单")
    with pytest.raises(NotFound, match=r"project\.not_found"):
        put(CLERK, CHANGZHI, one, listed, on=DAY)
    put(LUZHOU, CHANGZHI, one, listed, on=DAY)
    with pytest.raises(BadInput) as twice:
        put(LUZHOU, CHANGZHI, one, listed, on=DAY)
    assert "“立项”已在该项目清单中" in explain(twice.value)
    assert lines(listed, CLERK).keys() == {"开工", "竣工"}, "nothing of the other district"


def test_001_22_a_change_is_a_revision_that_can_be_undone_and_is_in_the_record(listed):
    first = Item("problem", "拆迁未完成", holder="街道办", planned_on=day("2024-07-31"))
    kept = put(CLERK, ZHENGZHOU, first, listed, on=DAY)
    solved = Item("problem", "拆迁未完成", "入户协商", "街道办", planned_on=day("2024-07-31"), done_on=DAY)
    second = put(CLERK, ZHENGZHOU, solved, listed, number=kept.number, based_on=kept.revision, on=DAY)
    assert (second.revision, lines(listed)["拆迁未完成"][0]) == (2, "done")
    with pytest.raises(Refusal, match=r"item\.changed_meanwhile"):
        put(CLERK, ZHENGZHOU, first, listed, number=kept.number, based_on=1, on=DAY)
    third = undo(CLERK, ZHENGZHOU, second, listed, on=DAY)
    assert lines(listed)["拆迁未完成"][0] == "open"
    with pytest.raises(BadInput, match=r"item\.nothing_to_undo"):
        undo(CLERK, ZHENGZHOU, second, listed, on=DAY)
    gone = withdraw(CLERK, ZHENGZHOU, kept.number, listed, third.revision, on=DAY)
    assert "拆迁未完成" not in lines(listed)
    with pytest.raises(NotFound, match=r"item\.not_found"):
        withdraw(CLERK, ZHENGZHOU, kept.number, listed, on=DAY)
    undo(CLERK, ZHENGZHOU, gone, listed, on=DAY)
    assert lines(listed)["拆迁未完成"][0] == "open"
    verdict = audit.verify(listed)
    assert (verdict.first_broken_id, verdict.entries) == (None, 5)


@pytest.fixture
def book(listed, tmp_path):
    """The workbook as it goes out, by the command."""
    put(CLERK, ZHENGZHOU, Item("procedure", "环评批复", holder="区局", planned_on=day("2024-06-20")), listed, on=DAY)
    put(CLERK, ZHENGZHOU, Item("problem", "杆线迁改滞后", "供电公司限期迁改"), listed, on=DAY)
    path = tmp_path / "台账.xlsx"
    done = CliRunner().invoke(palmmap, ["export", str(path), "--items", "--as-of", ON])
    assert done.exit_code == 0, done.output
    assert "已导出 4 个清单事项" in done.output
    return path


def header_of(sheet) -> tuple[int, list[str]]:
    row = next(row for row in sheet.iter_rows() if row[0].value == "系统编号")
    return row[0].row, [cell.value for cell in row]


def table(path, tab) -> list[dict]:
    sheet = openpyxl.load_workbook(path)[tab]
    first, header = header_of(sheet)
    return [dict(zip(header, (c.value for c in row), strict=False)) for row in sheet.iter_rows(min_row=first + 1)]


def test_001_22_the_workbook_has_the_four_sheets_and_what_the_plan_names(book):
    assert openpyxl.load_workbook(book).sheetnames == ["项目", "手续", "节点", "问题措施"]
    first = table(book, "项目")[0]
    counted = ("手续\uff08项\uff09", "逾期\uff08项\uff09", "未解决问题\uff08项\uff09")
    assert [first[name] for name in counted] == [1, 2, 1]
    procedures = table(book, "手续")
    first = procedures[0]
    assert (first["手续名称"], first["状态"], first["逾期\uff08天\uff09"]) == ("环评批复", "逾期", 10)
    assert [row["手续名称"] for row in procedures if row["系统编号"] == CHANGZHI] == [
        "立项", "规划选址", "用地", "环评", "能评", "征地拆迁", "市政配套", "水电接入", "资金落实",
    ]  # fmt: skip
    nodes = table(book, "节点")
    assert [(row["节点名称"], row["事项编号"], row["状态"]) for row in nodes] == [
        ("开工", "项目档案", "逾期"),
        ("竣工", "项目档案", "未到期"),
    ]
    assert table(book, "问题措施")[0]["措施建议"] == "供电公司限期迁改"


def fill_in(path, tab, name, **cells) -> None:
    """Fill in the line of a name, or add one."""
    book = openpyxl.load_workbook(path)
    sheet = book[tab]
    first, header = header_of(sheet)
    title = {"手续": "手续名称", "节点": "节点名称", "问题措施": "存在问题"}[tab]
    found = [r for r in range(first + 1, sheet.max_row + 1) if sheet.cell(r, header.index(title) + 1).value == name]
    row = found[0] if found else sheet.max_row + 1
    for heading, value in {title: name, **cells}.items():
        sheet.cell(row, header.index(heading) + 1).value = value
    book.save(path)


def test_001_22_the_workbook_comes_back_once_and_twice_changes_nothing(book, listed, run):
    untouched = run("import", "items", str(book), "--on", ON)
    assert (untouched["rows"], untouched["unchanged"], untouched["rejected"]) == (2, 2, [])
    fill_in(book, "手续", "环评批复", 办结日期="2024-06-28")
    fill_in(book, "手续", "能评", 责任单位="区发改局", 办理时限="2024年8月底")
    fill_in(book, "节点", "主体封顶", 系统编号=ZHENGZHOU, 项目名称="项目1", 计划日期="2024-11-30")
    would = run("import", "items", str(book), "--on", ON, "--dry-run")
    assert (would["created"], would["updated"], lines(listed)["环评批复"]) == (2, 1, ("overdue", 10))
    done = run("import", "items", str(book), "--on", ON)
    assert (done["created"], done["updated"], done["unchanged"], done["rejected"]) == (2, 1, 1, [])
    assert lines(listed)["环评批复"] == ("done_late", 8)
    assert lines(listed)["能评"] == ("open", 0)
    again = run("import", "items", str(book), "--on", ON)
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 4)


def test_001_22_wrong_lines_come_back_with_the_reason_and_nothing_is_lost(book, listed, run):
    fill_in(book, "手续", "用地", 办理时限="2024-08-31")
    fill_in(book, "手续", "环评", 责任单位="区生态环境分局", 办理时限="下个月")
    fill_in(book, "问题措施", "资金缺口", 系统编号=99, 项目名称="项目99", 措施建议="对接银行")
    fill_in(book, "问题措施", "断头路", 系统编号=ZHENGZHOU, 项目名称="项目1", 措施建议="纳入市政计划")
    done = CliRunner().invoke(palmmap, ["import", "items", str(book), "--on", ON])
    assert done.exit_code == 1
    assert "已导入 3 行\uff08新增 1\uff0c修改 0\uff0c不变 2\uff09\uff0c未导入 3 行" in done.output
    back = book.with_name("台账-未导入.xlsx")
    assert [row["错误说明"] for row in table(back, "手续")] == [
        "没有写明“用地”的责任单位\uff0c方案要求明确责任单位\uff0c请补上。",
        "“办理时限”的“下个月”不是日期\uff0c请写成“2023-06-30”或“2023年6月底”。",
    ]
    (lost,) = table(back, "问题措施")
    assert (lost["存在问题"], lost["措施建议"]) == ("资金缺口", "对接银行")
    assert "系统编号“99”没有对应的项目" in lost["错误说明"]
    fill_in(back, "手续", "用地", 责任单位="区自然资源局")
    fill_in(back, "手续", "环评", 办理时限="2024-07-31")
    fill_in(back, "问题措施", "资金缺口", 系统编号=CHANGZHI, 项目名称="项目2", 责任单位="区财政局")
    mended = run("import", "items", str(back), "--on", ON)
    assert (mended["created"], mended["rejected"]) == (3, [])


def test_001_22_a_clerk_takes_in_lines_of_his_district_only(book, listed):
    fill_in(book, "手续", "能评", 责任单位="区发改局", 办理时限="2024-08-31")
    fill_in(book, "手续", "环评批复", 办结日期="2024-06-28")
    with pytest.raises(Forbidden, match=r"item\.role_looks_only"):
        import_items(LEADER, book, listed, on=DAY)
    done = import_items(CLERK, book, listed, on=DAY)
    assert (done.updated, done.unchanged) == (1, 1)
    assert [problem.code for problem in done.rejected] == ["item_sheet.unknown_project"]
    assert "能评" not in lines(listed)


def test_001_22_a_file_that_is_no_ledger_is_refused(listed, tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["项目名称", "总投资"])
    book.save(tmp_path / "别的.xlsx")
    with pytest.raises(BadInput) as refused:
        CliRunner().invoke(palmmap, ["import", "items", str(tmp_path / "别的.xlsx")], catch_exceptions=False)
    assert "不是台账工作簿" in explain(refused.value)


def text_of(page) -> str:
    assert not page.exception, page.exception
    kinds = ("markdown", "caption", "error", "warning", "success", "subheader")
    return "".join([found.proto.body for found in page.get("html")] + [f.value for k in kinds for f in page.get(k)])


def test_001_22_the_ledger_page_shows_what_is_overdue_and_stands_open(listed, open_page):
    put(CLERK, ZHENGZHOU, Item("procedure", "环评批复", holder="区局", planned_on=day("2024-06-20")), listed, on=DAY)
    put(CLERK, ZHENGZHOU, Item("procedure", "立项", done_on=day("2024-04-01")), listed, on=DAY)
    put(LUZHOU, CHANGZHI, Item("problem", "用地指标不足", holder="区局"), listed, on=DAY)
    page = open_page("library", LEADER, as_of=ON, view="items")
    assert "▲ 逾期 2" in page.button_group(key="filter_item_state").options
    rows = page.dataframe[0].value
    assert rows["事项"].tolist() == ["开工", "环评批复", "竣工", "用地指标不足"], (
        "the most pressing first, no done ones"
    )
    assert rows["逾期\uff08天\uff09"].tolist()[:2] == [30, 10]
    own = open_page("library", LUZHOU, as_of=ON, view="items")
    assert own.dataframe[0].value["事项"].tolist() == ["用地指标不足"]
    done = open_page("library", LEADER, as_of=ON, view="items", item_state="done")
    assert done.dataframe[0].value["事项"].tolist() == ["立项"]
    problems = open_page("library", LEADER, as_of=ON, view="items", item_kind="problem")
    assert problems.dataframe[0].value["事项"].tolist() == ["用地指标不足"]


def tap(page, label):
    return next(button for button in page.button if button.label == label).click()


def test_001_22_the_dossier_shows_the_list_and_a_clerk_writes_on_it(listed, open_page):
    text = text_of(open_page("dossier", LUZHOU, project=str(CHANGZHI), as_of=ON))
    assert "尚未列入\uff1a立项、规划选址、用地、环评、能评、征地拆迁、市政配套、水电接入、资金落实" in text
    assert "二\uff08二\uff09储备项目抓落地" in text
    put(LUZHOU, CHANGZHI, Item("procedure", "环评", holder="环境分局", planned_on=day("2024-06-20")), listed, on=DAY)
    page = open_page("dossier", LUZHOU, project=str(CHANGZHI), as_of=ON)
    assert "逾期 10 天" in text_of(page)
    assert "环境分局" in text_of(page)
    tap(page, "办理").run()
    assert not page.exception
    send = [button.label for button in page.button].index("确认登记")
    next(field for field in page.date_input if field.label == "办结日期").set_value(day("2024-06-29"))
    tap(page, "办理")  # the simulated page forgets a dialog that is not opened in the run
    page.button[send].click().run()
    assert "已登记“环评”。" in text_of(page)
    assert lines(listed)["环评"] == ("done_late", 9)
    tap(page, "撤销").run()
    assert lines(listed)["环评"] == ("overdue", 10)
    looks = open_page("dossier", LEADER, project=str(CHANGZHI), as_of=ON)
    assert not [button for button in looks.button if button.label in ("办理", "登记事项")]


def test_001_22_the_workbook_of_the_page_is_that_of_the_filter(listed):
    made, count = workbook(LEADER, facts(LEADER, DAY, listed).loc[[ZHENGZHOU]], DAY, listed)
    book = openpyxl.load_workbook(BytesIO(made))
    assert count == 2
    first, _ = header_of(book["项目"])
    assert [row[0].value for row in book["项目"].iter_rows(min_row=first + 1)] == [ZHENGZHOU]
