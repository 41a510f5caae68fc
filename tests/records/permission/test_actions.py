from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.db.transaction import atomic
from django.utils.translation import override

from dangol.records.changes.models import Change
from dangol.records.customers.models import Customer
from dangol.records.permission.actions import (
    Contradiction,
    NewAnswer,
    NoEvidence,
    TooYoung,
    WrongText,
    give_consent,
    lift_suppression,
    record_answers,
    record_form,
    suppress,
    withdraw_consent,
)
from dangol.records.permission.models import Consent, Suppression
from dangol.records.permission.queries import NoSuchCustomer
from dangol.records.permission.texts import current_text, ensure_texts, write_text
from dangol.records.staff.models import User
from tests.people import AT, EARLIER, ON_PAPER, people, person
from tests.records.permission.asked import NOON, asked

pytestmark = [pytest.mark.django_db, pytest.mark.store]
BY_SMS: dict[str, Any] = {"purpose": "marketing", "channel": "sms", "by": None}


def allowed(customer: Customer) -> bool:
    return asked(customer).allowed


def taken(customer: Customer, *, granted: bool = True, days: float = 0, **changed: Any) -> Consent:
    """An answer another system took."""
    about = {"purpose": "marketing", "channel": "sms", "how": "import", "evidence": "list 3", **changed}
    return Consent(customer=customer, granted=granted, answered_at=EARLIER + timedelta(days=days), **about)


class TestConsent:
    def test_is_withdrawn_by_a_new_row(self) -> None:
        one = person()
        withdraw_consent(one, **BY_SMS, at=NOON)
        assert Consent.objects.filter(customer=one).count() == 2
        assert not allowed(one)

    def test_follows_every_change_of_mind_while_the_clock_stands_still(self) -> None:
        one = person(consent=None)
        for _round in range(3):
            give_consent(one, **BY_SMS, at=AT, **ON_PAPER)
            assert allowed(one)
            withdraw_consent(one, **BY_SMS, at=AT)
            assert not allowed(one)

    def test_keeps_who_answered_where_how_to_which_text_and_who_wrote_it_down(self) -> None:
        ensure_texts(at=AT)
        by, text = User.objects.create(username="owner"), current_text("marketing", language="ko")
        answer = give_consent(
            person(), **BY_SMS | {"by": by}, at=AT, how="phone", evidence="call 12", text=text, given_by="staff",
            place="마포점",
        )  # fmt: skip
        answer.refresh_from_db()
        assert (answer.recorded_by, answer.how, answer.evidence, answer.place, answer.given_by) == (
            by, "phone", "call 12", "마포점", "staff",
        )  # fmt: skip
        assert (answer.text, answer.text_version) == (text, "marketing-ko-1")

    def test_tells_the_change_feed(self) -> None:
        answer = give_consent(person(), **BY_SMS, at=AT, **ON_PAPER)
        assert Change.objects.filter(table=Consent._meta.db_table, first_key=answer.pk, last_key=answer.pk).exists()

    @pytest.mark.parametrize("lacking", [{"evidence": ""}, {"evidence": "  "}, {"how": ""}])
    def test_without_evidence_is_refused_in_a_sentence_that_names_the_customer(self, lacking: dict[str, str]) -> None:
        one = person(consent=None)
        with override("en"), pytest.raises(NoEvidence, match=f"{one} cannot be recorded as having agreed"):
            give_consent(one, **BY_SMS, at=AT, **{**ON_PAPER, **lacking})
        assert not Consent.objects.exists()

    @pytest.mark.parametrize("lacking", ["evidence", "how"])
    def test_without_evidence_is_refused_by_the_database_too(self, lacking: str) -> None:
        with pytest.raises(IntegrityError, match=r"a_granted_answer_has_evidence"), atomic():
            taken(person(consent=None), **{lacking: ""}).save()

    def test_refusal_waits_for_no_evidence(self) -> None:
        assert withdraw_consent(person(), **BY_SMS, at=AT).evidence == ""

    def test_of_an_unknown_or_forgotten_person_is_refused(self) -> None:
        gone = person(consent=None)
        Customer.objects.filter(pk=gone.pk).update(erased_at=AT)
        for nobody in (Customer(pk=999_999), Customer(), gone):
            for act in (lambda one: give_consent(one, **BY_SMS, at=AT, **ON_PAPER),
                        lambda one: withdraw_consent(one, **BY_SMS, at=AT)):  # fmt: skip
                with pytest.raises(NoSuchCustomer):
                    act(nobody)
        assert not Consent.objects.exists()

    def test_of_a_child_is_the_guardians_to_give(self, settings: Any) -> None:
        child = person(consent=None, birth_date=date(2020, 5, 5))
        with override("en"), pytest.raises(TooYoung, match="under 14"):
            give_consent(child, **BY_SMS, at=AT, **ON_PAPER)
        assert give_consent(child, **BY_SMS, at=AT, **ON_PAPER, given_by="guardian").granted
        assert withdraw_consent(child, **BY_SMS, at=AT).granted is False
        settings.DANGOL = replace(settings.DANGOL, jurisdiction="intl")
        with override("en"), pytest.raises(TooYoung, match="under 16"):
            give_consent(person(birth_date=date(2011, 5, 5)), **BY_SMS, at=AT, **ON_PAPER)

    def test_to_a_text_that_asks_something_else_or_is_a_draft_is_refused(self) -> None:
        ensure_texts(at=AT)
        one, night = person(consent=None), current_text("night", language="ko")
        draft = write_text(purpose="marketing", language="ko", title="새 글", by=None, at=AT)
        for text in (night, draft):
            with pytest.raises(WrongText):
                give_consent(one, **BY_SMS, at=AT, **ON_PAPER, text=text)
        assert not Consent.objects.exists()


