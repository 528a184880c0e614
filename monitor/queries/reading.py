"""读取 what reads of the store have in common: the row in force of each project, and rows as columns of a table."""

import gc
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Connection, Float, Select, String, cast, select, type_coerce
from sqlalchemy.orm import InstrumentedAttribute, aliased
from sqlalchemy.types import NullType

from monitor.tables import Base, Project

Condition = Callable[[Any], ColumnElement[bool]]
"""Says of a table (or an alias of it) which of its rows count."""


@contextmanager
def without_collection() -> Iterator[None]:
    """暂停回收 hold off the search for cycles where very many values and no cycle are made: it took half the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def in_force(table: type[Base], counts: Condition, *order: str) -> ColumnElement[bool]:
    """现行记录 join condition: the row of an appended table that stands for a project, the last of those that count.

    The index of project, period and revision finds it without reading the rows before it.

    Parameters
    ----------
    table : type
        A mapped class with ``project_id``; the query has ``Project`` in it.
    counts : callable
        Table -> condition.
    order : str
        Columns that order its rows, e.g. "month", "revision".
    """
    one: Any = aliased(table)
    rows = select(one.id).where(one.project_id == Project.id, counts(one))
    last = rows.order_by(*(getattr(one, column).desc() for column in order)).limit(1)
    own: Any = table
    condition: ColumnElement[bool] = own.id == last.correlate_except(one).scalar_subquery()
    return condition


def number(column: InstrumentedAttribute[Any], name: str | None = None) -> ColumnElement[Any]:
    """数值列 a decimal column read as a float, without making a Decimal of every value."""
    return cast(column, Float).label(name or column.key)


def projects(*columns: Any) -> Select[Any]:
    """项目查询 a query of projects with ``project_id`` before the given columns."""
    return select(Project.id.label("project_id"), *columns).select_from(Project)


def day(column: InstrumentedAttribute[Any], name: str | None = None) -> ColumnElement[Any]:
    """日期列 a column of dates or moments as the driver gives it (a text or a date): ``moments`` reads it whole."""
    return type_coerce(column, NullType()).label(name or column.key)


def text(column: InstrumentedAttribute[Any]) -> ColumnElement[Any]:
    """文本列 a column of JSON as its text: ``parsed`` reads each distinct one once."""
    return cast(column, String).label(column.key)


def rows(connection: Connection, query: Select[Any]) -> pd.DataFrame:
    """读取 rows of a query that begins with ``project_id``, as columns of plain values, by project."""
    result = connection.execute(query)
    names, found = list(result.keys()), result.all()
    index, *others = zip(*found, strict=True) if found else [() for _ in names]
    frame = {name: pd.Series(values, dtype=object) for name, values in zip(names[1:], others, strict=True)}
    return pd.DataFrame(frame).set_axis(pd.Index(index, dtype="int64", name=names[0]))


def numbers(values: pd.Series) -> NDArray[np.float64]:
    """数值 plain values as float64; None is NaN."""
    return values.to_numpy(dtype=np.float64, na_value=np.nan)


def moments(values: pd.Series) -> NDArray[np.datetime64]:
    """时刻 dates, moments and ISO texts as datetime64[us], each distinct one read once; None is NaT."""
    which, distinct = pd.factorize(values.to_numpy(dtype=object))
    read: NDArray[np.datetime64] = np.append(np.array(distinct, "datetime64[us]"), np.datetime64("NaT"))[which]
    return read


def parsed(texts: pd.Series) -> pd.Series:
    """解析 JSON the values of texts, each distinct text read once; equal ones share a value."""
    which, distinct = pd.factorize(texts.to_numpy(dtype=object))
    values = [*map(json.loads, distinct), None]
    return pd.Series([values[at] for at in which], texts.index, dtype=object)
