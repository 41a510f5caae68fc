"""Feedback is read once, kept as what it sounds like, and what a person says of it stands above what a program told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import translation

from dangol.insight.analysis.models import FeedbackTone, Run, TaughtLabeller, Tone, ToneCorrection
from dangol.insight.analysis.voices import actions, own_labels, queries
from dangol.insight.analysis.voices.actions import NothingToHear, correct_tone, read_feedback
from dangol.insight.analysis.voices.labelling import TextLabeller
from dangol.insight.analysis.voices.validation import Validation
from dangol.records.customers import duties
from dangol.records.customers.forgetting import ForgottenMeanwhile
from dangol.records.customers.models import Customer, Identity
from dangol.records.permission.models import Consent
from dangol.records.staff.models import User
from dangol.records.voices.models import Feedback

from .heard import AT, BEST, WORST, feedback, somebody
from .shop_sentences import COMPLAINTS, PRAISE

pytestmark = pytest.mark.django_db


def read(**more: Any) -> Run:
    return read_feedback(as_of=AT, at=AT, by=None, **more)


def tones() -> list[str]:
    return list(FeedbackTone.objects.order_by("feedback_id").values_list("tone", flat=True))


@pytest.fixture
def texts_told(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Every text a labeller was asked for."""
    seen: list[str] = []
    real = TextLabeller.tell

    def tell(self: TextLabeller, texts: Any, **more: Any) -> Any:
        listed = list(texts)
        seen.extend(listed)
        return real(self, listed, **more)

    monkeypatch.setattr(TextLabeller, "tell", tell)
    return seen


