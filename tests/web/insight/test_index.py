"""The index of Insight: the questions, what was found last, and asking all of them at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from dangol.web.insight.questions import QUESTIONS
from dangol.web.start import work
from tests.web.business import NOW, signed_in
from tests.web.insight.runs import rhythm_run

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> None:
    """Give the test a home of its own, whose work is done at once."""
    settings.DANGOL_HOME = tmp_path
    settings.DANGOL_LAKE = tmp_path / "lake"
    settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}


def page(client: Client, language: str = "en") -> str:
    return client.get("/insight/", headers={"accept-language": language}).content.decode()


class TestIndex:
    def test_lists_every_question_with_a_way_to_its_page(self, client: Client) -> None:
        told = page(signed_in(client))
        assert told.count('class="asked"') == len(QUESTIONS) > 0
        for question in QUESTIONS:
            assert str(question.asked) in told

    def test_says_where_nobody_has_asked_yet(self, client: Client) -> None:
        assert page(signed_in(client)).count("Not asked yet") == len(QUESTIONS)

    def test_tells_what_was_found_last(self, client: Client) -> None:
        rhythm_run(NOW)
        told = page(signed_in(client))
        assert "About 390 purchases are expected of 250 customers in the next 13 weeks." in told
        assert told.count("Not asked yet") == len(QUESTIONS) - 1

    def test_speaks_korean(self, client: Client) -> None:
        assert "아직 묻지 않았어요" in page(signed_in(client), "ko")

    def test_looks_again_while_something_is_being_worked_out(self, client: Client) -> None:
        assert "every 3s" not in page(signed_in(client))
        work.begin(QUESTIONS[0].key)
        told = page(client)
        assert "every 3s" in told
        assert "Being worked out" in told


class TestAskingEverything:
    def test_asks_every_question_and_says_why_some_have_no_answer(self, client: Client) -> None:
        """An empty business: nothing to learn from, each in its own words."""
        answer = signed_in(client).post("/insight/ask/", headers={"accept-language": "en"})
        assert answer.headers["Location"] == "/insight/"
        assert not any(work.look(question.key).under_way for question in QUESTIONS)
        told = page(client)
        assert "Nobody has bought anything yet. Import sales first." in told
        assert "There is no feedback yet." in told

    def test_keeps_showing_the_last_answer_beside_what_went_wrong(self, client: Client) -> None:
        rhythm_run(NOW)
        signed_in(client).post("/insight/ask/", headers={"accept-language": "en"})
        told = page(client)
        assert "About 390 purchases are expected of 250 customers in the next 13 weeks." in told
        assert "Nobody has bought anything yet. Import sales first." in told

    def test_leaves_alone_what_is_under_way(self, client: Client) -> None:
        work.begin(QUESTIONS[0].key)
        signed_in(client).post("/insight/ask/")
        assert work.look(QUESTIONS[0].key).under_way
