"""A simulated business becomes records, once, also after a kill."""

from typing import Any

import pytest

from dangol.contact.intake import load, simulating
from dangol.contact.intake.simulating import fill
from dangol.contact.intake.sources.mart.business import Mart
from dangol.records.customers.models import Customer
from dangol.records.ledger.models import OrderLine, Transaction
from dangol.records.permission.models import Consent

pytestmark = pytest.mark.django_db
MART = Mart(120, 900, seed=2)


def everything() -> tuple[int, ...]:
    return tuple(table._default_manager.count() for table in (Customer, Transaction, OrderLine, Consent))


def test_holds_as_many_as_were_asked_for() -> None:
    fill(MART, by=None, at=MART.closes_at)
    assert (Customer.objects.count(), OrderLine.objects.count()) == (120, 900)


def test_is_filled_once() -> None:
    fill(MART, by=None, at=MART.closes_at)
    before = everything()
    assert fill(MART, by=None, at=MART.closes_at) == 0
    assert everything() == before


@pytest.mark.parametrize("kill_at", ["units", "customers", "transactions"])
def test_goes_on_where_a_kill_left_it(kill_at: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(feed: Any, **rest: Any) -> Any:
        if feed.kind == kill_at:
            raise KeyboardInterrupt
        return load.take(feed, **rest)

    monkeypatch.setattr(simulating, "load", type("Killed", (), {"take": staticmethod(killed)}))
    with pytest.raises(KeyboardInterrupt):
        fill(MART, by=None, at=MART.closes_at)
    monkeypatch.undo()
    assert fill(MART, by=None, at=MART.closes_at)
    assert (Customer.objects.count(), OrderLine.objects.count()) == (120, 900)
