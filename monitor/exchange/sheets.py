"""读取表格 workbooks, html tables and csv as rows of cells, whatever the file is called.

Only rows with something in them are kept, so that a million blank rows cost no memory.
"""

import csv
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from io import StringIO
from itertools import product
from pathlib import Path
from typing import IO, Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from monitor.errors import BadInput

Cells = list[Any]
CELLS_AT_MOST = 30_000_000
"""Cells between the first and the last one filled that a sheet may span (a stray cell far out spans billions)."""

ROWS_TO_FILL = 1_000_000
_OPENING = rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>]*?(?<!/)>\s*'
_FILLED = re.compile(_OPENING + rb"<(?:\w+:)?(?:v|is|f)\b")
"""Column and row of a cell that has a value or a formula."""
_FORMULA = re.compile(
    _OPENING + rb"<(?:\w+:)?f\b.*?(?:/>|</(?:\w+:)?f>)\s*(<(?:\w+:)?(?:v|is)\b[^>/]*>(?!</))?",
    re.DOTALL,
)
"""Column, row and value of a cell that has a formula; an empty value (``<v/>``, ``<v></v>``) is none."""
_CHUNK = 1 << 22


@dataclass
class Sheet:
    """工作表 rows that hold something, numbered as the sheet numbers them (from 1).

    Attributes
    ----------
    rows : dict
        Row number -> cells from column A on; merged cells all hold the value of their first.
    formulas : set of (row, column)
        Cells that hold a formula (columns from 0); ``uncalculated`` those whose value was never worked out.
    merged : set of (row, column)
        Cells that stand in a merged range and are not its first.
    """

    name: str
    rows: dict[int, Cells] = field(default_factory=dict)
    formulas: set[tuple[int, int]] = field(default_factory=set)
    uncalculated: set[tuple[int, int]] = field(default_factory=set)
    merged: set[tuple[int, int]] = field(default_factory=set)
    hidden: bool = False


def letter(column: int) -> str:
    """列号 letters of a column counted from 0, as a sheet shows them."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def _index(letters: bytes) -> int:
    value = 0
    for byte in letters:
        value = value * 26 + byte - 64
    return value - 1


def read_workbook(path: Path) -> list[Sheet]:
    """读取工作簿 sheets of an xlsx, xlsm, xlsb, xls or ods file.

    Raises
    ------
    BadInput
        ``import.encrypted``, ``import.damaged``, ``import.stray_cell``.
    """
    try:
        scans = _scan(path) if zipfile.is_zipfile(path) else {}
        with path.open("rb") as stream, CalamineWorkbook.from_filelike(stream) as book:  # whatever it is called
            sheets = [data for data in book.sheets_metadata if data.typ == SheetTypeEnum.WorkSheet]
            return [_read_sheet(book, data, scans) for data in sheets]
    except PasswordError:
        raise BadInput("import.encrypted", file=path.name) from None
    except (CalamineError, zipfile.BadZipFile, OSError, KeyError) as error:
        raise BadInput("import.damaged", file=path.name) from error


def _read_sheet(book: CalamineWorkbook, data: Any, scans: dict[str, tuple[set[Any], set[Any]]]) -> Sheet:
    raw = book.get_sheet_by_name(data.name)
    sheet = Sheet(data.name, hidden=data.visible != SheetVisibleEnum.Visible)
    sheet.formulas, sheet.uncalculated = scans.get(data.name, (set(), set()))
    first_row, first_column = raw.start or (0, 0)
    for number, cells in enumerate(raw.iter_rows(), first_row + 1):
        if any(cell != "" for cell in cells):
            sheet.rows[number] = [""] * first_column + cells
    for row, column in sheet.uncalculated:
        cells = sheet.rows.setdefault(row, [])
        cells.extend([""] * (column + 1 - len(cells)))
    _fill_merged(sheet, raw.merged_cell_ranges or [])
    return sheet


def _fill_merged(sheet: Sheet, ranges: list[tuple[tuple[int, int], tuple[int, int]]]) -> None:
    for (top, left), (bottom, right) in ranges:
        first = sheet.rows.get(top + 1, [])
        value = first[left] if left < len(first) else ""
        if value == "" or (bottom - top + 1) * (right - left + 1) > ROWS_TO_FILL:
            continue
        for row, column in product(range(top + 1, bottom + 2), range(left, right + 1)):
            cells = sheet.rows.get(row)
            if cells is not None and (row, column) != (top + 1, left):
                cells.extend([""] * (column + 1 - len(cells)))
                cells[column] = value
                sheet.merged.add((row, column))


def _scan(path: Path) -> dict[str, tuple[set[Any], set[Any]]]:
    """Formulas of each sheet of an xlsx, those without a value, and a look at how far the sheet reaches."""
    found = {}
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        if "xl/workbook.xml" not in names:
            return {}
        for name, part in _parts(archive):
            if part in names:
                with archive.open(part) as stream:
                    found[name] = _scan_sheet(stream, name, path.name)
    return found


def _parts(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Name of each sheet and the part of the archive it stands in."""
    links = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    targets = {}
    for link in re.findall(r"<(?:\w+:)?Relationship\b[^>]*>", links):
        said = dict(re.findall(r'(\w+)="([^"]*)"', link))
        targets[said.get("Id", "")] = said.get("Target", "").removeprefix("/xl/").removeprefix("/")
    book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
    for tag in re.findall(r"<(?:\w+:)?sheet\b[^>]*>", book):
        name, link = re.search(r'\bname="([^"]*)"', tag), re.search(r'\b\w+:id="([^"]*)"', tag)
        if name and link:
            yield unescape(name[1]), f"xl/{targets.get(link[1], '')}"


