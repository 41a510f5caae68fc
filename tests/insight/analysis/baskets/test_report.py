"""The run: what is kept of it, what it says of itself, and whom its patterns are for."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from django.db.models import Model
from django.db.transaction import atomic

from dangol.insight.analysis import who_counts
from dangol.insight.analysis.baskets import report, whom
from dangol.insight.analysis.baskets.report import Report, last_report, look
from dangol.insight.analysis.baskets.whom import hearers, proposals, reached
from dangol.insight.analysis.models import Run
from dangol.insight.warehouse.itemsets import CannotCount
from dangol.insight.warehouse.queries import NoLake
from dangol.insight.warehouse.refresh import refresh
from dangol.records.catalog.models import Category, Product
from dangol.records.changes.actions import record_row
from dangol.records.customers.models import Customer, Identity
from dangol.records.ledger.models import OrderLine, Transaction
from dangol.records.permission.models import Consent
from tests.insight.warehouse.conftest import lake_folder  # noqa: F401 -- a fixture
from tests.insight.warehouse.records import people, put

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lake_folder")]

NOW = datetime(2026, 9, 28, 15, tzinfo=UTC)
MILK, BREAD, JAM, RICE, FINE_MILK = range(5)


@pytest.fixture
def goods() -> list[Product]:
    """Return five products: fine milk costs half as much again as milk, and is of its category."""
    dairy = Category(name="우유", path="유제품 / 우유")
    put([dairy])
    dairy = Category.objects.get()
    put([Product(code=f"p{number}", name=f"상품{number}", category=dairy if number in {MILK, FINE_MILK} else None)
         for number in range(5)])  # fmt: skip
    return list(Product.objects.order_by("code"))


def sold(goods: Sequence[Product], receipts: Sequence[tuple[Identity, int, list[int]]]) -> None:
    """Make receipts: of whom, how many days ago, which products."""
    first = Transaction.objects.count()
    made: list[Model] = [
        Transaction(identity=whom, source="till", receipt=f"r{first + number}", at=NOW - timedelta(days=ago),
                    channel="store", amount=100 * len(what), currency="KRW")
        for number, (whom, ago, what) in enumerate(receipts)
    ]  # fmt: skip
    put(made)
    rows = Transaction.objects.order_by("pk")[first:]
    lines: list[Model] = [
        OrderLine(transaction=row, position=place, at=row.at, quantity=1, product=goods[product],
                  amount=150 if product == FINE_MILK else 100)
        for row, (_whom, _ago, what) in zip(rows, receipts, strict=True)
        for place, product in enumerate(what)
    ]  # fmt: skip
    put(lines)


def shop(goods: Sequence[Product]) -> list[Identity]:
    """Let bread go with jam, and fine milk follow milk; rice is bought by anybody."""
    whom = sorted(people(80), key=lambda one: one.pk)
    receipts: list[tuple[Identity, int, list[int]]] = []
    for number, one in enumerate(whom):
        receipts.append((one, 300 - number, [BREAD, JAM] if number % 2 else [RICE]))
        receipts.append((one, 200 - number, [MILK] if number % 2 == 0 else [RICE]))
        receipts.append((one, 180 - number, [FINE_MILK] if number % 4 == 0 else [RICE]))
        receipts.append((one, 20, [RICE, BREAD] if number % 8 == 0 else [RICE]))
    receipts += [(whom[1], 3, [JAM]), (whom[0], 3, [FINE_MILK]), (whom[2], 3, [MILK])]
    sold(goods, receipts)
    refresh(at=NOW)
    return whom


def found() -> Report:
    return look(as_of=NOW, at=NOW, by=None)


def objects(customer: Customer) -> None:
    """Let somebody refuse to be decided about by a program."""
    refusal = Consent.objects.create(
        customer=customer, purpose="automated", granted=False, answered_at=NOW, how="paper", evidence="-"
    )
    record_row(refusal, at=NOW)


def pairs(part: report.Part | None, goods: Sequence[Product]) -> set[tuple[int, ...]]:
    assert part is not None
    place = {product.pk: number for number, product in enumerate(goods)}
    return {(*(place[one] for one in row.because), place[row.product]) for row in part.patterns}


class TestLook:
    def test_finds_what_was_planted_and_keeps_it(self, goods: list[Product]) -> None:
        shop(goods)
        told = found()
        assert pairs(told.together, goods) == {(BREAD, JAM), (JAM, BREAD)}
        assert (MILK, FINE_MILK) in pairs(told.following, goods)
        assert last_report() == told
        assert told.together.among == 80 * 4 + 3
        assert told.following is not None
        assert told.together.fewest == told.following.fewest == 5  # however few there are

    def test_says_which_data_which_settings_who_and_when(self, goods: list[Product]) -> None:
        shop(goods)
        found()
        run = Run.objects.get(kind="baskets")
        assert (run.lake_version, run.as_of, run.started_at, run.finished_at) == ("v000001", NOW, NOW, NOW)
        assert run.parameters["by"] is None
        assert (run.parameters["until"], run.parameters["since"]) == ("2026-09-28", "2025-12-03")
        assert {"confidence", "level", "window", "longest"} <= set(run.parameters)
        part = run.summary["together"]
        assert part["looked_at"] > part["often"] >= part["holding"] == len(part["patterns"])

    def test_looks_at_two_years(self, goods: list[Product]) -> None:
        (one,) = people(1)
        sold(goods, [(one, ago, [RICE]) for ago in (3, 732, 730, 731)])
        refresh(at=NOW)
        told = found()
        assert (told.since.isoformat(), told.together.among) == ("2024-09-28", 3)

    def test_keeps_no_more_than_anybody_reads(self, goods: list[Product], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(report, "MOST", 1)
        shop(goods)
        told = found()
        assert (len(told.together.patterns), told.together.holding) == (1, 2)

    def test_writes_numbers_that_are_none_as_such(self, goods: list[Product], monkeypatch: pytest.MonkeyPatch) -> None:
        shop(goods)
        judged = report.steps

        def endless(*args: Any) -> Any:
            told = judged(*args)
            for name in ("lift", "lift_high"):
                at = told.table.column_names.index(name)
                told = replace(told, table=told.table.set_column(at, name, pa.array(np.full(len(told.table), np.inf))))
            return told

        monkeypatch.setattr(report, "steps", endless)
        told = found()
        assert "Infinity" not in json.dumps(Run.objects.get(kind="baskets").summary)
        assert told.following is not None
        assert {(one.lift, one.lift_high) for one in told.following.patterns} == {(None, None)}

    def test_says_nothing_of_what_comes_next_where_nobody_was_watched_long_enough(self, goods: list[Product]) -> None:
        sold(goods, [(one, 3, [BREAD, JAM]) for one in people(6)])
        refresh(at=NOW)
        assert found().following is None

    def test_asks_for_more_where_too_many_sets_come(
        self, goods: list[Product], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shop(goods)
        before = found().together
        asked: list[float] = []
        counted = report.itemsets

        def too_many(*args: Any, support: float, **about: Any) -> Any:
            asked.append(support)
            if len(asked) < 3:
                raise report.TooManySets(3_000_000, 3)
            return counted(*args, support=support, **about)

        monkeypatch.setattr(report, "itemsets", too_many)
        after = found().together
        assert asked == pytest.approx([0.002, 0.008, 0.032])
        assert before.fewest < after.fewest == 11

    def test_refuses_where_no_warehouse_or_no_product_is(self, lake_folder: Path) -> None:  # noqa: F811
        with pytest.raises(NoLake):
            found()
        people(1)
        refresh(at=NOW)
        with pytest.raises(CannotCount, match="import receipts with their products"):
            found()
        assert last_report() is None


class TestWhom:
    def test_are_those_who_still_buy_the_first_and_never_had_the_second(self, goods: list[Product]) -> None:
        whom = shop(goods)
        told = found()
        (bread_jam,) = [one for one in told.together.patterns if one.because == (goods[BREAD].pk,)]
        right = [one.customer_id for number, one in enumerate(whom) if number % 8 == 0]
        assert hearers(bread_jam, as_of=NOW) == sorted(right)

    def test_are_none_who_object_or_were_forgotten(self, goods: list[Product]) -> None:
        whom = shop(goods)
        told = found()
        (bread_jam,) = [one for one in told.together.patterns if one.because == (goods[BREAD].pk,)]
        objecting, gone, *others = [one.customer for number, one in enumerate(whom) if number % 8 == 0]
        Consent.objects.create(
            customer=objecting, purpose="automated", granted=False, answered_at=NOW, how="paper", evidence="letter"
        )
        Customer.objects.filter(pk=gone.pk).update(erased_at=NOW)
        assert hearers(bread_jam, as_of=NOW) == sorted(one.pk for one in others)
        assert not {objecting.pk, gone.pk} & {one.customer for one in proposals(told, as_of=NOW)}

    def test_get_what_goes_with_it_and_the_better_one(self, goods: list[Product]) -> None:
        whom = shop(goods)
        rows = list(proposals(found(), as_of=NOW))
        kinds = {(one.kind, one.product) for one in rows}
        assert kinds == {("cross", goods[JAM].pk), ("up", goods[FINE_MILK].pk)}
        (better,) = [one for one in rows if one.customer == whom[2].customer_id]
        assert (better.kind, better.because) == ("up", (goods[MILK].pk,))
        assert 0 < better.strength < 1

    def test_are_counted_once_with_every_product_of_theirs(self, goods: list[Product]) -> None:
        shop(goods)
        told = proposals(found(), as_of=NOW)
        assert told.customers == sorted({one.customer for one in told})
        assert told.products == sorted({product for one in told for product in (*one.because, one.product)})


@pytest.mark.store
@pytest.mark.django_db(transaction=True)
class TestKept:
    """Of very many customers the answer is kept in the process as long as it is right."""

    @pytest.fixture(autouse=True)
    def asked(self, monkeypatch: pytest.MonkeyPatch) -> list[int]:
        """Let three be very many; return a list that grows whenever the warehouse is asked."""
        asked: list[int] = []
        cross_sell = whom.cross_sell

        def counted(*given: Any, **more: Any) -> Any:
            asked.append(1)
            return cross_sell(*given, **more)

        for room in (whom, who_counts):
            monkeypatch.setattr(room, "MANY", 3)
        monkeypatch.setattr(whom, "cross_sell", counted)
        monkeypatch.setattr(whom, "_answers", {})
        monkeypatch.setattr(who_counts, "_kept", {})
        return asked

    def test_is_asked_once_until_somebody_objects_or_the_warehouse_moves(
        self, goods: list[Product], asked: list[int]
    ) -> None:
        one, *_rest = shop(goods)
        told = found()
        (bread_jam,) = [row for row in told.together.patterns if row.because == (goods[BREAD].pk,)]
        everybody = hearers(bread_jam, as_of=NOW)
        assert hearers(bread_jam, as_of=NOW) == everybody
        assert (one.customer_id in everybody, len(asked)) == (True, 1)
        with atomic():
            objects(one.customer)
        assert hearers(bread_jam, as_of=NOW) == [pk for pk in everybody if pk != one.customer_id]
        assert len(asked) == 2
        refresh(at=NOW, rebuild=True)
        hearers(bread_jam, as_of=NOW)
        assert len(asked) == 3

    def test_knows_what_was_written_in_the_same_transaction(self, goods: list[Product]) -> None:
        one, *_rest = shop(goods)
        (bread_jam,) = [row for row in found().together.patterns if row.because == (goods[BREAD].pk,)]
        everybody = hearers(bread_jam, as_of=NOW)
        assert one.customer_id in everybody
        with atomic():
            objects(one.customer)
            assert hearers(bread_jam, as_of=NOW) == [pk for pk in everybody if pk != one.customer_id]

    def test_is_that_of_each_question(self, goods: list[Product], asked: list[int]) -> None:
        shop(goods)
        told = found()
        first, second = told.together.patterns
        assert hearers(first, as_of=NOW) != hearers(second, as_of=NOW)
        assert reached(told, as_of=NOW) == proposals(told, as_of=NOW).customers
        before = len(asked)
        assert reached(told, as_of=NOW) == reached(told, as_of=NOW)
        assert len(asked) == before
        assert reached(told, as_of=NOW + timedelta(days=1)) is not None
        assert len(asked) > before

    def test_is_no_more_than_a_few(self, goods: list[Product], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(whom, "ANSWERS", 2)
        shop(goods)
        (pattern, *_rest) = found().together.patterns
        for low in (0.1, 0.2, 0.3):
            hearers(replace(pattern, low=low), as_of=NOW)
        assert len(whom._answers) == 2
