"""Those who sell, deliver or work for the business are not valued, unless they buy for themselves as well."""

from __future__ import annotations

from datetime import date

import pytest

from dangol.insight.analysis.models import Score
from dangol.insight.relationship import queries
from dangol.records.customers.models import Customer
from dangol.records.customers.parties import end_role, take_role
from dangol.records.staff.roles import Role
from tests.insight.relationship.world import TODAY, full_shop
from tests.records.staff.office import office, staff

pytestmark = [pytest.mark.store, pytest.mark.usefixtures("lake_folder"), pytest.mark.django_db(transaction=True)]


def test_are_left_out_while_a_role_stands_and_come_back_after_it() -> None:
    shop = full_shop()
    office()
    owner = staff(Role.OWNER)
    dealer, both, former = (Customer.objects.get(full_name=f"손님{number}") for number in (0, 1, 2))
    since = date(TODAY.year - 1, 3, 1)
    take_role(dealer, "dealer", since=since, by=owner, at=TODAY)
    for kind in ("delivery", "consumer"):
        take_role(both, kind, since=since, by=owner, at=TODAY)
    end_role(
        take_role(former, "staff", since=since, by=owner, at=TODAY), until=date(TODAY.year - 1, 9, 1), by=owner,
        at=TODAY,
    )  # fmt: skip
    run = shop.valued()
    assert not Score.objects.filter(run=run, customer=dealer).exists()
    assert Score.objects.filter(run=run, customer=both).exists()
    assert Score.objects.filter(run=run, customer=former).exists()
    assert sum(queries.regions(run).values()) == Customer.objects.count() - 1
    notes = queries.notes(run)
    assert [note for note in notes if "sell, deliver or work" in note] == [
        "1 people who sell, deliver or work for the business were left out."
    ]
    assert not any("no longer on record" in note or "do not want" in note for note in notes)
