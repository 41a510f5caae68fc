"""Who is identified: the rule told for one person and for everybody at once, and since when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.db.transaction import atomic

from dangol.contact.delivery.queries import channels
from dangol.insight.relationship import identified_column, whom_we_know
from dangol.insight.relationship.identified import STATES, standing, states
from dangol.insight.relationship.identified_column import by_sets
from dangol.records.catalog.models import Topic
from dangol.records.changes.actions import record_row
from dangol.records.customers import selecting
from dangol.records.customers.at_hand import AT_HAND
from dangol.records.customers.columns import COLUMNS, EMPTY, Asked, Wish
from dangol.records.customers.models import ContactPoint, Customer, Identity
from dangol.records.customers.selecting import Selected, Selection
from dangol.records.ledger.models import Loan, OrderLine, Transaction
from dangol.records.permission.actions import suppress
from dangol.records.permission.asking import ADVERTISING
from dangol.records.permission.models import Consent, TopicChoice
from dangol.records.permission.queries import may_send
from dangol.records.staff.scope import WHOLE
from tests import once
from tests.web.business import NOW, business

pytestmark = [pytest.mark.django_db, pytest.mark.store]

type People = dict[str, Customer]


def shop() -> People:
    """Somebody in each state, by what is missing."""
    made = business(6)
    people: People = {"whole": made[0]}
    topic = Topic.objects.create(code="news", path="news", level=1, name_ko="소식", name_en="News")
    for name, full_name, scheme, amount in (
        ("no product", "가나다", "customer", 5_000), ("topic", "라마바", "customer", 5_000),
        ("no name", "", "phone", 5_000), ("browser", "사아자", "cookie", 5_000), ("name", "차카타", "customer", 0),
        ("number", "", "card", 0), ("taken back", "파하가", "customer", 9_000),
    ):  # fmt: skip
        one = people[name] = Customer.objects.create(full_name=full_name, registered_at=NOW - timedelta(days=50))
        identity = Identity.objects.create(customer=one, source="x", scheme=scheme, external_id=name)
        if amount:
            sell(identity, name, amount)
    TopicChoice.objects.create(customer=people["topic"], topic=topic, wanted=True, answered_at=NOW)
    for name, item_class in (("borrower", "8"), ("borrower of anything", "")):
        one = people[name] = Customer.objects.create(full_name="거너더", registered_at=NOW - timedelta(days=50))
        ContactPoint.objects.create(customer=one, kind="email", value=f"{len(name)}@example.com", valid_from=NOW)
        identity = Identity.objects.create(customer=one, source="x", scheme="cookie", external_id=name)
        Loan.objects.create(identity=identity, source="x", ref=name, at=NOW, item_class=item_class)
    sold = Transaction.objects.get(receipt="taken back")
    sell(Identity.objects.get(external_id="taken back"), "reversal", -9_000, reverses=sold)
    sell(None, "nobody", 10_000)
    return people


def sell(identity: Identity | None, receipt: str, amount: int, **more: Any) -> None:
    sale = Transaction.objects.create(
        identity=identity, source="x", receipt=receipt, at=NOW - timedelta(days=9), amount=amount, currency="KRW",
        channel="till", **more,
    )  # fmt: skip
    OrderLine.objects.create(transaction=sale, position=0, at=sale.at, description="?", quantity=1, amount=amount)


STATE_OF = {
    "whole": "identified", "no product": "no_tastes", "topic": "identified", "no name": "not_who",
    "browser": "not_who", "name": "name_only", "number": "number_only", "taken back": "name_only",
    "borrower": "identified", "borrower of anything": "no_tastes",
}  # fmt: skip


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[once.Made[People]]:
    yield from once.made(django_db_blocker, tmp_path_factory.mktemp("made"), shop)


@pytest.fixture
def people(made: once.Made[People], settings: Any, tmp_path: Any) -> Iterator[People]:
    AT_HAND.clear()
    yield once.found(made, settings, tmp_path)
    AT_HAND.clear()


class TestRule:
    def test_says_of_one_what_it_says_of_everybody(self, people: People) -> None:
        numbers = {one.pk: one.identities.exclude(scheme="cookie").count() for one in people.values()}
        among = states(Customer.objects.filter(pk__in=numbers))
        told = dict(among.values_list("pk", "state_now"))
        for name, person in people.items():
            assert told[person.pk] == STATE_OF[name], name
            assert standing(person, numbers=numbers[person.pk]).state == STATE_OF[name], name
        assert set(STATE_OF.values()) == set(STATES)

    def test_dates_from_the_last_of_the_three(self, people: People) -> None:
        whole, topic = people["whole"], people["topic"]
        assert standing(whole, numbers=1).since == NOW - timedelta(days=40)  # the first purchase with a product
        assert standing(topic, numbers=1).since == NOW  # the topic they chose
        assert standing(whole, numbers=1, named_at=NOW).since == NOW
        assert standing(people["no product"], numbers=1).since is None


class TestColumns:
    @pytest.mark.parametrize("few", [0, 3, 1_000])
    def test_read_of_everybody_by_sets_say_what_the_rule_says(
        self, people: People, monkeypatch: pytest.MonkeyPatch, few: int
    ) -> None:
        monkeypatch.setattr(identified_column, "FEW", few)
        column, asked = COLUMNS["identified"], Asked(NOW)
        everybody = np.array(sorted(Customer.objects.known().values_list("pk", flat=True)))
        told = {pk: word for keys, words in by_sets(asked, everybody) for pk, word in zip(keys, words, strict=True)}
        assert told == dict(column.told(asked))
        assert {name: told[person.pk] for name, person in people.items()} == STATE_OF

    def test_say_at_hand_what_sql_says(self, people: People, monkeypatch: pytest.MonkeyPatch) -> None:
        suppress(people["whole"], reason="asked", by=None, at=NOW, channel="sms")
        wishes = [Wish("identified", (state,)) for state in STATES] + [
            Wish("contact", ("mobile",)), Wish("blocked", ("sms", "all")), Wish("answer_sms", ("agreed",)),
            Wish("answer_sms", ("refused",)), Wish("answer_sms", (EMPTY,)), Wish("answer_email", (EMPTY,)),
        ]  # fmt: skip
        by_sql = [Selected(Selection((wish,)), WHOLE, Asked(NOW)).ids() for wish in wishes]
        words = Selected(Selection(), WHOLE, Asked(NOW)).words(COLUMNS["identified"])
        monkeypatch.setattr(selecting, "LARGE", 0)
        assert [Selected(Selection((wish,)), WHOLE, Asked(NOW)).ids() for wish in wishes] == by_sql
        assert {word: n for word, n in words.items() if n} == {
            word: n for word, n in Selected(Selection(), WHOLE, Asked(NOW)).words(COLUMNS["identified"]).items() if n
        }
        with atomic():
            person = people["no name"]
            person.full_name = "이제안다"
            person.save()
            record_row(person, at=NOW)
        assert person.pk in Selected(Selection((Wish("identified", ("no_tastes",)),)), WHOLE, Asked(NOW)).ids()

    def test_take_the_last_answer_and_of_two_at_once_the_refusal(self, people: People) -> None:
        person = people["topic"]
        for channel, granted, back in (("", True, 9), ("sms", False, 5), ("call", True, 5), ("", False, 5)):
            Consent.objects.create(
                customer=person, purpose="marketing", channel=channel, granted=granted, how="paper", evidence="f",
                answered_at=NOW - timedelta(days=back),
            )  # fmt: skip
        said = {medium: COLUMNS[f"answer_{medium}"].of([person.pk], Asked(NOW)) for medium in ("sms", "call", "email")}
        assert all(one == {person.pk: "refused"} for one in said.values())


class TestCount:
    def test_agrees_with_the_rule_for_each_person(self, people: People) -> None:
        suppress(people["whole"], reason="asked", by=None, at=NOW)
        found = whom_we_know.count([one.facts for one in channels().values()], at=NOW)
        assert whom_we_know.last_count() == found
        everybody = list(Customer.objects.known().values_list("pk", flat=True))
        for way in found.ways:
            if not way.channel:
                assert way.now is None
                continue
            facts = channels()[way.channel].facts
            verdicts = [may_send(pk, channel=facts, kind=ADVERTISING, at=NOW) for pk in everybody]
            assert way.now == sum(one.allowed or one.reason == "night" for one in verdicts)
            assert sum(way.why.values()) + (way.now or 0) == len(everybody)

    def test_tells_what_is_sold_to_nobody_by_channel(self, people: People) -> None:
        found = whom_we_know.count([], at=NOW)
        till = next(one for one in found.places if one.code == "till")
        # what was taken back counts nowhere
        assert (till.unnamed_amount, till.amount) == (10_000, 30_000)
        assert found.whole.unnamed_sales == 1
        assert found.identified == 8
        assert sum(found.states.values()) == found.customers
