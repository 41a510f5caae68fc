"""What came of a feed, counted."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Taken:
    """What came of a feed, in rows of the feed: rows = created + updated + unchanged.

    `amount_total` (minor units) is the sum over all its transaction lines. `differing` receipts were there
    already with another sum: the first is kept. `elsewhere` numbers stay with somebody who has them already.
    `extended` receipts were there already and got further lines.
    """

    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    amount_total: int = 0
    differing: int = 0
    elsewhere: int = 0
    extended: int = 0

    def __add__(self, other: "Taken") -> "Taken":
        return Taken(*(mine + its for mine, its in zip(vars(self).values(), vars(other).values(), strict=True)))
