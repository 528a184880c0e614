"""批量插入 many rows of one table at once."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Column, Connection, DateTime, Table
from sqlalchemy.orm import Session

from monitor.tables.base import Base


def insert_rows(session: Session, table: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """批量插入 many rows that state the same columns, each column made what the driver takes in one go.

    Written as SQLAlchemy would write them row by row, in a third of its time.
    """
    if not rows:
        return
    assert isinstance(table.__table__, Table)
    connection, columns = session.connection(), table.__table__.c
    compiled = table.__table__.insert().compile(connection, column_keys=list(rows[0]))
    names = compiled.positiontup or list(rows[0])
    values = zip(*(_for_driver(columns[name], [row[name] for row in rows], connection) for name in names), strict=True)
    said = list(values) if compiled.positiontup else [dict(zip(names, row, strict=True)) for row in values]
    connection.exec_driver_sql(str(compiled), said)


def _for_driver(column: Column[Any], values: list[Any], connection: Connection) -> list[Any]:
    convert = column.type.dialect_impl(connection.dialect).bind_processor(connection.dialect)
    if convert and isinstance(column.type, DateTime):
        convert = cache(convert)  # one moment, many rows
    return list(map(convert, values)) if convert else values
