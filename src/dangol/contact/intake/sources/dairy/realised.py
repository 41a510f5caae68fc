"""What did take place until a moment, given the messages: the purchases and lines of all chapters."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dangol.contact.intake.sources.dairy.baskets import Lines
from dangol.contact.intake.sources.dairy.purchases import Purchases
from dangol.contact.intake.sources.dairy.response import Messages, taking_place
from dangol.contact.intake.sources.dairy.traits import World
from dangol.contact.intake.sources.dairy.weeks import Chapter, chapters


@dataclass(frozen=True)
class Realised:
    """Purchases that took place, the number printed on each receipt, and their lines."""

    purchases: Purchases
    receipt: pa.Array
    lines: Lines

    def time(self) -> np.ndarray:
        """The time of each line, in seconds."""
        return np.asarray(self.purchases.time[self.lines.purchase])

    def who(self) -> np.ndarray:
        """The customer of each line."""
        return np.asarray(self.purchases.who[self.lines.purchase])


def realised(of: World, *, until: int, sent: Messages) -> Realised:
    """All that took place from the first day of history until `until` (seconds)."""
    parts = [_part(of, chapter, until=until, sent=sent) for chapter in chapters(of, until=until)]
    shifts = np.cumsum([0] + [len(part.purchases) for part in parts])
    return Realised(
        purchases=Purchases.joined([part.purchases for part in parts]),
        receipt=pa.concat_arrays([part.receipt for part in parts]),
        lines=Lines.joined(
            [part.lines.moved(part.lines.purchase + by) for part, by in zip(parts, shifts[:-1], strict=True)]
        ),
    )


def _part(of: World, chapter: Chapter, *, until: int, sent: Messages) -> Realised:
    keep = taking_place(of, chapter.purchases, sent) & (chapter.purchases.time < until)
    lines = chapter.lines.those(keep[chapter.lines.purchase])
    numbers = np.flatnonzero(keep)
    return Realised(
        purchases=chapter.purchases.those(keep),
        # A receipt keeps the number of its possible purchase: other messages do not renumber it.
        receipt=numbered(chapter.number, numbers),
        lines=lines.moved(np.searchsorted(numbers, lines.purchase)),
    )


def numbered(chapter: int, numbers: np.ndarray) -> pa.Array:
    """What is printed on these receipts of a chapter."""
    return pc.binary_join_element_wise(f"{chapter:03d}", _padded(numbers), "-")


def _padded(numbers: np.ndarray) -> pa.Array:
    return pc.utf8_lpad(pa.array(numbers).cast(pa.string()), width=6, padding="0")
