"""Customer satisfaction in a real browser: everybody can use it, at every width, in both languages, light and dark."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import pytest
from pytest_django.live_server_helper import LiveServer

from tests.insight.analysis.surveys.sheets import a_wave
from tests.pages import OpenPage
from tests.web.accessibility import faults
from tests.web.business import business
from tests.web.insight.looked import looked

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

VIEWS: list[tuple[int, Literal["ko", "en"], Literal["light", "dark"]]] = [
    (1280, "ko", "light"), (390, "en", "dark"),
]  # fmt: skip


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
    page = open_page(width=width, language=language, scheme=scheme)
    address = live_server.url.replace("127.0.0.1", "localhost") + "/insight/satisfaction/"
    found = {}
    for state, rows in (
        ("empty", []),
        ("whole", [row | {"unit_code": f"D{row['customer_key'] % 3}"} for row in a_wave(200)]),
    ):
        looked(rows)
        page.goto(address)
        page.wait_for_load_state("networkidle")
        found[state] = faults(page)
    assert {state: told for state, told in found.items() if told} == {}
    page.locator("details summary").first.press("Enter")
    assert page.locator("details[open]").count() > 0
