"""表基类 the base of all tables: names of constraints, and how amounts are stored."""

from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    MetaData,
    Numeric,
)
from sqlalchemy.orm import DeclarativeBase

MONEY = Numeric(18, 4)
"""万元: up to 99 万亿元, to one yuan."""


class Base(DeclarativeBase):
    """表基类 base of all tables; every constraint has a name, so that a migration can find it."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {Decimal: MONEY, dict[str, Any]: JSON, list[str]: JSON}
