"""What an item of a survey asks, told by its words or said by the business: measures need certain items, and no others.

An item that asks nothing of this but has a dimension is an element: one side of the service.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What is asked."""

    OVERALL = "overall"  # how satisfied, all in all
    EXPECTED = "expected"  # against what was expected
    IDEAL = "ideal"  # against the ideal
    RECOMMEND = "recommend"
    REPURCHASE = "repurchase"
    ELEMENT = "element"  # of one dimension
    OTHER = "other"


GOAL = (Role.OVERALL, Role.EXPECTED, Role.IDEAL)
LOYAL = (Role.RECOMMEND, Role.REPURCHASE)
COMMITMENT = "commitment"

# The first that matches: what it compares with says more than that it asks for satisfaction.
WORDS: tuple[tuple[Role, re.Pattern[str]], ...] = tuple(
    (role, re.compile(words, re.IGNORECASE))
    for role, words in (
        (Role.IDEAL, r"이상적|이상에|ideal"),
        (Role.EXPECTED, r"기대(?:와|에|했던|대비|보다|수준)|기대 ?(?:대비|보다|수준)|expect"),
        (Role.RECOMMEND, r"추천|권하|권유|recommend|\bnps\b"),
        (Role.REPURCHASE, r"재구매|재이용|재방문|다시 ?(?:구매|구입|이용|방문|사|찾|오)|계속 ?(?:구매|구입|이용|사)"
                          r"|repurchase|buy.{0,12}again|use.{0,12}again|come.{0,12}(?:again|back)"
                          r"|(?:keep|continue) (?:buying|using)"),
        (Role.OVERALL, r"(?:전반|전체|종합|총체).{0,12}만족|만족.{0,6}(?:전반|종합)|종합 ?만족도|overall|all in all"),
    )
)  # fmt: skip


@dataclass(frozen=True)
class Item:
    """One item of one wave: what it asks, and the scale on which it was answered."""

    name: str
    role: Role
    dimension: str
    low: float
    high: float
    answers: int

    @property
    def whole(self) -> tuple[float, float]:
        return self.low, self.high


def role_of(item: str, dimension: str, said: Mapping[str, str]) -> Role:
    """What an item asks; `said` by the business comes before its words."""
    if item in said:
        return Role(said[item])
    for role, words in WORDS:
        if words.search(item):
            return role
    return Role.ELEMENT if dimension else Role.OTHER
