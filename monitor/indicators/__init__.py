"""指标 one indicator, one function; the registry is the list of them."""

from monitor.indicators.examples import check_examples, checked_pack
from monitor.indicators.parts import Book, Parts, lead_pp, rate_pct, rounded
from monitor.indicators.registry import INDICATORS, contributions, evaluate, totals
from monitor.indicators.values import AREA, attainment_pct

__all__ = [
    "AREA",
    "INDICATORS",
    "Book",
    "Parts",
    "attainment_pct",
    "check_examples",
    "checked_pack",
    "contributions",
    "evaluate",
    "lead_pp",
    "rate_pct",
    "rounded",
    "totals",
]
