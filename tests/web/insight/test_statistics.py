"""The pages of Statistics: the sentence first, guard rails that hold, and nobody outside the asker's scope counted."""

from __future__ import annotations

import csv
import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pytest
from django.test import Client
from django.utils.translation import override

from dangol.decisions.segments.models import Segment
from dangol.insight.analysis.asked_today import KIND, note_comparison
from dangol.insight.analysis.models import Run
from dangol.insight.relationship.value_columns import VALUATION
from dangol.insight.warehouse.refresh import refresh
from dangol.records.catalog.models import Category, Product
from dangol.records.customers.models import Customer, Identity
from dangol.records.ledger.models import Interaction, OrderLine, Subscription, SubscriptionStep, Transaction
from dangol.records.staff.access import store
from dangol.records.staff.models import Unit, User
from dangol.records.staff.roles import Role
from dangol.web.insight.statistics import months, units, views
from dangol.web.insight.statistics.by_month import ByMonth
from dangol.web.insight.statistics.crowd import Crowd
from dangol.web.insight.statistics.questions import QUESTIONS
from dangol.web.shell.said import Said
from tests.insight.relationship.movement.made import made
from tests.records.staff.office import staff
from tests.web.business import NOW, signed_in

pytestmark = pytest.mark.django_db

HALF = 40


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> None:
    """Give the test a home of its own, whose work is done at once."""
    settings.DANGOL_HOME = tmp_path
    settings.DANGOL_LAKE = tmp_path / "lake"
    settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}


