"""Somebody with no instruction: finds the short-changed, sends them something, reads what it changed, maps a file.

By visible labels only, in both languages and at both widths, each page checked for accessibility.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.utils.translation import gettext, ngettext, override
from playwright.sync_api import Locator, Page, expect

from tests.loop.conftest import Serve
from tests.pages import OpenPage
from tests.web.accessibility import faults

pytestmark = pytest.mark.browser
LONG = 120_000  # milliseconds that valuing or eight weeks may take on a busy machine


class Visitor:
    """One person at one page: reads labels, clicks them, and meets no barrier."""

    def __init__(self, page: Page, language: str) -> None:
        self.page, self.language = page, language

    def label(self, english: str) -> str:
        """The label as this person reads it."""
        with override(self.language):
            return gettext(english)

    def button(self, english: str) -> Locator:
        """The visible button or link with this label, in the page itself."""
        name, main = re.compile(re.escape(self.label(english))), self.page.get_by_role("main")
        return main.get_by_role("button", name=name).or_(main.get_by_role("link", name=name)).filter(visible=True).first

    def counted_button(self, one: str, many: str) -> Locator:
        """The visible button whose label has a number in it."""
        with override(self.language):
            words = re.split(r"%\(\w+\)s", ngettext(one, many, 2))
        label = re.compile(".*".join(re.escape(part.strip()) for part in words))
        return self.page.get_by_role("button", name=label).filter(visible=True).first

    def menu(self, english: str) -> Locator:
        """The visible entry of the menu with this label."""
        entries = self.page.get_by_role("link", name=self.label(english)).filter(visible=True)
        more = self.page.get_by_role("button", name=self.label("More")).filter(visible=True)
        if not entries.count() and more.count():  # a phone keeps five in reach and the rest behind one
            more.first.click()
        return entries.first

    def heading(self, english: str) -> Locator:
        """The headings with just these words: those that only have them in them stand on other pages, too."""
        return self.page.get_by_role("heading", name=self.label(english), exact=True)

    def follows(self, control: Locator, english: str) -> None:
        """Clicking this shows a heading that was not there before."""
        expect(self.heading(english)).to_have_count(0)
        control.click(timeout=LONG)
        expect(self.heading(english).first).to_be_visible(timeout=LONG)

    def meets_no_barrier(self) -> None:
        """The page as it stands breaks no rule of WCAG AA that a machine can check, and does not scroll sideways."""
        assert faults(self.page) == [], self.page.url


def sales(folder: Path) -> Path:
    """A shop's own file, as a till in Korea writes it."""
    rows = "".join(
        f"손님{who},2026-{1 + (who + 2 * month) % 9:02}-{1 + who % 28:02},{3000 + who % 17 * 700}원\n"
        for who in range(120)
        for month in range(1 + who % 5)
    )
    file = folder / "매출.csv"
    file.write_bytes(("고객명,일자,금액\n" + rows + "손님7,언젠가,1000\n").encode("cp949"))
    return file


@pytest.mark.parametrize(("language", "width"), [("ko", 1280), ("en", 390)])  # the other two: test_loop_pages
def test_goes_round_in_the_browser(
    language: str, width: int, demo_home: Path, serve: Serve, open_page: OpenPage, tmp_path: Path
) -> None:
    page = open_page(width=width, language=language)
    page.set_default_timeout(60_000)
    visitor = Visitor(page, language)
    page.goto(serve(demo_home))
    visitor.meets_no_barrier()
    expect(page.get_by_text(visitor.label("Simulated data")).filter(visible=True).first).to_be_visible()
    finds_the_short_changed(visitor)
    sends_them_something(visitor)
    reads_what_it_changed(visitor)
    asks_why(visitor)
    maps_an_own_file(visitor, sales(tmp_path))


def finds_the_short_changed(visitor: Visitor) -> None:
    visitor.follows(visitor.button("See who and care for them"), "Relationship map")
    expect(visitor.page.locator(".chart[data-drawn=whole] svg").first).to_be_visible(timeout=LONG)
    visitor.meets_no_barrier()


def sends_them_something(visitor: Visitor) -> None:
    visitor.follows(visitor.button("Plan a campaign"), "Plan a campaign")
    visitor.meets_no_barrier()
    visitor.follows(visitor.button("Look once more"), "The plan")
    visitor.meets_no_barrier()
    seen = visitor.page.locator("input[name=seen]")
    if seen.count():  # some group comes off worse
        seen.check()
    send = visitor.counted_button("Send to %(people)s customer", "Send to %(people)s customers")
    visitor.follows(send, "What did it change?")


def reads_what_it_changed(visitor: Visitor) -> None:
    visitor.meets_no_barrier()
    weeks = visitor.counted_button("Let %(n)s week pass", "Let %(n)s weeks pass")
    visitor.follows(weeks, "Effect per customer")
    visitor.meets_no_barrier()
    interval = visitor.page.get_by_text(re.compile(r"95%.*~")).filter(visible=True).first
    expect(interval).to_be_visible()


def asks_why(visitor: Visitor) -> None:
    visitor.follows(visitor.menu("Customers"), "Customers")
    visitor.meets_no_barrier()
    people = visitor.page.get_by_role("table", name=visitor.label("Customers"))
    visitor.follows(people.locator("tbody").get_by_role("link").first, "Contact and consent")
    visitor.meets_no_barrier()


def maps_an_own_file(visitor: Visitor, file: Path) -> None:
    page = visitor.page
    visitor.menu("Import").click()
    visitor.follows(visitor.button("Begin with my own file"), "What a file needs")
    visitor.meets_no_barrier()
    page.get_by_label(re.compile(re.escape(visitor.label("Drop a file here, or choose one")))).set_input_files(file)
    visitor.follows(visitor.button("Look at the file"), file.name)
    visitor.meets_no_barrier()
    visitor.button("Take it in").click()
    visitor.follows(visitor.button("See the map"), "Relationship map")
    expect(page.locator(".chart[data-drawn=whole] svg").first).to_be_visible(timeout=LONG)
    visitor.meets_no_barrier()
