"""Data inventory: what is kept and why, what nobody uses, what is missing; and the notice to hand to a lawyer."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from dangol.records.customers import attributes
from dangol.records.customers.fields import FIELDS, Basis
from dangol.records.customers.filling import count_fields
from dangol.records.customers.models import Customer, FieldCount, FieldUse, StatedAttribute
from dangol.records.customers.using import Use, used
from dangol.records.rights import hold, keeping_rules
from dangol.records.staff.access import spool, store
from dangol.records.staff.access.entries import Entry
from dangol.records.staff.models import Contract
from dangol.records.staff.roles import Role
from dangol.web.privacy import inventory_items
from dangol.web.privacy.inventory_items import ENDS, inventory, term
from dangol.web.start import work
from dangol.web.start.counting import count_items
from tests.records.staff.office import office, staff
from tests.web.business import NOW, business, signed_in

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> Path:
    """Return a home of the test's own."""
    settings.DANGOL_HOME = tmp_path
    settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}
    return tmp_path


@pytest.fixture
def people() -> list[Customer]:
    """Return a small business whose customers have a detail that nobody spoke of."""
    customers = business()
    Customer.objects.update(attributes={"hobby": "등산"}, gender="f")
    return customers


def page(client: Client, path: str = "/privacy/inventory/", language: str = "en") -> str:
    answer = signed_in(client).get(path, headers={"Accept-Language": language})
    assert answer.status_code == 200
    return answer.content.decode()


def part(text: str, begin: str, end: str) -> str:
    return text.partition(begin)[2].partition(end)[0]


class TestPage:
    @pytest.mark.store
    def test_shows_every_item_with_purpose_ground_and_term(self, client: Client, people: list[Customer]) -> None:
        text = page(client)
        for item in FIELDS.values():
            if not item.apart:
                assert str(item.label) in text
                assert str(item.purpose).replace("'", "&#x27;") in text
        assert "5 years after the last contact, then 5 years apart by law" in text
        assert "Not counted yet" in text

    def test_tells_numbers_as_text_beside_the_bar(self, client: Client, people: list[Customer]) -> None:
        Customer.objects.filter(pk=people[0].pk).update(gender="")
        count_fields(at=NOW)
        row = part(page(client), "<b>Gender</b>", "</tr>")
        assert '<rect class="fg" width="88" height="6"/>' in row
        assert "88%" in row
        assert "7 of 8" in row

    def test_divides_them_by_what_they_are_of_for_and_by_the_customer(
        self, client: Client, people: list[Customer]
    ) -> None:
        text = page(client)
        of, for_, by = (text.index(f"<caption>{side} the customer") for side in ("Of", "For", "By"))
        assert of < text.index("<b>Date of birth</b>") < for_ < text.index("<b>Discounts received</b>") < by
        assert by < text.index("<b>Answers to surveys</b>")

    def test_says_which_score_an_item_feeds(self, client: Client, people: list[Customer]) -> None:
        text = page(client)
        assert "Value to the customer" in part(text, "<b>Answers to surveys</b>", "</td>")
        assert "Value to the company" in part(text, "<b>Purchases</b>", "</td>")
        assert "Value to" not in part(text, "<b>Gender</b>", "</td>")

    def test_says_when_and_for_what_an_item_was_last_used(self, client: Client, people: list[Customer]) -> None:
        used(["gender"], Use.CHOICE, at=NOW - timedelta(days=3))
        used(["gender"], Use.LIST, at=NOW - timedelta(days=90))
        count_fields(at=NOW)
        row = part(page(client), "<b>Gender</b>", "</tr>")
        assert "November 19" in row
        assert "Choosing for a campaign, Lists taken away" in row

    def test_knows_nobody_by_name(self, client: Client, people: list[Customer]) -> None:
        count_fields(at=NOW)
        text = page(client)
        assert not [one for one in people if one.full_name in text]

    @pytest.mark.store
    def test_asks_as_many_questions_for_many_customers(
        self, client: Client, people: list[Customer], django_assert_max_num_queries: Any
    ) -> None:
        count_fields(at=NOW)
        signed_in(client)
        with django_assert_max_num_queries(16):
            client.get("/privacy/inventory/")