class TestForm:
    def test_records_each_answer_apart_and_leaves_the_others(self) -> None:
        one = person()
        answers = [NewAnswer("night", True, "sms"), NewAnswer("marketing", False, "email")]
        record_form(one, answers, by=None, at=AT, **ON_PAPER)
        told = set(Consent.objects.filter(customer=one).values_list("purpose", "channel", "granted"))
        assert told == {("marketing", "sms", True), ("marketing", "email", False), ("night", "sms", True)}
        assert allowed(one)

    def test_refuses_two_answers_to_one_question_and_names_the_customer(self) -> None:
        one = person(consent=None)
        both = [
            NewAnswer("night", True, "sms"),
            NewAnswer("marketing", True, "sms"),
            NewAnswer("marketing", False, "sms"),
        ]
        with override("en"), pytest.raises(Contradiction, match=f"{one} is said to have agreed to “Advertising mess"):
            record_form(one, both, by=None, at=AT, **ON_PAPER)
        assert not Consent.objects.exists()

    def test_is_recorded_whole_or_not_at_all(self) -> None:
        with pytest.raises(NoEvidence):
            record_form(
                person(consent=None),
                [NewAnswer("marketing", False), NewAnswer("night", True)],
                by=None,
                at=AT,
                how="web",
            )
        assert not Consent.objects.exists()


class TestRecordAnswers:
    def test_appends_each_answer_once(self) -> None:
        one = person(consent=None)
        assert record_answers([taken(one, days=day) for day in range(3)], at=AT) == 3
        assert record_answers([taken(one, days=day) for day in range(3)], at=AT) == 0
        assert Change.objects.filter(table=Consent._meta.db_table).count() == 1

    def test_takes_many_people_in_a_fixed_number_of_questions(self, django_assert_max_num_queries: Any) -> None:
        customers = people(300, consent=None)
        with django_assert_max_num_queries(20):
            assert record_answers([taken(one) for one in customers], at=AT) == 300

    def test_refuses_two_answers_at_one_moment_and_changes_nothing(self) -> None:
        one, other = people(2, consent=None)
        with (
            override("en"),
            pytest.raises(Contradiction, match=f"{other} is said to have agreed .* Nothing was recorded"),
        ):
            record_answers([taken(one), taken(other), taken(other, granted=False)], at=AT)
        assert not Consent.objects.exists()

    @pytest.mark.parametrize("granted", [True, False])
    def test_refuses_what_contradicts_an_answer_on_record(self, granted: bool) -> None:
        one, other = people(2, consent=None)
        record_answers([taken(other, granted=granted)], at=AT)
        with pytest.raises(Contradiction, match=str(other)):
            record_answers([taken(one), taken(other, granted=not granted)], at=AT)
        assert Consent.objects.count() == 1

    def test_takes_opposite_answers_to_other_questions_or_at_other_moments(self) -> None:
        one = person(consent=None)
        others = ({"days": 1}, {"channel": "email"}, {"purpose": "night"}, {"recipient": "a"}, {"recipient": "b"})
        rows = [taken(one), *(taken(one, granted=False, **other) for other in others)]
        assert record_answers(rows, at=AT) == 6

    @pytest.mark.parametrize("lacking", ["evidence", "how"])
    def test_refuses_consent_claimed_without_evidence(self, lacking: str) -> None:
        one, other = people(2, consent=None)
        with pytest.raises(NoEvidence, match=str(other)):
            record_answers([taken(one), taken(other, **{lacking: ""})], at=AT)
        assert not Consent.objects.exists()
        assert record_answers([taken(one, granted=False, **{lacking: ""})], at=AT) == 1

    def test_refuses_answers_of_people_who_are_not_there(self) -> None:
        with pytest.raises(NoSuchCustomer, match="999999"):
            record_answers([taken(person(consent=None)), taken(Customer(pk=999_999))], at=AT)
        assert not Consent.objects.exists()


class TestSuppression:
    def test_stands_once_and_is_lifted(self) -> None:
        one, by = person(), User.objects.create(username="owner")
        first = suppress(one, reason="asked at the counter", by=by, at=AT, how="counter")
        assert suppress(one, reason="asked again", by=by, at=AT) == first
        assert not allowed(one)
        other = User.objects.create(username="agent", role="agent")
        assert lift_suppression(one, by=other, at=AT, why="came back, form 9") == 1
        assert allowed(one)
        assert lift_suppression(one, by=by, at=AT) == 0
        first.refresh_from_db()
        assert (first.recorded_by, first.lifted_by, first.lifted_why, first.how) == (
            by, other, "came back, form 9", "counter",
        )  # fmt: skip

    def test_is_over_once_lifted_though_the_homes_clock_stands_before_that(self) -> None:
        one, today = person(), NOON + timedelta(days=9)
        suppress(one, reason="asked", by=None, at=today)
        assert not allowed(one)
        lift_suppression(one, by=None, at=today)
        assert allowed(one)
        suppress(one, reason="asked", by=None, at=today)
        assert not allowed(one)

    def test_can_be_lifted_though_the_clock_stands_before_it(self) -> None:
        one = person()
        suppress(one, reason="asked", by=None, at=NOON + timedelta(days=9))
        assert lift_suppression(one, by=None, at=NOON) == 1
        assert not Suppression.objects.filter(until=None).exists()

    def test_cannot_end_before_it_begins(self) -> None:
        with pytest.raises(IntegrityError), atomic():
            Suppression.objects.create(customer=person(), reason="x", since=AT, until=EARLIER)

    def test_cannot_stand_twice(self) -> None:
        one = person()
        suppress(one, reason="x", by=None, at=AT)
        with pytest.raises(IntegrityError), atomic():
            Suppression.objects.create(customer=one, reason="y", since=AT)
