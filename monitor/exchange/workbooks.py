"""写工作簿 sheets out: rows as they are, or tables with a header, widths and typed cells."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from monitor.errors import BadInput

_TITLE = Font(bold=True)
_FILL = PatternFill("solid", fgColor="DCE6F1")
_WRAPPED = Alignment(wrap_text=True, vertical="center")
_CONTROL = dict.fromkeys([*range(9), 11, 12, *range(14, 32)])
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
"""Signs at the start of a text that a spreadsheet would take for a formula."""


def require_workbook(path: Path) -> None:
    """须为工作簿 refuse a file that is to be no workbook (``export.not_available``)."""
    if path.suffix.lower() != ".xlsx":
        raise BadInput("export.not_available", suffix=path.suffix or path.name)


def write_plain(path: Path, pages: Mapping[str, Iterable[Sequence[Any]]]) -> None:
    """原样写出 sheets of rows, texts as texts (never formulas)."""
    book = Workbook(write_only=True)
    for name, rows in pages.items():
        sheet = book.create_sheet(name or "Sheet1")
        for row in rows:
            sheet.append([_cell(sheet, value) for value in row])
    book.save(path)


def write_table(
    path: Path, name: str, header: Sequence[str], rows: Iterable[Sequence[Any]], notes: Sequence[str] = ()
) -> None:
    """写出表格 one sheet: a header that stays in sight, then typed cells; notes go to a second sheet."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(name)
    sheet.freeze_panes = "A2"
    for position, title in enumerate(header, 1):
        sheet.column_dimensions[get_column_letter(position)].width = min(max(2.2 * len(title), 12), 40)
    sheet.append([_title(sheet, title) for title in header])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    if notes:
        second = book.create_sheet("填写说明")
        second.column_dimensions["A"].width = 100
        for note in notes:
            second.append([_cell(second, note)])
    book.save(path)


def _title(sheet: WriteOnlyWorksheet, text: str) -> Any:
    cell = WriteOnlyCell(sheet, text)
    cell.font, cell.fill, cell.alignment = _TITLE, _FILL, _WRAPPED
    return cell


def _cell(sheet: WriteOnlyWorksheet, value: Any) -> Any:
    """A cell that keeps its type; a text that begins like a formula is marked as text."""
    if isinstance(value, Decimal):
        return float(value)
    if not isinstance(value, str):
        return value if isinstance(value, int | float | date | datetime) else None
    text = value.translate(_CONTROL)
    if not text.startswith(FORMULA_SIGNS):
        return text or None
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    cell.quotePrefix = True
    return cell
