"""The index of Insight: the questions, and what was found last."""

import pytest
from django.test import Client

from tests.web.business import signed_in

pytestmark = pytest.mark.django_db


def page(client: Client, language: str = "en") -> str:
    return client.get("/insight/", headers={"accept-language": language}).content.decode()


class TestIndex:
    def test_lists_every_question_with_a_way_to_its_page(self, client: Client) -> None:
        from dangol.web.insight.questions import QUESTIONS

        told = page(signed_in(client))
        assert told.count('class="asked"') == len(QUESTIONS) > 0

    def test_says_where_nobody_has_asked_yet(self, client: Client) -> None:
        assert "Not asked yet" in page(signed_in(client))

    def test_speaks_korean(self, client: Client) -> None:
        assert "아직 묻지 않았어요" in page(signed_in(client), "ko")
