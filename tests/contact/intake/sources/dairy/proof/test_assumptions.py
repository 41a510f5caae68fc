"""The page about the simulation tells the numbers that the proof is made from."""

import re

from dangol.contact.intake.sources.dairy.proof import assumptions
from dangol.contact.intake.sources.dairy.proof.oracle import POSSIBLE
from dangol.contact.intake.sources.dairy.proof.programmes import PROGRAMMES
from tests.house.test_docs import DOCS

PAGE = (DOCS / "simulation.md").read_text(encoding="utf-8")


def test_the_page_tells_each_number_of_the_noise() -> None:
    told = dict(re.findall(r"^\| `([A-Z_]+)` \| ([0-9.]+) \|", PAGE, re.MULTILINE))
    assert len(told) == 8
    for name, value in told.items():
        assert float(value) == getattr(assumptions, name), name
    assert f"{POSSIBLE:,} possible customers" in PAGE


def test_the_page_tells_what_each_programme_costs_and_is_worth() -> None:
    said = {"coupon": "a voucher", "care": "care", "points": "points"}
    flat = " ".join(PAGE.split())
    for one in PROGRAMMES:
        assert re.search(rf"{said[one.name]} {one.cost:,} and {one.worth:,}", flat), one.name
