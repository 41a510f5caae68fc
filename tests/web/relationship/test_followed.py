"""The page Did they move?: before, too early, and once a month has told; the profile; the same by the API."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest
from django.test import Client

from dangol.insight.relationship.counted_in import TRADE, USES
from dangol.insight.relationship.following.following_up import follow_up
from dangol.insight.relationship.models import Followed
from dangol.records.staff.roles import Role
from tests.insight.relationship.following.carried_out import carried_out, crowd, month, portfolio
from tests.records.staff.office import staff
from tests.web.api.shop import key, send
from tests.web.business import signed_in, summary

pytestmark = pytest.mark.django_db
ADDRESS = "/map/positioning/followed/"


def page(client: Client, address: str = ADDRESS) -> str:
    return re.sub(r"\s+", " ", client.get(address, headers={"accept-language": "en"}).content.decode())


def test_teaches_before_anything_was_carried_out(client: Client) -> None:
    told = page(signed_in(client))
    assert "Nothing is followed yet" in told
    assert "some are held out by lot" in told


def test_tells_page_profile_and_api_the_same(client: Client) -> None:
    valued = crowd()
    valued.summary = summary({})
    valued.save()
    portfolio(valued)
    sent = carried_out("gift", name="Gifts for C")
    client = signed_in(client)
    assert "No month has ended since" in page(client)
    for day, points in ((date(2026, 10, 1), 2.0), (date(2027, 1, 1), 12.0)):
        month(valued, day, treated={"value": points}, held_out={})
    follow_up()

    told = page(client)
    assert "It moves customers as meant" in told
    assert f'href="/campaigns/{sent.pk}/"' in told and "Gifts for C" in told
    assert "C → D: care for who gives more: 30" in told
    assert told.count(">too early<") == 1  # October, in the months; January stands

    token = key(staff(Role.ANALYST))
    (line,) = json.loads(send("GET", "/positioning/followed", token).content)
    assert line["treated"] + line["held_out"] == 30
    assert [one["early"] for one in line["months"]] == [True, False]
    assert line["months"][1]["treated"]["as_meant"] == line["treated"]
    assert line["months"][1]["more"]["low"] > 0

    one = Followed.objects.filter(treated=True).earliest("pk")
    (own,) = json.loads(send("GET", f"/customers/{one.customer_id}/followed", token).content)
    assert own["target"] == {"customer_value": 65.0, "customer_equity": 80.0}
    assert [round(each["customer_value"]) for each in own["later"]] == [27, 37]


def test_names_moves_as_uses_where_nothing_is_sold(client: Client) -> None:
    valued = crowd()
    portfolio(valued)
    carried_out("coupon")
    valued.summary = summary({}) | {TRADE: USES}
    valued.save()
    told = page(signed_in(client))
    assert "A → B: invite who gets more to use more: 30" in told
    assert "who gets more came to use more" in told
    assert "sell more" not in told and "buy more" not in told


def test_says_that_what_was_measured_by_other_scales_or_settings_cannot_be_followed_further(client: Client) -> None:
    valued = crowd()
    portfolio(valued)
    carried_out("gift")
    client = signed_in(client)
    assert "No month has ended since" in page(client)
    valued.parameters["tolerance"] = 25.0
    valued.save()
    told = page(client)
    assert "Scales or settings have changed since" in told
    assert "No month has ended since" not in told
