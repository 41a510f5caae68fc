"""Tokens open what they were made for, and nothing when anything about them is otherwise."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dangol.lib import links, sealing
from dangol.lib.links import BadLink, Link, Maker, opened

AT = datetime(2026, 11, 22, 3, tzinfo=UTC)
UNTIL = AT + timedelta(days=30)
LETTERS = st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=+/.~ é가")


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any) -> str:
    """Return a token of this test's own home."""
    with django_db_blocker.unblock():
        return Maker("stop").made(Link(4711, UNTIL, "sms:12"))


class TestToken:
    def test_opens_what_it_was_made_for(self, token: str) -> None:
        assert opened(token, purpose="stop", at=AT) == Link(4711, UNTIL, "sms:12")

    def test_opens_until_its_last_second_and_not_after(self, token: str) -> None:
        assert opened(token, purpose="stop", at=UNTIL - timedelta(seconds=1)).subject == 4711
        with pytest.raises(BadLink) as refused:
            opened(token, purpose="stop", at=UNTIL)
        assert (refused.value.why, refused.value.subject) == ("over", 4711)

    @pytest.mark.parametrize("purpose", ["wishes", "data", "consent", "", "stop "])
    def test_opens_no_other_purpose(self, token: str, purpose: str) -> None:
        with pytest.raises(BadLink) as refused:
            opened(token, purpose=purpose, at=AT)
        assert (refused.value.why, refused.value.subject) == ("unreadable", 0)

    def test_tells_nothing_of_whom_it_is_for(self, token: str) -> None:
        plain = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        assert (4711).to_bytes(2) not in plain
        assert b"sms" not in plain
        assert "4711" not in token

    def test_is_short_enough_for_a_text_message(self, token: str) -> None:
        assert len(token) <= 43

    def test_is_the_same_for_the_same_facts(self, token: str) -> None:
        assert Maker("stop").made(Link(4711, UNTIL, "sms:12")) == token
        assert Maker("stop").made(Link(4712, UNTIL, "sms:12")) != token

    def test_takes_a_word_that_fits(self) -> None:
        with pytest.raises(ValueError, match="at most 60 bytes"):
            Maker("stop").made(Link(1, UNTIL, "가" * 21))

    @given(place=st.integers(0, 200), letter=LETTERS)
    def test_opens_nothing_with_one_letter_changed(self, token: str, place: int, letter: str) -> None:
        place %= len(token)
        forged = token[:place] + letter + token[place + 1 :]
        if forged != token:
            with pytest.raises(BadLink):
                opened(forged, purpose="stop", at=AT)

    @given(place=st.integers(0, 200), letters=st.text(LETTERS, min_size=1, max_size=5))
    def test_opens_nothing_with_letters_put_in(self, token: str, place: int, letters: str) -> None:
        """Decoders pass over signs that are none of theirs; ours does not."""
        place %= len(token) + 1
        with pytest.raises(BadLink):
            opened(token[:place] + letters + token[place:], purpose="stop", at=AT)

    @given(length=st.integers(0, 200))
    def test_opens_nothing_cut_short(self, token: str, length: int) -> None:
        with pytest.raises(BadLink):
            opened(token[: length % len(token)], purpose="stop", at=AT)

    @given(st.text(max_size=300))
    def test_opens_nothing_made_up(self, token: str, text: str) -> None:
        with pytest.raises(BadLink):
            opened(text, purpose="stop", at=AT)

    @settings(max_examples=25)
    @given(
        st.integers(0, 2 ** (8 * links.SUBJECT) - 1), st.datetimes(datetime(2026, 1, 1), datetime(2100, 1, 1)),
        st.text(max_size=15),
    )  # fmt: skip
    def test_carries_any_subject_end_and_word(self, token: str, subject: int, until: datetime, word: str) -> None:
        link = Link(subject, until.replace(microsecond=0, tzinfo=UTC), word)
        assert opened(Maker("data").made(link), purpose="data", at=link.until - timedelta(seconds=1)) == link


def test_another_home_opens_none_of_ours(token: str, settings: Any, tmp_path: Path, db: None) -> None:
    settings.DANGOL_KEYS = tmp_path / "keys.json"
    with pytest.raises(sealing.KeyLost):
        opened(token, purpose="stop", at=AT)
    Maker("stop")  # begins the keys of the other home
    with pytest.raises(BadLink):
        opened(token, purpose="stop", at=AT)
