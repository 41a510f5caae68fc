"""How much may come with a request, and from whom."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from dangol.web.shell import arriving
from tests.web.business import signed_in

pytestmark = pytest.mark.django_db

LIMIT = 20_000  # bytes of a form, for these tests


@pytest.fixture
def arrived(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of files of which anything was written to the home."""
    settings.DANGOL_HOME, settings.DATA_UPLOAD_MAX_MEMORY_SIZE = tmp_path, LIMIT
    names: list[str] = []
    begun = arriving.Arrived.__init__

    def noted(self: arriving.Arrived, name: str, *told: Any) -> None:
        names.append(name)
        begun(self, name, *told)

    monkeypatch.setattr(arriving.Arrived, "__init__", noted)
    return names


def csv(size: int) -> SimpleUploadedFile:
    return SimpleUploadedFile("sales.csv", b"x" * size)


class TestStranger:
    @pytest.mark.parametrize("path", ["/my/", "/sign-in/", "/import/", "/api/v1/customers/"])
    def test_fills_no_disk(self, arrived: list[str], path: str) -> None:
        assert Client().post(path, {"file": csv(LIMIT * 2)}).status_code >= 300
        assert arrived == []

    def test_is_told_so(self, arrived: list[str]) -> None:
        answer = Client().post("/my/", {"file": csv(LIMIT * 2)}, headers={"Accept-Language": "en"})
        assert answer.status_code == 400 and "too large" in answer.content.decode()

    def test_may_send_a_form(self, arrived: list[str]) -> None:
        assert Client().post("/my/", {"who": "010-1234-5678"}).status_code < 400
        assert arrived == []


class TestStaff:
    def test_bring_more_than_a_form_holds(self, arrived: list[str], client: Client) -> None:
        assert signed_in(client).post("/import/", {"file": csv(LIMIT * 2)}).status_code < 500
        assert arrived == ["sales.csv"]

    def test_bring_no_more_than_the_limit(
        self, arrived: list[str], client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(arriving, "LARGEST", LIMIT)
        assert signed_in(client).post("/import/", {"file": csv(LIMIT * 2)}).status_code == 400
        assert arrived == []
