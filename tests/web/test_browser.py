"""The browser that all tests of pages share."""

from __future__ import annotations

import pytest

from tests.pages import OpenPage, Problems
from tests.web.accessibility import faults

pytestmark = pytest.mark.browser


class TestOpenPage:
    def test_opens_a_phone_in_the_dark(self, open_page: OpenPage) -> None:
        page = open_page(width=390, language="en", scheme="dark")
        page.set_content("<p>안녕하세요</p>")
        assert page.evaluate("innerWidth") == 390
        assert page.evaluate("navigator.language") == "en-US"
        assert page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")

    def test_notes_a_script_that_fails(self, open_page: OpenPage, problems: Problems) -> None:
        page = open_page()
        page.set_content("<script>no_such_thing()</script>")
        assert any("no_such_thing" in problem for problem in problems.found)
        problems.found.clear()

    def test_notes_a_request_that_leaves_the_machine(self, open_page: OpenPage, problems: Problems) -> None:
        page = open_page()
        page.route("**/*", lambda route: route.abort())
        page.set_content('<img src="http://example.invalid/seen.gif">')
        assert any("example.invalid" in problem for problem in problems.found)
        problems.found.clear()


def test_a_page_is_looked_at_a_size_narrower_too(open_page: OpenPage) -> None:
    page = open_page(width=390, language="en")
    page.set_content(
        '<html lang="en"><title>A page</title><main><h1>A page</h1><p style="width: 350px">wide</p></main></html>'
    )
    assert [told[-14:] for told in faults(page)] == ["sideways at 320"[-14:]]
    assert page.viewport_size == {"width": 390, "height": 844}
