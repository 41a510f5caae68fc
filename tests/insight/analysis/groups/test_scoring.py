"""RFM as a run: what everybody is scored with, who is left out, how lists read it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dangol.contact.intake import load
from dangol.contact.intake.feeds import made
from dangol.insight.analysis.groups.names import NO_PURCHASE, RFM_KIND
from dangol.insight.analysis.groups.scoring import score_rfm
from dangol.insight.analysis.models import Run, Score
from dangol.insight.warehouse.refresh import refresh
from dangol.records.customers.columns import COLUMNS, Asked, Wish
from dangol.records.customers.models import Customer

pytestmark = [pytest.mark.store, pytest.mark.django_db]

TODAY = datetime(2026, 9, 28, tzinfo=UTC)
OPENED = datetime(2026, 1, 1)


@pytest.fixture
def shop(lake_folder: Path) -> list[str]:
    """Return ten customers who bought, each more and later than the one before, and one who never did."""
    names = [f"c{number}" for number in range(11)]
    _take("customers", external_id=names, full_name=names, registered_at=[OPENED] * 11)
    sold = [(name, OPENED + timedelta(days=20 * n + k), 1000 * n + 500) for n, name in enumerate(names[:10])
            for k in range(n + 1)]  # fmt: skip
    who, when, amount = zip(*sold, strict=True)
    _take("transactions", receipt=[f"r{n}" for n in range(len(sold))], customer=who, time=when, amount=amount)
    refresh(at=TODAY)
    return names


def _take(feed: str, /, **columns: object) -> None:
    load.take(made(feed, {name: list(values) for name, values in columns.items()}),  # type: ignore[call-overload]
              source="shop", by=None, at=TODAY)  # fmt: skip


def _cells(run: Run) -> dict[str, str]:
    rows = Score.objects.filter(run=run, name="rfm").values_list("customer__full_name", "text")
    return dict(rows)


class TestScoreRfm:
    def test_scores_everybody_and_keeps_the_cut_offs(self, shop: list[str]) -> None:
        run = score_rfm(as_of=TODAY, at=TODAY, by=None)
        cells = _cells(run)
        assert cells["c0"] == "1-1-1"
        assert cells["c9"] == "5-5-5"
        assert cells["c10"] == NO_PURCHASE
        assert run.summary["customers"] == 10
        assert run.summary["without_purchase"] == 1
        assert sum(row[3] for row in run.summary["cells"]) == 10
        money = [cut for cut in run.summary["cuts"] if cut["measure"] == "net_revenue"]
        assert [cut["score"] for cut in money] == [1, 2, 3, 4, 5]
        assert money[0]["low"] == 500

    def test_takes_the_steps_it_is_told(self, shop: list[str]) -> None:
        assert _cells(score_rfm(as_of=TODAY, at=TODAY, by=None, bins=10))["c9"] == "10-10-10"

    def test_passes_over_those_who_are_gone_since_the_lake_was_built(self, shop: list[str]) -> None:
        Customer.objects.filter(full_name="c9").update(erased_at=TODAY)
        run = score_rfm(as_of=TODAY, at=TODAY, by=None)
        assert run.summary["customers"] == 9
        assert "c9" not in _cells(run)

    def test_keeps_the_last_run_of_each_month(self, shop: list[str]) -> None:
        for day in (TODAY - timedelta(days=40), TODAY, TODAY + timedelta(hours=3)):
            score_rfm(as_of=day, at=day, by=None)
        kept = Run.objects.filter(kind=RFM_KIND).order_by("pk").values_list("as_of", flat=True)
        assert list(kept) == [TODAY - timedelta(days=40), TODAY + timedelta(hours=3)]


class TestColumns:
    def test_find_a_cell_and_a_stretch_of_scores(self, shop: list[str]) -> None:
        score_rfm(as_of=TODAY, at=TODAY, by=None)
        asked = Asked(TODAY)
        best = COLUMNS["rfm"].condition(Wish("rfm", ("5-5-5",)), asked)
        lately = COLUMNS["recency"].condition(Wish("recency", low=4, high=5), asked)
        assert {one.full_name for one in Customer.objects.filter(best)} == {"c8", "c9"}
        assert {one.full_name for one in Customer.objects.filter(lately)} == {"c6", "c7", "c8", "c9"}

    def test_find_nobody_before_the_first_run(self, shop: list[str]) -> None:
        wish = Wish("rfm", ("5-5-5",))
        assert not Customer.objects.filter(COLUMNS["rfm"].condition(wish, Asked(TODAY))).exists()
