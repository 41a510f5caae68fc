"""Looking for groups in a shop: what is written for everybody, what is said of whom, what stays unknown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from dangol.contact.intake import load
from dangol.contact.intake.feeds import made
from dangol.decisions.segments.queries import select
from dangol.insight.analysis.groups.looking import look_for_groups
from dangol.insight.analysis.models import Run, Score
from dangol.insight.warehouse.refresh import refresh
from dangol.records.customers.columns import COLUMNS, Asked, Wish
from dangol.records.customers.models import Customer

pytestmark = pytest.mark.django_db

TODAY = datetime(2026, 9, 28, tzinfo=UTC)
SIZE = 110  # of each kind


def take(feed: str, /, **columns: object) -> None:
    load.take(made(feed, {name: list(values) for name, values in columns.items()}),  # type: ignore[call-overload]
              source="shop", by=None, at=TODAY)  # fmt: skip


def opened(*, since: int = 500) -> None:
    """A shop of two kinds of customers: `r…` come often for little, `h…` seldom for much and with coupons."""
    draw = np.random.default_rng(1)
    names = [f"{kind}{number}" for kind in "rh" for number in range(SIZE)]
    take("customers", external_id=[*names, "never"], full_name=[*names, "never"],
         registered_at=[datetime(2025, 1, 1)] * (2 * SIZE + 1))  # fmt: skip
    rows = []
    for name in names:
        often = name.startswith("r")
        for _ in range(int(draw.integers(40, 60) if often else draw.integers(4, 7))):
            amount = int(draw.normal(6_000, 800) if often else draw.normal(80_000, 9_000))
            off = 0 if often else int(amount * 0.2)
            day = TODAY.replace(tzinfo=None) - timedelta(days=float(draw.uniform(0.1, since)))
            rows.append((name, day, amount, off, "milk" if often else "rice"))
    who, when, amounts, offs, products = zip(*rows, strict=True)
    take("products", code=["milk", "rice"], name=["우유", "쌀"], category=["식품 / 우유", "식품 / 쌀"])
    take("transactions", receipt=[f"t{n}" for n in range(len(rows))], customer=who, time=when, amount=amounts,
         coupon_discount=offs, product=products)  # fmt: skip
    refresh(at=TODAY)


@pytest.fixture
def run(lake_folder: Path) -> Run:
    """Return what was found in that shop."""
    opened()
    return look_for_groups(as_of=TODAY, at=TODAY, by=None)


class TestFound:
    @pytest.mark.store
    def test_names_both_kinds_and_places_everybody(self, run: Run) -> None:
        names = {one["code"] for one in run.summary["found"]["groups"]}
        assert len(names) == 2
        (often,) = (code for code in names if "often" in code)
        chosen = set(select({"group": [often]}, run=None).values_list("full_name", flat=True))
        assert chosen == {f"r{number}" for number in range(SIZE)}
        asked = COLUMNS["group"].condition(Wish("group", (often,)), Asked(TODAY))
        assert {one.full_name for one in Customer.objects.filter(asked)} == chosen

    def test_says_what_each_buys_more_than_others(self, run: Run) -> None:
        sides = run.summary["side_by_side"]
        (often,) = (code for code in run.summary["groups"] if "often" in code)
        (row,) = sides[often]["categories"]
        assert row[0] == "식품 / 우유"
        assert row[2] == 1.0  # all of them
        assert sides["everybody"]["customers"] == 2 * SIZE

    def test_tells_what_they_come_for(self, run: Run) -> None:
        words = dict(Score.objects.filter(run=run, name="sensitive").values_list("customer__full_name", "text"))
        assert {word for name, word in words.items() if name.startswith("r")} <= {"relationship", "between"}
        assert "relationship" not in {word for name, word in words.items() if name.startswith("h")}
        assert run.summary["sensitive"]["price"][0] > 0

    @pytest.mark.store
    def test_says_how_everybody_stands(self, run: Run) -> None:
        assert sum(counted[0] for counted in run.summary["standing"].values()) == 2 * SIZE + 1
        assert Score.objects.get(run=run, name="standing", customer__full_name="never").text == "prospective"
        marks = COLUMNS["long_standing"].condition(Wish("long_standing", ("yes",)), Asked(TODAY))
        assert Customer.objects.filter(marks).count() == run.summary["long_standing"][0] > 0


def test_a_shop_without_sales_has_nothing_to_tell_and_says_so(lake_folder: Path) -> None:
    take("customers", external_id=["a"], full_name=["a"], registered_at=[datetime(2026, 1, 1)])
    refresh(at=TODAY)
    run = look_for_groups(as_of=TODAY, at=TODAY, by=None)
    assert run.summary["found"]["groups"] == []
    assert run.summary["standing"]["prospective"] == [1, 0.0]


@pytest.mark.store
def test_nobody_is_grouped_who_is_forgotten(run: Run) -> None:
    gone = Customer.objects.get(full_name="r1")
    Customer.objects.filter(pk=gone.pk).update(erased_at=TODAY)
    again = look_for_groups(as_of=TODAY, at=TODAY, by=None)
    assert not Score.objects.filter(run=again, customer=gone).exists()
