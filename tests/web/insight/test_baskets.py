"""The page What is bought together, and what comes next: patterns in plain words, whom they are for, lists."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from dangol.insight.analysis.baskets import report, whom
from dangol.insight.analysis.baskets.report import Part
from dangol.insight.analysis.models import Run
from dangol.records.catalog.models import Product
from dangol.records.customers.models import Customer
from dangol.records.staff.access import queries as access
from dangol.records.staff.access import store
from dangol.records.staff.access.entries import Verb
from dangol.records.staff.roles import Role
from dangol.web.insight.baskets import words
from tests.records.staff.office import office, staff
from tests.web.business import NOW, business, signed_in
from tests.web.insight.patterns import everybody_hears, pattern, patterns

pytestmark = pytest.mark.django_db
WHY = {"reason": "letters about bread", "kind": "csv"}


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> Path:
    """Return a home of the test's own, without a warehouse."""
    settings.DANGOL_HOME, settings.DANGOL_LAKE = tmp_path, tmp_path / "lake"
    settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}
    return tmp_path


def page(client: Client, address: str = "/insight/baskets/") -> str:
    with translation.override("en"):
        return client.get(address, headers={"accept-language": "en"}).content.decode()


def of(run: Run, rest: str = "together/0/") -> str:
    return f"/insight/baskets/{run.pk}/{rest}"


class TestPage:
    def test_teaches_before_anybody_has_looked(self, client: Client) -> None:
        shown = page(signed_in(client))
        assert "Nobody has looked yet" in shown
        assert "import sales with a product in each row" in shown

    def test_says_what_goes_together_in_plain_words(self, client: Client) -> None:
        patterns(at=NOW)
        shown = page(signed_in(client))
        assert "Of 100 baskets with the first, 41 hold the second, too (37 to 46)." in shown
        assert "1.8 times" in shown
        assert "1.5 to 2.2" in shown

    def test_shows_the_surer_way_alone(self, client: Client) -> None:
        patterns(at=NOW)
        shown = page(signed_in(client))
        assert shown.count("Who should hear of it<") == 1 + 1  # the heading of the column, and one row
        assert "23 hold the second" not in shown

    def test_says_what_is_not_shown_and_why(self, client: Client) -> None:
        patterns(at=NOW)
        shown = page(signed_in(client))
        assert "120 patterns could have come" in shown
        assert "fewer than 5 baskets" in shown
        assert "7 of them are not shown, because they may be chance." in shown
        assert "1 says no more than a shorter one" in shown

    def test_says_what_comes_next_and_what_has_no_upper_end(self, client: Client) -> None:
        milk, bread = (Product.objects.create(code=code, name=code) for code in ("milk", "bread"))
        told = asdict(Part((pattern(milk.pk, bread.pk, lift=None, share=0.031),), 300, 5, 50, 1, 1))
        told["patterns"] = [{**row, "because": list(row["because"])} for row in told["patterns"]]
        patterns(at=NOW, following=told)
        shown = page(signed_in(client))
        assert "Of 100 customers who bought the first, 3.1 bought the second within 60 days" in shown
        assert "hardly ever otherwise" in shown
        assert "at least 9.0" in shown

    def test_says_where_nothing_can_be_said_of_what_comes_next(self, client: Client) -> None:
        patterns(at=NOW)
        assert "nobody was watched for 60 days" in page(signed_in(client))

    def test_tells_who_asked_when_of_which_data(self, client: Client) -> None:
        owner = staff(Role.OWNER)
        run = patterns(at=NOW)
        run.parameters["by"] = owner.pk
        run.save()
        client.force_login(owner)
        shown = page(client)
        assert f"Asked by {owner} (" in shown
        assert "Data v000001" in shown

    def test_tells_products_of_the_same_name_apart_by_their_code(self) -> None:
        one, two = (Product.objects.create(code=code, name="Bread") for code in ("b1", "b2"))
        assert words.product_names([one.pk, two.pk, 9999]) == {
            one.pk: "Bread (b1)", two.pk: "Bread (b2)", 9999: "#9999"
        }  # fmt: skip

    def test_stands_on_the_index_with_the_strongest_pattern(self, client: Client) -> None:
        assert "Not asked yet" in page(signed_in(client), "/insight/")
        patterns(at=NOW)
        assert "are bought together most of all beyond chance: 1.8 times as often." in page(client, "/insight/")


