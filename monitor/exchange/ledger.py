"""台账导出 a table of projects as an Excel workbook that can be handed on."""

import io
from collections.abc import Sequence
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
WIDEST = 44


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
    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet("台账")
    _set_up_page(sheet, table, len(notes) + 2)
    sheet.append([_cell(sheet, title, HEADING)])
    for note in notes:
        sheet.append([_cell(sheet, note, NOTE)])
    sheet.append([_cell(sheet, name, HEADER, SHADE) for name in table.columns])
    for row in table.astype(object).where(table.notna(), None).itertuples(index=False):
        sheet.append([_cell(sheet, value, BODY) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(sheet: WriteOnlyWorksheet, value: Any, font: Font, fill: PatternFill | None = None) -> Any:
    if isinstance(value, str):
        value = value.translate(CONTROL)
    cell = WriteOnlyCell(sheet, value)
    if isinstance(value, str):
        cell.data_type = "s"  # openpyxl would make a formula of "=..."
        cell.quotePrefix = value.startswith(FORMULA_SIGNS)
    cell.font = font
    if font in (BODY, HEADER):
        cell.border = LINE
        cell.alignment = Alignment(vertical="center", wrap_text=True)
    if fill is not None:
        cell.fill = fill
    if isinstance(value, float):
        cell.number_format = "#,##0.##"
    elif isinstance(value, (date, datetime)):
        cell.number_format = "yyyy-mm-dd"
    return cell


CONTROL = {code: None for code in range(32) if code not in (9, 10, 13)}
"""Control characters that a workbook cannot hold."""


def _set_up_page(sheet: Any, table: pd.DataFrame, header_row: int) -> None:
    for place, name in enumerate(table.columns, start=1):
        longest = int(table[name].astype(str).str.len().quantile(0.95)) if len(table) else 0
        sheet.column_dimensions[get_column_letter(place)].width = min(WIDEST, max(len(name), longest) * 1.9 + 2)
    sheet.freeze_panes = f"C{header_row + 1}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A3
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"{header_row}:{header_row}"
