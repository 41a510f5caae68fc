"""Months are taken after a valuation or worked out afterwards, whole or not at all, from what was known then."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dangol.insight.analysis.models import Run
from dangol.insight.relationship.models import Imbalance, Movement, Position, Reference, Snapshot
from dangol.insight.relationship.movement import actions
from dangol.insight.relationship.movement.actions import (
    NoMonth,
    NothingValued,
    match,
    raise_alert,
    take_month,
    work_out_months,
)
from dangol.insight.relationship.movement.imbalance import Closed, NoOwner, close, give, open_imbalance
from dangol.insight.relationship.movement.moves import STATES
from dangol.insight.relationship.movement.queries import both_places, history, left_short, moved, movement, steps
from dangol.insight.warehouse.refresh import refresh
from dangol.records.customers.duties import TABLES
from dangol.records.customers.models import Customer
from dangol.records.rights.bundle import bundle
from dangol.records.staff.roles import Role
from tests.insight.relationship.movement.made import made
from tests.insight.relationship.world import SETTINGS, TODAY, Shop, full_shop, values
from tests.records.staff.office import staff
from tests.worlds import remembered

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lake_folder")]
DECEMBER = date(2025, 12, 1)
OPENED = datetime(2025, 1, 1, tzinfo=UTC)


def worked_out(at: datetime = TODAY, **more: Any) -> list[Snapshot]:
    return work_out_months(as_of=at, at=at, by=None, **more)


def valued_shop() -> Shop:
    """A shop valued on the first of January."""
    made = full_shop(customers=120)
    made.valued()
    return made


@pytest.fixture
def shop(lake_folder: Path) -> Shop:
    return valued_shop()


def with_months(most: int) -> Shop:
    """The shop with so many months worked out."""

    def make() -> Shop:
        made = valued_shop()
        worked_out(most=most)
        return made

    return remembered("months", make, most=most)


class TestTaking:
    def test_keeps_the_places_of_the_valuation_after_the_months_end(self, shop: Shop) -> None:
        taken = take_month(as_of=TODAY, at=TODAY)
        assert taken is not None
        assert (taken.month, taken.day, taken.worked_out) == (DECEMBER, date(2026, 1, 1), False)
        run = taken.run
        assert run is not None
        kept = Position.objects.filter(snapshot=taken).order_by("customer")
        assert [one for one in kept.values_list("customer_equity", flat=True) if one is not None] == pytest.approx(
            values(run, "customer_equity")
        )
        assert taken.summary["regions"] == run.summary["regions"]
        assert taken.summary["bins"] == run.summary["bins"]
        assert [one for one in kept.values_list("equity", flat=True) if one is not None] == [
            round(one) for one in values(run, "equity")
        ]

    def test_is_done_once(self, shop: Shop) -> None:
        assert take_month(as_of=TODAY, at=TODAY) is not None
        assert take_month(as_of=TODAY, at=TODAY) is None
        assert Snapshot.objects.count() == 1

    def test_waits_for_a_valuation_near_the_months_end(self, shop: Shop) -> None:
        later = TODAY + timedelta(days=35)
        assert take_month(as_of=later, at=later) is None

    def test_does_nothing_before_anybody_is_valued(self) -> None:
        assert take_month(as_of=TODAY, at=TODAY) is None


class TestWorkingOut:
    def test_covers_the_months_that_have_enough_history_the_newest_first(self, shop: Shop) -> None:
        made = worked_out()
        assert [one.month.month for one in made] == [12, 11, 10, 9, 8, 7, 6, 5, 4]
        assert all(one.worked_out and one.day.month == one.month.month for one in made)
        assert Movement.objects.count() == 9 * 8 // 2
        assert history().missing == []

    def test_sees_nothing_of_what_came_after_the_month(self) -> None:
        shop = with_months(3)
        before = list(Position.objects.filter(snapshot__month=date(2025, 10, 1)).order_by("customer").values())
        Snapshot.objects.all().delete()
        shop.sell([(f"c{who}", datetime(2025, 11, 20), 90_000, 0) for who in range(60)])
        refresh(at=TODAY)
        worked_out(most=3)
        after = list(Position.objects.filter(snapshot__month=date(2025, 10, 1)).order_by("customer").values())
        assert len(before) == 120
        for old, new in zip(before, after, strict=True):
            assert old["customer_id"] == new["customer_id"]
            assert old["region"] == new["region"]
            assert old["customer_value"] == pytest.approx(new["customer_value"])
            assert old["customer_equity"] == pytest.approx(new["customer_equity"])

    def test_measures_by_the_standing_scales_and_freezes_none(self, shop: Shop) -> None:
        frozen = list(Reference.objects.values_list("pk", flat=True))
        worked_out(most=2)
        assert list(Reference.objects.values_list("pk", flat=True)) == frozen

    def test_goes_on_where_it_was_killed(self, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        whole = actions.write
        told: list[int] = []

        def killed(snapshot: Snapshot, found: Any) -> None:
            whole(snapshot, found)
            told.append(snapshot.pk)
            if len(told) == 3:
                raise KeyboardInterrupt

        monkeypatch.setattr(actions, "write", killed)
        with pytest.raises(KeyboardInterrupt):
            worked_out(most=4)
        assert Snapshot.objects.count() == 2  # the third was not kept by halves
        assert set(Position.objects.values_list("snapshot", flat=True)) == set(told[:2])
        first = list(Snapshot.objects.values_list("pk", flat=True))
        assert len(worked_out(most=4)) == 2
        assert set(first) < set(Snapshot.objects.values_list("pk", flat=True))
        assert Movement.objects.count() == 4 * 3 // 2

    def test_reads_each_month_once_however_many_it_is_compared_with(self, shop: Shop) -> None:
        made = worked_out(most=4)
        Movement.objects.all().delete()
        with CaptureQueriesContext(connection) as asked:
            match(made[0].yardstick)
        assert Movement.objects.count() == 4 * 3 // 2
        read = [one["sql"].partition(" FROM ")[2].split()[0] for one in asked if one["sql"].startswith("SELECT")]
        assert read.count(f'"{Position._meta.db_table}"') == 4
        assert read.count(f'"{Customer._meta.db_table}"') == 1

    def test_leaves_a_month_that_is_there_as_it_is(self, shop: Shop) -> None:
        taken = take_month(as_of=TODAY, at=TODAY)
        assert DECEMBER not in {one.month for one in worked_out(most=2)}
        assert Snapshot.objects.get(month=DECEMBER) == taken

    def test_refuses_where_nobody_is_valued_and_where_history_is_short(self) -> None:
        with pytest.raises(NothingValued):
            worked_out()
        shop = full_shop(customers=120)
        early = datetime(2025, 3, 20, tzinfo=UTC)
        shop.valued(early)
        with pytest.raises(NoMonth):
            worked_out(early)

    def test_puts_nobody_in_a_month_before_they_came(self, shop: Shop) -> None:
        late = Customer.objects.create(full_name="새손님", registered_at=datetime(2025, 12, 10, tzinfo=UTC))
        worked_out(most=2)
        months = Position.objects.filter(customer=late).values_list("snapshot__month", flat=True)
        assert list(months) == [DECEMBER]

    def test_tells_a_month_that_is_missing(self) -> None:
        with_months(3)
        Snapshot.objects.get(month=date(2025, 11, 1)).delete()
        assert history().missing == [date(2025, 11, 1)]
        assert steps(history().snapshots) == []

    def test_begins_anew_on_another_yardstick_and_keeps_the_old(self) -> None:
        shop = with_months(2)
        shop.valued(settings=replace(SETTINGS, tolerance=25.0))
        assert (list(history().snapshots), history().other) == ([], 2)
        assert len(worked_out(most=2)) == 2
        assert Snapshot.objects.count() == 4
        assert all(
            one.earlier.yardstick == one.later.yardstick for one in Movement.objects.select_related("earlier", "later")
        )


class TestCells:
    def test_lead_to_exactly_the_customers_they_count(self) -> None:
        with_months(2)
        earlier, later = history().snapshots
        found = movement(earlier, later)
        assert found is not None
        for was, row in zip(STATES, found.summary["matrix"], strict=True):
            for became, number in zip(STATES, row, strict=True):
                if (was, became) != ("away", "away"):
                    assert moved(earlier, later, was, became).count() == number, (was, became)

    def test_tell_both_places_of_each(self) -> None:
        with_months(2)
        earlier, later = history().snapshots
        someone = moved(earlier, later, "III", "III").first()
        assert someone is not None
        one = both_places([someone.customer_id], earlier, later).get()
        old = Position.objects.get(snapshot=earlier, customer=one.pk)
        assert (one.old_value, one.old_equity, one.old_region) == (old.customer_value, old.customer_equity, old.region)
        assert one.new_region == "III"


@pytest.fixture
def fallen() -> Imbalance:
    """Two of high equity fell below the band in December, one of low equity, one stood there before."""
    people = [Customer.objects.create(full_name=f"손님{n}", registered_at=OPENED).pk for n in range(5)]
    run = Run.objects.create(kind="relationship", as_of=TODAY, started_at=TODAY, finished_at=TODAY, parameters={})
    november = [(60, 70), (80, 70), (40, 40), (30, 70), (50, 50)]
    december = [(40, 70), (50, 70), (10, 40), (20, 70), (50, 50)]
    made(
        run,
        {month: [(who, *place) for who, place in zip(people, places, strict=True)]
         for month, places in ((date(2025, 11, 1), november), (DECEMBER, december))},
        at=TODAY,
    )  # fmt: skip
    return Imbalance.objects.get()


class TestImbalance:
    def test_names_as_many_as_it_leads_to(self, fallen: Imbalance) -> None:
        found = fallen.movement
        assert fallen.customers == 2
        assert [one.customer.full_name for one in left_short(found.earlier, found.later)] == ["손님0", "손님1"]

    def test_is_raised_once_and_of_two_months_side_by_side(self, fallen: Imbalance) -> None:
        yardstick = history().yardstick
        raise_alert(yardstick, at=TODAY)
        assert Imbalance.objects.count() == 1
        fallen.movement.earlier.delete()
        assert raise_alert(yardstick, at=TODAY) is None

    def test_is_given_with_a_day_and_closed_once(self, fallen: Imbalance) -> None:
        owner = staff(Role.OWNER)
        give(fallen, owner=owner, due_on=date(2026, 1, 9), by=owner, at=TODAY, today=date(2026, 1, 1))
        close(fallen, note=" called all ", by=owner, at=TODAY)
        assert open_imbalance() is None
        told = fallen.steps.get(kind="closed")
        assert (told.note, told.by, told.at) == ("called all", owner, TODAY)
        with pytest.raises(Closed):
            close(fallen, by=owner, at=TODAY)
        with pytest.raises(Closed):
            give(fallen, owner=owner, due_on=date(2026, 1, 9), by=owner, at=TODAY, today=date(2026, 1, 1))

    def test_is_given_to_nobody_and_for_no_day_that_is_over(self, fallen: Imbalance) -> None:
        owner = staff(Role.OWNER)
        with pytest.raises(NoOwner):
            give(fallen, owner=None, due_on=date(2026, 1, 9), by=owner, at=TODAY, today=date(2026, 1, 1))
        with pytest.raises(NoOwner):
            give(fallen, owner=owner, due_on=date(2025, 12, 9), by=owner, at=TODAY, today=date(2026, 1, 1))


def test_a_person_who_is_forgotten_leaves_every_month() -> None:
    with_months(2)
    who = Customer.objects.earliest("pk").pk
    erase = TABLES["relationship.Position"].erase
    assert erase is not None
    assert erase(who) == 2
    assert not Position.objects.filter(customer=who).exists()


@pytest.mark.parametrize(("trade", "told"), [("money", "₩34"), ("uses", "34")])
def test_a_person_reads_what_they_may_be_worth_in_what_it_was_counted_in(
    settings: Any, tmp_path: Path, trade: str, told: str
) -> None:
    settings.DANGOL_HOME, settings.DANGOL_KEYS = tmp_path, tmp_path / "keys.json"
    settings.DANGOL = replace(settings.DANGOL, currency="KRW")
    run = Run.objects.create(
        kind="relationship",
        as_of=TODAY,
        started_at=TODAY,
        finished_at=TODAY,
        lake_version="v1",
        summary={"trade": trade},
    )
    taken = Snapshot.objects.create(
        month=DECEMBER, yardstick="y", day=TODAY.date(), worked_out=True, run=run, at=TODAY
    )  # fmt: skip
    who = Customer.objects.create(full_name="김단골", registered_at=OPENED)
    Position.objects.create(snapshot=taken, customer=who, region="I", equity=34)
    (sheet,) = (one for one in bundle(who.pk, at=TODAY).sheets if one.name == "relationship.Position")
    place = [column.name for column in sheet.columns].index("equity")
    assert (sheet.rows[0][place].value, sheet.rows[0][place].text) == (34, told)
