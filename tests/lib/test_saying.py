"""Sentences before a home is open."""

import subprocess
import sys

import pytest

SAID = "import sys; from dangol.lib.saying import _; print(_({sentence!r}), 'django' in sys.modules)"


@pytest.mark.parametrize(("language", "said"), [
    ("ko", "Ctrl+C를 누르면 멈춰요. False"), ("en", "Stop with Ctrl+C. False"), ("xx", "Stop with Ctrl+C. False"),
])  # fmt: skip
def test_come_in_the_language_that_was_set_without_django(
    monkeypatch: pytest.MonkeyPatch, language: str, said: str
) -> None:
    monkeypatch.setenv("DANGOL_LANGUAGE", language)
    done = subprocess.run(
        [sys.executable, "-c", SAID.format(sentence="Stop with Ctrl+C.")], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == said


def test_that_no_room_knows_stay_as_they_are() -> None:
    from dangol.lib.saying import _

    assert _("A sentence of nobody.") == "A sentence of nobody."
