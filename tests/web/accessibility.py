"""Whether everybody can use a page: axe's rules of WCAG 2.2 AA, and no sideways scroll."""

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


@cache
def _axe() -> str:
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


def faults(page: Page) -> list[str]:
    """What axe finds wrong with the page as it stands now, and how far it scrolls sideways."""
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
    too_wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return told + ([f"scrolls {too_wide} px sideways"] if too_wide > 0 else [])