class TestLeanData:
    def test_flags_what_is_kept_and_never_used(self, client: Client, people: list[Customer]) -> None:
        count_fields(at=NOW)
        text = page(client)
        assert "“Gender” is kept of 8 people, and no use of it is on record. Stop asking for it, or use it." in text
        assert "No use on record" in part(text, "<b>Gender</b>", "</tr>")
        used(["gender"], Use.CHOICE, at=NOW)
        assert "“Gender” is kept" not in page(client)

    def test_spares_proof_and_what_a_contract_takes(self, people: list[Customer]) -> None:
        count_fields(at=NOW)
        items = {item.name: item for item in inventory(TODAY).items}
        assert not items["consent"].idle
        assert not items["full_name"].idle
        assert items["medium"].empty
        assert not items["medium"].idle

    def test_flags_what_came_with_a_file_and_has_no_purpose(self, client: Client, people: list[Customer]) -> None:
        count_fields(at=NOW)
        text = page(client)
        assert "“hobby”: nobody said what it is for." in text
        assert "No purpose stated" in part(text, "<b>hobby</b>", "</tr>")

    def test_gives_no_advice_before_anything_was_counted(self, people: list[Customer]) -> None:
        assert inventory(TODAY).advice == []


class TestGaps:
    def test_say_what_is_missing_and_what_that_blocks(self, client: Client, people: list[Customer]) -> None:
        count_fields(at=NOW)
        text = page(client)
        assert "Nobody has “E-mail address”. No e-mail reaches them." in text
        assert "Nobody has “Points”. Economic value counts no points." in text
        assert "“Answers to surveys”" not in part(text, 'id="gaps"', "</section>")

    def test_say_of_how_many_it_is_missing(self, people: list[Customer]) -> None:
        Customer.objects.exclude(pk=people[0].pk).update(place="")
        count_fields(at=NOW)
        assert "“District” is missing of 7 of 8 customers. They cannot be chosen by district." in english_gaps()

    def test_are_silent_where_enough_is_there(self, people: list[Customer]) -> None:
        count_fields(at=NOW)
        assert not [line for line in english_gaps() if "Name" in line or "Purchases" in line]


def english_gaps() -> list[str]:
    from django.utils import translation

    with translation.override("en"):
        return inventory(TODAY).gaps


@pytest.mark.store
class TestCounting:
    def test_is_done_beside_the_pages_and_shown_next(self, client: Client, people: list[Customer]) -> None:
        answer = signed_in(client).post("/privacy/inventory/count/")
        assert answer["Location"] == "/privacy/inventory/"
        assert FieldCount.objects.get(name="full_name").people == 8
        assert client.get("/privacy/inventory/work/")["HX-Refresh"] == "true"

    def test_shows_how_far_it_got(self, client: Client, people: list[Customer]) -> None:
        work.begin("inventory")
        text = page(client)
        assert "Counting what is kept" in text
        assert 'hx-get="/privacy/inventory/work/"' in text

    def test_reads_the_last_search_from_the_access_log(self, people: list[Customer]) -> None:
        for place, query in enumerate(("q=", "sort=name", "q=%EA%B9%80")):
            at = datetime(2026, 11, 1 + place, tzinfo=UTC)
            spool.append(Entry(at=at, verb="saw", page="customers", query=query, subjects=(1,)))
        store.seal()
        count_items(at=NOW)
        assert FieldUse.objects.get(name="full_name", use="search").at == datetime(2026, 11, 3, tzinfo=UTC)

    def test_takes_a_look_at_a_list_for_no_search(self, people: list[Customer]) -> None:
        spool.append(Entry(at=NOW, verb="saw", page="customers", query="sort=name", subjects=(1,)))
        store.seal()
        count_items(at=NOW)
        assert not FieldUse.objects.filter(use="search").exists()


def said(client: Client, **changed: str) -> Any:
    told = {"label": "취미", "purpose": "동호회 안내", "basis": "consent", "side": "of", "partner": "", "dataset": ""}
    return signed_in(client).post("/privacy/inventory/detail/?key=hobby", {**told, **changed})


@pytest.mark.store
class TestDetail:
    def test_is_stated_and_stands_in_inventory_and_notice(self, client: Client, people: list[Customer]) -> None:
        count_fields(at=NOW)
        assert said(client)["Location"] == "/privacy/inventory/"
        assert "동호회 안내" in part(page(client), "<b>취미</b>", "</tr>")
        consent = part(
            page(client, "/privacy/inventory/notice/?language=en"), "1. What is kept with", "2. What is kept"
        )
        assert "동호회 안내" in consent

    def test_says_from_which_partner_it_came_and_on_which_ground(self, client: Client, people: list[Customer]) -> None:
        count_fields(at=NOW)
        said(client, partner="하나카드", dataset="회원 등급 2026-10")
        assert "From 하나카드: 회원 등급 2026-10" in page(client)
        partners = part(page(client, "/privacy/inventory/notice/?language=en"), "5. What did not come", "</section>")
        assert "하나카드" in partners
        assert "Consent" in partners

    @pytest.mark.parametrize("wrong", [{"purpose": ""}, {"basis": "hope"}, {"partner": "하나카드"}], ids=str)
    def test_is_refused_with_what_was_written_kept(
        self, client: Client, people: list[Customer], wrong: dict[str, str]
    ) -> None:
        count_fields(at=NOW)
        answer = said(client, **wrong)
        assert answer.status_code == 422
        assert "취미" in answer.content.decode()
        assert not StatedAttribute.objects.exists()

    def test_of_nothing_that_was_counted_is_not_there(self, client: Client, people: list[Customer]) -> None:
        assert signed_in(client).get("/privacy/inventory/detail/?key=shoe").status_code == 404


