"""What was said of a customer while they stood for others: it may have been said by any of them.

A merge remembers the newest row of each table it asks about; what has a higher number came later, whatever its date. As
the kept one may have gone into another since, the way up to whoever stands for them now is walked, merge by merge.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import models

from dangol.records.customers.merged import whole
from dangol.records.customers.models import Absorbed, Belonging, Merge

type Table = type[models.Model]


def newest_of(tables: Iterable[Table]) -> dict[str, int]:
    """The highest number of each table."""
    found = {table._meta.label: table._default_manager.aggregate(last=models.Max("pk"))["last"] for table in tables}
    return {label: last or 0 for label, last in found.items()}


def way_up(merge: Merge) -> Iterator[tuple[int, Merge]]:
    """Each customer who stood for those of the merge, with the merge since which they did; first its kept one."""
    customer: int = merge.kept_id
    while True:
        yield customer, merge
        into = Absorbed.objects.filter(customer=customer, until=None).select_related("merge").first()
        if into is None:
            return
        merge = into.merge
        customer = merge.kept_id


def next_above(merge: Merge) -> Merge | None:
    """The first merge after this one that still stands and found what this one had written."""
    for customer, since in way_up(merge):
        later = Merge.objects.filter(kept=customer, undone_at=None, pk__gte=since.pk).exclude(pk=merge.pk)
        if (found := later.order_by("pk").first()) is not None:
            return found
    return None


class Said:
    """What was said while a merge that is taken back stood."""

    def __init__(self, merge: Merge) -> None:
        self._since = dict(way_up(merge))
        root = list(self._since)[-1]
        standing = Merge.objects.filter(kept__in=whole(root), undone_at=None)
        self._made = [(label, pk) for made in standing.values_list("made", flat=True) for label, pk in made]

    def rows(self, table: Table) -> list[Any]:
        """The rows of a table, the oldest first; not what merges wrote, which nobody said."""
        label = table._meta.label
        made = [pk for name, pk in self._made if name == label]
        found = table._default_manager.filter(customer__in=list(self._since)).exclude(pk__in=made).order_by("pk")
        rows: list[Any] = list(found)
        whose = Belonging.objects.filter(table=label, row__in=[row.pk for row in rows])
        homes = dict(whose.values_list("row", "home"))
        return [row for row in rows if self._meanwhile(row, homes.get(row.pk, row.customer_id))]

    def _meanwhile(self, row: Any, home: int) -> bool:
        merge = self._since.get(home)
        if merge is None:
            return False
        newest = merge.newest.get(row._meta.label)
        if newest is None:  # the merge is older than this table, or than merges remember it
            said_at = row.since if hasattr(row, "since") else row.answered_at
            return bool(said_at >= merge.at)
        return bool(row.pk > newest)
