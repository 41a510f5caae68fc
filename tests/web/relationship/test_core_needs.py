"""Share of need: what is said and what is measured on the profile, its page, the page of all, lists, and the API."""

from __future__ import annotations

import json
import re

import pytest
from django.test import Client

from dangol.insight.analysis.who_counts import shops_day
from dangol.insight.relationship.core.models import NeedShare
from dangol.records.catalog.models import Category
from dangol.records.staff.access import queries as access
from dangol.records.staff.access import store
from dangol.records.staff.models import User
from dangol.records.staff.roles import Role
from dangol.records.voices.models import StatedNeed
from tests.records.staff.office import staff
from tests.web.api.shop import key, send
from tests.web.business import NOW, business, signed_in
from tests.web.relationship.core_runs import core_run, need_of

pytestmark = pytest.mark.django_db
ADDRESS = "/map/core/need/"
SAID = {"category": "", "amount": "150000", "period": "month", "how": "talk", "on": shops_day(NOW).isoformat()}


def page(client: Client, address: str = ADDRESS) -> str:
    text = client.get(address, headers={"accept-language": "en"}).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


class TestCustomer:
    def test_says_nothing_is_known_before_anybody_asked(self, client: Client) -> None:
        person = business()[2]
        assert "Nobody has asked what they spend elsewhere" in page(signed_in(client), f"/customers/{person.pk}/")

    def test_keeps_what_they_say_and_shows_it_with_its_day_and_no_share_yet(self, client: Client) -> None:
        person, dairy = business()[2], Category.objects.create(name="유제품", path="식품 / 유제품")
        core_run(NOW)
        signed_in(client)
        answer = client.post(f"/customers/{person.pk}/needs/", {**SAID, "category": str(dairy.pk)})
        assert answer.status_code == 302
        said = StatedNeed.objects.get()
        assert (said.amount, said.period, said.how, said.category, said.identity.customer) == (
            150_000, "month", "talk", dairy, person,
        )  # fmt: skip
        for address in (f"/customers/{person.pk}/", f"/customers/{person.pk}/needs/"):
            told = page(client, address)
            assert "식품 › 유제품" in told
            assert "₩150,000 a month" in told
            assert "the share is worked out when core customers are looked for next" in told

    def test_shows_what_was_measured_apart_from_what_was_said(self, client: Client) -> None:
        person = business()[2]
        core_run(NOW)
        signed_in(client)
        need_of(person, User.objects.latest("pk"), at=NOW)
        told = page(client, f"/customers/{person.pk}/")
        assert re.search(r"₩100,000 a month +Said in conversation · .+ 10% with us", told), told
        assert "bought from us for ₩120,000 in 365 days" in told

    def test_says_why_a_share_cannot_be_told(self, client: Client) -> None:
        person = business()[2]
        core_run(NOW)
        signed_in(client)
        need_of(person, User.objects.latest("pk"), at=NOW)
        for state, why in (("stale", "said more than a year ago: ask again"), ("new", "with us for less than a month")):
            NeedShare.objects.update(state=state, share=None, room=None)
            told = page(client, f"/customers/{person.pk}/")
            assert why in told
            assert not re.search(r"\d% with us", told)
        NeedShare.objects.update(state="over", share=1.0, room=0)
        assert "more than was said: ask again" in page(client, f"/customers/{person.pk}/")

    def test_takes_it_back_and_keeps_it_on_record(self, client: Client) -> None:
        person = business()[2]
        core_run(NOW)
        signed_in(client)
        need = need_of(person, User.objects.latest("pk"), at=NOW)
        client.post(f"/customers/{person.pk}/needs/{need.pk}/back/")
        told = page(client, f"/customers/{person.pk}/needs/")
        assert "Nothing was said yet" in told
        assert "Taken back" in told and "₩100,000 a month" in told
        assert client.post(f"/customers/{person.pk + 1}/needs/{need.pk}/back/").status_code == 404

    @pytest.mark.parametrize("wrong", [
        {"amount": "0"}, {"amount": "x"}, {"amount": "1e9999999"}, {"amount": "1000000000001"}, {"category": "99"},
        {"period": "week"}, {"on": "2999-01-01"},
    ])  # fmt: skip
    def test_refuses_what_cannot_be_beside_its_field(self, client: Client, wrong: dict[str, str]) -> None:
        person = business()[2]
        answer = signed_in(client).post(f"/customers/{person.pk}/needs/", {**SAID, **wrong})
        assert answer.status_code == 422
        assert answer.content.decode().count('class="err"') == 1
        assert not StatedNeed.objects.exists()


