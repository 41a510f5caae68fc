"""The page Expectation, its row on Today, and the same for programs."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from dangol.insight.relationship.models import Parts
from dangol.records.staff.models import User
from dangol.records.staff.roles import Role
from tests.web.api.shop import key, send
from tests.web.business import business, signed_in
from tests.web.relationship.value_runs import expectation_told

pytestmark = pytest.mark.django_db


def page(client: Client, path: str = "/map/expectation/") -> str:
    answer = signed_in(client).get(path, headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    return answer.content.decode()


def test_teaches_while_nothing_is_known(client: Client) -> None:
    business()
    assert "Nothing is known of it yet" in page(client)
    assert "See who and why" not in page(client, "/")


def test_lists_the_best_below_with_reasons_the_most_valuable_first(client: Client) -> None:
    people = business()
    run = expectation_told()
    told = page(client)
    assert "8 of the 8 best customers get less than they expect." in told
    assert "Survey: −50 of 100 against what was expected" in told
    assert "2 returns" in told
    worth = dict(Parts.objects.filter(run=run).values_list("customer", "equity"))
    names = [one.full_name for one in sorted(people, key=lambda one: (-worth[one.pk], one.pk))]
    places = [told.index(f"/customers/{one.pk}/") for one in sorted(people, key=lambda one: (-worth[one.pk], one.pk))]
    assert names
    assert places == sorted(places)


def test_tells_which_excluded_complain_more_than_chance(client: Client) -> None:
    business()
    expectation_told()
    told = page(client)
    assert "These complained more than those who got it, beyond chance: Left out by the cap on messages." in told
    assert "More than chance" in told
    assert "See 8 who complained after being left out" in told
    assert "Complained after being left out" in page(client, "/customers/?left_out=complained")


def test_a_valuation_of_before_says_how_to_have_counted_who_complained_after_being_left_out(client: Client) -> None:
    business()
    run = expectation_told()
    del run.summary["expectation"]["left_out"]
    run.save()
    told = page(client)
    assert "is not counted yet" in told and 'action="/map/settings/now/"' in told
    client.force_login(User.objects.create_user("marketer", role=Role.MARKETER))
    told = client.get("/map/expectation/", headers={"Accept-Language": "en"}).content.decode()
    assert "dangol relationship" in told and 'action="/map/settings/now/"' not in told


def test_today_leads_there(client: Client) -> None:
    business()
    expectation_told()
    told = page(client, "/")
    assert "8 of the best customers get less than they expect" in told
    assert 'href="/map/expectation/"' in told


def test_a_list_can_be_cut_by_it(client: Client) -> None:
    business()
    expectation_told()
    assert "One of the best, below expectation" in page(client, "/customers/?expectation=best_below")


def test_programs_read_the_same(client: Client) -> None:
    business()
    expectation_told()
    page(client)
    told: Any = send("GET", "/expectation", key(User.objects.get(role=Role.OWNER))).json()
    assert (told["counts"]["best_below"], told["left_out"], len(told["customers"])) == (8, 8, 8)
    assert told["customers"][0]["counted"] == {"returns": 2}
    assert [one["group"] for one in told["excluded"] if one["surely_more"]] == ["capped"]
