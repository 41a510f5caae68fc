"""What a password must be."""

from __future__ import annotations

import pytest
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import override

from dangol.records.staff.models import User
from dangol.records.staff.passwords import SHORTEST

OWNER = User(username="owner", first_name="김하나둘셋넷")


@pytest.mark.parametrize(
    "password",
    ["", "short", "123456789", "가나다라마바사", "1" * 20, "20261122090807", "aaaaaaaaaaaa", "abababababab",
     "passwordpassword", "qwertyuiop", "1q2w3e4r5t6y", "ownerowner", "OwnerOwner1", "owner12345", "김하나둘셋넷12345"],
)  # fmt: skip
def test_refuses_what_others_would_guess_in_one_sentence(password: str) -> None:
    with pytest.raises(ValidationError) as refused:
        validate_password(password, OWNER)
    assert len(refused.value.messages) == 1


@pytest.mark.parametrize(
    "password", ["우유배달부 한 사람", "correct horse battery", "owner rides a green bicycle", "ㅁ9!kzL0^pQw"]
)
def test_takes_a_few_words_of_ones_own(password: str) -> None:
    validate_password(password, OWNER)


def test_says_what_is_wanted_before_it_is_refused() -> None:
    with override("ko"):
        (hint,) = password_validators_help_texts()
    assert str(SHORTEST) in hint and hint.endswith("어려워요.")
