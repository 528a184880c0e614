"""台账工作簿 projects, procedures, nodes, problems and measures: a workbook that goes out and comes back (001-22)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from monitor.errors import BadInput
from monitor.exchange import ledger, workbooks
from monitor.exchange.parsing import Unreadable, as_period, as_text, squeezed
from monitor.exchange.records import MENDED
from monitor.exchange.sheets import Cells, letter, read_workbook
from monitor.exchange.sheets import Sheet as Page
from monitor.model import RowProblem
from monitor.terms import ItemKind, ItemState
from monitor.workflow.items import Item, labels

TABS: Mapping[str, str] = {ItemKind.PROCEDURE: "手续", ItemKind.MILESTONE: "节点", ItemKind.PROBLEM: "问题措施"}
"""工作表 kind of line -> tab."""

PROJECTS = "项目"
KEY, NAME, UNIT, NUMBER = "系统编号", "项目名称", "填报单位", "事项编号"
STATE, OVERDUE, RECORDED = "状态", "逾期（天）", "登记人"
DAYS = ("opened_on", "planned_on", "done_on")
ELSEWHERE: Mapping[str, str] = {"project": "项目档案", "supervision": "督办事项"}
"""取自别处 origin of a line (``queries.items``) that is written elsewhere -> what stands for its number."""

HELP = (
    "一行一个事项；新增事项在表末另起一行，照抄系统编号和项目名称，事项编号留空。",
    "事项编号为“项目档案”“督办事项”的行取自别处，在本表修改不读回；状态和逾期天数由系统计算。",
)


@dataclass
class SheetLine:
    """台账行 one line of a workbook that came back; ``item`` is None where nothing was filled in."""

    tab: str
    row: int
    project_id: int | None
    project_name: str
    number: int | None
    item: Item | None
    letters: Mapping[str, str]
    problems: list[RowProblem] = field(default_factory=list)

    def problem(self, name: str, code: str, /, **params: object) -> RowProblem:
        """问题 what is wrong with a field of the line."""
        return RowProblem(self.row, f"{self.tab}!{self.letters.get(name, 'A')}", code, params)


@dataclass(frozen=True)
class ItemBook:
    """台账内容 the lines of a workbook, and its pages for sending rows back."""

    lines: tuple[SheetLine, ...]
    pages: Mapping[str, tuple[Page, int]]


def write(projects: pd.DataFrame, lines: pd.DataFrame, title: str, notes: Sequence[str]) -> bytes:
    """生成台账工作簿 workbook (xlsx) with the sheets 项目, 手续, 节点 and 问题措施.

    Parameters
    ----------
    projects : DataFrame
        One row a project under the headings that are to be shown; KEY, NAME and UNIT first.
    lines : DataFrame
        ``queries.items``, with the columns ``project`` and ``unit`` (names).
    title, notes : str
        Stand above every sheet.
    """
    pages = [ledger.Sheet(PROJECTS, title, notes, projects)]
    for kind, tab in TABS.items():
        own = lines[lines["kind"] == kind]
        pages.append(ledger.Sheet(tab, f"{title}：{tab}", [*notes, *HELP], _table(kind, own)))
    return ledger.workbook(pages)


def _table(kind: str, lines: pd.DataFrame) -> pd.DataFrame:
    number = lines["number"].where(lines["number"].astype(bool)).fillna(lines["origin"].map(ELSEWHERE))
    known = {KEY: lines["project_id"], NAME: lines["project"], UNIT: lines["unit"], NUMBER: number}
    said = {label: lines[name] for name, label in labels(kind).items()}
    state = {
        STATE: lines["state"].map(ItemState.labels()),
        OVERDUE: lines["overdue_days"].where(lines["overdue_days"] > 0),
        RECORDED: lines["recorded_by"],
    }
    return pd.DataFrame({**known, **said, **state}).astype(object)


def read(path: Path) -> ItemBook:
    """读取台账工作簿 what was filled in on the sheets 手续, 节点 and 问题措施.

    Raises
    ------
    BadInput
        ``item_sheet.not_one`` where it has none of them, and what ``sheets.read_workbook`` raises.
    """
    pages: dict[str, tuple[Page, int]] = {}
    lines: list[SheetLine] = []
    for page in read_workbook(path):
        kind = next((kind for kind, tab in TABS.items() if tab == squeezed(page.name)), None)
        header = kind and _header(page, kind)
        if kind and header:
            pages[page.name] = (page, header)
            lines += _lines(page, header, kind)
    if not pages:
        raise BadInput("item_sheet.not_one", file=path.name)
    return ItemBook(tuple(lines), pages)


def _header(page: Page, kind: str) -> int | None:
    name = squeezed(labels(kind)["name"])
    for number, cells in page.rows.items():
        texts = {squeezed(as_text(cell) or "") for cell in cells}
        if {KEY, NAME, name} <= texts:
            return number
    return None


def _lines(page: Page, header: int, kind: str) -> Iterator[SheetLine]:
    texts = [squeezed(as_text(cell) or "") for cell in page.rows[header]]
    headings = {"key": KEY, "project": NAME, "number": NUMBER, **labels(kind)}
    places = {name: texts.index(squeezed(label)) for name, label in headings.items() if squeezed(label) in texts}
    letters = {name: letter(at) for name, at in places.items()}
    for number, cells in page.rows.items():
        if number > header:
            held = {name: cells[at] if at < len(cells) else "" for name, at in places.items()}
            yield _line(page.name, number, held, kind, letters)


def _line(tab: str, row: int, held: Mapping[str, Any], kind: str, letters: Mapping[str, str]) -> SheetLine:
    key, number = _whole(held["key"]), _whole(held.get("number", ""))
    line = SheetLine(tab, row, key, as_text(held["project"]) or "", number, None, letters)
    said: dict[str, Any] = {}
    for name in labels(kind):
        try:
            said[name] = _day(held.get(name, "")) if name in DAYS else as_text(held.get(name, ""))
        except Unreadable as problem:
            params = {"header": labels(kind)[name], "value": str(held[name]), **problem.params}
            line.problems.append(line.problem(name, problem.code, **params))
    stated = any(value is not None for name, value in said.items() if name != "name")
    named = kind == ItemKind.PROBLEM and said["name"] is not None
    if as_text(held.get("number", "")) not in ELSEWHERE.values() and (stated or named or line.problems or number):
        line.item = Item(kind, **{**said, "name": said.get("name") or ""})
    return line


def _whole(cell: Any) -> int | None:
    text = as_text(cell) or ""
    return int(text) if text.isdigit() else None


def _day(cell: Any) -> Any:
    """Last day of what is written: a deadline of 6月底 is its last day."""
    period = as_period(cell)
    return None if period is None else period.last


def send_back(book: ItemBook, target: Path, wrong: Mapping[tuple[str, int], str]) -> None:
    """退回 write the rejected rows with 错误说明 to a workbook of the same kind, to be mended and imported again.

    Parameters
    ----------
    book : ItemBook
        What came in.
    target : Path
        Where to write to.
    wrong : Mapping
        Tab and row number -> what is wrong.
    """
    pages = {}
    for tab, (page, header) in book.pages.items():
        rows = sorted(row for of, row in wrong if of == tab)
        if rows:
            pages[tab] = _returned(page, header, {row: wrong[tab, row] for row in rows})
    workbooks.write_plain(target, pages)


def _returned(page: Page, header: int, wrong: Mapping[int, str]) -> list[Cells]:
    titles = list(page.rows[header])
    at = titles.index(MENDED) if MENDED in titles else len(titles)
    said = {header: MENDED, **wrong}
    lines = [list(page.rows[row]) for row in said]
    for line, text in zip(lines, said.values(), strict=True):
        line.extend([""] * (at + 1 - len(line)))
        line[at] = text
    return lines
