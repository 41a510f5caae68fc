"""A period held back, against the same rules spelled out customer by customer."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from datetime import date, timedelta
from itertools import pairwise
from math import log
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dangol.insight.warehouse.holdout import first_and_last_purchase, held_back, repeat_purchases
from tests.insight.warehouse.small_lake import customers, line, small_lake

START = date(2026, 1, 1)
LINES = {1: "club", 2: "delivery", 3: "club"}
SALES = st.lists(st.tuples(st.sampled_from([1, 2, 3, None]), st.integers(0, 60), st.integers(-2000, 9000)), max_size=50)


def day(number: int) -> date:
    return START + timedelta(number)


def purchase_days(sales: list[tuple[int | None, int, int]]) -> dict[int, list[int]]:
    """Return the days of each customer on which more was paid than given back."""
    net: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for customer, at, amount in sales:
        if customer is not None:
            net[customer][at] += amount
    return {who: days for who in sorted(net) if (days := sorted(at for at, sum_ in net[who].items() if sum_ > 0))}


def by_hand(sales: list[tuple[int | None, int, int]], cut_off: int, until: int, half_life: int) -> list[dict[str, Any]]:
    found, start = [], cut_off - (until - cut_off)
    for who, days in purchase_days(sales).items():
        known = [at for at in days if at <= cut_off]
        if known:
            found.append({
                "customer_key": who, "line": LINES[who], "first_day": day(known[0]),
                "x": len(known) - 1, "t_x": known[-1] - known[0], "T": cut_off - known[0],
                "held": sum(cut_off < at <= until for at in days),
                "previous": sum(start < at <= cut_off for at in days),
                f"faded_{half_life}": pytest.approx(sum(2 ** ((at - cut_off) / half_life) for at in known)),
                f"faded_before_{half_life}": pytest.approx(
                    sum(2 ** ((at - start) / half_life) for at in known if at <= start)
                ),
                "litt": pytest.approx(sum(log(now - before) for before, now in pairwise(known))),
            })  # fmt: skip
    return found


@settings(max_examples=25)
@given(sales=SALES, cut_off=st.integers(0, 50), ahead=st.integers(1, 20))
def test_what_is_held_back_follows_its_rules(
    sales: list[tuple[int | None, int, int]], cut_off: int, ahead: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        lake = small_lake(
            Path(folder),
            **customers(3, line=["club", "delivery"]),
            lines=[line(customer, day(at), amount) for customer, at, amount in sales],
        )
        until = day(cut_off + ahead)
        found = held_back(lake, cut_off=day(cut_off), until=until, half_lives=(14,)).to_pylist()
        again = repeat_purchases(lake, began_by=day(cut_off), until=until).to_pylist()
        known = first_and_last_purchase(lake, as_of=until)
    assert found == by_hand(sales, cut_off, cut_off + ahead, 14)
    days = purchase_days([sale for sale in sales if sale[1] <= cut_off + ahead])
    counted: dict[tuple[str, date], int] = defaultdict(int)
    for who, bought in days.items():
        if bought[0] <= cut_off:
            for at in bought[1:]:
                counted[LINES[who], day(at)] += 1
    assert {(row["line"], row["day"]): row["purchases"] for row in again} == counted
    every = [at for bought in days.values() for at in bought]
    assert known == ((day(min(every)), day(max(every))) if every else None)


@settings(max_examples=15)
@given(sales=SALES, later=SALES)
def test_what_happens_after_the_last_day_changes_nothing(
    sales: list[tuple[int | None, int, int]], later: list[tuple[int | None, int, int]]
) -> None:
    """What comes in later must not leak into what models learn from."""
    found = []
    for told in (sales, [*sales, *((who, at + 61, amount) for who, at, amount in later)]):
        with tempfile.TemporaryDirectory() as folder:
            lake = small_lake(
                Path(folder), **customers(3), lines=[line(who, day(at), amount) for who, at, amount in told]
            )
            found.append(held_back(lake, cut_off=day(30), until=day(60), half_lives=(28,)).to_pylist())
    # the engine adds up in any order: the last digits may differ
    assert [{name: pytest.approx(cell) if isinstance(cell, float) else cell for name, cell in row.items()}
            for row in found[0]] == found[1]  # fmt: skip
