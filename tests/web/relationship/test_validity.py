"""The page Does the fair-value line hold?: what it says whichever way it falls; its pictures; the same by the API."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from dangol.insight.analysis.models import Run
from dangol.insight.relationship.validity.queries import last_validity
from dangol.records.staff.roles import Role
from dangol.web import clock
from tests.records.staff.office import staff
from tests.web.api.shop import key, send
from tests.web.business import NOW, signed_in
from tests.web.relationship.test_back_test import sells
from tests.web.relationship.validity_runs import validity_run

pytestmark = pytest.mark.django_db
ADDRESS = "/map/validity/"


def page(client: Client, address: str = ADDRESS, language: str = "en") -> str:
    text = client.get(address, headers={"accept-language": language}).content.decode()
    return re.sub(r"\s+", " ", text)


class TestPage:
    def test_teaches_before_anybody_has_asked(self, client: Client) -> None:
        assert "Nobody has tested the line yet" in page(signed_in(client))

    @pytest.mark.parametrize(
        ("effect", "answer"),
        [
            (0.3, "those further below the line leave more often"),
            (0.0, "It cannot be told that those below the line leave more often"),
            (-0.3, "those further below the line leave less often"),
        ],
    )
    def test_says_whichever_way_it_falls(self, client: Client, effect: float, answer: str) -> None:
        validity_run(NOW, effect=effect)
        told = page(signed_in(client))
        assert answer in told
        assert told.index(answer) < told.index("Ten points further below the line, leaving was")
        assert told.index("<table") < told.index("χ² =")  # for those who open the table, not among the sentences
        assert "So the answer hangs on what counts as leaving" not in told

    def test_says_so_where_stricter_rules_say_otherwise(self, client: Client) -> None:
        validity_run(NOW, effect=0.0, stricter=0.3)
        told = page(signed_in(client))
        assert "It cannot be told" in told
        assert told.count("it is otherwise:") == 2
        assert "So the answer hangs on what counts as leaving." in told

    def test_warns_where_value_is_spending_again(self, client: Client) -> None:
        validity_run(NOW, spending=0.93)
        assert "was spending again (rank correlation 0.93)" in page(signed_in(client))
        validity_run(NOW, spending=0.3)
        assert "was spending again" not in page(client)

    def test_says_that_too_little_is_known(self, client: Client) -> None:
        validity_run(NOW, size=40)
        told = page(signed_in(client))
        assert "Too little is known to tell whether the line foretells who leaves" in told
        assert "forty leavers are needed" in told
        assert not re.search(r"\bnan\b", told, re.IGNORECASE)

    def test_stands_beside_the_test_of_values(self, client: Client) -> None:
        told = page(signed_in(client), "/map/came-true/")
        assert f'href="{ADDRESS}"' in told
        assert 'href="/map/came-true/"' in page(client)

    @pytest.mark.parametrize(("chart", "rows"), [("hazards", 9), ("stability", 1), ("sensitivity", 10)])
    def test_gives_its_pictures_and_their_numbers_as_files(self, client: Client, chart: str, rows: int) -> None:
        run = validity_run(NOW)
        file = signed_in(client).get(f"{ADDRESS}{run.pk}/{chart}.svg")
        assert file.headers["Content-Type"] == "image/svg+xml"
        assert b"<svg" in file.content
        numbers = client.get(f"{ADDRESS}{run.pk}/{chart}.csv", headers={"accept-language": "en"}).content.decode()
        assert len(numbers.splitlines()) == rows + 1
        assert client.get(f"{ADDRESS}{run.pk}/nothing.svg").status_code == 404
        assert client.get(f"{ADDRESS}{run.pk}/{chart}.exe").status_code == 404
        assert client.get(f"{ADDRESS}{run.pk + 9}/{chart}.svg").status_code == 404

    def test_refuses_weeks_beyond_reason(self, client: Client) -> None:
        answer = signed_in(client).post(f"{ADDRESS}test/", {"weeks": "99"}, headers={"accept-language": "en"})
        assert answer.status_code == 422

    def test_speaks_korean(self, client: Client) -> None:
        validity_run(NOW, effect=0.3)
        assert "균형선보다 더 아래에 있는 고객이 더 자주 떠나요" in page(signed_in(client), language="ko")

    def test_is_a_question_of_insight(self, client: Client) -> None:
        validity_run(NOW, effect=0.3)
        told = page(signed_in(client), "/insight/")
        assert "Does the fair-value line hold?" in told
        assert "those further below the line leave more often." in told


class TestAsking:
    def test_tests_beside_the_pages_and_keeps_the_answer(self, client: Client) -> None:
        sells(clock.as_of())
        answer = signed_in(client).post(f"{ADDRESS}test/", {"weeks": ""}, headers={"accept-language": "en"})
        assert answer.status_code == 302
        found = last_validity()
        assert found is not None
        assert found.foretold.customers > 0
        assert Run.objects.get(kind="validity").finished_at is not None
        assert "Too little is known to tell whether the line foretells who leaves" in page(client)


class TestApi:
    def test_tells_the_same(self) -> None:
        validity_run(NOW, effect=0.3)
        told = send("GET", "/values/validity", key(staff(Role.OWNER))).json()
        assert told["answer"] == "worse"
        assert [one["times"] for one in told["rules"]] == [3.0, 4.0, 5.0]
        assert told["rules"][0]["distance"]["hazards"][0]["ratio"]["low"] > 1
        assert told["stability"]["moves"][0] == [90, 9, 1]
        assert told["sensitivity"]["draws"] == 200

    def test_says_that_nobody_has_asked(self) -> None:
        assert send("GET", "/values/validity", key(staff(Role.OWNER))).status_code == 404
