"""Today for those who see their own customers alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dangol.records.customers.models import Customer, Identity
from dangol.records.ledger.actions import reverse
from dangol.records.ledger.models import Transaction
from dangol.records.staff.access import spool
from dangol.records.staff.models import Contract
from dangol.records.staff.roles import Role
from dangol.web import clock
from tests.records.staff.office import office, staff
from tests.web.business import NOW, business

pytestmark = [pytest.mark.django_db, pytest.mark.store]


@pytest.fixture
def dealer(client: Client, settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Return the browser of D1's dealer on the day of the business; of its customers every second is D1's."""
    settings.DANGOL_HOME = tmp_path
    monkeypatch.setattr(clock, "as_of", lambda: NOW)
    units = office()
    for number, person in enumerate(business()):
        unit = units["D1" if number % 2 == 0 else "D2"]
        Customer.objects.filter(pk=person.pk).update(unit=unit, registered_at=NOW - timedelta(days=5 + 10 * number))
    client.force_login(staff(Role.DEALER, "D1"))
    return client


def page(client: Client) -> str:
    answer = client.get("/", headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    return answer.content.decode()


def sell(person: Customer, days: int, receipt: str, amount: int = 1) -> Transaction:
    return Transaction.objects.create(
        identity=Identity.objects.get(customer=person), source="t", receipt=receipt, at=NOW - timedelta(days=days),
        amount=amount, currency="KRW",
    )  # fmt: skip


def test_counts_ones_own(dealer: Client) -> None:
    mine = list(Customer.objects.filter(unit__code="D1").order_by("pk"))
    neighbour = Customer.objects.filter(unit__code="D2").earliest("pk")
    sell(mine[0], 2, "one")
    sell(mine[1], 8, "too long ago")
    sell(mine[0], 1, "back", amount=-1)
    sell(neighbour, 1, "not mine")
    own = dealer.get("/").context["own"]
    assert (own.customers, own.new, own.deliveries) == (4, 2, 1)
    assert [one.customer for one in own.bought] == [mine[0]]
    assert own.came == mine[:2]


def test_shows_no_neighbour_and_no_total_of_the_business(dealer: Client) -> None:
    neighbour = Customer.objects.filter(unit__code="D2").earliest("pk")
    sell(neighbour, 1, "not mine")
    told = page(dealer)
    assert neighbour.full_name not in told
    assert "The five stages of the loop" not in told and "₩4.1" not in told


def test_offers_a_new_customer_first_and_tells_the_contract(dealer: Client) -> None:
    told = page(dealer)
    assert told.index('href="/customers/new/"') < told.index("My customers")
    assert "Processor" in told and "since Jan. 1, 2024" in told
    Contract.objects.all().delete()
    told = page(dealer)
    assert "Entry is closed" in told and 'href="/customers/new/"' not in told


def test_has_a_short_menu(dealer: Client) -> None:
    told = page(dealer)
    menu = told.partition('class="tabbar"')[2]
    assert [path for path in ("/customers/", "/map/", "/campaigns/", "/import/", "/privacy/", "/start/", "/messages/")
            if f'href="{path}"' in menu] == ["/customers/"]  # fmt: skip


def test_says_whom_it_showed(dealer: Client) -> None:
    page(dealer)
    told = [entry for path in spool.waiting() for entry, _end in spool.entries(path, 0, left=False)]
    mine = Customer.objects.filter(unit__code="D1").order_by("pk")
    assert set(told[-1].subjects) == {person.pk for person in mine[:2]}


def test_leaves_out_what_was_taken_back(dealer: Client) -> None:
    person = Customer.objects.filter(unit__code="D1").earliest("pk")
    wrong = sell(person, 2, "wrong")
    reverse(wrong, by=None, at=NOW)
    sell(person, 2, "right")
    assert [one.at for one in dealer.get("/").context["own"].bought] == [NOW - timedelta(days=2)]


def test_names_nobody_to_who_sees_all_customers_without_their_values(dealer: Client) -> None:
    dealer.force_login(staff(Role.AUDITOR))
    told = page(dealer)
    assert dealer.get("/").context["own"].customers == 8
    assert "정*은" not in told and "정다은" not in told and "Came lately" not in told
    assert 'href="/customers/new/"' not in told


def test_masks_names_for_an_auditor_of_a_region(dealer: Client) -> None:
    dealer.force_login(staff(Role.AUDITOR, "R1"))
    told = page(dealer)
    assert "정*은" in told and "정다은" not in told


def test_asks_the_store_the_same_number_of_times(dealer: Client) -> None:
    sell(Customer.objects.filter(unit__code="D1").earliest("pk"), 1, "first")
    page(dealer)  # the first page of a session writes down when it began
    few = _queries(dealer)
    for number, person in enumerate(Customer.objects.filter(unit__code="D1")):
        sell(person, 1, f"more {number}")
    assert _queries(dealer) == few <= 17


def _queries(client: Client) -> int:
    with CaptureQueriesContext(connection) as asked:
        page(client)
    return len(asked)
