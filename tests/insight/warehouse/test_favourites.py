"""What is bought most of a favourite category, against the same thought through customer by customer."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from datetime import date, timedelta
from pathlib import Path

from dangol.insight.warehouse.favourites import favourites
from tests.insight.warehouse.small_lake import customers, line, small_lake

UNTIL = date(2026, 9, 28)
CATEGORY = {number: ("우유", "빵", "")[number % 3] for number in range(1, 25)}

type Sales = list[tuple[int, int, int, int]]  # customer, days ago, product, amount


def by_hand(sold: Sales) -> dict[int, int]:
    paid = [one for one in sold if 0 <= one[1] < 365 and one[3] > 0 and CATEGORY[one[2]]]
    buyers: dict[int, set[int]] = defaultdict(set)
    latest: dict[int, int] = {}
    for customer, ago, product, _amount in paid:
        buyers[product].add(customer)
        latest[product] = min(ago, latest.get(product, 999))
    found = {}
    for customer in {one[0] for one in paid}:
        days = {(CATEGORY[product], ago) for who, ago, product, _ in paid if who == customer}
        liked = min(Counter(name for name, _ in days).items(), key=lambda one: (-one[1], one[0]))[0]
        sale = [product for product in buyers if CATEGORY[product] == liked and latest[product] < 90]
        top = sorted(sale, key=lambda product: (-len(buyers[product]), product))[:5]
        had = {product for who, ago, product, _ in sold if who == customer and ago >= 0}
        if new := [product for product in top if product not in had]:
            found[customer] = new[0]
    return found


def test_finds_what_is_found_by_hand(tmp_path: Path) -> None:
    chance = random.Random(7)
    sold: Sales = []
    for _ in range(260):
        back = -500 if chance.random() < 0.1 else 1_000
        days = chance.choice([-3, 5, 20, 60, 88, 89, 90, 200, 364, 365, 500])
        sold.append((chance.randint(1, 30), days, chance.randint(1, 24), back))
    lines = [
        line(customer, UNTIL - timedelta(ago), amount, product_id=product) for customer, ago, product, amount in sold
    ]
    products = [{"product_id": number, "category": name} for number, name in CATEGORY.items()]
    lake = small_lake(tmp_path, **customers(30), lines=lines, products=products)
    found = favourites(lake, until=UNTIL)
    assert dict(zip(*(found[name].to_pylist() for name in ("customer_key", "product_id")), strict=True)) == by_hand(
        sold
    )
    assert len(by_hand(sold)) > 15


def test_finds_nothing_where_nothing_was_sold(tmp_path: Path) -> None:
    assert favourites(small_lake(tmp_path, **customers(3)), until=UNTIL).num_rows == 0
