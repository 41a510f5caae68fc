"""The profile: both values and how they came about, how to reach the person, what happened so far."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dangol.insight.analysis.models import Score
from dangol.records.customers.models import Customer, Identity
from dangol.records.ledger.models import Assignment, Interaction, Transaction
from dangol.records.permission.models import Suppression
from dangol.records.staff.models import User
from dangol.web.customers import timeline
from tests.web.business import NOW, business, campaign, signed_in

pytestmark = pytest.mark.django_db


def profile(client: Client, customer: Customer, query: str = "") -> str:
    answer = client.get(f"/customers/{customer.pk}/{query}", headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    return answer.content.decode()


class TestProfile:
    def test_shows_both_values_and_their_parts(self, client: Client) -> None:
        page = profile(signed_in(client), business()[0])
        for words in ("Gives us more than they get", "79 points apart, 15 allowed", "₩14,200 a year", "₩39,800 a year",
                      "0.34", "0.71", "₩1.29M", "rank 81", "Measured", "Estimated"):  # fmt: skip
            assert words in page

    def test_says_what_is_not_known(self, client: Client) -> None:
        page = profile(signed_in(client), business()[3])
        assert "What the customer gets is not known yet" in page
        assert "Value to the customer: not known yet" in page

    def test_says_which_side_is_not_known(self, client: Client) -> None:
        placed, unasked = business()[2:4]
        Score.objects.filter(name="customer_equity").delete()
        Score.objects.filter(name="region").update(text="unknown", value=None)
        assert "What we get back is not known yet" in profile(signed_in(client), placed)
        assert "Neither side is known yet" in profile(client, unasked)

    def test_stands_before_anybody_is_valued(self, client: Client) -> None:
        alone = Customer.objects.create(registered_at=NOW)
        page = profile(signed_in(client), alone)
        assert f"Customer {alone.pk}" in page
        assert "Not valued yet" in page
        assert "Nothing has happened yet." in page

    def test_tells_what_the_year_was_made_of(self, client: Client) -> None:
        page = profile(signed_in(client), business()[0])
        assert "discounts ₩1,200" in page
        assert "12 minutes of their time" in page

    def test_shows_numbers_and_names_as_the_role_needs_them(self, client: Client) -> None:
        person = business()[0]
        assert "010-5550-0000" in profile(signed_in(client), person)
        client.force_login(User.objects.create(username="analyst", role=User.Role.ANALYST))
        page = profile(client, person)
        assert "010-****-0000" in page and "정*은" in page
        assert "5550-0000" not in page and "정다은" not in page

    def test_says_whether_advertising_may_be_sent(self, client: Client) -> None:
        refused, agreed = business()[:2]
        assert "Refused" in profile(signed_in(client), refused)
        assert "May be sent advertising" in profile(client, agreed)
        Suppression.objects.create(customer=agreed, reason="asked us", since=NOW - timedelta(days=9))
        assert "Do not contact" in profile(client, agreed)

    def test_shows_who_lives_there_too(self, client: Client) -> None:
        customers = business()
        page = profile(signed_in(client), customers[0])
        assert "In the same household" in page
        assert f'href="/customers/{customers[7].pk}/"' in page

    def test_counts_from_the_first_purchase_where_that_was_earlier(self, client: Client) -> None:
        first = business()[0]
        assert "Since September 2024" in profile(signed_in(client), first)
        Customer.objects.filter(pk=first.pk).update(registered_at=NOW)
        assert "Since October 2026" in profile(client, first)

    def test_of_nobody_is_not_there(self, client: Client) -> None:
        for number in (999_999, 10**30):
            assert signed_in(client).get(f"/customers/{number}/").status_code == 404

    def test_asks_the_store_the_same_number_of_times(self, client: Client) -> None:
        first = business()[0]
        campaign()
        signed_in(client).get("/customers/")  # the first page of a session writes down when it began
        few = _queries(client, first)
        identity = Identity.objects.get(customer=first)
        for number in range(30):
            Transaction.objects.create(
                identity=identity, source="more", receipt=str(number), at=NOW - timedelta(days=number), amount=1,
                currency="KRW",
            )  # fmt: skip
        # 31, and what a card shows besides: numbers, contacts, merges, loans, subscriptions, feedback; what tells their
        # tastes, how the relationship went, what they need, what is on its way and what was, what they usually buy,
        # what is to be done for them, and which imports all of it came from.
        assert _queries(client, first) == few <= 45


@pytest.mark.store
class TestHistory:
    def test_tells_purchases_talks_answers_and_campaigns(self, client: Client) -> None:
        customers = business()
        campaign()
        signed_in(client)
        page = profile(client, customers[2])
        for words in ("저지방 우유 900mL and 1 more", "₩13,400", "₩600 off", "Complained", "이번 달만 세 번째예요.",
                      "Answered the survey “가을 설문”", "Trust 2 of 5",
                      "Was sent “가을 감사 편지”", "(광고) 남궁민서님"):  # fmt: skip
            assert words in page

    def test_says_why_a_campaign_did_not_come(self, client: Client) -> None:
        customers = business()
        campaign()
        signed_in(client)
        assert "Not sent: held out to measure the effect." in profile(client, customers[0])
        assert "Not sent: was never asked for consent to advertising." in profile(client, customers[1])

    def test_says_which_campaign_was_answered_and_leads_to_ours(self, client: Client) -> None:
        person, ours = business()[0], campaign("가을 전단")
        identity = Identity.objects.get(customer=person)
        named = (ours.name, ours.source_ref, str(ours.pk), "2026 맘스페어", "999")
        for number, name in enumerate(named):
            Interaction.objects.create(
                identity=identity, source_ref=f"file:{number}", kind="response", direction="in", campaign=name,
                at=NOW - timedelta(days=3, minutes=number),
            )  # fmt: skip
        page = profile(signed_in(client), person)
        link = f'<a class="link" href="/campaigns/{ours.pk}/">Answers “가을 전단”</a>'
        assert page.count(link) == 3
        assert "<small>Answers “2026 맘스페어”</small>" in page and "<small>Answers “999”</small>" in page
        # The number alone may be one of somebody else's, where the person was not drawn for ours.
        Assignment.objects.all().delete()
        assert profile(client, person).count(link) == 2
        entries = timeline.history(person.pk, wide=False).months[0][1]
        assert not any(entry.campaign for entry in entries)

    @pytest.mark.parametrize(
        ("show", "there", "absent"),
        [
            ("purchases", "저지방 우유", "Complained"),
            ("talks", "Complained", "저지방 우유"),
            ("campaigns", "Was sent", "Complained"),
        ],
    )
    def test_is_filtered(self, client: Client, show: str, there: str, absent: str) -> None:
        customers = business()
        campaign()
        part = signed_in(client).get(
            f"/customers/{customers[2].pk}/timeline/?show={show}", headers={"Accept-Language": "en"}
        )
        assert there in part.content.decode()
        assert absent not in part.content.decode()
        assert "<html" not in part.content.decode()

    def test_goes_back_page_by_page_and_skips_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        first = business()[0]
        identity = Identity.objects.get(customer=first)
        for number in range(23):  # three at each moment: a cut falls between equals
            Interaction.objects.create(
                identity=identity, source_ref=f"x{number}", kind="inquiry", direction="in",
                at=NOW - timedelta(days=100 + number // 3),
            )  # fmt: skip
        monkeypatch.setattr(timeline, "LENGTH", 5)
        seen, before = 0, None
        while True:
            page = timeline.history(first.pk, before=before)
            seen += sum(len(entries) for _, entries in page.months)
            if page.before is None:
                break
            assert before is None or page.before < before
            before = page.before
        assert seen == 23 + 2 + 1 + 1

    def test_marks_returns(self, client: Client) -> None:
        first = business()[0]
        Transaction.objects.create(
            identity=Identity.objects.get(customer=first),
            source="t",
            receipt="back",
            at=NOW,
            amount=-9000,
            currency="KRW",
        )
        page = profile(signed_in(client), first)
        assert "Returned: A purchase" in page
        assert "−₩9,000" in page

    def test_reads_no_time_that_is_none(self) -> None:
        assert timeline.read_time("") is None
        assert timeline.read_time("2026-11-22") is None
        assert timeline.read_time("2026-11-22T00:00:00+09:00") == NOW


class TestMessages:
    def test_show_what_would_have_left(self, client: Client) -> None:
        business()
        campaign()
        page = signed_in(client).get("/messages/", headers={"Accept-Language": "en"}).content.decode()
        assert page.count('class="card letter"') == 6
        assert "(광고) 남궁민서님, 고맙습니다." in page
        assert "가을 감사 편지" in page
        assert "055500000" not in page

    def test_are_narrowed_to_one_campaign(self, client: Client) -> None:
        business()
        one, other = campaign("하나"), campaign("둘", measured=False)
        signed_in(client)
        assert client.get(f"/messages/?campaign={one.pk}").context["shown"].count == 6
        assert client.get("/messages/").context["shown"].count == 12
        assert client.get(f"/messages/?campaign={other.pk + 99}").status_code == 404

    def test_come_a_page_at_a_time(self, client: Client) -> None:
        business(24)
        campaign()
        signed_in(client)
        assert len(client.get("/messages/").context["rows"]) == 20
        assert len(client.get("/messages/?page=2").context["rows"]) == 2

    def test_that_never_were_say_how_they_come_about(self, client: Client) -> None:
        assert (
            "Nothing was sent yet"
            in signed_in(client).get("/messages/", headers={"Accept-Language": "en"}).content.decode()
        )


def _queries(client: Client, customer: Customer) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(f"/customers/{customer.pk}/").status_code == 200
    return len(asked)