class TestNotice:
    def test_lists_what_is_kept_with_consent_and_without_apart(self, client: Client, people: list[Customer]) -> None:
        text = page(client, "/privacy/inventory/notice/?language=en")
        consent = part(text, "1. What is kept with", "2. What is kept")
        without = part(text, "2. What is kept", "3. How long")
        for item in FIELDS.values():
            if not item.apart:
                cell = f"<td>{item.label}</td>"
                assert (cell in consent) == (item.basis is Basis.CONSENT), item.name
                assert (cell in without) == (item.basis is not Basis.CONSENT), item.name
        assert "art. 15 (1) 1" in consent
        assert {"art. 15 (1) 2", "art. 15 (1) 4", "art. 15 (1) 6"} <= {
            f"art. 15 (1) {number}" for number in range(1, 8) if f"art. 15 (1) {number}" in without
        }

    def test_leaves_out_what_nobody_has(self, client: Client, people: list[Customer]) -> None:
        count_fields(at=NOW)
        text = page(client, "/privacy/inventory/notice/?language=en")
        assert "<td>Guardian</td>" not in text
        assert "<td>Name</td>" in text

    def test_names_what_nobody_spoke_of(self, client: Client, people: list[Customer]) -> None:
        count_fields(at=NOW)
        assert "<li>hobby</li>" in page(client, "/privacy/inventory/notice/?language=en")

    def test_tells_who_else_handles_the_data(self, client: Client, people: list[Customer]) -> None:
        units = office()
        Contract.objects.filter(unit=units["D1"]).update(purpose="가정배달", items="이름, 주소")
        Contract.objects.create(
            recipient="하나카드", status="third_party", signed_on=date(2026, 1, 1), purpose="제휴 혜택", at=NOW
        )
        text = page(client, "/privacy/inventory/notice/?language=en")
        processors = part(text, "For us, under a contract", "For themselves")
        assert "가정배달" in processors
        assert "하나카드" not in processors
        assert "하나카드" in part(text, "For themselves", "</section>")

    @pytest.mark.parametrize(
        ("language", "words"), [("ko", "동의를 받아 처리하는 개인정보"), ("en", "What is kept with your consent")]
    )
    def test_speaks_both_languages_whatever_the_browser_asks_for(
        self, client: Client, people: list[Customer], language: str, words: str
    ) -> None:
        other = "en" if language == "ko" else "ko"
        text = page(client, f"/privacy/inventory/notice/?language={language}", language=other)
        assert words in text
        assert f'<html lang="{language}"' in text

    def test_keeps_what_is_on_screen_off_the_paper(self, client: Client, people: list[Customer]) -> None:
        text = page(client, "/privacy/inventory/notice/")
        assert '<nav class="no-print"' in text
        css = Path(inventory_items.__file__).parent / "static" / "privacy" / "notice.css"
        assert "@media print" in css.read_text(encoding="utf-8")

    def test_is_not_for_those_who_see_a_part_alone(self, client: Client, people: list[Customer]) -> None:
        office()
        client.force_login(staff(Role.ANALYST, "D1"))
        assert client.get("/privacy/inventory/notice/").status_code == 403


class TestTerms:
    def test_name_rules_that_exist(self) -> None:
        rules = {rule.id for rule in keeping_rules.all_rules()}
        held = {rule.keeps for rule in hold.all_rules()}
        for item in FIELDS.values():
            assert set(item.kept) <= rules & set(ENDS), item.name
            assert set(item.held) <= held, item.name

    @pytest.mark.parametrize(
        ("days", "words"), [(1, "1 day"), (30, "30 days"), (180, "6 months"), (400, "13 months"), (1826, "5 years")]
    )
    def test_are_told_as_people_count(self, days: int, words: str) -> None:
        from django.utils import translation

        with translation.override("en"):
            assert term(days) == words

    def test_follow_the_law_of_the_place(self, settings: Any, people: list[Customer]) -> None:
        from dataclasses import replace

        from django.utils import translation

        settings.DANGOL = replace(settings.DANGOL, currency="EUR")
        with translation.override("en"):
            items = {item.name: item for item in inventory(TODAY).items}
            assert items["purchase"].kept == "5 years after the last contact"


def test_a_key_is_known_once_it_was_counted_or_spoken_of(people: list[Customer]) -> None:
    assert attributes.known_keys() == set()
    count_fields(at=NOW)
    assert attributes.known_keys() == {"hobby"}
