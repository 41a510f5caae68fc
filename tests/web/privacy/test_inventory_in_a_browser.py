"""Data inventory in a real browser: everybody can use it, at every width, in both languages, light and dark."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import pytest
from pytest_django.live_server_helper import LiveServer

from dangol.records.customers.filling import count_fields
from dangol.records.customers.models import Customer
from tests.pages import OpenPage
from tests.web.accessibility import faults
from tests.web.business import NOW, business

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

VIEWS: list[tuple[int, Literal["ko", "en"], Literal["light", "dark"]]] = [
    (1280, "ko", "light"), (390, "en", "dark"),
]  # fmt: skip
PATHS = ("/privacy/inventory/", "/privacy/inventory/detail/?key=hobby", "/privacy/inventory/notice/")


@pytest.mark.parametrize(("width", "language", "scheme"), VIEWS)
def test_everybody_can_use_it(
    open_page: OpenPage,
    live_server: LiveServer,
    settings: Any,
    tmp_path: Path,
    width: int,
    language: Literal["ko", "en"],
    scheme: Literal["light", "dark"],
) -> None:
    settings.DANGOL_HOME = tmp_path
    business(8)
    Customer.objects.update(attributes={"hobby": "등산"}, gender="f")
    count_fields(at=NOW)
    page = open_page(width=width, language=language, scheme=scheme)
    found: dict[str, list[str]] = {}
    for path in PATHS:
        page.goto(live_server.url.replace("127.0.0.1", "localhost") + path)
        page.wait_for_load_state("networkidle")
        found[path] = faults(page)
    assert {path: told for path, told in found.items() if told} == {}
