"""The audit record shows what was changed, removed or put in between."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import Engine, text

from monitor import store
from monitor.services import audit


@pytest.fixture
def written(any_engine: Engine) -> Engine:
    for number in range(5):
        with store.transaction(any_engine) as session:
            audit.record(session, "某", "test", None, {"number": number, "on": date(2024, 5, 1), "of": Decimal("1.50")})
    return any_engine


def test_an_untouched_chain_is_whole(written: Engine) -> None:
    verdict = audit.verify(written)
    assert (verdict.entries, verdict.first_broken_id) == (5, None)
    assert len(verdict.last_hash) == 64


@pytest.mark.parametrize(
    ("tampering", "first_broken"),
    [
        ("UPDATE audit_entry SET actor = '他' WHERE id = 3", 3),
        ("UPDATE audit_entry SET details = '{}' WHERE id = 2", 2),
        ("DELETE FROM audit_entry WHERE id = 2", 3),
        ("UPDATE audit_entry SET project_id = 7 WHERE id = 5", 5),
    ],
)
def test_tampering_shows(written: Engine, tampering: str, first_broken: int) -> None:
    with written.begin() as connection:
        connection.execute(text(tampering))
    assert audit.verify(written).first_broken_id == first_broken


def test_what_is_rolled_back_was_not_done(any_engine: Engine) -> None:
    with pytest.raises(ZeroDivisionError), store.transaction(any_engine) as session:
        audit.record(session, "某", "test", None, {"share": 1 / 0})
    assert audit.verify(any_engine).entries == 0
