"""Files of a library: the home's clock follows what was lent and who came by, and everybody is valued by it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone, translation

from dangol.insight.analysis.actions import begin_run, record_scores
from dangol.insight.analysis.models import Run
from dangol.insight.relationship.counted_in import is_by_use
from dangol.records.customers.models import Identity
from dangol.records.ledger.models import Interaction, Loan
from dangol.web.imports import taking

pytestmark = pytest.mark.django_db
LOANS = "대출자번호,대출일시,분류기호\nB1,2026-10-01 10:00,813\nB2,2026-10-09 11:00,404\nB1,2026-10-20 12:00,813\n"
SALES = "고객번호,일자,금액,상품명\nA1,2026-10-01,12000,우유\nA1,2026-10-09,8000,우유\n"


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> Path:
    """Return a home of one's own."""
    settings.DANGOL_HOME = tmp_path
    settings.DANGOL_LAKE = tmp_path / "lake"
    return tmp_path


def takes(home: Path, content: str, kind: str) -> None:
    """Take a file in, as `dangol import` and the page do."""
    path = home / f"{kind}.csv"
    path.write_text(content)
    taking.take_file(path, kind=kind, by=None)


def came(customer: str, at: datetime, *, direction: str = "in", kind: str = "visit") -> None:
    """Record one contact with somebody we know."""
    who = Identity.objects.get(external_id=customer)
    Interaction.objects.create(identity=who, kind=kind, direction=direction, at=at, source_ref=f"{kind}{at}")


def valued() -> tuple[date, bool]:
    """Of which day the newest values are, and whether they are counted in uses."""
    run = Run.objects.filter(kind="relationship").latest("pk")
    return timezone.localdate(run.as_of), is_by_use(run)


def test_whoever_borrowed_is_valued_though_nobody_bought_anything(home: Path) -> None:
    takes(home, LOANS, "loans")
    assert Loan.objects.count() == 3
    assert valued() == (date(2026, 10, 20), True)
    assert "as_of = 2026-10-20T23:59:59+09:00" in (home / "dangol.toml").read_text()


def test_the_clock_follows_whoever_came_or_asked_last_but_never_to_a_day_to_come(home: Path) -> None:
    takes(home, LOANS, "loans")
    came("B1", datetime(2026, 10, 22, tzinfo=UTC))
    came("B1", datetime(2026, 10, 23, tzinfo=UTC), kind="inquiry")
    came("B1", datetime(2026, 10, 24, tzinfo=UTC), kind="complaint")
    came("B1", datetime(2026, 10, 25, tzinfo=UTC), direction="out")
    came("B1", timezone.now() + timedelta(days=9))
    taking.bring_up_to_date(by=None)
    assert valued() == (date(2026, 10, 23), True)


def test_a_home_that_counts_in_uses_and_sells_a_little_leaves_no_later_loan_out(home: Path) -> None:
    (home / "dangol.toml").write_text('trade = "uses"\n')
    takes(home, SALES, "transactions")
    assert valued() == (date(2026, 10, 9), True)
    takes(home, LOANS, "loans")
    assert valued() == (date(2026, 10, 20), True)


def test_a_home_that_counts_in_money_and_sold_nothing_values_nobody(home: Path) -> None:
    (home / "dangol.toml").write_text('trade = "money"\n')
    takes(home, LOANS, "loans")
    assert not Run.objects.exists()


def test_the_clock_of_a_shop_that_lends_nothing_stays_at_its_last_sale_whoever_comes_by_later(home: Path) -> None:
    takes(home, SALES, "transactions")
    came("A1", datetime(2026, 10, 22, tzinfo=UTC))
    taking.bring_up_to_date(by=None)
    assert valued() == (date(2026, 10, 9), False)


def test_a_file_is_taken_in_though_another_import_overtakes_it_in_working_out_values(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def overtaken(run: Run, **told: Any) -> Any:
        begin_run(kind="relationship", as_of=datetime(2026, 10, 9, tzinfo=UTC), at=datetime(2026, 10, 9, tzinfo=UTC))
        return record_scores(run, **told)

    monkeypatch.setattr("dangol.insight.relationship.actions.record_scores", overtaken)
    path = home / "sales.csv"
    path.write_text(SALES)
    with translation.override("en"):
        answer = taking.take_file(path, by=None)
    assert (answer["accepted"], answer["created"]) == (2, 2)
    assert answer["warnings"][-1] == "Values are worked out by another import that goes on."