class TestLooking:
    def test_is_done_beside_the_page_for_whoever_asked(self, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        asked: list[Any] = []

        def look(**told: Any) -> report.Report:
            asked.append(told["by"])
            return report.report_of(patterns(at=NOW))

        monkeypatch.setattr(report, "look", look)
        owner = staff(Role.OWNER)
        client.force_login(owner)
        assert client.post("/insight/baskets/find/").headers["Location"] == "/insight/baskets/"
        assert asked == [owner]
        assert "Nobody has looked yet" not in page(client)

    def test_says_what_is_missing(self, client: Client) -> None:
        owner = signed_in(client)
        with translation.override("en"):
            owner.post("/insight/baskets/find/", headers={"accept-language": "en"})
        assert "There is no warehouse yet" in page(owner)


class TestWhom:
    def test_are_named_and_written_into_the_log(self, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        people, run = business(), patterns(at=NOW)
        everybody_hears(monkeypatch)
        shown = page(signed_in(client), of(run))
        assert people[0].full_name in shown
        store.seal()
        seen = next(line.entry for line in access.every_line(access.Wanted()) if line.entry.verb == Verb.SAW)
        assert set(seen.subjects) == {one.pk for one in people}
        assert seen.page == "insight_baskets_whom"

    def test_are_masked_for_those_who_do_not_work_with_people(
        self, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        people, run = business(), patterns(at=NOW)
        everybody_hears(monkeypatch)
        office()
        client.force_login(staff(Role.MARKETER))
        assert people[0].full_name not in page(client, of(run))

    def test_are_as_many_as_are_named_and_more(self, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        business()
        run = patterns(at=NOW)
        everybody_hears(monkeypatch)
        monkeypatch.setattr("dangol.web.insight.baskets.views.NAMED", 5)
        assert "and 3 more" in page(signed_in(client), of(run))

    def test_that_are_none_are_explained(self, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        run = patterns(at=NOW)
        monkeypatch.setattr(whom, "hearers", lambda *_, **__: [])
        assert "Nobody at the moment" in page(signed_in(client), of(run))

    @pytest.mark.parametrize("rest", ["together/2/", "following/0/", "nothing/0/"])
    def test_of_no_pattern_are_not_there(self, client: Client, rest: str) -> None:
        run = patterns(at=NOW)
        assert signed_in(client).get(of(run, rest)).status_code == 404
        other = Run.objects.create(kind="relationship", as_of=NOW, started_at=NOW, finished_at=NOW)
        assert client.get(of(other)).status_code == 404

    @pytest.mark.parametrize("rest", ["together/0/", "together/0/list/", "list/"])
    def test_cannot_be_told_without_a_warehouse(self, client: Client, rest: str) -> None:
        run, owner = patterns(at=NOW), signed_in(client)
        answer = owner.get(of(run, rest), headers={"accept-language": "en"})
        assert answer.status_code == 409
        assert "There is no warehouse yet" in answer.content.decode()


class TestList:
    @pytest.mark.parametrize("rest", ["list/", "together/1/list/"])
    def test_says_what_to_propose_and_why(self, client: Client, monkeypatch: pytest.MonkeyPatch, rest: str) -> None:
        people, run = business(), patterns(at=NOW)
        everybody_hears(monkeypatch)
        owner = signed_in(client)
        assert "8" in page(owner, of(run, rest))
        answer = owner.post(of(run, rest), WHY, headers={"accept-language": "en"})
        lines = b"".join(answer).decode("utf-8-sig").splitlines()  # type: ignore[arg-type]
        numbers = [one.identities.get(scheme="customer").external_id for one in people]
        assert lines[0].startswith("Number in Dangol,Customer number,Name,What to propose,Kind of proposal,")
        proposed = {"list/": "식빵,Goes with it,저지방 우유 900mL,19.0", "together/1/list/": "우유"}[rest]
        assert proposed in lines[1]
        assert lines[1].startswith(f"{people[0].pk},{numbers[0]},{people[0].full_name},")
        assert "letters about bread" in lines[-1]
        store.seal()
        (taken,) = [line.entry for line in access.every_line(access.Wanted()) if line.entry.verb == Verb.TOOK]
        assert set(taken.subjects) == {one.pk for one in people}

    @pytest.mark.parametrize("rest", ["list/", "together/1/list/"])
    def test_counts_people_without_making_a_proposal_of_every_row(
        self, client: Client, monkeypatch: pytest.MonkeyPatch, rest: str
    ) -> None:
        business()
        run = patterns(at=NOW)
        everybody_hears(monkeypatch)

        def made(*_told: Any) -> None:
            raise AssertionError("a proposal was made")

        monkeypatch.setattr(whom, "Proposal", made)
        assert "8" in page(signed_in(client), of(run, rest))

    def test_is_asked_why_first(self, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        business()
        run = patterns(at=NOW)
        everybody_hears(monkeypatch)
        assert signed_in(client).post(of(run, "list/"), {"kind": "csv"}).status_code == 422
        assert Customer.objects.count() == 8
