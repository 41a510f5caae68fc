"""Sales that stand already, as nobody's, when a file comes that says who bought: beside them they would count twice.

Whoever bought is a part of what a line is known by. A file that came in before anybody chose its column of customers is
therefore not met again by itself.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dangol.contact.intake import rejects, undoing
from dangol.contact.intake.kinds.kind import Given, Kind, Stage
from dangol.contact.intake.models import Batch
from dangol.contact.intake.taking_away import ranges_of
from dangol.contact.intake.whose import SOURCE
from dangol.lib import bulk
from dangol.lib.errors import WrongUse
from dangol.records.ledger.models import Transaction
from dangol.records.staff.models import User

PART = 20_000
SALES = Transaction._meta.db_table


class CountedTwice(WrongUse):
    """Sales of the file stand already as nobody's, and nobody said what is to become of those."""


class Same(StrEnum):
    """What is to become of sales that stand already as nobody's: ask, take their file's place, or count both."""

    ASK = "ask"
    INSTEAD = "instead"
    BESIDE = "beside"


@dataclass(frozen=True)
class Standing:
    """An earlier file of nobody's sales: how many rows of the file at hand it brought already, and how many of those
    say who bought.
    """

    batch: Batch
    here: int
    rows: int

    @property
    def others(self) -> int:
        """Rows of that file that are not in the one at hand."""
        return max(0, self.batch.created - self.here)

    @property
    def plain(self) -> dict[str, int | str]:
        """For a page or a program."""
        return {"batch": self.batch.pk, "file": self.batch.file_name, "rows": self.rows, "others": self.others,
                "told": self.told}  # fmt: skip

    @property
    def told(self) -> str:
        """That these would count twice, and what would go with them."""
        words = {"file": self.batch.file_name, "number": self.batch.pk}
        twice = ngettext(
            "%(count)s row of this file stands already as a sale of nobody known, from %(file)s (import %(number)s):"
            " beside it it counts twice.",
            "%(count)s rows of this file stand already as sales of nobody known, from %(file)s (import %(number)s):"
            " beside them they count twice.",
            self.rows,
        ) % {**words, "count": f"{self.rows:,}"}
        if not self.others:
            return twice
        more = ngettext(
            "%(count)s row of that file is not in this one: where this one takes its place, it goes.",
            "%(count)s rows of that file are not in this one: where this one takes its place, they go.",
            self.others,
        )
        return f"{twice} {more % {'count': f'{self.others:,}'}}"


def standing(stage: Stage, kind: Kind, given: Given) -> list[Standing]:
    """The earlier files, in the order in which they came, of whose sales there are some in the one at hand."""
    if kind.as_nobodys is None or "customer" not in given.mapping:
        return []
    earlier = {batch.pk: batch for batch in _of_nobody(kind)}
    if not earlier:
        return []
    whose = _Whose(earlier.values())
    here: Counter[int] = Counter()
    twice: Counter[int] = Counter()
    for part in stage.batches(kind.as_nobodys, PART):
        known = Counter(part["receipt"].filter(part["known"]).to_pylist())
        for receipt, rows, number in _brought(Counter(part["receipt"].to_pylist()), whose):
            here[number] += rows
            twice[number] += known[receipt]
    return [Standing(earlier[number], here[number], rows) for number, rows in sorted(twice.items()) if rows]


def settle(found: list[Standing], same: Same, given: Given, *, dry_run: bool, by: User | None, at: datetime) -> None:
    """Undo the earlier files, or note what counts twice; inside the transaction that writes.

    Raises CountedTwice where it is no dry run and nobody said which.
    """
    told = [one.told for one in found]
    if found and same is Same.ASK and not dry_run:
        raise CountedTwice(" ".join([*told, which()]))
    if same is Same.INSTEAD:
        for one in found:
            undoing.undo_inside(one.batch, by=by, at=at)
        told = [
            _("%(file)s (import %(number)s) was undone: this file takes its place.")
            % {"file": one.batch.file_name, "number": one.batch.pk}
            for one in found
        ]
    given.notes[:0] = told


def which() -> str:
    """That somebody has to say which sales count."""
    return _("Nothing was taken in. Say whether this file takes the place of that one, or both are to count.")


def tidy(undone: list[dict[str, int | str]]) -> None:
    """Take away the files of rows left out of batches that were undone."""
    for batch in Batch.objects.filter(pk__in=[one["batch"] for one in undone]):
        rejects.file_of(batch).unlink(missing_ok=True)


def _of_nobody(kind: Kind) -> Iterator[Batch]:
    """Files of which no column says who bought."""
    no_column = Q(mapping__customer="") | ~Q(mapping__has_key="customer")
    yield from Batch.objects.filter(
        no_column, kind=kind.name, source=SOURCE, undoing=None, problem="", finished_at__isnull=False, created__gt=0
    ).exclude(file_name="")


class _Whose:
    """Which batch brought a sale, by its key."""

    def __init__(self, batches: Iterable[Batch]) -> None:
        self._ranges = sorted(
            (first, last, batch.pk) for batch in batches for first, last in ranges_of(batch).get(SALES, ())
        )
        self._firsts = [first for first, _last, _batch in self._ranges]

    def __call__(self, key: int) -> int | None:
        place = bisect_right(self._firsts, key) - 1
        if place < 0:
            return None
        _first, last, batch = self._ranges[place]
        return batch if key <= last else None


def _brought(receipts: Counter[str], whose: _Whose) -> Iterator[tuple[str, int, int]]:
    """Receipts that stand as nobody's, with how many rows of the file they are, and the batch that brought them."""
    rows = bulk.rows_by(connection, SALES, "receipt", list(receipts), ["id", "identity_id"], same={"source": SOURCE})
    for receipt, key, identity in rows:
        batch = whose(key) if identity is None else None
        if batch is not None:
            yield receipt, receipts[receipt], batch
