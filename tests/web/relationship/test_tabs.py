"""The tabs of the relationship room: none of the nine is out of sight on a phone."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.utils.translation import override

from dangol.web import shell
from tests.pages import OpenPage

STYLES = Path(shell.__file__).parent / "static" / "shell"


@pytest.mark.browser
@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_tab_is_in_sight_on_a_phone(open_page: OpenPage, language: str) -> None:
    with override(language):
        tabs = render_to_string("relationship/tabs.html", {"here": "value_settings"})
    page = open_page(width=390, language=language)
    styles = "".join((STYLES / name).read_text(encoding="utf-8") for name in ("tokens.css", "parts.css"))
    page.set_content(f"<style>{styles}</style><main>{tabs}</main>")
    ends = page.evaluate("[...document.querySelectorAll('nav a')].map(a => a.getBoundingClientRect().right)")
    assert len(ends) == 9
    assert max(ends) <= 390
