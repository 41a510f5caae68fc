"""Who comes off worse: the share of each group that is chosen, against that of everybody, beyond chance and a floor.

A group comes off worse where both hold. Its share is less than `floor` times that of everybody (four fifths unless the
business says otherwise); and a fair lot among all would give it so few less than once in twenty looks: the exact chance
(hypergeometric, one side), Holm's way for all groups looked at together. Groups of fewer than ten are never told
singly: they are told together, with the next smallest one where they would still be fewer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from dangol.insight.analysis.intervals import wilson

FEWEST = 10
FOUR_FIFTHS = 0.8
CHANCE = 0.05
ATTRIBUTES = ("age", "place", "gender", "line", "grade")
UNKNOWN = ""

type Cell = tuple[str, ...]  # one value for each of ATTRIBUTES; "" is not known
type Cells = Mapping[Cell, int]


@dataclass(frozen=True)
class Group:
    """Customers alike in one attribute. share: chosen ÷ people, with its 95 % interval; ratio: share ÷ everybody's,
    None where nobody is chosen; complained: how many of them complained in the year before; chance: how often a fair
    lot would choose so few or fewer; several: how many small groups are told together in it (then value is "").
    """

    by: str
    value: str
    people: int
    chosen: int
    complained: int
    low: float
    high: float
    ratio: float | None
    chance: float
    worse: bool = False
    several: int = 1

    @property
    def share(self) -> float:
        return self.chosen / self.people

    @property
    def complaining(self) -> float:
        """The share who complained."""
        return self.complained / self.people

    @property
    def key(self) -> str:
        """What it is called in what is kept."""
        return f"{self.by}:{self.value}" if self.several == 1 else f"{self.by}:+{self.several}"


@dataclass(frozen=True)
class Treatment:
    """Everybody who could be chosen, those who are, and the groups of each attribute that tells people apart."""

    people: int
    chosen: int
    floor: float
    groups: tuple[Group, ...]

    @property
    def share(self) -> float:
        return self.chosen / self.people if self.people else 0.0

    @property
    def worse(self) -> tuple[Group, ...]:
        """Those who come off worse."""
        return tuple(one for one in self.groups if one.worse)

    def by(self, attribute: str) -> tuple[Group, ...]:
        """The groups of one attribute, the least chosen first."""
        mine = (one for one in self.groups if one.by == attribute)
        return tuple(sorted(mine, key=lambda one: (one.share, -one.people, one.value)))


def treatment(people: Cells, chosen: Cells, complained: Cells, *, floor: float = FOUR_FIFTHS) -> Treatment:
    """The groups of all attributes from counts of people by their attributes; `chosen` are among the people."""
    among, taken = sum(people.values()), sum(chosen.values())
    found: list[Group] = []
    for place, attribute in enumerate(ATTRIBUTES):
        counts = [_along(cells, place) for cells in (people, chosen, complained)]
        rows = [(value, n, counts[1].get(value, 0), counts[2].get(value, 0)) for value, n in counts[0].items() if n]
        if len(rows) > 1:
            found += [_group(attribute, *row, among=among, taken=taken) for row in _apart(rows)]
    return Treatment(among, taken, floor, tuple(_judged(found, floor)))


def _along(cells: Cells, place: int) -> dict[str, int]:
    sums: dict[str, int] = {}
    for cell, number in cells.items():
        sums[cell[place]] = sums.get(cell[place], 0) + number
    return sums


def _apart(rows: Sequence[tuple[str, int, int, int]]) -> list[tuple[str, int, int, int, int]]:
    """Each group that may be told singly, then the small ones together; none at all where that tells nobody apart."""
    ordered = sorted(rows, key=lambda row: (row[1], row[0]))
    small = [row for row in ordered if row[1] < FEWEST]
    rest = ordered[len(small) :]
    while small and rest and sum(row[1] for row in small) < FEWEST:
        small.append(rest.pop(0))
    if not small:
        return [(*row, 1) for row in rest]
    people, chosen, complained = (sum(counts) for counts in zip(*(row[1:] for row in small), strict=True))
    together = (UNKNOWN, people, chosen, complained, len(small))
    return [*((*row, 1) for row in rest), together] if rest else []


def _group(
    by: str, value: str, people: int, chosen: int, complained: int, several: int, *, among: int, taken: int
) -> Group:
    from scipy.stats import hypergeom  # loads slowly, and every command passes through this room

    low, high = wilson(chosen, people)
    ratio = (chosen / people) / (taken / among) if taken else None
    chance = float(hypergeom.cdf(chosen, among, taken, people))
    return Group(by, value, people, chosen, complained, float(low), float(high), ratio, chance, several=several)


def _judged(groups: Sequence[Group], floor: float) -> Iterable[Group]:
    """Holm: the smallest chance is held against CHANCE ÷ all, the next against CHANCE ÷ (all − 1), until one holds."""
    ordered = sorted(range(len(groups)), key=lambda place: groups[place].chance)
    beyond: set[int] = set()
    for rank, place in enumerate(ordered):
        if groups[place].chance > CHANCE / (len(groups) - rank):
            break
        beyond.add(place)
    for place, one in enumerate(groups):
        yield replace(one, worse=place in beyond and one.ratio is not None and one.ratio < floor)
