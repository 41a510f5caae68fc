"""In which language somebody wants to be written to."""

from __future__ import annotations

import pytest

from dangol.records.permission.preferences import BadWish, language_of, wish_language
from tests.people import AT, person

pytestmark = [pytest.mark.django_db, pytest.mark.store]


def test_is_the_last_one_while_the_clock_stands_still() -> None:
    one = person()
    assert language_of(one) == ""
    for language in ("en", "ko", "en"):
        wish_language(one, language=language, by=None, at=AT)
        assert language_of(one) == language


def test_is_one_that_we_speak() -> None:
    with pytest.raises(BadWish):
        wish_language(person(), language="fr", by=None, at=AT)
