"""Lists that leave the house: never without a reason, with a password on wish, and with a mark of who took them."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from django.test import Client
from msoffcrypto.exceptions import DecryptionError, InvalidKeyError
from msoffcrypto.format.ooxml import OOXMLFile

from dangol.insight.analysis.models import Run
from dangol.records.staff.access import store
from dangol.records.staff.access.entries import Verb
from dangol.records.staff.access.queries import Wanted, every_line
from tests.web.business import business, signed_in

pytestmark = pytest.mark.django_db

EN = {"Accept-Language": "en"}
TOLD = {"reason": "a walk round the quarter", "kind": "xlsx", "password": "spring onions"}


def take(client: Client, **told: str) -> Any:
    business()
    return signed_in(client).post(f"/map/{Run.objects.get().pk}/list/?region=II", TOLD | told, headers=EN)


def opened(content: bytes, password: str) -> Any:
    book, plain = OOXMLFile(io.BytesIO(content)), io.BytesIO()
    book.load_key(password=password, verify_password=True)
    book.decrypt(plain)
    return openpyxl.load_workbook(plain)


class TestPassword:
    def test_alone_opens_the_file(self, client: Client) -> None:
        content = take(client).content
        assert "정다은".encode() not in content
        rows = list(opened(content, TOLD["password"]).active.values)
        assert "정다은" in {cell for row in rows for cell in row}
        with pytest.raises((InvalidKeyError, DecryptionError)):
            opened(content, "spring onion")

    def test_is_a_wish(self, client: Client) -> None:
        assert openpyxl.load_workbook(io.BytesIO(take(client, password="").content)).active is not None

    @pytest.mark.parametrize(
        ("told", "sentence"),
        [
            ({"kind": "csv"}, "A CSV file cannot carry a password. Choose Excel."),
            ({"password": "short"}, "Choose a password of at least 8 signs."),
            ({"reason": ""}, "Say what the list is for."),
        ],
    )
    def test_and_reason_are_asked_for_before_anything_leaves(
        self, client: Client, told: dict[str, str], sentence: str
    ) -> None:
        answer = take(client, **told)
        assert answer.status_code == 422 and sentence in answer.content.decode()
        assert "정다은" not in answer.content.decode()
        store.seal()
        assert list(every_line(Wanted(verbs=(Verb.TOOK.value,)))) == []

    def test_stands_neither_in_the_log_nor_in_the_file(self, client: Client) -> None:
        content = take(client).content
        store.seal()
        (line,) = every_line(Wanted(verbs=(Verb.TOOK.value,)))
        assert TOLD["password"] not in line.entry.told()
        assert TOLD["password"].encode() not in content


def test_the_last_line_says_who_took_it_and_why(client: Client) -> None:
    rows = list(opened(take(client).content, TOLD["password"]).active.values)
    assert str(rows[-1][0]).startswith("Taken by owner on ") and str(rows[-1][0]).endswith(TOLD["reason"])
