"""The door by which a room above brings a table of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dangol.insight.warehouse.facts import DIMENSIONS, FACTS, Column, Dimension, Fact, Kind, register
from dangol.insight.warehouse.refresh import refresh
from tests.insight.warehouse.reading_back import contents, files
from tests.insight.warehouse.records import AT, sell

KEY, WHEN = Column("receipt_id", Kind.INTEGER, "r.id"), Column("at", Kind.MOMENT, "r.at")
AMOUNT, CHANNEL = Column("amount", Kind.INTEGER, "r.amount"), Column("channel", Kind.TEXT, "r.channel")
WATCHED = {"ledger_transaction": "r.id"}


def receipts(*columns: Column) -> Fact:
    return Fact("receipts", "ledger_transaction", (), columns, WATCHED)


@pytest.fixture(autouse=True)
def registry() -> Iterator[None]:
    """Forget after the test what it registered."""
    facts, dimensions = set(FACTS), set(DIMENSIONS)
    yield
    for name in FACTS.keys() - facts:
        del FACTS[name]
    for name in DIMENSIONS.keys() - dimensions:
        del DIMENSIONS[name]


class TestRegister:
    def test_refuses_a_name_twice(self) -> None:
        with pytest.raises(ValueError, match="lines"):
            register(Dimension("lines", "staff_unit", "", (), frozenset()))

    def test_refuses_a_fact_without_a_time(self) -> None:
        with pytest.raises(ValueError, match="'at'"):
            register(receipts(KEY, AMOUNT))

    @pytest.mark.django_db
    def test_brings_the_rows_that_were_there_before(self, lake_folder: Path) -> None:
        sell(None, AT, 500, 600)
        refresh(at=AT)
        lines = files(lake_folder, "lines")
        register(receipts(KEY, WHEN, AMOUNT))
        refresh(at=AT)
        assert [row["amount"] for row in contents(lake_folder)["receipts"]] == [1100]
        assert files(lake_folder, "lines") == lines

    @pytest.mark.django_db
    def test_reads_a_table_anew_when_its_columns_change(self, lake_folder: Path) -> None:
        register(receipts(KEY, WHEN, AMOUNT))
        sell(None, AT, 500)
        refresh(at=AT)
        del FACTS["receipts"]
        register(receipts(KEY, WHEN, AMOUNT, CHANNEL))
        refresh(at=AT)
        assert [row["channel"] for row in contents(lake_folder)["receipts"]] == ["store"]
