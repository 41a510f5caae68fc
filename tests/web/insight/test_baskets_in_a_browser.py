"""What goes together, in a real browser: read, opened, taken along; for everybody to use."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import pytest
from pytest_django.live_server_helper import LiveServer

from dangol.insight.analysis.models import Run
from tests.pages import OpenPage
from tests.web.accessibility import faults
from tests.web.business import NOW, business
from tests.web.insight.patterns import everybody_hears, patterns

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

VIEWS: list[tuple[int, Literal["ko", "en"], Literal["light", "dark"]]] = [
    (1280, "ko", "light"), (390, "en", "dark"),
]  # fmt: skip


@pytest.mark.parametrize(("width", "language", "scheme"), VIEWS)
def test_is_read_and_taken_along_by_anybody(
    open_page: OpenPage,
    live_server: LiveServer,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    width: int,
    language: Literal["ko", "en"],
    scheme: Literal["light", "dark"],
) -> None:
    settings.DANGOL_HOME, settings.DANGOL_KEYS = tmp_path, tmp_path / "keys.json"
    business()
    everybody_hears(monkeypatch)
    page = open_page(width=width, language=language, scheme=scheme)
    address = live_server.url.replace("127.0.0.1", "localhost")
    found: dict[str, list[str]] = {}

    def look(name: str) -> None:
        page.wait_for_load_state("networkidle")
        found[name] = faults(page)

    page.goto(f"{address}/insight/baskets/")
    look("nothing yet")
    run = patterns(at=NOW)
    page.goto(f"{address}/insight/baskets/")
    page.click(".left-out summary")
    look("patterns")
    page.click(".whose a")
    page.wait_for_url(f"**/insight/baskets/{run.pk}/together/1/")
    look("whom")
    page.click(".head .btn.act")
    look("why")
    assert Run.objects.filter(kind="baskets").count() == 1
    assert found == {name: [] for name in found}
