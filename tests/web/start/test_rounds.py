"""What a demo's round leaves behind besides customers and a campaign."""

from __future__ import annotations

from datetime import date

import pytest

from dangol.contact.intake.sources import source_named
from dangol.records.staff.models import Contract
from dangol.records.staff.queries import refuse_closed_entry, standing
from dangol.records.staff.roles import Role
from dangol.web.start.rounds import sign_dealers
from tests.records.staff.office import office, staff
from tests.web.business import NOW, business

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
