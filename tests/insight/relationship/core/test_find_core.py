"""Core customers found in a shop: what is written of whom, what lists and segments make of it, who is left out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dangol.decisions.segments.queries import select
from dangol.insight.analysis.models import Run, Score
from dangol.insight.relationship.core.actions import find_core
from dangol.insight.relationship.core.queries import settings_in_use
from dangol.insight.relationship.core.settings import CoreSettings
from dangol.insight.relationship.models import Parts
from dangol.insight.warehouse.refresh import refresh
from dangol.records.customers.columns import COLUMNS, Asked, Wish
from dangol.records.customers.models import Customer, Identity
from dangol.records.voices.models import Feedback
from tests.insight.relationship.world import TODAY, Shop, open_shop

pytestmark = pytest.mark.django_db
RATE = 0.3


def found(**settings: Any) -> Run:
    refresh(at=TODAY)
    return find_core(settings=CoreSettings(**settings), margin_rate=RATE, as_of=TODAY, at=TODAY, by=None)


def says(name: str, kind: str, *, days: int, times: int = 1) -> None:
    whose = Identity.objects.get(external_id=name)
    for number in range(times):
        Feedback.objects.create(
            identity=whose, source="shop", ref=f"{name} {kind} {number}", kind=kind, at=TODAY - timedelta(days=days)
        )


@pytest.fixture
def shop(lake_folder: Path) -> Shop:
    """Return a shop with a year of sales, points and a gift to one who never bought."""
    one = open_shop(customers=60)
    one.sell([("c0", datetime(2024, 12, 1), 1_000, 0)])
    one.take(
        "customers", external_id=["guest"], full_name=["손님"], line=["club"], registered_at=[datetime(2025, 1, 1)]
    )
    one.take("interactions", ref=["g1"], customer=["guest"], time=[datetime(2025, 9, 1)], direction=["out"],
             kind=["gift"], worth=[5_000])  # fmt: skip
    return one


class TestFindCore:
    @pytest.mark.store
    def test_contribution_is_the_margin_of_what_was_bought_less_what_was_given(self, shop: Shop) -> None:
        run = found()
        bought: dict[str, int] = {}
        from dangol.records.ledger.models import OrderLine

        since = datetime(2025, 1, 1, 15, tzinfo=UTC)  # the day after the first of January in Seoul
        for name, amount in OrderLine.objects.filter(at__gte=since).values_list(
            "transaction__identity__external_id", "amount"
        ):
            bought[name] = bought.get(name, 0) + amount
        told = dict(
            Score.objects.filter(run=run, name="contribution").values_list("customer__identities__external_id", "value")
        )
        assert told.pop("guest") == -5_000
        assert told == pytest.approx({name: RATE * amount for name, amount in bought.items()})
        whole = run.summary["whole"]
        assert whole["contribution"] == pytest.approx(RATE * sum(bought.values()) - 5_000)
        assert whole["revenue"] - whole["cost"] == pytest.approx(whole["contribution"])
        assert (whole["negative"], whole["negative_total"], whole["given"]) == (1, -5_000, 5_000)

    def test_lines_and_categories_add_up_to_the_whole(self, shop: Shop) -> None:
        told = run.summary if (run := found()) else {}
        for name in ("revenue", "contribution", "cost", "given"):
            assert sum(row[name] for row in told["lines"]) == pytest.approx(told["whole"][name])
        assert sum(row["revenue"] for row in told["categories"]) == pytest.approx(told["whole"]["revenue"])
        assert sum(row[0] for row in told["spread"]["contribution"]["tenths"]) + 1 == told["here"]

    @pytest.mark.store
    def test_lists_and_segments_find_the_same_customers(self, shop: Shop) -> None:
        run = found(months=3)
        for column, value in (("core", "core_profit"), ("core", "core_exchange"), ("core_set", "profit-exchange"),
                              ("contribution_tenth", "1"), ("contribution_tenth", "loss")):  # fmt: skip
            listed = set(Customer.objects.filter(COLUMNS[column].condition(Wish(column, (value,)), Asked(TODAY))))
            assert listed == set(select({column: [value]}, run=None)), value
            assert listed, value
        assert run.summary["sets"]["profit-exchange"][0] == len(select({"core_set": ["profit-exchange"]}, run=None))
        assert run.summary["core"]["core_profit"][0] == 12

    def test_who_never_speaks_is_unknown_where_nobody_does(self, shop: Shop) -> None:
        run = found()
        assert run.summary["core"]["core_opinion"] is None
        assert not Score.objects.filter(run=run, name="core_opinion").exists()
        assert run.summary["heard"] == {}

    def test_hears_words_for_others_and_people_brought_along(self, shop: Shop) -> None:
        says("c1", "review", days=10, times=2)
        says("c2", "complaint", days=10)
        says("c3", "review", days=400)
        shop.take("interactions", ref=["f1"], customer=["c4"], time=[datetime(2025, 9, 1)], direction=["in"],
                  kind=["referral"])  # fmt: skip
        run = found()
        assert run.summary["core"]["core_opinion"][0] == 2
        assert run.summary["heard"] == {"review": (1, 2), "referral": (1, 1)}
        assert found(words=2).summary["core"]["core_opinion"][0] == 1

    def test_exchange_is_unknown_before_a_year_of_sales(self, lake_folder: Path) -> None:
        shop = Shop(customers=30)
        shop.take("customers", external_id=shop.names, full_name=shop.names, line=[""] * 30,
                  registered_at=[datetime(2025, 6, 1)] * 30)  # fmt: skip
        shop.sells(datetime(2025, 6, 1), days=200)
        run = found()
        assert run.summary["core"]["core_exchange"] is None
        assert run.summary["on_record"] < 365

    def test_profit_by_equity_asks_the_newest_valuation(self, shop: Shop) -> None:
        assert found(profit_by="equity").summary["core"]["core_profit"] is None  # nobody is valued yet
        valued = shop.valued()
        run = found(profit_by="equity")
        equity = dict(Parts.objects.filter(run=valued, equity__isnull=False).values_list("customer_id", "equity"))
        best = sorted(equity, key=lambda key: -equity[key])[:12]
        assert set(Score.objects.filter(run=run, name="core_profit").values_list("customer_id", flat=True)) == set(best)
        assert run.parameters["valuation"] == valued.pk

    def test_what_was_asked_last_is_asked_next(self, shop: Shop) -> None:
        assert settings_in_use() == CoreSettings()
        found(months=5, profit_share=0.1)
        assert settings_in_use() == CoreSettings(months=5, profit_share=0.1)

    @pytest.mark.store
    def test_a_forgotten_customer_is_in_no_figure(self, shop: Shop) -> None:
        before = found().summary["here"]
        Customer.objects.filter(identities__external_id="c1").update(erased_at=TODAY)
        run = found()
        assert run.summary["here"] == before - 1
        assert not Score.objects.filter(run=run, customer__identities__external_id="c1").exists()

    def test_describes_the_best_tenth_against_everybody(self, shop: Shop) -> None:
        told = found().summary["described"]
        assert told["contribution_tenth_1"]["customers"] == 6
        assert told["contribution_tenth_1"]["revenue"] > told["everybody"]["revenue"] / 10
        assert np.isfinite(told["contribution_tenth_1"]["basket"])


@pytest.mark.store
def test_a_shop_without_sales_tells_nothing_and_says_so(lake_folder: Path) -> None:
    Shop().take("customers", external_id=["a"], full_name=["a"], line=[""], registered_at=[datetime(2026, 1, 1)])
    run = found()
    assert run.summary["core"] == {"core_profit": None, "core_exchange": None, "core_opinion": None}
    assert run.summary["spread"] == {"contribution": None, "revenue": None, "equity": None}
    assert (run.summary["here"], run.summary["met"]) == (0, [1, 0, 0, 0])
