"""What the gate adds to every page behind it."""

from __future__ import annotations

import pytest
from django.test import Client

from dangol.insight.analysis.models import Run
from dangol.records.staff.models import User
from dangol.records.staff.roles import Role
from dangol.web.shell.taking_away import plain
from tests.records.staff.office import office, staff
from tests.web.business import business

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def agent() -> Client:
    """Return somebody signed in who works with people."""
    office()
    signed_in = Client()
    signed_in.force_login(staff(Role.AGENT))
    return signed_in


class TestPages:
    @pytest.mark.parametrize(
        "path", ["/customers/", "/customers/{}/", "/customers/{}/timeline/", "/customers/{}/consents/", "/", "/map/"]
    )
    def test_are_kept_by_no_browser_and_nothing_between(self, agent: Client, path: str) -> None:
        answer = agent.get(path.format(business()[0].pk))
        assert answer.status_code == 200
        assert "no-store" in answer.headers["Cache-Control"]
        assert "private" in answer.headers["Cache-Control"]

    def test_are_not_kept_where_they_refuse_either(self, agent: Client) -> None:
        answer = agent.get("/staff/")
        assert (answer.status_code, answer.headers["Cache-Control"]) == (403, "no-store, private")

    def test_keep_what_a_view_says_of_itself(self, agent: Client) -> None:
        business()
        drawn = agent.get(f"/map/{Run.objects.get().pk}/spec.json")
        assert drawn.status_code == 200
        assert "max-age=3600" in drawn.headers["Cache-Control"]


class TestRole:
    def test_that_is_lowered_holds_from_the_next_page_on(self, agent: Client) -> None:
        person = business()[0]
        assert agent.get(f"/customers/{person.pk}/consents/").status_code == 200
        User.objects.filter(role=Role.AGENT).update(role=Role.ANALYST)
        assert agent.get(f"/customers/{person.pk}/consents/").status_code == 403
        assert person.full_name not in agent.get(f"/customers/{person.pk}/").content.decode()
        User.objects.filter(role=Role.ANALYST).update(is_active=False)
        assert agent.get("/customers/").status_code == 302


class TestUnit:
    @pytest.mark.parametrize(
        ("role", "path"), [(Role.AUDITOR, "/privacy/hold/"), (Role.ANALYST, "/privacy/destructions/")]
    )
    def test_sees_nothing_that_knows_no_units(self, role: Role, path: str) -> None:
        office()
        for unit, status in ((None, 200), ("R1", 403)):
            signed_in = Client()
            signed_in.force_login(staff(role, unit))
            assert signed_in.get(path).status_code == status
            assert (path in signed_in.get("/privacy/").content.decode()) is (status == 200)


class TestPlain:
    @pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20"])
    def test_tells_a_spreadsheet_that_a_formula_is_text(self, sign: str) -> None:
        assert plain(f"{sign}cmd|' /C calc'!A0") == f"'{sign}cmd|' /C calc'!A0"

    @pytest.mark.parametrize("value", ["", "김단골", "010-1234-5678", -5, None, " ="])
    def test_leaves_everything_else(self, value: object) -> None:
        assert plain(value) == value