@pytest.fixture(autouse=True)
def fields_without_entries(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the entries of fields out but for the test of them: counting every word of every column takes long."""
    if "entries" not in request.node.name:
        for name in ("numbers", "choices", "groups"):
            monkeypatch.setattr(Crowd, name, [])


@pytest.fixture
def shop() -> None:
    """Make 80 customers of two districts: those of the first spend 20,000 more; in spring they spent as all do."""
    draw = np.random.default_rng(1)
    unit = Unit.objects.create(code="D7", name="첫 대리점", kind="dealer")
    people = Customer.objects.bulk_create(
        Customer(
            full_name=f"손님{who}", place="마포구" if who < HALF else "은평구", gender="f" if who % 2 else "m",
            registered_at=NOW - timedelta(days=700), unit=unit if who % 4 == 0 else None,
        )
        for who in range(2 * HALF)
    )  # fmt: skip
    identities = Identity.objects.bulk_create(
        Identity(customer=one, source="test", external_id=f"S{who}") for who, one in enumerate(people)
    )
    Transaction.objects.bulk_create(
        Transaction(
            identity=one, at=NOW - timedelta(days=days), source="test", channel="store", receipt=f"{days}-{who}",
            amount=30_000 + int(draw.integers(0, 8_000)) + (20_000 if who < HALF and days < 100 else 0),
        )
        for who, one in enumerate(identities) for days in (40 + who % 3, 220)
    )  # fmt: skip


def ask(client: Client, slug: str, language: str = "en", **words: Any) -> str:
    address = f"/insight/statistics/{slug}/?{urlencode(words, doseq=True)}"
    return unescape(client.get(address, headers={"accept-language": language}).content.decode())


def said(text: str) -> str:
    """The sentence that stands first."""
    found = re.search(r'id="said">(.*?)</h2>', text, re.DOTALL)
    return re.sub(r"<[^>]+>", "", found[1]) if found else ""


def test_every_question_has_its_page_and_fields_their_entries(client: Client, shop: None) -> None:
    index = ask(signed_in(client), "compare")
    assert "Spent in a year" in index and "마포구 (40)" in index
    listed = client.get("/insight/statistics/", headers={"accept-language": "en"}).content.decode()
    assert all(str(question.good_for) in listed for question in QUESTIONS.values())


def test_a_difference_is_a_sentence_before_it_is_a_number(client: Client, shop: None) -> None:
    text = ask(signed_in(client), "compare", what="spent_year", a="place:마포구")
    assert re.match(
        r"Spent in a year: on average ₩1[89],\d00 more with “마포구” than with “everybody else”. "
        r"That is unlikely to be chance\.", said(text),
    ), said(text)  # fmt: skip
    assert "p < 0.001" in text and "40 · 40" in text and "95% interval +₩" in text
    assert "never what causes what" in text and "/campaigns/" in text
    assert re.search("[가-힣]+요", said(ask(client, "compare", "ko", what="spent_year", a="place:마포구")))


def test_what_may_be_chance_is_called_so(client: Client, shop: None) -> None:
    text = ask(signed_in(client), "compare", what="purchases_year", a="gender:f", b="gender:m")
    assert "All have the same value" in text
    assert "That may well be chance." in said(ask(client, "compare", what="spent_year", a="gender:f", b="gender:m"))


def test_a_group_chosen_by_what_is_compared_is_refused(client: Client, shop: None) -> None:
    signed_in(client)
    assert "chosen by what is compared" in ask(client, "compare", what="place:마포구", a="place:은평구")
    segment = Segment.objects.create(name="마포", rule={"place": ["마포구"]}, saved_at=NOW)
    assert "chosen by what is compared" in ask(client, "compare", what="place:마포구", a=f"segment:{segment.pk}")


def test_what_was_made_from_the_same_records_proves_nothing(client: Client, shop: None) -> None:
    assert "That proves nothing" in said(ask(signed_in(client), "together", x="spent_year", y="last_purchase"))


@pytest.mark.parametrize(
    ("slug", "words", "sentence"),
    [
        ("compare", {"what": "spent_year", "a": "place:없는 곳"}, "Too few to say anything: 0"),
        ("compare", {"what": "spent_year", "a": "place:마포구", "b": "place:마포구"}, "Both groups are the same"),
        ("compare", {"what": "full_name", "a": "place:마포구"}, "Nothing called “full_name”"),
        ("compare", {"what": "spent_year", "a": "segment:99"}, "This segment is not there any more"),
        ("compare", {"what": "spent_year", "a": "mobile:010"}, "Nothing called “mobile”"),
        ("together", {"x": "place", "y": "place"}, "Both are the same"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_a_sentence(
    client: Client, shop: None, slug: str, words: dict[str, str], sentence: str
) -> None:
    text = ask(signed_in(client), slug, **words)
    assert sentence in text and not said(text)


def test_a_word_by_a_number_and_two_words(client: Client, shop: None) -> None:
    text = said(ask(signed_in(client), "together", x="place", y="spent_year"))
    assert re.search("the middle customer of “마포구” has ₩8.,.00, that of “은평구” ₩6.,.00", text), text
    assert "unlikely to be chance" in text
    assert "“District” and “Gender” hardly go together. That may well be chance." in said(
        ask(client, "together", x="place", y="gender")
    )


PERIODS = {"from1": "2026-04-01", "to1": "2026-04-30", "from2": "2026-10-01", "to2": "2026-10-30"}


def test_the_same_customers_are_compared_in_two_periods(client: Client, shop: None) -> None:
    text = ask(signed_in(client), "periods", what="spent", among="place:마포구", **PERIODS)
    assert "more with “Oct. 1, 2026 ~ Oct. 30, 2026” than with “April 1, 2026 ~ April 30, 2026”" in said(text)
    assert "different seasons" in text and "Counted are the 40 customers" in text


def test_what_was_bought_before_the_records_begin_is_not_known_rather_than_nothing(client: Client, shop: None) -> None:
    signed_in(client)
    before = {"from1": "2025-04-01", "to1": "2025-04-30"}
    text = ask(client, "periods", what="spent", **PERIODS | before)
    assert "Purchases are on record from April 1" in text and "not known, which is not the same as nothing" in text
    assert not said(text)
    assert "what was bought earlier in the first period is missing" in ask(client, "periods", what="spent", **PERIODS)


def test_what_was_taken_back_was_never_bought(client: Client, shop: None) -> None:
    """A sale of the second period, reversed after it, is neither money nor a purchase of that period."""
    signed_in(client)
    before = [said(ask(client, "periods", what=what, **PERIODS)) for what in ("spent", "times")]
    wrong = [
        Transaction(identity=one, at=NOW - timedelta(days=39), source="test", receipt=f"wrong-{one.pk}", amount=900_000)
        for one in Identity.objects.order_by("pk")[:HALF]
    ]
    Transaction.objects.bulk_create(wrong)
    for one in wrong:
        one.pk, one.reverses_id, one.receipt = None, one.pk, f"back-{one.receipt}"
        one.amount, one.at = -one.amount, NOW - timedelta(days=2)
    Transaction.objects.bulk_create(wrong)
    assert [said(ask(client, "periods", what=what, **PERIODS)) for what in ("spent", "times")] == before


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"from2": "2026-04-20"}, "The periods overlap"), ({"to2": "2027-04-30"}, "The second period is not over"),
        ({"to1": "2026-03-30"}, "A period ends after it begins"), ({"to1": "soon"}, "needs its first and its last day"),
    ],
)  # fmt: skip
def test_periods_that_cannot_be_compared_are_refused(
    client: Client, shop: None, changed: dict[str, str], sentence: str
) -> None:
    assert sentence in ask(signed_in(client), "periods", what="spent", **PERIODS | changed)


def test_what_goes_with_an_outcome_is_told_thing_by_thing(client: Client, shop: None) -> None:
    text = ask(signed_in(client), "regression", y="spent_year", x=["gender", "place"])
    assert re.match(
        "District “은평구” rather than “마포구”: goes with ₩1[89],.00 less “Spent in a year”, the other things being "
        r"equal. That is unlikely to be chance\.", said(text),
    ), said(text)  # fmt: skip
    assert "Gender “Male” rather than “Female”" in text and "HC3" in text
    share = said(ask(client, "regression", y="gender:f", x=["place", "spent_year"]))
    assert "percentage points" in share and "That may well be chance." in share


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"y": "spent_year", "x": ["spent_year"]}, "The outcome is among the things"),
        ({"y": "spent_year", "x": ["place"] * 3 + ["gender", "a", "b", "c", "d", "e"]}, "six things at most"),
        ({"y": "spent_year", "x": ["registered_at"]}, "None of the things differs"),
        ({"y": "spent_year"}, "Fill in the fields"),
    ],
)
def test_regressions_that_make_no_sense_are_refused(
    client: Client, shop: None, words: dict[str, Any], sentence: str
) -> None:
    assert sentence in ask(signed_in(client), "regression", **words)


def test_a_thing_made_from_the_outcomes_own_records_is_named(client: Client, shop: None) -> None:
    text = ask(signed_in(client), "regression", y="spent_year", x=["last_purchase", "place"])
    assert "“Days since: Last purchase”: made from the same records as the outcome" in text


def test_months_to_come_are_judged_on_those_held_back(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    at = np.arange(40)
    values = 1e6 * (50 + at + 10 * np.sin(2 * np.pi * at / 12) + np.random.default_rng(2).normal(0, 1, 40))
    told = ByMonth("Net revenue", "", "money", date(2023, 7, 1), values)
    monkeypatch.setattr(months, "by_month", lambda *_, **__: told)
    text = ask(signed_in(client), "months", metric="net_revenue", ahead="3")
    assert re.match(
        r"Net revenue: in November 2026 about ₩[\d.]+M is to be expected \(₩[\d.]+M ~ ₩[\d.]+M\)\.", said(text)
    )
    assert "The last 6 months were held back" in text and "guess of “as before”" in text
    assert "clear: highest in October, lowest in April" in text
    assert text.count("<tr>") - 1 == 43


@pytest.fixture
def three_years() -> None:
    """Make two districts that buy every month for three years, each its own goods; the second is contacted before."""
    draw = np.random.default_rng(11)
    goods = [
        Product.objects.create(code=name, name=name, category=Category.objects.create(name=name, path=name))
        for name in ("우유", "빵")
    ]
    people = [Customer.objects.create(full_name=f"월{who}", place=place, registered_at=NOW - timedelta(days=1200))
              for who, place in enumerate(("마포구", "은평구"))]  # fmt: skip
    identities = [Identity.objects.create(customer=one, source="test", external_id=f"M{one.pk}") for one in people]
    memory, contacts = 0.0, []
    for _month in range(39):
        memory = 0.6 * memory + draw.normal()
        contacts.append(max(0, round(30 + 8 * memory)))
    for month in range(2, 39):
        at = datetime(2023 + (month + 7) // 12, (month + 7) % 12 + 1, 10, 3, tzinfo=UTC)
        amounts = (100_000 + 1_000 * month, 20_000 + 3_000 * contacts[month - 2] + int(draw.integers(0, 500)))
        for identity, thing, amount in zip(identities, goods, amounts, strict=True):
            sale = Transaction.objects.create(
                identity=identity, at=at, source="test", receipt=f"{month}-{thing.code}", amount=amount, currency="KRW"
            )
            OrderLine.objects.create(transaction=sale, position=1, at=at, product=thing, quantity=1, amount=amount)
        Interaction.objects.bulk_create(
            Interaction(identity=identities[1], source_ref=f"{month}-{n}", at=at, kind="inquiry",
                        direction="in", touchpoint="call")
            for n in range(contacts[month])
        )  # fmt: skip
    refresh(at=NOW, rebuild=True)


def test_months_are_told_of_a_group_of_goods_and_of_one_customer(client: Client, three_years: None) -> None:
    signed_in(client)
    whole = ask(client, "months", metric="net_revenue")
    first = ask(client, "months", metric="net_revenue", among="place:마포구")
    goods = ask(client, "months", metric="net_revenue", part="category_1:우유")
    one = Customer.objects.get(place="마포구")
    alone = ask(client, "months", metric="net_revenue", among=f"customer:{one.pk}")
    assert said(first).startswith("Net revenue (마포구): in November 2026 about ₩139,000")
    assert numbers_in(goods) == numbers_in(first) == numbers_in(alone) != numbers_in(whole)
    assert "₩138,000" in first and "Counted are those who are in the group today" in first
    store.seal()
    with store.reading() as log:
        seen = store.entries_of(log, "page = ? ORDER BY id", ("insight_statistics_ask",)).values()
    assert [entry.subjects for entry in seen] == [(one.pk,)], "whose months were looked at stands in the log"
    assert "There is no such customer here" in ask(client, "months", metric="net_revenue", among="customer:99999")
    Unit.objects.create(code="D7", name="첫 대리점", kind="dealer")
    client.force_login(staff(Role.MARKETER, "D7"))
    assert "There is no such customer here" in ask(client, "months", metric="orders", among=f"customer:{one.pk}")


def test_months_begin_with_the_first_record_of_the_kind(client: Client, three_years: None) -> None:
    """Complaints are written down from the twelfth month on, of one district; contacts were before."""
    complaints = [
        Interaction(
            identity=Identity.objects.get(customer__place="은평구"), source_ref=f"c{month}-{n}", kind="complaint",
            at=datetime(2023 + (month + 7) // 12, (month + 7) % 12 + 1, 11, 3, tzinfo=UTC), direction="in",
            touchpoint="call",
        )
        for month in range(12, 39) for n in range(3 + month % 4)
    ]  # fmt: skip
    asked = Interaction(
        identity=Identity.objects.get(customer__place="마포구"), source_ref="asked", kind="inquiry",
        at=datetime(2023, 11, 3, 3, tzinfo=UTC), direction="in", touchpoint="call",
    )  # fmt: skip
    Interaction.objects.bulk_create([*complaints, asked])
    refresh(at=NOW, rebuild=True)
    text = ask(signed_in(client), "months", metric="complaints")
    assert "Months on record" in text and numbers_in(text)[0] == "August 2024"
    assert "“Complaints”: the first on record is of August 2024. The months before are left out" in text
    assert "nobody wrote it down" not in ask(client, "months", metric="inquiries")
    none = ask(client, "months", metric="complaints", among="place:마포구")
    assert "All have the same value: there is nothing to compare." in none, "a part of everybody may truly have none"


def numbers_in(text: str) -> list[str]:
    """The months and values of the table."""
    return re.findall(r"<td[^>]*>([^<]*)</td>", text)


def test_one_number_follows_another_as_many_months_later_as_it_does(client: Client, three_years: None) -> None:
    text = ask(signed_in(client), "follow", first="contacts", second="net_revenue")
    assert said(text).startswith("2 months after more of “Contacts” than usual there is more of “Net revenue”.")
    assert "unlikely to be chance" in said(text) and "Of 13 lags the strongest is told" in text
    turned = said(ask(client, "follow", first="net_revenue", second="contacts"))
    assert turned.startswith("2 months after more of “Contacts” than usual there is more of “Net revenue”.")
    assert "Both are the same" in ask(client, "follow", first="orders", second="orders")
    assert "Nothing is on record" in ask(client, "follow", first="orders", second="contacts", among="place:없는 곳")


def test_where_customers_stood_is_told_of_a_group_though_months_are_few(client: Client) -> None:
    places = ["마포구"] * 3 + ["은평구"] * 3
    people = [
        Customer.objects.create(full_name=f"곳{who}", place=place, registered_at=NOW)
        for who, place in enumerate(places)
    ]
    run = Run.objects.create(kind=VALUATION, as_of=NOW, started_at=NOW, finished_at=NOW, parameters={})
    made(run, {date(2026, month, 1): [(one.pk, 50.0, 20.0 + month + 4 * who) for who, one in enumerate(people)]
               for month in (6, 7, 8)}, at=NOW)  # fmt: skip
    text = ask(signed_in(client), "months", metric="stood:commitment", among="place:마포구")
    assert said(text) == "Commitment (마포구): 16.0% in August 2026, 1.0 percentage points more than in June 2026."
    assert "3 months are on record; from two whole years on (24) seasons can be told." in text
    assert "That is" not in said(text) and "Nothing is said of what comes" in text
    text = ask(client, "months", metric="stood:equity", part="category_1:빵")
    assert "Where customers stand is not told by goods" in text


def test_the_long_run_is_a_sentence_that_leads_to_the_same_numbers(client: Client, lake_of_years: None) -> None:
    text = ask(signed_in(client), "long-run")
    assert said(text).startswith(
        "50.0% of those who bought did so again within a year; active customers shrank by 50.0%"
    )
    assert "Would you recommend us to a friend?" in text and "of 20 customers" in text
    words = re.search(r'href="(/insight/cube/[^"]*metric=retention[^"]*)"', text)
    assert words and "50.0%" in client.get(words[1], headers={"accept-language": "en"}).content.decode()
    assert re.search("[가-힣]+요", said(ask(client, "long-run", "ko")))


@pytest.fixture
def lake_of_years() -> None:
    """Make twenty customers who bought in spring two years ago and last year, ten of them then no more."""
    people = [Customer.objects.create(full_name=f"긴{who}", registered_at=NOW) for who in range(20)]
    for who, one in enumerate(people):
        identity = Identity.objects.create(customer=one, source="test", external_id=f"L{who}")
        for year in (2024, 2025, 2026)[: 3 if who < 10 else 2]:
            at = datetime(year, 3, 2, 3, tzinfo=UTC)
            sale = Transaction.objects.create(
                identity=identity, at=at, source="test", receipt=f"{who}-{year}", amount=9_000, currency="KRW"
            )
            OrderLine.objects.create(transaction=sale, position=1, at=at, quantity=1, amount=9_000)
    refresh(at=NOW, rebuild=True)


def test_contracts_are_compared_by_group_and_a_series_of_nothing_refused(client: Client, shop: None) -> None:
    """Those of the first district end at 20 in a hundred a month, the others at 4."""
    draw = np.random.default_rng(3)
    identities = list(Identity.objects.order_by("pk"))
    made = Subscription.objects.bulk_create(
        Subscription(identity=one, source="t", ref=f"s{who}", at=NOW - timedelta(days=690), currency="KRW")
        for who, one in enumerate(identities)
    )
    lasts = [int(draw.exponential(150 if who < HALF else 750)) + 2 for who in range(2 * HALF)]
    SubscriptionStep.objects.bulk_create(
        SubscriptionStep(subscription=one, kind="ended", at=one.at + timedelta(days=days))
        for one, days in zip(made, lasts, strict=True) if days < 690
    )  # fmt: skip
    refresh(at=NOW)
    text = ask(signed_in(client), "lasting", by="place")
    assert re.match(
        r"By “District”: half of the contracts of “은평구” last longer than \d\d\.\d months, of “마포구” longer than "
        r"\d\.\d\. That is unlikely to be chance\.", said(text),
    ), said(text)  # fmt: skip
    assert "40 contracts" in text and "Groups are those of today" in text
    assert "Nothing is on record of this metric yet" in ask(client, "months", metric="net_revenue")


def test_who_sees_one_unit_compares_its_customers_alone(client: Client, shop: None) -> None:
    client.force_login(staff(Role.MARKETER, "D7"))
    assert "10 · 10" in ask(client, "compare", what="spent_year", a="place:마포구")


def test_each_further_question_of_one_outcome_makes_chance_stricter(shop: None) -> None:
    me, you = staff(Role.OWNER, None), staff(Role.ANALYST, None)
    asked = [note(f"q{number}", 0.02, me) for number in range(3)]
    assert [one.asked for one in asked] == [1, 2, 3]
    assert [one.p for one in asked] == pytest.approx([0.02, 0.04, 0.06])
    assert note("q1", 0.02, me).asked == 3, "the same asked again counts once"
    assert note("q1", 0.02, you).asked == 1, "another person's questions are theirs"
    assert note("q9", 0.02, me, days=1).asked == 1, "yesterday's are over"
    note("q9", 0.02, me, days=3)
    assert Run.objects.filter(kind=KIND).count() == 1, "and are let go of"


def note(question: str, p: float, by: User, *, days: int = 0) -> Any:
    return note_comparison(outcome="spent_year", question=question, p=p, by=by, at=NOW + timedelta(days=days))


def test_the_page_says_how_many_were_asked_today(client: Client, shop: None) -> None:
    signed_in(client)
    ask(client, "compare", what="spent_year", a="gender:f")
    text = ask(client, "compare", what="spent_year", a="place:마포구")
    assert "You asked 2 comparisons of this outcome today." in text and "The same, adjusted" in text


def test_very_many_are_read_beside_the_page(client: Client, shop: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "many", lambda: True)
    signed_in(client)
    assert "unlikely to be chance" in said(ask(client, "compare", what="spent_year", a="place:마포구"))
    assert "Both groups are the same" in ask(client, "compare", what="spent_year", a="place:마포구", b="place:마포구")


@pytest.mark.parametrize(("kind", "begins"), [("csv", b"\xef\xbb\xbfGroup"), ("svg", b"<svg")])
def test_the_picture_can_be_taken_away(client: Client, shop: None, kind: str, begins: bytes) -> None:
    address = f"/insight/statistics/compare/answer.{kind}?{urlencode({'what': 'spent_year', 'a': 'place:마포구'})}"
    assert signed_in(client).get(address, headers={"accept-language": "en"}).content.startswith(begins)


@pytest.mark.parametrize(
    ("slug", "words", "heading"),
    [
        ("compare", {"what": "gender:f", "a": "place:마포구"},
         'Group,Customers,Have it,Share (%),"95% interval, from (%)","95% interval, to (%)"'),
        ("months", {"metric": "net_revenue"},
         'Month,Net revenue (KRW),"95% interval, from (KRW)","95% interval, to (KRW)",Trend (KRW),Season (KRW)'),
        ("follow", {"first": "contacts", "second": "net_revenue"},
         'Months later,Correlation,"95% interval, from","95% interval, to","Chance, adjusted"'),
    ],
)  # fmt: skip
def test_intervals_are_numbers_in_a_file(
    client: Client, three_years: None, slug: str, words: dict[str, str], heading: str, request: pytest.FixtureRequest
) -> None:
    if slug == "compare":
        request.getfixturevalue("shop")
    signed_in(client)
    address = f"/insight/statistics/{slug}/answer.csv?{urlencode(words)}"
    head, *rows = csv.reader(
        client.get(address, headers={"accept-language": "en"}).content.decode("utf-8-sig").splitlines()
    )
    assert head == next(csv.reader([heading]))
    ends = [at for at, name in enumerate(head) if "interval" in name]
    told = [[float(row[at]) for at in ends] for row in rows if row[ends[0]]]
    assert told and all(low < high for low, high in told)


def test_what_rounds_to_nothing_has_no_sign_and_files_have_it_as_it_is() -> None:
    with override("en"):
        assert (units.signed(-0.001, "number"), units.signed(-0.5, "number")) == ("0.00", "−0.50")
        assert said_number(units.written(267.6, "number")) == ("268", 267.6)
        assert said_number(units.signed(-0.0512, "share")) == ("−5.1 percentage points", -5.12)


def said_number(told: str) -> tuple[str, float | None]:
    assert isinstance(told, Said)
    return str(told), told.number
