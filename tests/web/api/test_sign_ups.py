"""Sign-ups by the API: how many questions a list asks, what the log says, and what is set of the form."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dangol.contact.intake import signing_up
from dangol.contact.intake.joining import Came
from dangol.contact.intake.models import SignUp
from dangol.contact.intake.signing_up import Answer
from dangol.records.customers.entering import Details
from dangol.records.customers.models import Customer
from dangol.records.permission.texts import current_text, ensure_texts
from dangol.records.staff.access import queries as access
from dangol.records.staff.access import store
from dangol.records.staff.models import Contract, Unit
from dangol.records.staff.roles import Role
from dangol.web import clock
from tests.records.staff.office import staff
from tests.web.api.shop import Shop, key, send

pytestmark = pytest.mark.django_db


def signed_up(number: int, *, unit: Unit | None = None) -> SignUp:
    ensure_texts(at=clock.now() - timedelta(days=9))
    text = current_text("collection", language="ko")
    assert text is not None
    return signing_up.sign_up(
        Details(full_name=f"김새봄{number}", mobile=f"+8210000000{number:02}"), [Answer(text, "", True)],
        came=Came(unit=unit), mark=f"n{number}", receipt=f"ABCD-22{number:02}", language="ko", place="", at=clock.now(),
    )  # fmt: skip


def reasons() -> list[str]:
    """What the log gives for a reason of programs, the newest first."""
    store.seal()
    told = [line.entry for line in access.every_line(access.Wanted()) if line.entry.page.startswith("api")]
    return [entry.reason for entry in told if entry.reason]


class TestList:
    @pytest.mark.parametrize("show", ["waiting", "turned"])
    def test_asks_as_much_of_many_as_of_few(self, here: Shop, show: str) -> None:
        owner, token = staff(Role.OWNER), key(staff(Role.OWNER))
        asked = []
        for numbers in (range(2), range(2, 12)):
            for number in numbers:
                one = signed_up(number)
                if show == "turned":
                    signing_up.turn_away(one, by=owner, at=clock.now())
            with CaptureQueriesContext(connection) as caught:
                told = send("GET", "/sign-ups", token, show=show).json()
            asked.append(len(caught))
        assert asked[0] == asked[1]
        assert {one["state"] for one in told if one["full_name"] != here.mine.full_name} == {
            "turned_away" if show == "turned" else ""
        }
        assert told[0]["answers"] == [{"text": "collection-ko-1", "channel": "", "granted": True}]

    def test_goes_further_back(self, here: Shop) -> None:
        token, rows = key(staff(Role.OWNER)), [signed_up(number).pk for number in range(3)]
        told = [one["id"] for one in send("GET", "/sign-ups", token).json()]
        assert told[:3] == rows[::-1]
        assert send("GET", "/sign-ups", token, before=rows[1]).json()[0]["id"] == rows[0]


class TestScope:
    def test_hides_who_became_the_customer_of_another_unit(self, here: Shop) -> None:
        owner, units = staff(Role.OWNER), {unit.code: unit for unit in Unit.objects.all()}
        one = signed_up(1, unit=units["D1"])
        made = signing_up.take_in(one, who=None, another=True, among=Customer.objects.known(), by=owner, at=clock.now())
        Customer.objects.filter(pk=made.pk).update(unit=units["D2"])
        token = key(staff(Role.DEALER, "D1"))
        assert one.full_name not in send("GET", "/sign-ups", token, show="taken").content.decode()
        assert send("GET", f"/sign-ups/{one.pk}", token).status_code == 404

    def test_keeps_from_a_dealer_without_a_contract_who_waits(self, here: Shop) -> None:
        one, token = signed_up(1, unit=Unit.objects.get(code="D1")), key(staff(Role.DEALER, "D1"))
        Contract.objects.update(ends_on=clock.today() - timedelta(days=1))
        assert send("GET", "/sign-ups", token).json() == []
        assert send("GET", f"/sign-ups/{one.pk}", token).status_code == 404


class TestLog:
    def test_names_the_receipt_of_everything_done_with_a_sign_up(self, here: Shop) -> None:
        token = key(staff(Role.OWNER))
        one = signed_up(1)
        send("GET", f"/sign-ups/{one.pk}", token)
        for deed in ("turn-away", "back"):
            assert send("POST", f"/sign-ups/{one.pk}/{deed}", token).status_code == 200
        assert send("DELETE", f"/sign-ups/{one.pk}", token).status_code == 200
        told = reasons()
        assert len(told) == 4 and all("ABCD-2201" in reason for reason in told) and len({*told}) == 4

    def test_says_what_was_set_of_the_form_and_nothing_where_nothing_was(self, here: Shop) -> None:
        token = key(staff(Role.OWNER))
        told: dict[str, Any] = {"is_open": True, "asks": ["gender"]}
        for _time in range(2):
            send("PUT", "/sign-up-form", token, told)
            send("POST", "/sign-up-form/ways", token, {"medium": "flyer", "came_by": "가을 전단"})
        send("PUT", "/sign-up-form", token, {"is_open": False, "asks": []})
        shut, way, opened = reasons()
        assert "가을 전단" in way and shut != opened
