"""填报表 the monthly report of a unit's projects as a workbook that goes out, is filled in, and comes back.

Key columns and last month's figures are locked, the cells to fill are open and checked on entry by the spreadsheet.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from monitor.errors import BadInput
from monitor.exchange.parsing import Unreadable, as_money, as_percentage, as_period, as_text, squeezed
from monitor.exchange.records import MENDED
from monitor.exchange.sheets import Sheet, letter, read_workbook
from monitor.model import RowProblem
from monitor.workflow.filing import FIELDS, Figures, SheetLine

KEY, NAME, MONTH = "系统编号", "项目名称", "填报月份"
GIVEN = (
    KEY,
    NAME,
    "项目代码",
    "填报单位",
    "年度计划投资（万元）",
    "截至本月计划（万元）",
    "上次填报",
    "上次完成投资（万元）",
    "上次形象进度(%)",
)
UNITS = {"year_investment_wan_yuan": "(万元)", "total_investment_wan_yuan": "(万元)", "paid_wan_yuan": "(万元)"}
UNITS |= {"physical_pct": "(%)", "started_on": "(年-月-日)"}
ASKED = {name: label + UNITS.get(name, "") for name, label in FIELDS.items()}
"""Field -> heading of the column that is filled in."""

WIDTHS = (9, 34, 24, 14, 14, 14, 11, 14, 11, 16, 16, 16, 11, 14, 30, 30, 24)
HEADER_ROW, FIRST_ROW = 3, 4
HELP = "只填白色单元格；金额为累计数，没有完成的填0；没有填数的项目不计入。已封账或调减的月份须填“更正说明”。"
TRANSLATED = {"number.negative": "report.negative", "number.not_a_percentage": "report.over_100"}

_LINE = Side(style="thin", color="B8C4D2")
_BORDER = Border(_LINE, _LINE, _LINE, _LINE)
_LOCKED = PatternFill("solid", fgColor="EEF2F7")
_HEAD = PatternFill("solid", fgColor="DCE6F1")
_OPEN = Protection(locked=False)


@dataclass
class SheetRow:
    """填报行 one project of a sheet; ``figures`` is None where nothing was filled in."""

    row: int
    project_id: int | None
    name: str
    figures: Figures | None
    problems: list[RowProblem] = field(default_factory=list)


@dataclass(frozen=True)
class ReportSheet:
    """填报表内容 month and rows of a sheet that came back; ``letters`` is the column of each field."""

    year: int
    month: int
    rows: tuple[SheetRow, ...]
    letters: Mapping[str, str]


def write(lines: Iterable[SheetLine], year: int, month: int, title: str, unit_names: Mapping[str, str]) -> bytes:
    """生成填报表 workbook (xlsx) to be filled in.

    Parameters
    ----------
    lines : iterable of SheetLine
        What is reported for the month already stands in the open cells.
    year, month : int
        The month that is reported.
    title : str
        Stands above the table.
    unit_names : Mapping
        Name of each reporting unit by code.
    """
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "填报"
    sheet.append([title])
    sheet.append([MONTH, f"{year}-{month:02d}", HELP])
    sheet.append([*GIVEN, *ASKED.values()])
    for line in lines:
        sheet.append([*_given(line, unit_names), *(getattr(line.current, name, None) for name in ASKED)])
    _dress(sheet, max(sheet.max_row, FIRST_ROW))
    made = BytesIO()
    book.save(made)
    return made.getvalue()


def _given(line: SheetLine, unit_names: Mapping[str, str]) -> list[Any]:
    last: list[Any] = [None, None, None]
    if line.before:
        written = f"{line.before_month[0]}-{line.before_month[1]:02d}"
        last = [written, line.before.year_investment_wan_yuan, line.before.physical_pct]
    unit = unit_names.get(line.unit_code, line.unit_code)
    amounts = [line.annual_plan_wan_yuan, line.plan_to_date_wan_yuan]
    return [line.project_id, line.name, line.code, unit, *amounts, *last]


def _dress(sheet: Worksheet, last: int) -> None:
    """Widths, colours, locks, checks on entry, and panes that stay in sight."""
    for position, width in enumerate(WIDTHS, 1):
        sheet.column_dimensions[get_column_letter(position)].width = width
    sheet["A1"].font = Font(bold=True, size=15)
    sheet["A2"].font = sheet["B2"].font = Font(bold=True)
    for cell in sheet[HEADER_ROW]:
        cell.font, cell.fill, cell.border = Font(bold=True), _HEAD, _BORDER
        cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
    sheet.row_dimensions[HEADER_ROW].height = 34
    for cells in sheet.iter_rows(min_row=FIRST_ROW, max_row=last, max_col=len(WIDTHS)):
        for position, cell in enumerate(cells):
            cell.border = _BORDER
            cell.alignment = Alignment(wrap_text=True, vertical="center")
            if isinstance(cell.value, str):
                cell.data_type = "s"  # a name that begins like a formula stays a name
            if position < len(GIVEN):
                cell.fill = _LOCKED
            else:
                cell.protection = _OPEN
    sheet.freeze_panes = f"C{FIRST_ROW}"
    sheet.print_title_rows = f"1:{HEADER_ROW}"
    sheet.page_setup.orientation = "landscape"
    sheet.protection.sheet = True
    sheet.protection.formatColumns = sheet.protection.formatRows = False
    _check_on_entry(sheet, last)


def _check_on_entry(sheet: Worksheet, last: int) -> None:
    for position, name in enumerate(ASKED, len(GIVEN) + 1):
        if name not in UNITS:
            continue
        check = _entry_check(name)
        column = get_column_letter(position)
        check.add(f"{column}{FIRST_ROW}:{column}{last}")
        sheet.add_data_validation(check)
        for (cell,) in sheet[f"{column}{FIRST_ROW}:{column}{last}"]:
            cell.number_format = "yyyy-mm-dd" if name == "started_on" else "#,##0.####"


def _entry_check(name: str) -> DataValidation:
    if name == "started_on":
        check = DataValidation(type="date", operator="greaterThan", formula1="18264")
        check.error = "请填日期，如2024-05-20。"
    elif name == "physical_pct":
        check = DataValidation(type="decimal", operator="between", formula1="0", formula2="100")
        check.error = "请填0到100之间的数。"
    else:
        check = DataValidation(type="decimal", operator="greaterThanOrEqual", formula1="0")
        check.error = "请填0或正数，单位万元。"
    check.errorTitle, check.allow_blank, check.showErrorMessage = ASKED[name], True, True
    return check


def read(path: Path) -> ReportSheet:
    """读取填报表 what was filled in; numbers are read as people write them ("1.2亿元", "35%").

    Raises
    ------
    BadInput
        ``report_sheet.not_one`` where it is no report sheet of ours, ``report_sheet.no_month`` where its month cannot
        be read, and what ``sheets.read_workbook`` raises.
    """
    for sheet in read_workbook(path):
        for number, cells in sheet.rows.items():
            texts = [squeezed(as_text(cell) or "") for cell in cells]
            if KEY in texts and squeezed(ASKED["year_investment_wan_yuan"]) in texts:
                return _read(sheet, number, texts, path.name)
    raise BadInput("report_sheet.not_one", file=path.name)


def _read(sheet: Sheet, header: int, texts: Sequence[str], file: str) -> ReportSheet:
    year, month = _month(sheet, header, file)
    places = {name: texts.index(squeezed(label)) for name, label in ASKED.items() if squeezed(label) in texts}
    key, name = texts.index(KEY), texts.index(NAME) if NAME in texts else None
    rows = []
    for number, cells in sheet.rows.items():
        if number > header:
            held = [*cells, *[""] * (len(texts) - len(cells))]
            rows.append(_row(number, held, held[key], "" if name is None else held[name], places, year))
    return ReportSheet(year, month, tuple(rows), {field: letter(at) for field, at in places.items()})


def _month(sheet: Sheet, header: int, file: str) -> tuple[int, int]:
    for number, cells in sheet.rows.items():
        texts = [as_text(cell) or "" for cell in cells]
        if number < header and MONTH in texts[:-1]:
            try:
                period = as_period(cells[texts.index(MONTH) + 1])
            except Unreadable:
                break
            if period and (period.first.year, period.first.month) == (period.last.year, period.last.month):
                return period.first.year, period.first.month
    raise BadInput("report_sheet.no_month", file=file)


def _row(number: int, cells: list[Any], key: Any, name: Any, places: Mapping[str, int], year: int) -> SheetRow:
    said, problems = {}, []
    for field_name, at in places.items():
        try:
            said[field_name] = _value(field_name, cells[at], year)
        except Unreadable as problem:
            code = TRANSLATED.get(problem.code, problem.code)
            params = {
                "label": FIELDS[field_name],
                "header": ASKED[field_name],
                "value": str(cells[at]),
                **problem.params,
            }
            problems.append(RowProblem(number, letter(at), code, params))
    filled = any(value is not None for value in said.values())
    text = as_text(key) or ""
    return SheetRow(
        number,
        int(text) if text.isdigit() else None,
        as_text(name) or "",
        Figures(**said) if filled or problems else None,
        problems,
    )


def _value(name: str, cell: Any, year: int) -> Any:
    if name.endswith("_wan_yuan"):
        return as_money(cell, "万元")
    if name == "physical_pct":
        return as_percentage(cell)
    if name == "started_on":
        period = as_period(cell, year)
        return None if period is None else period.first
    return as_text(cell)


def send_back(path: Path, target: Path, wrong: Mapping[int, str]) -> None:
    """退回 write the rejected rows of a sheet, with 错误说明, to a sheet that can be mended and imported again.

    Parameters
    ----------
    path : Path
        The sheet that came in.
    target : Path
        Where to write to.
    wrong : Mapping
        Row number -> what is wrong with it.
    """
    book = load_workbook(path)
    sheet = next(page for page in book.worksheets if any(cell.value == KEY for row in page.iter_rows() for cell in row))
    header = next(cell.row for row in sheet.iter_rows() for cell in row if cell.value == KEY)
    titles = [cell.value for cell in sheet[header]]
    column = titles.index(MENDED) + 1 if MENDED in titles else len(titles) + 1
    sheet.cell(header, column, MENDED).font = Font(bold=True)
    sheet.column_dimensions[get_column_letter(column)].width = 60
    rows = [[cell.value for cell in sheet[number]] for number in sorted(wrong)]
    for row in range(header + 1, sheet.max_row + 1):
        for cell in sheet[row]:
            cell.value = None
    for at, (number, values) in enumerate(zip(sorted(wrong), rows, strict=True), header + 1):
        for position, value in enumerate(values, 1):
            sheet.cell(at, position).value = value
            if isinstance(value, str):
                sheet.cell(at, position).data_type = "s"
        told = sheet.cell(at, column, wrong[number])
        told.font = Font(color="C62828")
        told.alignment = Alignment(wrap_text=True, vertical="top")
    book.save(target)
