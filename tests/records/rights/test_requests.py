"""Demands: taken in, due by law, put off, refused, done; the letters they bring."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from dangol.records.customers.entering import Unfit
from dangol.records.customers.models import Correction
from dangol.records.outbox.models import Message
from dangol.records.permission.models import Consent, Suppression
from dangol.records.rights import actions, correction
from dangol.records.rights.due_dates import TERMS, CannotDelay, alarm_on, day_of, due_on
from dangol.records.rights.models import Request, Step
from dangol.records.rights.queries import objecting, pressing, requests, standing, still_open
from dangol.records.staff.on_behalf import NotMadeSure
from dangol.records.staff.roles import Role
from dangol.records.staff.scope import NOBODY, WHOLE
from tests.people import AT, SMS, person
from tests.records.staff.office import office, staff

pytestmark = [pytest.mark.django_db, pytest.mark.store]


def demand(kind: str = "see", **told: object) -> Request:
    """Take one in."""
    return actions.take_in(
        told.pop("customer", None) or person(), kind=kind, way="counter", by=None, at=AT, **told  # type: ignore[arg-type]
    )  # fmt: skip


class TestTakeIn:
    @pytest.mark.parametrize(("kind", "days"), [("see", 10), ("correct", 10), ("stop", 10), ("erase", 10),
                                                 ("explain", 30), ("object", 30)])  # fmt: skip
    def test_is_due_by_the_law_of_its_kind(self, kind: str, days: int) -> None:
        assert demand(kind).due_on == day_of(AT) + timedelta(days=days)
        assert TERMS[kind].source

    def test_counts_from_the_shops_day(self) -> None:
        # 2026-09-28 00:00 UTC is nine in the morning in Seoul; at 16:00 UTC it is the next day there.
        assert due_on("see", received_at=AT + timedelta(hours=16)) == date(2026, 10, 9)
        assert due_on("see", received_at=AT) == date(2026, 10, 8)

    def test_makes_resident_numbers_unreadable(self) -> None:
        assert "900101-2" not in demand(wish="제 번호는 900101-2345678이에요").wish

    def test_refuses_a_kind_nobody_knows(self) -> None:
        with pytest.raises(actions.CannotAnswer):
            demand("forget me")

    def test_tells_the_person_through_the_outbox_where_a_channel_reaches_them(self) -> None:
        made = demand(channels=[SMS])
        message, step = Message.objects.get(), made.steps.get()
        assert (message.kind, step.sent, message.body) == ("informational", "shown_sms", step.letter)
        assert "10월 8일" in step.letter and "고객0" in step.letter

    def test_leaves_the_letter_to_be_printed_where_nothing_reaches_them(self) -> None:
        made = demand(customer=person(mobile=False), channels=[SMS])
        assert not Message.objects.exists()
        assert made.steps.get().sent == "" and made.steps.get().letter

    def test_writes_in_the_persons_language(self) -> None:
        assert "We received your request" in demand(language="en").steps.get().subject


class TestSteps:
    def test_is_pressing_from_the_eighth_day(self) -> None:
        made = demand()
        for day, near, overdue in ((7, False, False), (8, True, False), (10, True, False), (11, True, True)):
            found = standing(requests(WHOLE).get(pk=made.pk), on=day_of(AT) + timedelta(days=day))
            assert (found.near, found.overdue) == (near, overdue), day

    def test_alarms_two_days_before_whatever_the_term(self) -> None:
        assert alarm_on(date(2026, 11, 30), "explain") == date(2026, 11, 28)

    def test_needs_to_make_sure_who_asks(self) -> None:
        made = demand()
        with pytest.raises(actions.CannotAnswer, match=r"누구인지|make sure"):
            actions.finish(made, by=None, at=AT)
        actions.make_sure(made, how="신분증을 봤어요", by=None, at=AT)
        actions.finish(made, by=None, at=AT)
        assert standing(requests(WHOLE).get(pk=made.pk), on=day_of(AT)).closed

    def test_is_answered_once(self) -> None:
        made = demand()
        actions.refuse(made, reason="다른 분의 자료예요", by=None, at=AT)
        with pytest.raises(actions.CannotAnswer):
            actions.withdraw(made, by=None, at=AT)
        assert made.steps.filter(state__in=Step.CLOSING).count() == 1

    def test_says_where_to_complain_when_it_refuses(self) -> None:
        made = demand()
        actions.refuse(made, reason="다른 분의 자료예요", by=None, at=AT)
        letter = made.steps.latest("pk").letter
        assert "다른 분의 자료예요" in letter and "118" in letter

    def test_is_put_off_as_often_as_the_law_allows(self) -> None:
        made = demand("explain")
        for _time in range(2):
            actions.put_off(made, reason="사람이 다시 보고 있어요", by=None, at=AT)
        assert standing(requests(WHOLE).get(pk=made.pk), on=day_of(AT)).due_on == day_of(AT) + timedelta(days=90)
        with pytest.raises(CannotDelay):
            actions.put_off(made, reason="사람이 다시 보고 있어요", by=None, at=AT)
        with pytest.raises(CannotDelay):
            actions.put_off(demand("erase"), reason="사람이 다시 보고 있어요", by=None, at=AT)

    def test_lists_the_most_pressing_first(self) -> None:
        slow, quick = demand("explain"), demand("see")
        assert list(still_open(requests(WHOLE)).values_list("pk", flat=True)) == [quick.pk, slow.pk]
        assert [one.request.pk for one in pressing(WHOLE, on=day_of(AT) + timedelta(days=9))] == [quick.pk]

    def test_shows_nobody_elses(self) -> None:
        demand()
        assert not requests(NOBODY).exists()


class TestCorrect:
    def test_keeps_what_was_and_what_is(self) -> None:
        office()
        made = demand("correct")
        by = staff(Role.AGENT)
        actions.make_sure(made, how="신분증을 봤어요", by=by, at=AT)
        changed = correction.correct(
            made, changes={"full_name": "정다은", "mobile": "010-9876-5432", "gender": "f"}, by=by, at=AT
        )
        made.refresh_from_db()
        made.customer.refresh_from_db()
        assert changed["full_name"] == ["고객0", "정다은"]
        assert made.changes["mobile"][1] == "+821098765432"
        assert made.customer.full_name == "정다은"
        assert correction.correct(made, changes={"full_name": "정다은"}, by=by, at=AT) == {}
        kept = Correction.objects.get()
        assert (kept.told_by, kept.way, kept.sure) == ("person", made.way, "request")

    @pytest.mark.parametrize("asked_by", ["self", "guardian", "agent"])
    def test_waits_until_staff_made_sure_who_asks(self, asked_by: str) -> None:
        made = demand("correct", asked_by=asked_by)
        with pytest.raises(NotMadeSure):
            correction.correct(made, changes={"full_name": "정다은"}, by=staff(Role.AGENT), at=AT)
        assert not Correction.objects.exists()
        actions.make_sure(made, how="위임장 2026-11", by=None, at=AT)
        correction.correct(made, changes={"full_name": "정다은"}, by=staff(Role.AGENT), at=AT)
        assert Correction.objects.get().told_by == {"self": "person"}.get(asked_by, asked_by)

    def test_lets_the_person_correct_themselves_by_the_same_rules(self) -> None:
        made, right = demand("correct"), {"full_name": "정다은", "mobile": "010-9876-5432", "place": "마포구"}
        changed = correction.correct(made, changes=right, by=None, at=AT)
        made.customer.refresh_from_db()
        assert changed["mobile"][1] == "+821098765432"
        assert (made.customer.full_name, made.customer.place) == ("정다은", "마포구")
        with pytest.raises(Unfit):
            correction.correct(made, changes={"mobile": "12"}, by=None, at=AT)

    def test_refuses_a_date_it_cannot_read(self) -> None:
        with pytest.raises(correction.CannotCorrect):
            correction.correct(demand("correct"), changes={"birth_date": "어제"}, by=staff(Role.AGENT), at=AT)


class TestStop:
    def test_stops_every_message_and_every_decision_without_a_person(self) -> None:
        made = demand("stop", channels=[SMS])
        kept = correction.stop(made, by=None, at=AT)
        assert kept == 1 and Message.objects.get().withheld == "suppressed"
        assert Suppression.objects.get().channel == ""
        assert list(objecting()) == [made.customer_id]

    def test_lets_the_last_answer_count(self) -> None:
        made = demand("object")
        correction.object_to_automation(made, by=None, at=AT)
        Consent.objects.create(
            customer=made.customer, purpose="automated", granted=True, answered_at=AT + timedelta(days=1),
            how="counter", evidence="form 7",
        )  # fmt: skip
        assert list(objecting()) == []


class TestReview:
    def test_is_a_row_with_words(self) -> None:
        made = demand("explain")
        by = staff(Role.AGENT)
        found = actions.review(
            made.customer, decision="region", subject="run:1", outcome="stands", words="기록과 맞아요", request=made,
            by=by, at=AT,
        )  # fmt: skip
        assert found.get_outcome_display()
        with pytest.raises(actions.CannotAnswer):
            actions.review(made.customer, decision="region", subject="run:1", outcome="maybe", words="..", by=by, at=AT)
