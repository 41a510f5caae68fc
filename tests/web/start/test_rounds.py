"""What a demo's round leaves behind besides customers and a campaign."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from dangol.contact.intake.sources import source_named
from dangol.insight.relationship.models import Movement, Snapshot
from dangol.records.customers.attributes import stated
from dangol.records.ledger.costs import spent_on
from dangol.records.ledger.models import Cost
from dangol.records.staff.models import Contract
from dangol.records.staff.queries import refuse_closed_entry, standing
from dangol.records.staff.roles import Role
from dangol.web.start.rounds import Hands, keep_months, sign_dealers, spend_on, state_details
from tests.insight.relationship.world import TODAY, full_shop
from tests.records.staff.office import office, staff
from tests.web.business import NOW, business, campaign

pytestmark = [pytest.mark.django_db, pytest.mark.store]


class TestSignDealers:
    def test_opens_entry_for_the_dairys_dealers_from_its_first_day_on_once(self) -> None:
        office(contracts=False)
        business(2)
        assert sign_dealers("dairy", at=NOW) == 3
        first = date(2026, 10, 13)  # the first purchase of this business
        assert {row.signed_on for row in standing(on=first).values()} == {first}
        refuse_closed_entry(staff(Role.DEALER, "D1"), on=first)
        assert sign_dealers("dairy", at=NOW) == 0

    def test_signs_for_nobody_whose_data_are_real(self) -> None:
        office(contracts=False)
        business(2)
        assert source_named("retail").real
        assert sign_dealers("retail", at=NOW) == 0
        assert not Contract.objects.exists()

    def test_waits_for_a_history(self) -> None:
        office(contracts=False)
        assert sign_dealers("dairy", at=NOW) == 0


class TestStateDetails:
    def test_says_once_what_the_dairys_details_are_for(self) -> None:
        assert state_details("dairy", at=NOW) == 2
        assert {key: (one.label, one.basis) for key, one in stated().items()} == {
            "due_date": ("출산 예정일", "consent"), "child_born": ("아이 태어난 날", "consent"),
        }  # fmt: skip
        assert state_details("dairy", at=NOW) == 0

    def test_says_nothing_for_those_whose_data_are_real(self) -> None:
        assert state_details("retail", at=NOW) == 0
        assert stated() == {}


class TestSpendOn:
    def test_enters_once_what_the_dairys_first_campaign_cost(self) -> None:
        first = campaign()
        for _ in range(2):
            spend_on(first, "dairy", source_named("dairy"), hands=Hands(None))
        assert (Cost.objects.count(), spent_on(first.source_ref)) == (1, 480_000)

    def test_enters_nothing_of_what_is_real(self) -> None:
        spend_on(campaign(), "retail", source_named("retail"), hands=Hands(None))
        assert not Cost.objects.exists()


class TestWeeksThatPass:
    @pytest.fixture(autouse=True)
    def shop(self, tmp_path: Path, settings: Any) -> None:
        settings.DANGOL_LAKE, settings.DANGOL_HOME = tmp_path / "lake", tmp_path
        settings.DANGOL = replace(settings.DANGOL, as_of=TODAY, time_zone="Asia/Seoul", currency="KRW")
        full_shop(customers=80).valued()

    def test_leave_where_everybody_stood_at_the_end_of_each_month(self) -> None:
        for _time in range(2):
            keep_months(since=TODAY - timedelta(days=40), until=TODAY, hands=Hands(None))
            assert Snapshot.objects.count() == 2
        assert Movement.objects.count() == 1

    def test_leave_nothing_within_a_month(self) -> None:
        keep_months(since=TODAY - timedelta(days=1), until=TODAY, hands=Hands(None))
        assert not Snapshot.objects.exists()
