"""台账导出 a table of projects as an Excel workbook that can be handed on."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from monitor.exchange.workbooks import FORMULA_SIGNS

HEADING = Font(name="黑体", size=16, bold=True)
NOTE = Font(name="宋体", size=10, color="44525F")
HEADER = Font(name="黑体", size=11)
BODY = Font(name="宋体", size=11)
SHADE = PatternFill("solid", fgColor="E6EDF5")
LINE = Border(*(Side("thin", color="B8C4D2"),) * 4)
WIDEST, LOOKED_AT = 44, 2_000
PAPER_A3 = 8
"""纸张 DMPAPER_A3 of ECMA-376."""


def ledger_workbook(title: str, notes: Sequence[str], table: pd.DataFrame) -> bytes:
    """台账工作簿 title, notes (as-of day, unit, filters ...), header and rows of a table; ready to print on A3 across.

    Text is always written as text: a name that begins with ``=`` stays a name and is never a formula.

    Parameters
    ----------
    title : str
        Stands above everything.
    notes : sequence of str
        One line each below the title.
    table : DataFrame
        Column names with units; numbers, dates and text. Missing values stay blank.
    """
    return workbook([Sheet("台账", title, notes, table)])


@dataclass(frozen=True)
class Sheet:
    """工作表 one sheet of a workbook: its tab, and what ``ledger_workbook`` takes."""

    tab: str
    title: str
    notes: Sequence[str]
    table: pd.DataFrame


def workbook(sheets: Sequence[Sheet]) -> bytes:
    """工作簿 several tables in one workbook, each on a sheet laid out like a ledger."""
    book = Workbook(write_only=True)
    styles: dict[Any, Any] = {}
    for one in sheets:
        sheet: Any = book.create_sheet(one.tab)
        _set_up_page(sheet, one.table, len(one.notes) + 2)
        sheet.append([_cell(sheet, one.title, styles, HEADING)])
        for note in one.notes:
            sheet.append([_cell(sheet, note, styles, NOTE)])
        sheet.append([_cell(sheet, name, styles, HEADER, SHADE) for name in one.table.columns])
        for row in one.table.astype(object).where(one.table.notna(), None).itertuples(index=False):
            sheet.append([_cell(sheet, value, styles, BODY) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(
    sheet: WriteOnlyWorksheet, value: Any, styles: dict[Any, Any], font: Font, fill: PatternFill | None = None
) -> Any:
    """A cell as its kind of value is dressed; the dress of each kind is put together once for the workbook."""
    if isinstance(value, str):
        value = value.translate(CONTROL)
    cell: Any = WriteOnlyCell(sheet, value)
    kind = (id(font), type(value), isinstance(value, str) and value.startswith(FORMULA_SIGNS))
    if isinstance(value, str):
        cell.data_type = "s"  # openpyxl would make a formula of "=..."
    if kind not in styles:
        styles[kind] = _dressed(cell, value, font, fill)
    cell._style = styles[kind]
    return cell


def _dressed(cell: Any, value: Any, font: Font, fill: PatternFill | None) -> Any:
    """Style of a cell, as the workbook numbers it."""
    cell.font = font
    if isinstance(value, str):
        cell.quotePrefix = value.startswith(FORMULA_SIGNS)
    if font in (BODY, HEADER):
        cell.border = LINE
        cell.alignment = Alignment(vertical="center", wrap_text=True)
    if fill is not None:
        cell.fill = fill
    if isinstance(value, float):
        cell.number_format = "#,##0.##"
    elif isinstance(value, (date, datetime)):
        cell.number_format = "yyyy-mm-dd"
    return cell._style


CONTROL = {code: None for code in range(32) if code not in (9, 10, 13)}
"""Control characters that a workbook cannot hold."""


def _set_up_page(sheet: Any, table: pd.DataFrame, header_row: int) -> None:
    for place, name in enumerate(table.columns, start=1):
        lengths = sorted(len(str(value)) for value in table[name].dropna().head(LOOKED_AT))
        longest = lengths[len(lengths) * 95 // 100] if lengths else 0
        sheet.column_dimensions[get_column_letter(place)].width = min(WIDEST, max(len(name), longest) * 1.9 + 2)
    sheet.freeze_panes = f"C{header_row + 1}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", PAPER_A3
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"{header_row}:{header_row}"
