"""导入记录 what any file of projects is read into, before anything is known about the store."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from monitor.model import RowProblem

MENDED = "错误说明"
"""Header of the column that says what is wrong in a row that was sent back."""


@dataclass
class Record:
    """一行项目 one project as a file states it.

    Attributes
    ----------
    row : int
        As the file numbers it.
    values : dict
        Field (as exchange.columns names them) -> value; only what the file states. Money in 万元 (Decimal), dates as
        date, percentages as float.
    places : dict
        Field -> column, as the file letters or names it.
    problems, warnings : list of RowProblem
        What was found while reading; a record with a problem is rejected.
    shape : shapely geometry or None
        Footprint or point in the datum of the file, longitude first.
    sheet : str
        Name of the sheet or layer it stands in.
    """

    row: int
    values: dict[str, Any] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    problems: list[RowProblem] = field(default_factory=list)
    warnings: list[RowProblem] = field(default_factory=list)
    shape: Any = None
    sheet: str = ""

    def reject(self, name: str, code: str, /, **params: object) -> None:
        """不予接受 note what is wrong with a field; the record will not be taken."""
        self.problems.append(RowProblem(self.row, self.places.get(name, name), code, params))

    def warn(self, name: str, code: str, /, **params: object) -> None:
        """提示 note what is doubtful about a field; the record is taken."""
        self.warnings.append(RowProblem(self.row, self.places.get(name, name), code, params))


@dataclass
class Intake:
    """读入结果 the records of a file, what is to be said of the file as a whole, and how to send rows back.

    Attributes
    ----------
    send_back : callable
        Writes the rows of the given records, with what is wrong with each, to a file of the same kind.
    suffix : str
        Suffix of such a file.
    title : str
        What stands above the header, or the name of the layer: it may name year, list and place.
    """

    records: list[Record]
    warnings: list[RowProblem]
    send_back: Callable[[Path, Iterable[tuple[Record, str]]], None]
    suffix: str
    title: str = ""
