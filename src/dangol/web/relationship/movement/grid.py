"""The transition matrix: who was where, who is where, each cell with its share, interval and the way to its people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from dangol.insight.relationship.movement.moves import AWAY, Share, shares
from dangol.web.relationship.movement.asked import Asked
from dangol.web.relationship.movement.words import state
from dangol.web.shell import words
from dangol.web.shell.figures import people

ORDER = (*words.REGIONS, AWAY)
SHADES = 8


@dataclass(frozen=True)
class Cell:
    """Customers who went this way; shade 0–8 by their share of the row; stays: the region was kept."""

    share: Share
    shade: int
    stays: bool
    address: str
    told: str


@dataclass(frozen=True)
class Row:
    """Everybody of one earlier state."""

    name: str
    customers: int
    cells: list[Cell]


def columns(asked: Asked) -> list[str]:
    """What stands above."""
    return [state(word, earlier=False) for word in _ends(asked)]


def rows(asked: Asked) -> list[Row]:
    """The matrix of the two months; states nobody was in are left out."""
    if asked.found is None:
        return []
    told, ends = shares(asked.found.summary["matrix"]), _ends(asked)
    return [
        Row(state(was, earlier=True), sum(one.customers for one in told[was].values()),
            [_cell(asked, was, became, told[was][became]) for became in ends])
        for was in ORDER if _anybody(told[was].values())
    ]  # fmt: skip


def _ends(asked: Asked) -> tuple[str, ...]:
    """The later states; that they are gone only where somebody is."""
    gone = asked.found is not None and any(row[-1] for row in asked.found.summary["matrix"])
    return ORDER if gone else ORDER[:-1]


def _anybody(row: Iterable[Share]) -> bool:
    return any(one.customers for one in row)


def _cell(asked: Asked, was: str, became: str, share: Share) -> Cell:
    address = f"{reverse('movement_who')}?{asked.address}&was={was}&became={became}" if share.customers else ""
    said = _("%(people)s from %(was)s to %(became)s") % {
        "people": people(share.customers), "was": state(was, earlier=True), "became": state(became, earlier=False),
    }  # fmt: skip
    return Cell(share, round(SHADES * share.share), was == became, address, said)
