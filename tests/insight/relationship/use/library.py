"""A small library: it lends, is visited and asked, and sells nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings as django_settings
from django.core.management import call_command
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from dangol.contact.intake import load
from dangol.contact.intake.feeds import made
from dangol.insight.analysis.models import Run
from dangol.insight.relationship.actions import value_customers
from dangol.insight.relationship.settings import ValueSettings
from dangol.insight.warehouse.refresh import refresh
from dangol.records.customers.models import Customer
from dangol.records.permission.actions import give_consent

OPENED = datetime(2025, 1, 1)
TODAY = datetime(2026, 1, 1, tzinfo=UTC)
SETTINGS = ValueSettings(fewest_customers=30, fewest_answers=1000)
TITLE = "Nobody may read this title"


class Library:
    """Borrowers `b0` …: some come often, some seldom, some stop; every third answered a survey.

    `b0` asked that the titles of what they borrow are kept.
    """

    def __init__(self, borrowers: int = 45, seed: int = 3) -> None:
        self.random = np.random.default_rng(seed)
        self.names = [f"b{number}" for number in range(borrowers)]
        self.told = 0

    def opens(self) -> Library:
        """Register everybody and lend to them for a year."""
        self.take(
            "customers", external_id=self.names, full_name=[f"이용자{name[1:]}" for name in self.names],
            line=["" for _ in self.names], registered_at=[OPENED] * len(self.names),
        )  # fmt: skip
        self.keeps_titles_of(self.names[0])
        loans: list[tuple[str, datetime, str]] = []
        visits: list[tuple[str, datetime, str, float]] = []
        for name in self.names:
            rate = float(self.random.gamma(2.0, 0.02))
            time = float(self.random.uniform(0, 60))
            until = min(363.0, time + float(self.random.exponential(500.0)))
            while time < until:
                day = OPENED + timedelta(days=time)
                for number in range(int(self.random.integers(1, 4))):
                    loans.append((name, day + timedelta(minutes=number), str(self.random.integers(0, 10))))
                visits.append((name, day, "visit", 5.0))
                time += float(self.random.exponential(1 / rate)) + 0.5
            if self.random.uniform() < 0.3:
                visits.append((name, OPENED + timedelta(days=until), "inquiry", 12.0))
        self.lends(loans)
        self.meets(visits)
        return self

    def keeps_titles_of(self, name: str) -> None:
        """Let one borrower ask that the titles of what they borrow are kept."""
        reader = Customer.objects.get(identities__external_id=name)
        give_consent(reader, purpose="reading", by=None, at=OPENED.replace(tzinfo=UTC), how="counter", evidence="1")

    def lends(self, loans: list[tuple[str, datetime, str]]) -> None:
        """Take loans: whom, when, of which class."""
        customer, time, item_class = zip(*loans, strict=True)
        size = len(loans)
        self.take(
            "loans", ref=[self._ref() for _ in loans], customer=customer, time=time, store=[None] * size,
            item_class=item_class, due=[at + timedelta(days=14) for at in time], renewals=[1.0] * size,
            renewed_at=[None] * size, returned_at=[at + timedelta(days=9) for at in time], lost_at=[None] * size,
            title=[TITLE] * size, item=["X1"] * size,
        )  # fmt: skip

    def meets(self, visits: list[tuple[str, datetime, str, float]]) -> None:
        """Take inward contacts: who, when, of which kind, how many minutes."""
        customer, time, kind, minutes = zip(*visits, strict=True)
        self.take(
            "interactions", ref=[self._ref() for _ in visits], customer=customer, time=time,
            direction=["in"] * len(visits), kind=kind, minutes=minutes,
        )  # fmt: skip

    def asks(self, at: datetime = datetime(2025, 10, 1)) -> Library:
        """Every third borrower answers."""
        whom = self.names[::3]
        self.take(
            "answers", ref=[self._ref() for _ in whom], customer=whom, time=[at] * len(whom),
            dimension=["care"] * len(whom), score=np.clip(self.random.normal(5, 1, len(whom)), 1, 7),
            scale_min=[1.0] * len(whom), scale_max=[7.0] * len(whom),
        )  # fmt: skip
        return self

    def take(self, feed: str, /, **columns: Any) -> None:
        """Bring in one feed."""
        rows = made(feed, {name: list(values) for name, values in columns.items()})
        load.take(rows, source="library", by=None, at=TODAY)

    def _ref(self) -> str:
        self.told += 1
        return f"r{self.told}"


def full_library(**about: Any) -> Library:
    """A library with loans, visits, questions and answers."""
    return Library(**about).opens().asks()


@contextmanager
def valued_library(blocker: DjangoDbBlocker, folder: Path) -> Iterator[Run]:
    """Have one stand for a whole module, committed: its valuation. Afterwards the store is empty."""
    home = replace(django_settings.DANGOL, time_zone="Asia/Seoul", currency="KRW")
    with blocker.unblock(), override_settings(DANGOL_LAKE=folder / "lake", DANGOL=home):
        full_library()
        refresh(at=TODAY)
        yield value_customers(settings=SETTINGS, as_of=TODAY, at=TODAY, by=None)
        call_command("flush", verbosity=0, interactive=False)
