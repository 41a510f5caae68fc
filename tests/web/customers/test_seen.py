"""A number somebody guessed: not found, whoever has it, and written down."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from dangol.records.customers.models import Customer
from dangol.records.staff.access import store
from dangol.records.staff.access.entries import Verb
from dangol.records.staff.access.queries import Wanted, every_line
from dangol.records.staff.roles import Role
from tests.records.staff.office import office, staff
from tests.web.business import business

pytestmark = [pytest.mark.django_db, pytest.mark.store]


def without_token(page: Any) -> bytes:
    """The page but for what is another at every look: its own address, and tokens against forgery."""
    return re.sub(rb"/customers/\d+/|[A-Za-z0-9]{64}", b"", page.content)


@pytest.fixture
def neighbour() -> Customer:
    (person,) = business(1)
    person.unit = office()["D2"]
    person.save()
    return person


class TestGuessedNumber:
    def test_is_answered_alike_whether_somebody_has_it_or_not(self, client: Client, neighbour: Customer) -> None:
        client.force_login(staff(Role.DEALER, "D1"))
        theirs, nobodys = (client.get(f"/customers/{number}/") for number in (neighbour.pk, 987_654))
        assert theirs.status_code == nobodys.status_code == 404
        assert without_token(theirs) == without_token(nobodys)

    def test_stands_in_the_access_log_with_whose_it_is(self, client: Client, neighbour: Customer) -> None:
        client.force_login(staff(Role.DEALER, "D1"))
        client.get(f"/customers/{neighbour.pk}/")
        client.post(f"/customers/{neighbour.pk}/correct/", {"full_name": "다른 이름"})
        client.get("/customers/987654/")
        store.seal()
        told = [(line.entry.page, line.entry.subjects) for line in every_line(Wanted(verbs=(Verb.REFUSED.value,)))]
        assert sorted(told) == [
            ("customer", ()), ("customer", (neighbour.pk,)), ("customer_correct", (neighbour.pk,)),
        ]  # fmt: skip
        assert Customer.objects.get(pk=neighbour.pk).full_name == neighbour.full_name
