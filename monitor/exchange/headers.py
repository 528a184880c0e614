"""表头定位 where the header of a sheet stands, how many rows it has, and what the title above it says."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from monitor.exchange.columns import Column, recognise, words
from monitor.exchange.parsing import WAN_PER_UNIT, as_text, squeezed
from monitor.exchange.sheets import Cells, Sheet

ROWS_TO_SEARCH = 30
HEADER_ROWS_AT_MOST = 3
_UNIT = re.compile("单位[::]?(?:人民币)?(" + "|".join(sorted(WAN_PER_UNIT, key=len, reverse=True)) + ")")


@dataclass(frozen=True)
class Header:
    """表头 rows that make the header, the column each position holds, and the text above.

    Attributes
    ----------
    rows : tuple of int
        Row numbers, top first.
    columns : dict
        Position (from 0) -> Column.
    title : str
        Text of the rows above.
    """

    rows: tuple[int, ...]
    columns: Mapping[int, Column]
    title: str


def find_header(sheet: Sheet, mapping: Mapping[str, str]) -> Header | None:
    """定位表头 the header of a sheet: the rows in which a column for the name of a project is found; None if none is.

    Rows of one, two or three header lines are tried around it; those that explain most columns win, then those that
    state most units, then the fewest.
    """
    numbers = sorted(sheet.rows)[:ROWS_TO_SEARCH]
    best: tuple[int, int, int, Header] | None = None
    for at in range(len(numbers)):
        for depth in range(1, HEADER_ROWS_AT_MOST + 1):
            rows = tuple(numbers[at : at + depth])
            if len(rows) == depth and all(_is_heading(sheet, row) for row in rows):
                columns = _columns(sheet, rows, mapping)
                rank = (_score(columns), sum(bool(column.unit) for column in columns.values()), -depth)
                if rank[0] and (best is None or rank > best[:3]):
                    best = (*rank, Header(rows, columns, _title(sheet, numbers[:at])))
    return best[3] if best else None


def _is_heading(sheet: Sheet, row: int) -> bool:
    """A header row has several different texts and hardly a number."""
    texts = {str(cell) for cell in sheet.rows[row] if cell != ""}
    numbers = sum(isinstance(cell, float) for cell in sheet.rows[row])
    return len(texts) >= 2 and numbers <= len(texts) // 4


def _columns(sheet: Sheet, rows: tuple[int, ...], mapping: Mapping[str, str]) -> dict[int, Column]:
    columns: dict[int, Column] = {}
    taken: set[str] = set()
    for position in range(max(len(sheet.rows[row]) for row in rows)):
        lines = [as_text(_cell(sheet.rows[row], position)) or "" for row in rows]
        lines = [line for line in dict.fromkeys(lines) if line]
        if not lines:
            continue
        column = recognise(lines[-1], "".join(lines[:-1]), mapping)
        if column is None:
            continue
        column = replace(column, label="·".join(lines))
        if column.field in taken:
            column = replace(column, field=f"extra.{'·'.join(lines)}", kind="text")
        taken.add(column.field)
        columns[position] = column
    return columns


def _cell(cells: Cells, position: int) -> object:
    return cells[position] if position < len(cells) else ""


def _score(columns: Mapping[int, Column]) -> int:
    fields = [column.field for column in columns.values()]
    known = sum(column.known for column in columns.values())
    return 2 * known - len(columns) + 100 if "name" in fields and known >= 2 else 0


def _title(sheet: Sheet, rows: list[int]) -> str:
    return "\n".join(dict.fromkeys(text for row in rows for cell in sheet.rows[row] if (text := as_text(cell))))


def unit_of(title: str) -> str:
    """表头单位 unit of money that the text above the header states ("单位：万元"), or ""."""
    found = _UNIT.search(squeezed(title))
    return found[1] if found else ""


def is_no_project(cells: Cells, header: Header) -> bool:
    """非项目行 whether a row is a total, a heading of a section, a note, or the header once more."""
    position = next(at for at, column in header.columns.items() if column.field == "name")
    name = squeezed(as_text(_cell(cells, position)) or "")
    written = [cell for cell in cells if cell not in ("", None)]
    first = squeezed(as_text(written[0]) or "") if written else ""
    if name and name == squeezed(header.columns[position].label):
        return True
    if _is_total(name or first, strict=bool(name)) or (_is_total(first, strict=True) and not first.isdigit()):
        return True
    if all(cell == written[0] for cell in written):
        return not name or len(written) > 1 or first.startswith(tuple(words()["notes"]["begin"]))
    return not name and bool(_SECTION.match(first)) and len(first) > 3


def _is_total(text: str, *, strict: bool) -> bool:
    """Whether a text is a total; strictly: nothing Chinese may follow the word, as in the name of a project."""
    said = words()["totals"]
    if not text:
        return False
    for word in said["begin"]:
        rest = text.removeprefix(word)
        if rest != text and not (strict and rest[:1] >= "\u4e00"):
            return True
    return text.endswith(tuple(said["end"]))


_SECTION = re.compile(
    r"^(?:[((][一二三四五六七八九十]+[))]|[一二三四五六七八九十]+[、..]|第[一二三四五六七八九十]+[章部类])"
)
