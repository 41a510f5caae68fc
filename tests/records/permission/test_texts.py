"""Consent texts: four parts or nothing, published for good, and who is to be asked again."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError
from django.db.transaction import atomic
from django.utils.translation import override

from dangol.records.permission.actions import give_consent, withdraw_consent
from dangol.records.permission.models import Consent, ConsentText, Purpose
from dangol.records.permission.texts import (
    PARTS,
    CannotPublish,
    CannotWrite,
    current_text,
    current_texts,
    discard_draft,
    ensure_texts,
    parts_of,
    publish_text,
    to_be_asked_again,
    write_text,
)
from tests.people import AT, ON_PAPER, people
from tests.records.permission.asked import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.store]
FULL = {"aim": "to write to you", "items": "number", "retention": "two years", "refusal": "you may refuse"}


def draft(**changed: Any) -> ConsentText:
    about: dict[str, Any] = {"purpose": "marketing", "language": "en", "title": "News", **FULL, **changed}
    return write_text(**about, by=None, at=AT)


def published(**changed: Any) -> ConsentText:
    return publish_text(draft(**changed), by=None, at=AT)


class TestPublish:
    @pytest.mark.parametrize("part", PARTS)
    def test_refuses_a_text_that_lacks_a_part_and_names_it(self, part: str) -> None:
        with override("en"), pytest.raises(CannotPublish, match=f"“{PARTS[part]}” is empty"):
            published(**{part: "  "})
        assert not ConsentText.objects.exclude(published_at=None).exists()

    @pytest.mark.parametrize("part", PARTS)
    def test_cannot_be_got_round_in_the_database(self, part: str) -> None:
        text = draft(**{part: ""})
        with pytest.raises(IntegrityError), atomic():
            ConsentText.objects.filter(pk=text.pk).update(published_at=AT)

    @pytest.mark.parametrize("purpose", ["third_party", "overseas"])
    def test_asks_who_gets_the_data_elsewhere(self, purpose: str) -> None:
        with override("en"), pytest.raises(CannotPublish, match="“Who gets the data” is empty"):
            published(purpose=purpose)
        assert published(purpose=purpose, recipient="A Ltd.").recipient == "A Ltd."

    def test_happens_once(self) -> None:
        text = published()
        with pytest.raises(CannotPublish):
            publish_text(text, by=None, at=NOON)
        text.refresh_from_db()
        assert text.published_at == AT

    def test_may_require_collection_alone(self) -> None:
        assert draft(purpose="collection").required
        text = draft()
        assert not text.required
        with pytest.raises(IntegrityError), atomic():
            ConsentText.objects.filter(pk=text.pk).update(required=True)


class TestWrite:
    def test_changes_a_draft_and_never_what_is_published(self) -> None:
        first = draft()
        assert draft(aim="something else").pk == first.pk
        publish_text(first, by=None, at=AT)
        second = draft(aim="a third thing")
        assert (second.version, second.pk == first.pk) == (2, False)
        first.refresh_from_db()
        assert first.aim == "something else"

    def test_refuses_a_text_for_nothing(self) -> None:
        for wrong in ({"purpose": "fun"}, {"language": "fr"}, {"title": " "}):
            with pytest.raises(CannotWrite):
                draft(**wrong)

    def test_counts_versions_of_each_purpose_language_and_recipient_apart(self) -> None:
        assert [published(language=language).version for language in ("en", "ko")] == [1, 1]
        names = ("A", "B", "A")
        assert [published(purpose="third_party", recipient=name).version for name in names] == [1, 1, 2]

    def test_can_be_thrown_away_as_long_as_it_is_a_draft(self) -> None:
        assert discard_draft(draft())
        assert not discard_draft(published())


class TestCurrent:
    def test_is_the_last_one_published(self) -> None:
        first, second = published(), published(aim="more")
        draft(aim="even more")
        assert current_text("marketing", language="en") == second != first
        assert current_text("marketing", language="ko") is None


class TestAskAgain:
    def test_is_for_those_who_agreed_to_an_older_version(self) -> None:
        first = published()
        stays, gone, anew, elsewhere = people(4, consent=None)
        for one in (stays, gone, anew):
            give_consent(one, purpose="marketing", channel="sms", by=None, at=AT, text=first, **ON_PAPER)
        give_consent(stays, purpose="marketing", channel="email", by=None, at=AT, text=first, **ON_PAPER)
        give_consent(elsewhere, purpose="marketing", channel="sms", by=None, at=AT, text_version="old 7", **ON_PAPER)
        withdraw_consent(gone, purpose="marketing", channel="sms", by=None, at=NOON)
        assert not to_be_asked_again(first).exists()
        second = published(aim="more")
        give_consent(anew, purpose="marketing", channel="sms", by=None, at=NOON, text=second, **ON_PAPER)
        again = to_be_asked_again(second)
        assert set(again.values_list("customer", "channel")) == {(stays.pk, "sms"), (stays.pk, "email")}

    def test_leaves_answers_bound_to_the_text_that_was_shown(self) -> None:
        first = published()
        answer = give_consent(people(1, consent=None)[0], purpose="marketing", by=None, at=AT, text=first, **ON_PAPER)
        published(aim="more")
        bound = Consent.objects.get(pk=answer.pk).text
        assert bound == first and bound.aim == FULL["aim"]


class TestParts:
    def test_that_the_law_wants_to_catch_the_eye_do(self) -> None:
        def striking(**about: Any) -> set[str]:
            return {part.name for part in parts_of(draft(**about)) if part.emphasised}

        assert striking() == {"aim", "retention"}
        assert striking(purpose="collection") == {"retention"}
        assert striking(purpose="sensitive") == {"items", "retention"}
        assert striking(purpose="third_party", recipient="A") == {"recipient", "retention"}

    def test_come_in_the_order_they_are_shown(self) -> None:
        names = [part.name for part in parts_of(draft(purpose="overseas", recipient="A"))]
        assert names == ["aim", "recipient", "items", "retention", "refusal"]


class TestFirstTexts:
    def test_stand_for_every_purpose_in_both_languages(self) -> None:
        assert ensure_texts(at=AT) == 2 * len(Purpose.values)
        written = set(ConsentText.objects.values_list("purpose", "language"))
        assert written == {(purpose, language) for purpose in Purpose.values for language in ("ko", "en")}
        for language in ("ko", "en"):
            shown = set(current_texts(language).values_list("purpose", flat=True))
            assert shown == {"collection", "marketing", "night", "automated"}

    def test_leave_what_a_business_has_written(self) -> None:
        mine = published(aim="mine")
        ensure_texts(at=AT)
        assert ensure_texts(at=AT) == 0
        assert current_text("marketing", language="en") == mine
