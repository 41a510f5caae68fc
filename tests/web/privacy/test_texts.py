"""Consent texts in the browser: written, published for good, and the rules with their sources."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest
from django.test import Client

from dangol.records.permission.actions import give_consent
from dangol.records.permission.models import ConsentText
from dangol.records.permission.policy import Rules, packs
from dangol.records.permission.texts import current_text, ensure_texts
from dangol.web.privacy.text_list import RULES
from tests.people import ON_PAPER, people
from tests.web.business import NOW, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.store]
EN = {"Accept-Language": "en"}
WORDS = {"title": "소식 받기", "aim": "소식", "items": "번호", "retention": "탈퇴까지", "refusal": "거부할 수 있습니다"}


def get(client: Client, path: str) -> str:
    answer = signed_in(client).get(f"/privacy/{path}", headers=EN)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def post(client: Client, path: str, **data: Any) -> Any:
    return signed_in(client).post(f"/privacy/{path}", data, headers=EN)


class TestList:
    def test_makes_the_first_texts_and_shows_them_apart(self, client: Client) -> None:
        told = get(client, "texts/")
        assert told.count("New version</a>") == 8 and told.count("Go on writing</a>") == 10
        assert "Advertising messages (optional)" in told and "광고성 정보 수신 동의 (선택)" in told

    def test_counts_who_agreed_and_who_is_to_be_asked_again(self, client: Client) -> None:
        ensure_texts(at=NOW)
        text = current_text("marketing", language="ko")
        for one in people(3, consent=None):
            give_consent(one, purpose="marketing", channel="sms", by=None, at=NOW, text=text, **ON_PAPER)
        post(client, "texts/marketing/ko/", **WORDS)
        post(client, f"texts/{ConsentText.objects.latest('pk').pk}/publish/")
        newest = current_text("marketing", language="ko")
        assert newest is not None and newest.version == 2
        told = get(client, f"texts/{newest.pk}/")
        assert "Agreed to an older one, to be asked again</dt><dd>3</dd>" in told

    def test_says_which_letters_are_due(self, client: Client) -> None:
        told = get(client, "texts/")
        assert "Answers to be confirmed within 14 days" in told


class TestWriting:
    def test_begins_with_the_words_in_use(self, client: Client) -> None:
        ensure_texts(at=NOW)
        assert "To send you offers, coupons, new products" in get(client, "texts/marketing/en/")

    def test_keeps_a_draft_that_is_published_once(self, client: Client) -> None:
        ensure_texts(at=NOW)
        answer = post(client, "texts/marketing/ko/", **WORDS)
        draft = ConsentText.objects.latest("pk")
        assert answer["Location"] == f"/privacy/texts/{draft.pk}/"
        assert "A draft: nobody sees it yet." in get(client, f"texts/{draft.pk}/")
        assert post(client, f"texts/{draft.pk}/publish/").status_code == 302
        told = get(client, f"texts/{draft.pk}/")
        assert "It stays as it is." in told and "Publish this version" not in told
        assert post(client, f"texts/{draft.pk}/publish/").status_code == 422

    @pytest.mark.parametrize("part", ["aim", "items", "retention", "refusal"])
    def test_refuses_to_publish_what_lacks_a_part_and_names_it(self, client: Client, part: str) -> None:
        post(client, "texts/marketing/ko/", **WORDS | {part: ""})
        draft = ConsentText.objects.get()
        answer = post(client, f"texts/{draft.pk}/publish/")
        assert answer.status_code == 422
        assert "This text cannot be published yet" in answer.content.decode()
        draft.refresh_from_db()
        assert draft.published_at is None

    def test_asks_who_gets_the_data_where_they_leave(self, client: Client) -> None:
        assert 'name="recipient"' not in get(client, "texts/marketing/ko/")
        assert 'name="recipient"' in get(client, "texts/third_party/ko/")
        post(client, "texts/third_party/ko/", **WORDS, recipient="나눔 재단")
        draft = ConsentText.objects.get()
        assert draft.recipient == "나눔 재단"
        assert post(client, f"texts/{draft.pk}/publish/").status_code == 302

    def test_of_nothing_is_refused(self, client: Client) -> None:
        for path in ("texts/fun/ko/", "texts/marketing/fr/"):
            assert post(client, path, **WORDS).status_code == 422
        assert post(client, "texts/marketing/ko/", **WORDS | {"title": ""}).status_code == 422
        assert not ConsentText.objects.exists()

    def test_can_be_thrown_away(self, client: Client) -> None:
        post(client, "texts/marketing/ko/", **WORDS)
        post(client, f"texts/{ConsentText.objects.get().pk}/discard/")
        assert not ConsentText.objects.exists()


class TestRules:
    def test_are_shown_with_dates_and_sources(self, client: Client) -> None:
        told = get(client, "rules/")
        for pack in packs("kr"):
            assert pack.ref in told
            assert all(source.title in told for source in pack.sources)
        assert "21:00" in told and "Holds now" in told

    def test_are_all_named(self) -> None:
        assert set(RULES) == {field.name for field in fields(Rules)}