class TestReading:
    def test_says_how_each_sounds_and_is_silent_where_it_is_not_sure(self) -> None:
        for text in (WORST, BEST, "12월 3일에 들렀습니다"):
            feedback(text)
        run = read()
        assert tones() == [Tone.UNHAPPY, Tone.GLAD, Tone.UNSURE]
        first = FeedbackTone.objects.first()
        assert first is not None
        assert (first.probability or 0) >= 0.8 and first.run == run and first.told == Tone.UNHAPPY

    @pytest.mark.parametrize("text", [
        "Terrible service, never again!", "Great shop 최고", "", "  ", "👍👍👍", "!!!",
        "최고 best place in the whole town",
        "二度と行きません",
    ])  # fmt: skip
    def test_never_reads_another_language_nor_what_has_no_words(self, text: str) -> None:
        feedback(text)
        read()
        assert tones() == [Tone.UNREAD]
        assert FeedbackTone.objects.get().probability is None

    def test_leaves_questions_alone(self) -> None:
        feedback("주차장이 왜 이렇게 최악인가요?", kind="inquiry")
        read()
        assert tones() == [Tone.UNREAD]

    def test_reads_a_subject_where_there_is_no_text_unless_it_is_our_own_question(self) -> None:
        feedback("", subject=WORST, kind="complaint")
        feedback("", subject="직원이 최악이었습니까", kind="opinion")
        read()
        assert tones() == [Tone.UNHAPPY, Tone.UNREAD]

    @pytest.mark.store
    def test_is_a_run_that_says_by_what_until_when_and_for_whom(self) -> None:
        last = feedback(WORST)
        feedback(BEST, days=-3)
        assert queries.last_reading() is None
        run = read()
        assert run == queries.last_reading()
        assert (run.as_of, run.finished_at) == (AT, AT)
        assert run.parameters["by"] is None and run.parameters["certainty"] == 0.8
        assert run.parameters["labeller"].startswith("shipped ") and run.parameters["last_feedback"] >= last.pk
        assert run.summary["read"] == 1 and run.summary["tones"] == {"unhappy": 1}

    def test_keeps_no_word_of_any_text(self) -> None:
        feedback(WORST)
        read()
        row = FeedbackTone.objects.values().get()
        assert not [value for value in row.values() if isinstance(value, str) and "최악" in value]

    def test_names_the_words_that_speak_for_each_but_none_that_few_have_used(self) -> None:
        for at in range(3):
            feedback(f"{WORST} {'마포대교' if at < 2 else ''}", days=at)
            feedback(BEST, days=at)
        words = read().summary["words"]
        assert ["최악", 3] in words["unhappy"] and "최고" in [word for word, _texts in words["glad"]]
        assert "마포" not in str(words) and all(texts >= 3 for both in words.values() for _word, texts in both)

    def test_names_the_words_of_the_newest(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(actions, "NEWEST", 3)
        for at in range(3):
            feedback("정말 최악이에요", days=at)
            feedback("너무 짜증나고 불쾌했어요", days=at + 10)
        words = [word for word, _texts in read().summary["words"]["unhappy"]]
        assert "최악" in words and "짜증" not in words


@pytest.mark.store
class TestReadingAgain:
    def test_reads_new_and_changed_texts_alone(self, texts_told: list[str]) -> None:
        one = feedback(WORST)
        feedback(BEST)
        read()
        feedback("다시 왔는데 정말 좋아요")
        Feedback.objects.filter(pk=one.pk).update(text="이제는 정말 최고예요")
        texts_told.clear()
        assert read().summary["read"] == 2
        assert sorted(texts_told) == sorted(["이제는 정말 최고예요", "다시 왔는데 정말 좋아요"])
        assert tones()[0] == Tone.GLAD

    def test_reads_what_is_of_another_kind_now(self) -> None:
        feedback(WORST, kind="inquiry")
        read()
        Feedback.objects.update(kind="complaint")
        assert read().summary["read"] == 1 and tones() == [Tone.UNHAPPY]

    def test_changes_nothing_when_nothing_is_new(self, texts_told: list[str]) -> None:
        feedback(WORST)
        read()
        before = list(FeedbackTone.objects.values())
        texts_told.clear()
        assert read().summary["read"] == 0 and texts_told == []
        assert list(FeedbackTone.objects.values()) == before

    def test_reads_everything_anew_by_another_labeller(self, monkeypatch: pytest.MonkeyPatch) -> None:
        feedback(WORST)
        read()
        monkeypatch.setattr(own_labels.shipped, "version", lambda: "another")
        assert read().summary["read"] == 1

    def test_goes_on_where_it_was_killed(self, monkeypatch: pytest.MonkeyPatch, texts_told: list[str]) -> None:
        monkeypatch.setattr(actions, "AT_ONCE", 1)
        for text in (WORST, BEST, WORST):
            feedback(text)

        class Killed(BaseException): ...

        def die(stage: str, done: int, total: int, /) -> None:
            if stage == "reading_texts":
                raise Killed

        monkeypatch.setattr(actions, "SCANNED", 2)
        with pytest.raises(Killed):
            read(progress=die)
        assert queries.last_reading() is None and len(tones()) == 2
        texts_told.clear()
        run = read()
        assert texts_told == [WORST] and Run.objects.filter(kind="voices").count() == 1
        assert run.finished_at is not None and len(tones()) == 3

    def test_tells_how_far_it_is(self) -> None:
        for _each in range(3):
            feedback(WORST)
        told: list[tuple[str, int, int]] = []
        read(progress=lambda *said: told.append(said))
        assert told[-1] == ("reading_texts", 3, 3)


@pytest.mark.store
class TestPeople:
    def test_who_is_forgotten_meanwhile_is_not_written_about(self, monkeypatch: pytest.MonkeyPatch) -> None:
        one = feedback(WORST, who=somebody())
        real = TextLabeller.tell

        def forget(self: TextLabeller, texts: Any, **more: Any) -> Any:
            Feedback.objects.filter(pk=one.pk).update(text="", subject="")
            return real(self, texts, **more)

        monkeypatch.setattr(TextLabeller, "tell", forget)
        read()
        assert tones() == []

    def test_who_objects_to_being_judged_by_a_program_is_not_read_and_what_was_read_goes(self) -> None:
        who = somebody()
        feedback(WORST, who=who)
        feedback(BEST)
        read()
        Consent.objects.create(
            customer=who.customer, purpose="automated", channel="", granted=False, answered_at=AT, evidence="asked"
        )
        read()
        assert tones() == [Tone.GLAD]

    def test_what_a_person_said_of_who_objects_stays_and_nothing_else(self) -> None:
        who = somebody()
        one = feedback(WORST, who=who)
        read()
        correct_tone(one.pk, tone=Tone.GLAD, by=None, at=AT)
        Consent.objects.create(
            customer=who.customer, purpose="automated", channel="", granted=False, answered_at=AT, evidence="asked"
        )
        read()
        left = FeedbackTone.objects.values_list("tone", "corrected", "told", "probability", "labeller", "digest").get()
        assert left == ("glad", True, "unread", None, "", "")

    def test_a_child_of_whom_nobody_agreed_is_not_read(self) -> None:
        feedback(WORST, who=somebody(birth_date=date(2020, 5, 5)))
        read()
        assert tones() == []

    def test_forgetting_somebody_takes_readings_and_corrections(self) -> None:
        who = somebody()
        one = feedback(WORST, who=who)
        read()
        correct_tone(one.pk, tone=Tone.GLAD, by=None, at=AT)
        for name in ("analysis.FeedbackTone", "analysis.ToneCorrection"):
            table = duties.TABLES[name]
            assert len(table.rows(who.customer_id)) == 1
            assert table.erase is not None and table.erase(who.customer_id) == 1

    def test_the_words_of_who_objects_are_never_shown(self) -> None:
        who = [somebody() for _each in range(3)]
        for one in who:
            correct_tone(feedback(WORST, who=one).pk, tone=Tone.UNHAPPY, by=None, at=AT)
        assert "최악" in str(read().summary["words"])
        objects(who[0])
        assert "최악" not in str(read().summary["words"])

    def test_words_of_fewer_than_three_people_are_never_shown_however_often_they_write(self) -> None:
        often, other = somebody(), somebody("이단골")
        for at in range(4):
            feedback(f"{WORST} 짜증", who=often, days=at)
            feedback(WORST)
        feedback(f"{WORST} 짜증", who=other)
        words = str(read().summary["words"])
        assert "최악" in words and "짜증" not in words
        feedback(f"{WORST} 짜증")
        assert "짜증" in str(read().summary["words"])

    @pytest.mark.parametrize("hidden", [False, True])
    def test_forgetting_somebody_takes_the_words_of_all_readings(self, hidden: bool) -> None:
        who = somebody()
        for one in (who, None, None):
            feedback(WORST, who=one)
        read()
        if hidden:
            objects(who)
            for _each in range(2):
                feedback(WORST)
            read()
        forget(who)
        assert [run.summary["words"] for run in Run.objects.filter(kind="voices")] == [{}] * (1 + hidden)

    def test_forgetting_somebody_who_told_us_nothing_leaves_the_words(self) -> None:
        for _each in range(3):
            feedback(WORST)
        read()
        forget(somebody())
        assert "최악" in str(Run.objects.get(kind="voices").summary["words"])

    def test_who_is_forgotten_while_words_are_counted_is_not_among_them(self, monkeypatch: pytest.MonkeyPatch) -> None:
        who = somebody()
        for one in (who, None, None):
            feedback(WORST, who=one)
        real = TextLabeller.words_among

        def lose(self: TextLabeller, *given: Any, **more: Any) -> Any:
            forget(who)
            return real(self, *given, **more)

        monkeypatch.setattr(TextLabeller, "words_among", lose)
        assert "최악" not in str(read().summary["words"])


@pytest.mark.store
class TestCorrecting:
    def test_stands_above_what_was_told_and_says_who_and_when(self) -> None:
        one, user = feedback(WORST), User.objects.create(username="boss")
        read()
        correct_tone(one.pk, tone=Tone.GLAD, by=user, at=AT)
        found = FeedbackTone.objects.get()
        assert (found.tone, found.told, found.corrected) == (Tone.GLAD, Tone.UNHAPPY, True)
        assert ToneCorrection.objects.values_list("tone", "by", "at").get() == ("glad", user.pk, AT)

    def test_outlives_a_reading_by_another_labeller(self, monkeypatch: pytest.MonkeyPatch) -> None:
        one = feedback(WORST)
        read()
        correct_tone(one.pk, tone=Tone.GLAD, by=None, at=AT)
        monkeypatch.setattr(own_labels.shipped, "version", lambda: "another")
        read()
        found = FeedbackTone.objects.get()
        assert (found.tone, found.told, found.corrected, found.labeller) == ("glad", "unhappy", True, "shipped another")

    def test_of_what_nobody_read_yet_stays_when_it_is_read(self) -> None:
        one = feedback(WORST)
        correct_tone(one.pk, tone=Tone.GLAD, by=None, at=AT)
        read()
        found = FeedbackTone.objects.get()
        assert (found.tone, found.told, found.corrected) == ("glad", "unhappy", True)

    def test_changing_ones_mind_is_another_row_and_the_last_one_counts(self) -> None:
        one = feedback(WORST)
        for tone in (Tone.GLAD, Tone.UNSURE):
            correct_tone(one.pk, tone=tone, by=None, at=AT)
        assert FeedbackTone.objects.get().tone == Tone.UNSURE and ToneCorrection.objects.count() == 2

    def test_is_refused_of_somebody_who_was_forgotten_meanwhile(self) -> None:
        who = somebody()
        one = feedback(WORST, who=who)
        Customer.objects.filter(pk=who.customer_id).update(erased_at=AT)
        with pytest.raises(ForgottenMeanwhile):
            correct_tone(one.pk, tone=Tone.GLAD, by=None, at=AT)
        assert ToneCorrection.objects.count() == 0

    @pytest.mark.parametrize(("text", "tone"), [("", Tone.GLAD), (WORST, Tone.UNREAD)])
    def test_refuses_what_cannot_be_heard(self, text: str, tone: Tone) -> None:
        one = feedback(text)
        with translation.override("en"), pytest.raises(NothingToHear):
            correct_tone(one.pk, tone=tone, by=None, at=AT)
        with pytest.raises(NothingToHear):
            correct_tone(one.pk + 99, tone=Tone.GLAD, by=None, at=AT)
        assert ToneCorrection.objects.count() == 0


def labelled(of: dict[Tone, list[str]], *, who: Identity | None = None) -> None:
    """Feedback of which a person said how it sounds."""
    for tone, texts in of.items():
        for text in texts:
            correct_tone(feedback(text, who=who).pk, tone=tone, by=None, at=AT)


def objects(who: Identity) -> None:
    """They object to programs judging them."""
    Consent.objects.create(
        customer=who.customer, purpose="automated", channel="", granted=False, answered_at=AT, evidence="asked"
    )


def forget(who: Identity) -> None:
    """What goes of this room and of the texts when somebody is forgotten, in that order."""
    for name in ("voices.Feedback", "analysis.FeedbackTone", "analysis.ToneCorrection"):
        erase = duties.TABLES[name].erase
        assert erase is not None
        erase(who.customer_id)


PLACES = ("매장", "주차장", "배송", "포장", "직원", "앱", "전화", "간판")
GOOD = [f"{place}이 아주 훌륭하군요 {more}" for place in PLACES for more in ("단골 예약", "또 예약", "바로 예약")]
BAD = [f"{place}이 매우 형편없군요 {more}" for place in PLACES for more in ("환불 요청", "즉시 환불", "당장 환불")]


class TestOwnLabels:
    def test_are_not_learned_from_before_there_are_enough(self) -> None:
        labelled({Tone.GLAD: GOOD[:20], Tone.UNHAPPY: BAD[:19]})
        assert own_labels.teach(as_of=AT, at=AT, by=None) is None
        assert not own_labels.chosen(as_of=AT).own and queries.last_teaching() is None

    def test_take_the_place_of_what_comes_with_dangol_where_they_do_better(self) -> None:
        labelled({Tone.GLAD: BAD, Tone.UNHAPPY: GOOD})  # in this shop words mean the opposite
        other = feedback("냉장고가 매우 형편없군요 환불")
        question = feedback("냉장고가 매우 형편없군요 환불", kind="inquiry")
        run = read()
        taught = queries.last_teaching()
        assert taught is not None and taught.summary["used"] and taught.parameters["by"] is None
        assert taught.parameters["labels"] == {"glad": 24, "unhappy": 24} and taught.as_of == AT
        assert taught.summary["right"] > taught.summary["shipped_right"] and taught.summary["texts"] == 48
        assert run.parameters["own"] and run.parameters["labeller"] == f"own {taught.pk}"
        assert run.parameters["certainty"] == taught.summary["certainty"]
        assert [FeedbackTone.objects.get(feedback=one).tone for one in (other, question)] == [Tone.GLAD] * 2

    def test_are_not_used_where_their_answers_are_not_right_often_enough(self) -> None:
        labelled({Tone.GLAD: GOOD[::2] + BAD[::2], Tone.UNHAPPY: GOOD[1::2] + BAD[1::2]})
        read()
        taught = queries.last_teaching()
        assert taught is not None and not taught.summary["used"] and taught.summary["why"] == "nothing"
        assert not own_labels.chosen(as_of=AT).own and TaughtLabeller.objects.count() == 0

    def test_are_not_used_where_what_comes_with_dangol_does_as_well(self, monkeypatch: pytest.MonkeyPatch) -> None:
        labelled({Tone.GLAD: GOOD, Tone.UNHAPPY: BAD})
        told = [own_labels.shipped.POSITIVE] * 24 + [own_labels.shipped.NEGATIVE] * 24

        class Knows:
            def tell(self, texts: list[str]) -> Any:
                return type("Told", (), {"labels": told})

        monkeypatch.setattr(own_labels.shipped, "sentiment", Knows)
        taught = own_labels.teach(as_of=AT, at=AT, by=None)
        assert taught is not None and taught.summary["why"] == "weaker" and not taught.summary["used"]

    def test_are_not_used_where_no_certainty_brings_eight_right_answers_of_ten(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        labelled({Tone.GLAD: BAD, Tone.UNHAPPY: GOOD})
        monkeypatch.setattr(Validation, "certainty_for", lambda self, accuracy: 0.0 if accuracy < 0.8 else None)
        taught = own_labels.teach(as_of=AT, at=AT, by=None)
        assert taught is not None and taught.summary["why"] == "unsure" and not own_labels.chosen(as_of=AT).own

    @pytest.mark.store
    def test_teach_once_and_again_when_there_are_others(self) -> None:
        labelled({Tone.GLAD: BAD, Tone.UNHAPPY: GOOD})
        first = own_labels.teach(as_of=AT, at=AT, by=None)
        assert own_labels.teach(as_of=AT, at=AT, by=None) == first
        labelled({Tone.GLAD: ["냉장고가 매우 형편없군요 환불"]})
        again = own_labels.teach(as_of=AT, at=AT, by=None)
        assert again != first and TaughtLabeller.objects.get().run == again

    def test_are_learned_anew_where_what_was_kept_is_damaged(self) -> None:
        labelled({Tone.GLAD: BAD, Tone.UNHAPPY: GOOD})
        own_labels.teach(as_of=AT, at=AT, by=None)
        TaughtLabeller.objects.update(content=b"torn")
        assert not own_labels.chosen(as_of=AT).own
        own_labels.teach(as_of=AT, at=AT, by=None)
        assert own_labels.chosen(as_of=AT).own

    @pytest.mark.parametrize("child", [False, True])
    def test_of_those_no_program_may_judge_teach_nothing(self, child: bool) -> None:
        who = somebody(birth_date=date(2020, 5, 5)) if child else somebody()
        if not child:
            objects(who)
        labelled({Tone.GLAD: BAD[:20], Tone.UNHAPPY: GOOD[:19]})
        labelled({Tone.UNHAPPY: GOOD[19:22]}, who=who)
        assert own_labels.labels_given(as_of=AT) == {"glad": 20, "unhappy": 19}
        read()
        assert queries.last_teaching() is None
        labelled({Tone.UNHAPPY: GOOD[22:]})
        read()
        taught = queries.last_teaching()
        assert taught is not None and taught.summary["texts"] == 41

    def test_of_who_objects_later_are_unlearned_at_the_next_reading(self) -> None:
        who = somebody()
        labelled({Tone.GLAD: BAD[:20], Tone.UNHAPPY: GOOD[:17]})
        labelled({Tone.UNHAPPY: GOOD[17:20]}, who=who)
        assert read().parameters["own"]
        objects(who)
        assert not read().parameters["own"] and TaughtLabeller.objects.count() == 0

    @pytest.mark.store
    def test_of_who_is_forgotten_go_with_what_they_taught(self) -> None:
        who = somebody()
        labelled({Tone.GLAD: BAD, Tone.UNHAPPY: GOOD})
        labelled({Tone.GLAD: ["냉장고가 매우 형편없군요 환불"]}, who=who)
        other = somebody("이단골")
        feedback(WORST, who=other)
        read()
        forget(other)
        assert own_labels.chosen(as_of=AT).own
        forget(who)
        assert TaughtLabeller.objects.count() == 0 and not own_labels.chosen(as_of=AT).own
        assert read().parameters["own"]

    def test_that_are_no_longer_there_teach_nobody(self) -> None:
        labelled({Tone.GLAD: BAD, Tone.UNHAPPY: GOOD})
        own_labels.teach(as_of=AT, at=AT, by=None)
        gone = Feedback.objects.order_by("pk")[0]
        gone.delete()
        assert not own_labels.chosen(as_of=AT).own

    @pytest.mark.store
    def test_that_go_while_they_teach_teach_nobody(self, monkeypatch: pytest.MonkeyPatch) -> None:
        who = somebody()
        labelled({Tone.GLAD: BAD, Tone.UNHAPPY: GOOD})
        labelled({Tone.GLAD: ["냉장고가 매우 형편없군요 환불"]}, who=who)
        real = own_labels.train

        def lose(*given: Any, **more: Any) -> Any:
            forget(who)
            return real(*given, **more)

        monkeypatch.setattr(own_labels, "train", lose)
        own_labels.teach(as_of=AT, at=AT, by=None)
        assert TaughtLabeller.objects.count() == 0 and not own_labels.chosen(as_of=AT).own

    def test_teach_no_word_that_fewer_than_three_people_use(self) -> None:
        who = somebody()
        labelled({Tone.GLAD: BAD, Tone.UNHAPPY: GOOD})
        labelled({Tone.GLAD: [f"{place}이 매우 형편없군요 마포대교" for place in PLACES[:5]]}, who=who)
        own_labels.teach(as_of=AT, at=AT, by=None)
        features = own_labels.chosen(as_of=AT).labeller.features_
        assert any("환불" in one for one in features) and not [one for one in features if "마포" in one]


@pytest.mark.store
class TestCounts:
    def test_by_month_hold_months_in_which_nobody_said_anything(self) -> None:
        for days in (0, 65):
            feedback(WORST, days=days)
        feedback(BEST)
        read()
        found = queries.by_month(as_of=AT)
        assert [(one.name, one.glad, one.unhappy) for one in found] == [
            ("2026-09", 0, 1), ("2026-10", 0, 0), ("2026-11", 1, 1),
        ]  # fmt: skip

    def test_a_month_begins_in_the_time_of_the_shop(self) -> None:
        one = feedback(WORST)
        Feedback.objects.filter(pk=one.pk).update(at=AT.replace(month=10, day=31, hour=15, minute=30))
        read()
        assert [one.name for one in queries.by_month(as_of=AT)] == ["2026-11"]

    def test_know_nothing_of_later(self) -> None:
        feedback(WORST)
        read()
        before = AT - timedelta(days=1)
        assert queries.by_month(as_of=before) == [] == queries.by_kind(as_of=before)
        assert sum(queries.totals(as_of=before).values()) == 0

    def test_add_up_with_what_was_not_read(self) -> None:
        for text in (WORST, BEST, "good", "왔습니다"):
            feedback(text)
        read()
        feedback(WORST)
        assert queries.totals(as_of=AT) == {"glad": 1, "unhappy": 1, "unsure": 1, "unread": 2}

    def test_by_kind_and_of_a_correction(self) -> None:
        one = feedback(WORST, kind="complaint")
        feedback(WORST)
        read()
        correct_tone(one.pk, tone=Tone.GLAD, by=None, at=AT)
        found = {row.name: (row.glad, row.unhappy, row.unhappy_share) for row in queries.by_kind(as_of=AT)}
        assert found == {"complaint": (1, 0, 0.0), "review": (0, 1, 1.0)}

    def test_the_newest_come_first(self) -> None:
        old, new = feedback(WORST, days=5), feedback(WORST)
        read()
        assert [one.feedback for one in queries.newest(Tone.UNHAPPY, as_of=AT)] == [new, old]


def test_shop_sentences_are_read_as_well_in_the_store_as_outside() -> None:
    for text in COMPLAINTS + PRAISE:
        feedback(text)
    read()
    truth = [Tone.UNHAPPY] * len(COMPLAINTS) + [Tone.GLAD] * len(PRAISE)
    answered = [one == other for one, other in zip(tones(), truth, strict=True) if one != Tone.UNSURE]
    assert all(answered) and len(answered) >= 10
