"""From the card: sending somebody the way to their page, or showing it at the counter."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from dangol.contact.delivery.models import Displayed
from dangol.records.customers.models import Customer
from dangol.records.outbox.models import Message
from dangol.records.permission.actions import suppress
from dangol.records.permission.models import Consent
from dangol.records.permission.preferences import wish_language
from dangol.records.staff.access import spool
from dangol.records.staff.access.entries import Verb
from dangol.records.staff.models import User
from dangol.records.staff.roles import Role
from dangol.web import clock
from tests.web.public.conftest import somebody

pytestmark = [pytest.mark.django_db, pytest.mark.store]

LINK = re.compile(r"https://shop\.example(/my/\w+/[-\w]+/)")


@pytest.fixture
def agent(client: Client) -> Client:
    """Return the browser of somebody who answers customers."""
    client.force_login(User.objects.create(username="agent", role=Role.AGENT))
    return client


def press(browser: Client, person: Customer, **sent: str) -> Any:
    return browser.post(f"/customers/{person.pk}/link/", sent)


def link_in(text: str) -> str:
    found = LINK.search(text)
    assert found is not None
    return found[1]


class TestSend:
    @pytest.mark.parametrize(
        ("page", "kind"), [("consent", "informational"), ("wishes", "informational"), ("data", "service")]
    )
    def test_leaves_by_the_outbox_and_opens(self, agent: Client, person: Customer, page: str, kind: str) -> None:
        assert press(agent, person, page=page, send="shown_sms").status_code == 302
        assert Message.objects.get().kind == kind
        assert Client().get(link_in(Displayed.objects.get().text)).status_code == 200

    def test_is_written_in_the_language_that_was_wished(self, agent: Client, person: Customer) -> None:
        wish_language(person, language="en", by=None, at=clock.now())
        press(agent, person, page="wishes", send="shown_sms")
        assert "Here you choose" in Displayed.objects.get().text

    def test_does_not_ask_again_by_message_whoever_refused(self, agent: Client) -> None:
        refused = somebody("황보라", "+821055505678", agreed=False)
        assert press(agent, refused, page="consent", send="shown_sms").status_code == 422
        assert not Message.objects.exists()
        assert press(agent, refused, page="consent").status_code == 200

    def test_sends_nothing_on_our_own_account_to_whoever_wants_no_contact(
        self, agent: Client, person: Customer
    ) -> None:
        suppress(person, reason="asked", by=None, at=clock.now())
        assert press(agent, person, page="wishes", send="shown_sms").status_code == 422
        assert press(agent, person, page="data", send="shown_sms").status_code == 302

    def test_leaves_a_trace(self, agent: Client, person: Customer) -> None:
        press(agent, person, page="data", send="shown_sms")
        spool.let_go()
        told = [one for path in spool.waiting() for one, _end in spool.entries(path, 0, left=True)]
        assert ("link: data", (person.pk,)) in [(one.reason, one.subjects) for one in told if one.verb == Verb.GRANTED]


class TestCounter:
    def test_shows_the_link_and_its_picture(self, agent: Client, person: Customer) -> None:
        page = press(agent, person, page="consent").content.decode()
        assert "<svg" in page and "style=" not in page
        assert Client().get(link_in(page)).status_code == 200
        assert not Message.objects.exists()

    def test_says_in_the_evidence_who_handed_it_out(self, agent: Client, person: Customer) -> None:
        Customer.objects.filter(pk=person.pk).update(birth_date=clock.now().date() - timedelta(days=9000))
        path = link_in(press(agent, person, page="wishes").content.decode())
        Client().post(path, {"do": "stop:sms"})
        by = User.objects.get(username="agent").pk
        assert Consent.objects.filter(customer=person).latest("pk").evidence.endswith(f"link handed out by user {by}")


def test_the_card_leads_there(agent: Client, person: Customer) -> None:
    assert f'href="/customers/{person.pk}/link/"' in agent.get(f"/customers/{person.pk}/").content.decode()


@pytest.mark.parametrize("role", [Role.MARKETER, Role.ANALYST, Role.AUDITOR])
def test_others_of_the_staff_hand_no_link_out(client: Client, person: Customer, role: Role) -> None:
    client.force_login(User.objects.create(username=role.value, role=role))
    assert press(client, person, page="consent").status_code == 403
    assert f"/customers/{person.pk}/link/" not in client.get(f"/customers/{person.pk}/").content.decode()
