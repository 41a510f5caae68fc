"""A small business for the valuation to see: a club that is given much and buys little, and a delivery that is not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from dangol.contact.intake import load
from dangol.contact.intake.feeds import made
from dangol.insight.analysis.models import Run, Score
from dangol.insight.relationship.actions import value_customers
from dangol.insight.relationship.models import Parts
from dangol.insight.relationship.settings import ValueSettings
from dangol.insight.warehouse.refresh import refresh
from tests.worlds import remembered

OPENED = datetime(2025, 1, 1)
TODAY = datetime(2026, 1, 1, tzinfo=UTC)
SETTINGS = ValueSettings(fewest_answers=30)


@dataclass
class Shop:
    """Customers `c0` … ; even ones are of the club, odd ones have deliveries. A shop's own times, without a zone."""

    customers: int = 240
    seed: int = 0

    def __post_init__(self) -> None:
        self.random = np.random.default_rng(self.seed)
        self.told = 0
        self.road: tuple[object, ...] | None = None  # the world that it is, as long as nothing more came in

    @property
    def names(self) -> list[str]:
        return [f"c{number}" for number in range(self.customers)]

    def opens(self, *, lines: bool = True) -> None:
        """Register everybody and sell to them for a year."""
        line = ["club" if number % 2 == 0 else "delivery" for number in range(self.customers)]
        self.take(
            "customers",
            external_id=self.names,
            full_name=[f"손님{number}" for number in range(self.customers)],
            line=line if lines else [""] * self.customers,
            registered_at=[OPENED] * self.customers,
        )
        self.sells(OPENED, days=365)

    def sells(self, since: datetime, *, days: int, discount: float = 1.0) -> None:
        """Everybody buys at a rate of their own until they leave; the club gets discounts."""
        club = np.arange(self.customers) % 2 == 0
        rate = self.random.gamma(2.0, np.where(club, 0.01, 0.03))
        stays = self.random.exponential(600.0, self.customers)
        rows: list[tuple[str, datetime, int, int]] = []
        for who in range(self.customers):
            first = float(self.random.uniform(0, 60))
            times = [first, *(first + np.cumsum(self.random.exponential(1 / rate[who], 60)))]
            for time in times:
                if time < min(days - 1, first + stays[who]):
                    amount = int(self.random.gamma(4.0, 2500)) + 100
                    given = amount * (0.3 if club[who] else 0.01) * discount
                    rows.append((f"c{who}", since + timedelta(days=time), amount, int(given)))
        self.sell(rows)

    def sell(self, rows: list[tuple[str, datetime, int, int]]) -> None:
        """Take receipts of one line: customer, time, amount, discount."""
        customer, time, amount, discount = zip(*rows, strict=True)
        receipts = [self._ref() for _ in rows]
        self.take(
            "transactions", receipt=receipts, customer=customer, time=time, amount=amount, coupon_discount=discount
        )

    def hears(self, at: datetime) -> None:
        """The delivery is late for some, which costs them their time."""
        whom = [name for number, name in enumerate(self.names) if number % 2 == 1]
        self.take(
            "interactions",
            ref=[self._ref() for _ in whom],
            customer=whom,
            time=[at] * len(whom),
            direction=["in"] * len(whom),
            kind=["complaint"] * len(whom),
            minutes=self.random.uniform(5, 60, len(whom)),
        )

    def asks(self, at: datetime, *, every: int = 3, telling: bool = True) -> None:
        """Every third customer answers on two dimensions; telling: the answer follows what they are given."""
        whom = [number for number in range(self.customers) if number % every == 0]
        scores = self.random.normal(4.0, 1.0, len(whom))
        if telling:
            scores = np.where(np.array(whom) % 2 == 0, 5.5, 2.5) + self.random.normal(0, 0.5, len(whom))
        for dimension in ("trust", "care"):
            self.take(
                "answers",
                ref=[self._ref() for _ in whom],
                customer=[f"c{number}" for number in whom],
                time=[at] * len(whom),
                dimension=[dimension] * len(whom),
                score=np.clip(scores, 1, 7),
                scale_min=[1.0] * len(whom),
                scale_max=[7.0] * len(whom),
            )

    def take(self, feed: str, /, **columns: Any) -> None:
        """Bring in one feed."""
        self.road = None
        load.take(
            made(feed, {name: list(values) for name, values in columns.items()}), source="shop", by=None, at=TODAY
        )

    def valued(self, at: datetime = TODAY, settings: ValueSettings = SETTINGS, *, filling: bool = False) -> Run:
        """Refresh and value everybody."""
        road, self.road = self.road, None
        if road is None:
            return self._valued(at, settings, filling)
        return remembered("valued", lambda: self._valued(at, settings, filling), road=road, at=at, by=settings,
                          filling=filling)  # fmt: skip

    def _valued(self, at: datetime, settings: ValueSettings, filling: bool) -> Run:
        refresh(at=at)
        return value_customers(settings=settings, as_of=at, at=at, by=None, filling=filling)

    def _ref(self) -> str:
        self.told += 1
        return f"r{self.told}"


def open_shop(*, lines: bool = True, **about: Any) -> Shop:
    """A shop with sales alone."""
    return remembered("open shop", lambda: _opened(lines=lines, **about), lines=lines, **about)


def full_shop(**about: Any) -> Shop:
    """A shop where all three parts of customer value are known."""
    return remembered("full shop", lambda: _full(**about), **about)


def _opened(*, lines: bool = True, **about: Any) -> Shop:
    shop = Shop(**about)
    shop.opens(lines=lines)
    shop.road = ("open", lines, *sorted(about.items()))
    return shop


def _full(**about: Any) -> Shop:
    shop = _opened(**about)
    shop.hears(datetime(2025, 9, 1))
    shop.asks(datetime(2025, 10, 1))
    shop.road = ("full", *sorted(about.items()))
    return shop


def values(run: Run, name: str) -> list[float]:
    """The scores of this name, or the parts, by customer."""
    if any(column.name == name for column in Parts._meta.concrete_fields):
        known = Parts.objects.filter(run=run, **{f"{name}__isnull": False}).order_by("customer")
        return list(known.values_list(name, flat=True))
    return list(Score.objects.filter(run=run, name=name).order_by("customer").values_list("value", flat=True))
