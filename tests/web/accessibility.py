"""Whether everybody can use a page: axe's rules of WCAG 2.2 AA, and no sideways scroll, also a size narrower."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from playwright.sync_api import Page, expect

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What it passes comes as a number alone: thousands of elements would be described and carried here each time.
LOOK = """async rules => {
    const found = await axe.run(document, {runOnly: rules, resultTypes: ["violations"]});
    return {passes: found.passes.length, violations: found.violations.map(({id, nodes}) =>
        ({id, nodes: nodes.map(({html, failureSummary}) => ({html, failureSummary}))}))};
}"""
HALF_DRAWN = ".chart[data-spec]:not([data-drawn=whole], .chart-failed)"
LONG = 60_000  # ms that a busy machine may take to draw a picture
NARROWER = {390: 320}  # a smaller phone
BESIDE = 900  # a window beside another
LOOKS = 30  # how often a page that is too wide is looked at, while its pictures are drawn for their new place


@cache
def _axe() -> str:
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


def faults(page: Page, *, narrow: int | None = None) -> list[str]:
    """What axe finds wrong with the page as it stands now, and how far it scrolls sideways, also so narrow."""
    # A picture half drawn has no name yet, and its marks still speak one by one.
    # Not by a function of ours that is asked again: the page's own policy refuses that from the second time on.
    expect(page.locator(HALF_DRAWN)).to_have_count(0, timeout=LONG)
    # Evaluated by the browser's debugger: the page's own policy would refuse a script from us.
    page.evaluate(_axe())
    found: dict[str, Any] = page.evaluate(LOOK, RULES)
    assert found["passes"], "axe looked at nothing"
    told = [
        f"{rule['id']}: {node['html'][:200]} {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
    return told + sideways(page, narrow)


def sideways(page: Page, narrow: int | None) -> list[str]:
    """At which widths the page scrolls sideways: at its own, and at a narrower one, from which it comes back."""
    size = page.viewport_size
    assert size is not None
    told = [f"scrolls {found} px sideways"] if (found := too_wide(page)) > 0 else []
    if narrow := narrow or NARROWER.get(size["width"]):
        page.set_viewport_size({"width": narrow, "height": size["height"]})
        for _ in range(LOOKS):
            if (found := too_wide(page)) <= 0:
                break
            page.wait_for_timeout(200)
        else:
            told.append(f"scrolls {found} px sideways at {narrow}")
        page.set_viewport_size(size)
    return told


def too_wide(page: Page) -> int:
    """How many pixels the page is wider than its window."""
    pixels: int = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return pixels
