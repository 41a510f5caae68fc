"""Whom we know: the page, what the profile tells of it, and where what is on record came from."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from dangol.contact.delivery.queries import channels
from dangol.contact.intake.models import Batch, Changed, Wrote
from dangol.insight.relationship import whom_we_know
from dangol.records.customers.models import Correction, Customer, Identity
from dangol.records.ledger.models import Transaction
from dangol.records.staff.models import Unit, User
from tests.web.business import NOW, business, signed_in

pytestmark = pytest.mark.django_db


def seen(client: Client, path: str) -> str:
    answer = client.get(path, headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    return answer.content.decode()


class TestPage:
    def test_says_what_it_is_about_before_anybody_has_counted(self, client: Client) -> None:
        page = seen(signed_in(client), "/customers/known/")
        assert "Nobody has counted yet" in page and "Count everybody" in page

    def test_leads_from_each_number_to_those_whom_it_counts(self, client: Client) -> None:
        business()
        found = whom_we_know.count([one.facts for one in channels().values()], at=NOW)
        page = seen(signed_in(client), "/customers/known/")
        ways = {way.medium: way for way in found.ways}
        for address, number in (
            ("?identified=identified", found.identified), ("?contact=mobile", ways["sms"].addressed),
            ("?answer_sms=agreed", ways["sms"].agreed), ("?answer_sms=refused", ways["sms"].refused),
            ("?answer_email=~", ways["email"].never_asked),
        ):  # fmt: skip
            assert f'href="/customers/{address}"' in page, address
            assert client.get(f"/customers/{address}").context["page"].count == number, address

    def test_puts_together_the_shops_for_which_there_is_no_room(self, client: Client) -> None:
        for place in range(whom_we_know.MOST_PLACES + 3):
            shop = Unit.objects.create(code=f"S{place}", name=f"shop {place}", kind="shop")
            Transaction.objects.create(source="till", receipt=f"r{place}", at=NOW, unit=shop, amount=100 + place)
        found = whom_we_know.count([], at=NOW)
        assert (len(found.shops), found.shops[-1].several) == (whom_we_know.MOST_PLACES + 1, 3)
        assert sum(one.unnamed_amount for one in found.shops) == found.whole.unnamed_amount
        assert "3 more" in seen(signed_in(client), "/customers/known/")


class TestProfile:
    def test_counts_every_number_and_shows_the_first(self, client: Client) -> None:
        person = Customer.objects.create(full_name="가나다", registered_at=NOW)
        for place in range(14):
            scheme = "customer" if place == 13 else "card"
            Identity.objects.create(customer=person, source="own", scheme=scheme, external_id=f"K{place:03}")
        page = seen(signed_in(client), f"/customers/{person.pk}/")
        assert "14 numbers" in page and "and 2 more" in page
        assert "K013" in page  # by which the business knows them: beside the name

    def test_says_since_when_somebody_is_known_whom_we_named_ourselves(self, client: Client) -> None:
        person = business()[0]
        for day, was, became in ((4, "", "김"), (2, "김", person.full_name)):
            Correction.objects.create(
                customer=person, was={"full_name": was}, became={"full_name": became}, at=NOW - timedelta(days=day)
            )
        assert "since Nov. 18, 2026" in seen(signed_in(client), f"/customers/{person.pk}/")

    def test_tells_since_when_somebody_is_identified_and_by_what(self, client: Client) -> None:
        page = seen(signed_in(client), f"/customers/{business()[0].pk}/")
        assert "since Oct. 13, 2026" in page
        assert "name, 1 number, 2 purchases, 1 product" in page

    def test_says_what_would_help_where_something_is_missing(self, client: Client) -> None:
        alone = Customer.objects.create(full_name="가나다", registered_at=NOW)
        page = seen(signed_in(client), f"/customers/{alone.pk}/")
        assert "Known by name only" in page
        assert "merge them with whoever buys" in page


class TestWhereFrom:
    def test_names_the_file_of_a_person_and_of_a_purchase_for_those_who_import(self, client: Client) -> None:
        person = business()[0]
        sale = Transaction.objects.filter(identity__customer=person).earliest("at")
        first, second, third = (
            Batch.objects.create(kind="customers", source="own", file_name=name, started_at=NOW - timedelta(days=back))
            for name, back in (("members.xlsx", 9), ("sales.csv", 8), ("names.xlsx", 2))
        )
        Wrote.objects.create(batch=first, table="customers_customer", first_key=1, last_key=person.pk + 3)
        Wrote.objects.create(batch=second, table="ledger_transaction", first_key=sale.pk, last_key=sale.pk)
        Changed.objects.create(
            batch=third, table="customers_customer", key=person.pk, customer=person, was={"full_name": ""},
            became={"full_name": person.full_name},
        )  # fmt: skip
        page = seen(signed_in(client), f"/customers/{person.pk}/")
        for one in (first, second, third):
            assert f'href="/import/result/{one.pk}/"' in page and one.file_name in page
        assert "since Nov. 20, 2026" in page  # the day on which a file brought the name
        client.force_login(User.objects.create(username="agent", role=User.Role.AGENT))
        assert "members.xlsx" not in seen(client, f"/customers/{person.pk}/")