def _scan_sheet(stream: IO[bytes], sheet: str, file: str) -> tuple[set[Any], set[Any]]:
    formulas: set[tuple[int, int]] = set()
    uncalculated: set[tuple[int, int]] = set()
    last_row = last_column = 0
    for text in _pieces(stream):
        filled = _FILLED.findall(text)
        last_row = max(last_row, *map(int, {row for _, row in filled}), 0)
        last_column = max(last_column, *map(_index, {column for column, _ in filled}), 0)
        if last_row * (last_column + 1) > CELLS_AT_MOST:
            raise BadInput("import.stray_cell", file=file, sheet=sheet, cell=f"{letter(last_column)}{last_row}")
        if b"<f" in text or b":f" in text:
            for column, row, value in _FORMULA.findall(text):
                formulas.add((int(row), _index(column)))
                if not value:
                    uncalculated.add((int(row), _index(column)))
    return formulas, uncalculated


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    """The text of a sheet in pieces that end where a cell begins."""
    rest = b""
    while chunk := stream.read(_CHUNK):
        text = rest + chunk
        cut = max(text.rfind(b"<c "), text.rfind(b":c ")) if len(chunk) == _CHUNK else len(text)
        cut = cut if cut > 0 else len(text)
        rest = text[cut:]
        yield text[:cut]
    yield rest


class _TableParser(HTMLParser):
    """网页表格 rows of the tables of an html page that calls itself a workbook."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[Cells] = []
        self.spans: dict[tuple[int, int], str] = {}
        self._cell: list[str] | None = None
        self._span = (1, 1)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """开始标签 a row or a cell begins."""
        if tag == "tr":
            self.rows.append([])
        elif tag in {"td", "th"}:
            said = dict(attrs)
            self._span = (_count(said.get("rowspan")), _count(said.get("colspan")))
            self._cell = []
        elif tag == "br" and self._cell is not None:
            self._cell.append("\n")

    def handle_data(self, data: str) -> None:
        """文字 text of a cell."""
        if self._cell is not None:
            self._cell.append(data)

    def handle_endtag(self, tag: str) -> None:
        """结束标签 a cell ends: place it, and what it spans."""
        if tag not in {"td", "th"} or self._cell is None or not self.rows:
            return
        text, self._cell = "".join(self._cell).strip(), None
        at = len(self.rows) - 1
        self._place_spans(at)
        left = len(self.rows[at])
        for row, column in product(range(at, at + self._span[0]), range(left, left + self._span[1])):
            self.spans[row, column] = text
        self._place_spans(at)

    def _place_spans(self, row: int) -> None:
        while (row, len(self.rows[row])) in self.spans:
            self.rows[row].append(self.spans[row, len(self.rows[row])])


def _count(text: str | None) -> int:
    return min(max(int(text), 1), 1000) if text and text.isdigit() else 1


def read_html(text: str) -> list[Sheet]:
    """读取网页表格 all tables of a page as one sheet."""
    parser = _TableParser()
    parser.feed(text)
    parser.close()
    rows = {number: cells for number, cells in enumerate(parser.rows, 1) if any(cells)}
    return [Sheet("网页表格", rows)]


def read_csv(text: str) -> tuple[Sheet, str]:
    """读取分隔文本 rows of a text with commas, tabs, semicolons or bars, and the delimiter.

    A row is numbered as the line it begins on.
    """
    sample = text[:20_000]
    delimiter = max(",\t;|", key=sample.count)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    csv.field_size_limit(10_000_000)
    sheet, line = Sheet(""), 1
    for cells in reader:
        if any(cell and not cell.isspace() for cell in cells):
            sheet.rows[line] = list(cells)
        line = reader.line_num + 1
    return sheet, delimiter


def decode(data: bytes, file: str) -> tuple[str, str]:
    """解码 text of a file and its encoding: UTF-8 (with or without a mark), UTF-16 with a mark, else GB18030.

    Raises
    ------
    BadInput
        ``import.unknown_encoding``.
    """
    encodings = ["utf-16"] if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise BadInput("import.unknown_encoding", file=file)
