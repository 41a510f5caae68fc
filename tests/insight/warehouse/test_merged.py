"""The lake follows a merge by its dated table of identities: facts are never written anew."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dangol.insight.warehouse.queries import lake
from dangol.insight.warehouse.refresh import refresh
from dangol.records.customers.merging import merge, unmerge
from dangol.records.customers.models import Identity
from dangol.records.ledger.models import OrderLine, Transaction
from tests.people import AT, people

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_lake(settings: Any, tmp_path: Path) -> None:
    settings.DANGOL_LAKE = tmp_path / "lake"


def bought(identity: Identity, receipt: str) -> None:
    sale = Transaction.objects.create(
        identity=identity, source="till", receipt=receipt, at=AT, amount=100, currency="KRW"
    )
    OrderLine.objects.create(transaction=sale, position=1, at=AT, quantity=1, amount=100)


def found() -> tuple[list[int], dict[int, int]]:
    """The identity of every line, and how many lines each customer has."""
    here = lake()
    keys = here.arrow(here.table("lines").select("line_id", "identity_key").order_by("line_id"))
    counted = here.of_customers("lines").group_by("customer_key").aggregate(n=lambda table: table.count())
    rows = here.arrow(counted.order_by("customer_key")).to_pylist()
    return keys["identity_key"].to_pylist(), {row["customer_key"]: row["n"] for row in rows}


class TestMergedCustomers:
    def test_have_one_history_in_the_lake_and_two_again_after_unmerging(self) -> None:
        kept, gone = people(2)
        for number, one in enumerate([kept, gone]):
            bought(one.identities.get(), f"r{number}")
        refresh(at=AT, rebuild=True)
        lines, apart = found()
        assert apart == {kept.lake_key: 1, gone.lake_key: 1}
        made = merge(kept, [gone], by=None, at=AT)
        refresh(at=AT)
        assert found() == (lines, {kept.lake_key: 2})
        unmerge(made, by=None, at=AT)
        refresh(at=AT)
        assert found() == (lines, apart)
        bought(gone.identities.get(), "r9")
        refresh(at=AT, rebuild=True)
        assert found()[1] == {kept.lake_key: 1, gone.lake_key: 2}
