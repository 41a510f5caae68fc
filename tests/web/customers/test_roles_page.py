"""The page on which head office says what somebody is besides a customer."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from dangol.records.customers.models import Customer, PartyRole
from dangol.records.staff.roles import Role
from tests.records.staff.office import office, staff
from tests.web.business import business

pytestmark = [pytest.mark.django_db, pytest.mark.store]
EN = {"Accept-Language": "en"}


@pytest.fixture
def person(client: Client, settings: Any, tmp_path: Any) -> Customer:
    """Return a customer; an agent of head office is signed in."""
    settings.DANGOL_HOME = tmp_path
    office()
    client.force_login(staff(Role.AGENT, "HQ"))
    return business(2)[0]


def page(client: Client, person: Customer) -> str:
    return client.get(f"/customers/{person.pk}/roles/", headers=EN).content.decode()


def add(client: Client, person: Customer, **told: str) -> Any:
    return client.post(
        f"/customers/{person.pk}/roles/", {"kind": "dealer", "unit": "D1", "since": "2024-01-01"} | told, headers=EN
    )


class TestPage:
    def test_teaches_what_a_role_does_where_there_is_none(self, client: Client, person: Customer) -> None:
        told = page(client, person)
        assert "a customer like any other" in told and "Counts as a customer" in told

    def test_writes_a_role_down_and_shows_it_on_the_profile(self, client: Client, person: Customer) -> None:
        assert add(client, person).status_code == 302
        told = page(client, person)
        assert "Does not count as a customer today" in told and "D1 대리점" in told
        assert '<span class="tag">Dealer</span>' in client.get(f"/customers/{person.pk}/", headers=EN).content.decode()

    def test_ends_a_role(self, client: Client, person: Customer) -> None:
        add(client, person)
        role = PartyRole.objects.get()
        client.post(f"/customers/{person.pk}/roles/{role.pk}/end/", {"until": "2024-06-01"})
        role.refresh_from_db()
        assert str(role.until) == "2024-06-01" and role.ended_by is not None
        assert "Counts as a customer" in page(client, person)
        assert '<span class="tag">Dealer</span>' not in client.get(f"/customers/{person.pk}/").content.decode()

    def test_goes_by_the_day_of_the_home_as_the_next_valuation_does(
        self, client: Client, person: Customer, settings: Any
    ) -> None:
        settings.DANGOL = replace(settings.DANGOL, as_of=datetime(2024, 5, 1, 15, 30, tzinfo=UTC))  # 2 May in Seoul
        assert 'value="2024-05-02"' in page(client, person)
        add(client, person, since="2024-05-02")
        assert "Does not count as a customer today" in page(client, person)
        PartyRole.objects.update(since="2024-05-03")
        assert "Counts as a customer" in page(client, person)
        assert (
            '<span class="tag">Dealer</span>' not in client.get(f"/customers/{person.pk}/", headers=EN).content.decode()
        )

    def test_says_what_is_wrong_and_changes_nothing(self, client: Client, person: Customer) -> None:
        add(client, person)
        again = add(client, person)
        assert again.status_code == 422 and "not one of the available choices" in again.content.decode()
        assert add(client, person, kind="staff", since="gestern").status_code == 422
        role = PartyRole.objects.get()
        client.post(f"/customers/{person.pk}/roles/{role.pk}/end/", {"until": "2023-06-01"}, headers=EN)
        assert "It cannot end before it began" in page(client, person)
        assert PartyRole.objects.get().until is None

    def test_does_not_end_the_role_of_somebody_else(self, client: Client, person: Customer) -> None:
        add(client, person)
        other = Customer.objects.exclude(pk=person.pk).earliest("pk")
        answer = client.post(f"/customers/{other.pk}/roles/{PartyRole.objects.get().pk}/end/", {"until": "2024-06-01"})
        assert answer.status_code == 404 and PartyRole.objects.get().until is None

    def test_is_not_for_a_dealer(self, client: Client, person: Customer) -> None:
        client.force_login(staff(Role.DEALER, "D1"))
        assert add(client, person).status_code in {403, 404}
        assert not PartyRole.objects.exists()
