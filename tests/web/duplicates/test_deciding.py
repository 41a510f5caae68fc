"""The queue of customers who may be one, side by side, merged, told apart, taken back; households and organisations."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from dangol.insight.analysis.models import LikePair, ProposedPerson, Run, Score
from dangol.records.customers import own_pages
from dangol.records.customers.models import Customer, Membership, Merge, NeverSame
from dangol.records.customers.search import search
from dangol.records.ledger.models import Transaction
from dangol.records.permission.models import Consent, Suppression
from dangol.records.staff.access import queries as access
from dangol.records.staff.access import store
from dangol.records.staff.roles import Role
from dangol.web.duplicates.differing import Piece, pieces
from tests.records.staff.office import office, staff
from tests.web.business import NOW, business, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(settings: Any, tmp_path: Any) -> list[Customer]:
    settings.DANGOL_HOME, settings.DANGOL_KEYS = tmp_path, tmp_path / "keys.json"
    return business()


def proposed(*people: Customer, probability: float = 0.97) -> ProposedPerson:
    run = Run.objects.get_or_create(kind="duplicates", defaults={"as_of": NOW, "started_at": NOW, "finished_at": NOW})[
        0
    ]
    made = ProposedPerson.objects.create(run=run, size=len(people), probability=probability)
    for place, left in enumerate(people):
        for right in people[place + 1 :]:
            LikePair.objects.create(
                run=run, person=made, left=left, right=right, probability=probability,
                agreed={"name": "close", "phone": "other"},
            )  # fmt: skip
    return made


def changed() -> list[tuple[int, ...]]:
    store.seal()
    entries = [line.entry for line in access.every_line(access.Wanted())]
    return [tuple(sorted(one.subjects)) for one in entries if one.verb == "changed"]


class TestDiffering:
    def test_marks_a_slip_of_one_letter_apart_from_another_word(self) -> None:
        assert pieces("송말분", "송말반") == [Piece("송말"), Piece("분", "near")]
        assert pieces("김영희", "김철수") == [Piece("김"), Piece("영희", "far")]
        assert pieces("김영희", "") == [Piece("김영희")]


class TestQueue:
    def test_teaches_what_a_search_does_before_the_first(self, people: list[Customer], client: Client) -> None:
        with translation.override("en"):
            page = signed_in(client).get("/customers/duplicates/", headers={"Accept-Language": "en"})
        assert "Nobody has searched yet" in page.content.decode()

    def test_shows_the_surest_first_with_what_agrees(
        self, people: list[Customer], client: Client, django_assert_max_num_queries: Any
    ) -> None:
        proposed(people[0], people[2], probability=0.91)
        sure = proposed(people[4], people[6], probability=0.99)
        for number in (1, 3, 5):
            proposed(people[number], people[7], probability=0.9)
        signed_in(client).get("/customers/duplicates/")
        with django_assert_max_num_queries(60):
            page = client.get("/customers/duplicates/", headers={"Accept-Language": "en"})
        text = page.content.decode()
        assert page.context["current"].person == sure
        assert "Nearly the same" in text and 'class="far"' in text
        assert text.index(people[4].full_name) < text.index(people[0].full_name)

    def test_asks_as_much_about_few_who_were_taken_apart_as_about_many(
        self, people: list[Customer], client: Client
    ) -> None:
        run = proposed(people[0], people[2]).run
        asked = []
        for others in ([people[1]], people[3:8]):
            for other in others:
                left, right = sorted([people[0], other], key=lambda one: one.pk)
                LikePair.objects.create(run=run, left=left, right=right, probability=0.8, agreed={}, cut="family")
            signed_in(client).get("/customers/duplicates/")
            with CaptureQueriesContext(connection) as queries:
                page = client.get("/customers/duplicates/")
            asked.append((len(page.context["bridges"]), len(queries)))
        assert [found for found, _count in asked] == [1, 6]
        assert asked[0][1] == asked[1][1]

    def test_is_of_ones_own_customers_alone(self, people: list[Customer], client: Client) -> None:
        units = office()
        Customer.objects.filter(pk__in=[people[0].pk, people[2].pk]).update(unit=units["D1"])
        Customer.objects.filter(pk=people[4].pk).update(unit=units["D2"])
        mine = proposed(people[0], people[2])
        proposed(people[0], people[4])
        client.force_login(staff(Role.DEALER, "D1"))
        page = client.get("/customers/duplicates/")
        assert [one.person for one in page.context["listed"]] == [mine]
        assert page.context["count"] == 1


class TestSideBySide:
    def test_says_of_each_way_what_the_gate_says(self, people: list[Customer], client: Client) -> None:
        kept, gone = people[0], people[2]
        Consent.objects.filter(customer__in=[kept, gone]).delete()
        for one, channel, granted in ((kept, "sms", True), (kept, "email", False), (gone, "sms", True)):
            Consent.objects.create(
                customer=one, purpose="marketing", channel=channel, granted=granted, answered_at=NOW, how="web",
                evidence="x",
            )  # fmt: skip
        Suppression.objects.create(customer=gone, channel="dm", reason="x", since=NOW, until=NOW + timedelta(days=999))
        Customer.objects.filter(pk=kept.pk).update(place="서울 마포구", occupation="교사")
        Customer.objects.filter(pk=gone.pk).update(address="길 1", place="서울")
        proposed(kept, gone)
        side = signed_in(client).get("/customers/duplicates/").context["side"]
        facts = {person.pk: fact for person, fact in zip(side.people, side.facts, strict=True)}
        assert [(facts[one.pk].refused, facts[one.pk].agreed) for one in (kept, gone)] == [
            ({"email"}, {"sms"}), ({"dm"}, {"sms"}),
        ]  # fmt: skip
        assert not side.refuses
        stays = {line.field: cell.customer for line in side.lines for cell in line.cells if cell.stays}
        assert (stays["address"], stays["occupation"]) == (gone.pk, kept.pk)


class TestMerging:
    def test_merges_with_what_was_chosen_and_undoes_it_at_once(self, people: list[Customer], client: Client) -> None:
        kept, gone = people[0], people[2]
        person = proposed(kept, gone)
        sales = list(Transaction.objects.order_by("pk").values())
        sent = {
            "kept": kept.pk,
            "with": [kept.pk, gone.pk],
            "field-full_name": gone.pk,
            "next": "/customers/duplicates/",
        }
        answer = signed_in(client).post("/customers/duplicates/merge/", sent)
        made = Merge.objects.get()
        assert answer.headers["Location"] == "/customers/duplicates/"
        assert Customer.objects.get(pk=kept.pk).full_name == gone.full_name
        assert list(Transaction.objects.order_by("pk").values()) == sales
        assert changed() == [(kept.pk, gone.pk)]
        person.refresh_from_db()
        assert person.settled_at is not None
        client.post(f"/customers/duplicates/merges/{made.pk}/undo/")
        person.refresh_from_db()
        assert person.settled_at is None
        assert Customer.objects.get(pk=kept.pk).full_name == kept.full_name
        assert gone.identities.count() == 1

    def test_leads_old_addresses_and_links_to_whoever_stands_for_them(
        self, people: list[Customer], client: Client
    ) -> None:
        kept, gone = people[0], people[2]
        link = own_pages.link_to(own_pages.WISHES, gone, at=NOW)
        signed_in(client).post("/customers/duplicates/merge/", {"kept": kept.pk, "with": [kept.pk, gone.pk]})
        moved = client.get(f"/customers/{gone.pk}/")
        assert (moved.status_code, moved.headers["Location"]) == (302, f"/customers/{kept.pk}/")
        token = link.rstrip("/").rsplit("/", 1)[1]
        assert own_pages.opened(token, own_pages.WISHES, at=NOW).customer == kept
        found = search(gone.full_name, among=Customer.objects.known(), limit=5).hits
        assert [one.customer for one in found] == [kept.pk]
        assert not Score.objects.filter(customer=gone).exists()
        page = client.get(f"/customers/{kept.pk}/", headers={"Accept-Language": "en"}).content.decode()
        assert "Merged from" in page and "T00002" in page

    def test_takes_along_whom_is_ticked_and_nobody_who_is_not(self, people: list[Customer], client: Client) -> None:
        first, second, third = people[0], people[2], people[4]
        person = proposed(first, second, third)
        signed_in(client).post("/customers/duplicates/merge/", {"kept": first.pk, "with": [first.pk, second.pk]})
        assert Customer.objects.get(pk=third.pk).merged_into is None
        person.refresh_from_db()
        assert person.settled_at is None
        page = client.get("/customers/duplicates/")
        assert {one.pk for one in page.context["current"].people} == {first.pk, third.pk}

    def test_does_nothing_where_nobody_is_chosen_or_seen(self, people: list[Customer], client: Client) -> None:
        signed_in(client).post("/customers/duplicates/merge/", {"kept": people[0].pk, "with": [people[0].pk]})
        client.post("/customers/duplicates/merge/", {"kept": "x", "with": ["999999", "x"]})
        assert not Merge.objects.exists()


class TestApart:
    def test_is_never_proposed_again_until_taken_back(self, people: list[Customer], client: Client) -> None:
        person = proposed(people[0], people[2])
        signed_in(client).post("/customers/duplicates/apart/", {"with": [people[0].pk, people[2].pk]})
        said = NeverSame.objects.get()
        person.refresh_from_db()
        assert person.settled_at is not None and said.by is not None
        client.post("/customers/duplicates/merge/", {"kept": people[0].pk, "with": [people[0].pk, people[2].pk]})
        assert not Merge.objects.exists()
        client.post(f"/customers/duplicates/apart/{said.pk}/back/")
        person.refresh_from_db()
        said.refresh_from_db()
        assert person.settled_at is None and said.ended_at is not None


class TestLiving:
    def test_shows_who_lives_together_and_what_they_buy(self, people: list[Customer], client: Client) -> None:
        address = f"/customers/{people[0].pk}/household/"
        signed_in(client).post(address, {"what": "in", "other": people[2].pk})
        client.post(address, {"what": "name", "name": "연남동 최씨네"})
        page = client.get(address)
        assert {one.pk for one in page.context["members"]} == {people[0].pk, people[2].pk, people[7].pk}
        assert page.context["bought"]["n"] == 6
        assert page.context["goods"][0]["people"] == 3
        client.post(address, {"what": "out", "other": people[2].pk})
        assert Customer.objects.get(pk=people[2].pk).household is None
        assert people[2].corrections.count() == 2

    def test_proposes_whoever_shares_a_number_and_puts_nobody_in(self, people: list[Customer], client: Client) -> None:
        point = people[4].contact_points.get()
        people[2].contact_points.update(value=point.value, tail=point.tail)
        page = signed_in(client).get(f"/customers/{people[2].pk}/household/")
        assert page.context["suggested"] == [people[4]]
        assert Customer.objects.get(pk=people[4].pk).household is None

    def test_checks_the_number_of_an_organisation_and_finds_it_by_it(
        self, people: list[Customer], client: Client
    ) -> None:
        address = f"/customers/{people[4].pk}/contacts/"
        signed_in(client).post(address, {"what": "organisation", "number": "123-45-67890"})
        assert Customer.objects.get(pk=people[4].pk).kind == "person"
        client.post(address, {"what": "organisation", "number": "1234567891"})
        client.post(address, {"what": "contact", "other": people[5].pk, "role": "구매"})
        assert Membership.objects.get().person == people[5]
        found = search("123-45-67891", among=Customer.objects.known(), limit=5)
        assert [hit.customer for hit in found.hits] == [people[4].pk]
        assert people[5].full_name in client.get(f"/customers/{people[4].pk}/").content.decode()
