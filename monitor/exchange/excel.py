"""表格导入 project sheets as people keep them -> records: title rows, several header rows, merged cells, totals."""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from monitor.errors import BadInput
from monitor.exchange.cells import accumulate, fractions, reader
from monitor.exchange.headers import Header, find_header, is_no_project, unit_of
from monitor.exchange.records import MENDED, Intake, Record
from monitor.exchange.sheets import Cells, Sheet, decode, letter, read_csv, read_html, read_workbook
from monitor.model import RowProblem

DEFAULT_UNIT = "万元"
_YEAR = re.compile(r"(20\d{2})年")
_TO_MONTH = re.compile(r"(?:截至|截止|至)(?:(20\d{2})年)?(\d{1,2})月|(?:(20\d{2})年)?1[-~—至](\d{1,2})月")


def read_workbook_projects(path: Path, mapping: Mapping[str, str]) -> Intake:
    """读取工作簿项目 projects on every sheet that has a header, hidden sheets left out.

    Raises
    ------
    BadInput
        ``import.empty``, ``import.no_header``, or what sheets.read_workbook raises.
    """
    return _intake(read_workbook(path), path, ".xlsx", mapping)


def read_html_projects(path: Path, mapping: Mapping[str, str]) -> Intake:
    """读取网页表格项目 projects of an html table that calls itself a workbook."""
    text, _ = decode(path.read_bytes(), path.name)
    return _intake(read_html(text), path, ".xlsx", mapping)


def read_csv_projects(path: Path, mapping: Mapping[str, str]) -> Intake:
    """读取分隔文本项目 projects of a csv file; rows are sent back in its own encoding and with its delimiter.

    Raises
    ------
    BadInput
        ``import.unknown_encoding``, ``import.empty``, ``import.no_header``.
    """
    text, encoding = decode(path.read_bytes(), path.name)
    if "\0" in text:
        raise BadInput("import.unknown_kind", file=path.name)
    sheet, delimiter = read_csv(text)
    intake = _intake([sheet], path, ".csv", mapping)
    headers = find_header(sheet, mapping)

    def send_back(target: Path, rejected: Iterable[tuple[Record, str]]) -> None:
        with target.open("w", encoding=encoding, newline="") as stream:
            writer = csv.writer(stream, delimiter=delimiter)
            writer.writerows(_returned(sheet, headers, list(rejected)) if headers else [])

    intake.send_back = send_back
    return intake


def _intake(sheets: list[Sheet], path: Path, suffix: str, mapping: Mapping[str, str]) -> Intake:
    filled = [sheet for sheet in sheets if sheet.rows]
    if not filled:
        raise BadInput("import.empty", file=path.name)
    headers = {sheet.name: header for sheet in filled if not sheet.hidden and (header := find_header(sheet, mapping))}
    if not headers:
        raise BadInput("import.no_header", file=path.name)
    records: list[Record] = []
    warnings: list[RowProblem] = []
    several = len(headers) > 1
    for sheet in filled:
        if header := headers.get(sheet.name):
            _read_rows(sheet, header, records, warnings, several=several)
        else:
            code = "sheet.hidden" if sheet.hidden else "sheet.no_header"
            warnings.append(RowProblem(min(sheet.rows), sheet.name, code, {"sheet": sheet.name}))
    titles = [f"{header.title}\n{name}" for name, header in headers.items()]

    def send_back(target: Path, rejected: Iterable[tuple[Record, str]]) -> None:
        from monitor.exchange import workbooks  # noqa: PLC0415  (slow; only rows sent back need it)

        by_sheet: dict[str, list[tuple[Record, str]]] = {}
        for record, message in rejected:
            by_sheet.setdefault(record.sheet, []).append((record, message))
        found = {sheet.name: sheet for sheet in filled}
        pages = {name: _returned(found[name], headers[name], rows) for name, rows in by_sheet.items()}
        workbooks.write_plain(target, pages)

    return Intake(records, warnings, send_back, suffix, "\n".join(titles))


