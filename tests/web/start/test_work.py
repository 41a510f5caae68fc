"""Long work beside the pages: begun once, told as it goes, and never left hanging."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dangol.lib.errors import DangolError
from dangol.web.start import work


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> None:
    """Keep what is told in a folder of this test."""
    settings.DANGOL_HOME = tmp_path


class TestBegin:
    def test_is_done_once_until_the_work_ends(self) -> None:
        assert work.begin("a")
        assert not work.begin("a")
        with work.at_work("a", language="en"):
            pass
        assert work.begin("a")

    def test_leaves_nothing_behind_when_nobody_takes_it(self) -> None:
        class Task:
            def enqueue(self) -> None:
                raise OSError("no queue")

        with pytest.raises(OSError, match="no queue"):
            work.start("a", Task())  # type: ignore[arg-type]
        assert work.look("a").state == "absent"


class TestAtWork:
    def test_tells_progress_and_keeps_the_answer(self) -> None:
        with work.at_work("a", language="en") as (progress, answer):
            progress("reading", 3, 10)
            seen = work.look("a")
            answer["rows"] = 10
        assert (seen.state, seen.stage, seen.done, seen.total) == ("under_way", "reading", 3, 10)
        assert work.look("a").answer == {"rows": 10}

    def test_writes_seldom_however_often_it_is_told(self, monkeypatch: pytest.MonkeyPatch) -> None:
        written: list[int] = []
        with work.at_work("a", language="en") as (progress, _):
            monkeypatch.setattr(work, "_say", lambda key, **told: written.append(told["done"]))
            for done in range(100_001):
                progress("reading", done, 100_000)
            monkeypatch.undo()
        assert len(written) <= 502
        assert written[-1] == 100_000

    def test_tells_a_refusal_in_its_own_words(self) -> None:
        with work.at_work("a", language="en"):
            raise DangolError("The disk is full.")
        assert work.look("a").problem == "The disk is full."
        assert work.begin("a")  # and may be tried again

    def test_tells_what_nobody_foresaw_and_lets_the_log_have_it(self) -> None:
        with pytest.raises(ZeroDivisionError), work.at_work("a", language="en"):
            raise ZeroDivisionError("by zero")
        assert "Dangol did not foresee this (ZeroDivisionError: by zero)" in work.look("a").problem

    def test_takes_half_a_word_for_none(self, tmp_path: Path) -> None:
        (tmp_path / "work").mkdir()
        (tmp_path / "work" / "a.json").write_text('{"state": "und')
        assert work.look("a").state == "absent"