class TestPage:
    def test_teaches_before_anything_is_known(self, client: Client) -> None:
        assert "Shares of need are not worked out yet" in page(signed_in(client))
        core_run(NOW, needs={"customers": 0, "told": 0, "share": None, "histogram": [0] * 11, "raises": 0, "about": []})
        assert "Nobody has said yet what they need" in page(client)
        assert "Nobody's need is guessed from others" in page(client).replace("&#x27;", "'")
        assert "is not known: nobody has said yet" in page(client, "/map/core/")

    def test_tells_share_room_and_whom_to_ask_and_notes_whom_was_seen(self, client: Client) -> None:
        people, _run = business(), core_run(NOW)
        signed_in(client)
        need_of(people[2], User.objects.latest("pk"), at=NOW)
        told = page(client)
        assert "6 told what they need, and cover 25% of it with you." in told
        assert "9 of 120 said what they need" in told
        assert "2 said it more than a year ago" in told
        assert "1 bought more than they said" in told
        assert "4 of 6 cover less than half of their need with you" not in told
        assert re.search(rf"{people[2].full_name}.+₩100,000 a month.+₩120,000.+10%", told)
        store.seal()
        seen = [line.entry for line in access.every_line(access.Wanted()) if line.entry.page == "core_need"]
        assert seen[0].subjects == (people[2].pk,)
        assert "6 told what they need" in page(client, "/map/core/")
        assert people[2].full_name in page(client, f"{ADDRESS}?about=0")

    def test_leads_to_the_list_of_those_to_raise(self, client: Client) -> None:
        people, _run = business(), core_run(NOW)
        signed_in(client)
        need_of(people[2], User.objects.latest("pk"), at=NOW)
        assert "/customers/?need_raise=0" in client.get(ADDRESS).content.decode()
        listed = client.get("/customers/?need_raise=0").content.decode()
        assert people[2].full_name in listed
        assert people[0].full_name not in listed

    def test_the_spread_can_be_taken_away(self, client: Client) -> None:
        run = core_run(NOW)
        signed_in(client)
        answer = client.get(f"/map/core/{run.pk}/need.csv?about=0", headers={"accept-language": "en"})
        assert answer.status_code == 200
        assert "over 100,1,16.666667" in answer.content.decode()
        assert client.get(f"/map/core/{run.pk}/need.svg").status_code == 200
        old = core_run(NOW, needs=None)
        assert client.get(f"/map/core/{old.pk}/need.svg").status_code == 404


class TestApi:
    def test_states_reads_and_takes_back(self) -> None:
        person, dairy = business()[2], Category.objects.create(name="유제품", path="식품 / 유제품")
        headers, address = key(staff(Role.OWNER)), f"/customers/{person.pk}/needs"
        said = {"category": dairy.path, "amount": 90_000, "period": "year", "how": "survey", "mark": "0" * 16}
        first = json.loads(send("POST", address, headers, said).content)["need"]
        assert json.loads(send("POST", address, headers, said).content)["need"] == first
        (told,) = json.loads(send("GET", address, headers).content)
        assert (told["category"], told["amount"], told["period"], told["share"]) == (dairy.path, 90_000, "year", None)
        assert send("POST", address, headers, {**said, "category": "빵"}).status_code == 422
        assert send("POST", address, headers, {**said, "amount": 10**15 + 1}).status_code == 422
        assert send("POST", f"{address}/{first}/back", headers).status_code == 200
        assert json.loads(send("GET", address, headers).content) == []

    def test_tells_shares_and_room(self) -> None:
        people, _run, owner = business(), core_run(NOW), staff(Role.OWNER)
        need_of(people[2], owner, at=NOW)
        headers = key(owner)
        told = json.loads(send("GET", "/core-customers/needs", headers).content)
        assert (told["share"], told["categories"][0]["raises"]) == (0.25, 2)
        (one,) = json.loads(send("GET", "/core-customers/needs/room", headers, category="").content)
        assert (one["customer"], one["room"], one["share"]) == (people[2].pk, 1_080_000, 0.1)
        assert json.loads(send("GET", "/core-customers/needs/room", headers, category="빵").content) == []