def _returned(sheet: Sheet, header: Header, rejected: list[tuple[Record, str]]) -> list[Cells]:
    """Title, header and the rejected rows of a sheet, with a last column that says what is wrong."""
    above = [_without_copies(sheet, row) for row in sorted(sheet.rows) if row < header.rows[0]]
    lines = [list(sheet.rows[row]) for row in header.rows] + [list(sheet.rows[record.row]) for record, _ in rejected]
    said = [""] * (len(header.rows) - 1) + [MENDED] + [message for _, message in rejected]
    mended = [at for at, column in header.columns.items() if column.field == "mended"]
    width = mended[0] if mended else max(map(len, lines))
    for line, text in zip(lines, said, strict=True):
        line.extend([""] * (width + 1 - len(line)))
        line[width] = text
    return above + lines


def _without_copies(sheet: Sheet, row: int) -> Cells:
    return ["" if (row, at) in sheet.merged else cell for at, cell in enumerate(sheet.rows[row])]


def _read_rows(
    sheet: Sheet, header: Header, records: list[Record], warnings: list[RowProblem], *, several: bool
) -> None:
    """Read the rows below the header of a sheet, and say once for a column what holds for all of it."""
    prefix = f"{sheet.name}!" if several else ""
    places = {column.field: f"{prefix}{letter(at)}" for at, column in header.columns.items()}
    below = {row: cells for row, cells in sheet.rows.items() if row > header.rows[-1]}
    rows = {row: cells for row, cells in below.items() if not is_no_project(cells, header)}
    shares = {at for at, column in header.columns.items() if fractions(column, _down(rows, at))}
    unit = unit_of(header.title)
    _warn_columns(header, rows, places, unit, shares, warnings)
    columns = sorted(header.columns.items(), key=lambda item: item[1].field != "year")
    defaults = _stated_above(header, sheet.name)
    lines = [(Record(row, dict(defaults), places, sheet=sheet.name), cells) for row, cells in rows.items()]
    used: Counter[int] = Counter()
    for at, column in columns:
        read, share = reader(column, unit or DEFAULT_UNIT), at in shares
        for record, cells in lines:
            cell = cells[at] if at < len(cells) else ""
            if sheet.formulas and (record.row, at) in sheet.formulas:
                used[at] += 1
                if (record.row, at) in sheet.uncalculated and column.known:
                    record.reject(column.field, "cell.uncalculated", header=column.label)
                    continue
            if cell != "":
                read(record, 100 * cell if share and isinstance(cell, float) else cell)
    for record, _ in lines:
        accumulate(record.values)
        records.append(record)
    warnings += [
        RowProblem(
            header.rows[-1],
            f"{prefix}{letter(at)}",
            "column.formulas",
            {"header": header.columns[at].label, "count": count},
        )
        for at, count in used.items()
    ]


def _down(rows: Mapping[int, Cells], at: int) -> Iterator[Any]:
    return (cells[at] for cells in rows.values() if at < len(cells))


def _warn_columns(
    header: Header,
    rows: Mapping[int, Cells],
    places: Mapping[str, str],
    unit: str,
    shares: set[int],
    warnings: list[RowProblem],
) -> None:
    for at, column in header.columns.items():
        said = {"header": column.label.replace("\n", "")}
        if column.kind == "money" and not (column.unit or unit) and _has_bare_numbers(_down(rows, at)):
            warnings.append(RowProblem(header.rows[-1], places[column.field], "column.no_unit", said))
        if at in shares:
            warnings.append(RowProblem(header.rows[-1], places[column.field], "column.fractions", said))
        if not column.known:
            warnings.append(RowProblem(header.rows[-1], places[column.field], "column.unknown", said))


def _has_bare_numbers(cells: Iterable[Any]) -> bool:
    return any(isinstance(cell, int | float) or (isinstance(cell, str) and cell[-1:].isdigit()) for cell in cells)


def _stated_above(header: Header, sheet: str) -> dict[str, Any]:
    """Year and reporting month that the title, the sheet's name or a header states for all rows."""
    said: dict[str, Any] = {}
    above = f"{header.title}\n{sheet}"
    if found := _TO_MONTH.search(above):
        month = int(found[2] or found[4])
        if 1 <= month <= 12:
            year = found[1] or found[3]
            said["report_month"] = (int(year) if year else None, month)
    years = [int(year) for year in _YEAR.findall(above)] + [
        column.year for column in header.columns.values() if column.year
    ]
    if years:
        said["year"] = years[0]
    return said
