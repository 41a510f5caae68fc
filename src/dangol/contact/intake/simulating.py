"""A simulated business of any size becomes records, part by part: what was finished is not done again after a kill."""

from collections.abc import Iterator
from datetime import datetime

from dangol.contact.intake import load
from dangol.contact.intake.feeds import Feed
from dangol.contact.intake.models import Batch
from dangol.contact.intake.sources.mart.business import Mart
from dangol.contact.intake.whose import SOURCE
from dangol.lib.progress import Progress, silent
from dangol.records.staff.models import User


def fill(mart: Mart, *, by: User | None, at: datetime, progress: Progress = silent) -> int:
    """Bring the whole business into a home that holds nothing else; how many feeds that were not there yet.

    Feeds come in the same order with the same rows each time, so as many as were finished are passed over. One that a
    kill left half done is taken again: rows that are there already stay as they are.
    """
    finished = Batch.objects.filter(source=SOURCE, finished_at__isnull=False).count()
    taken = lines = 0
    for number, feed in enumerate(_feeds(mart)):
        if number >= finished:
            load.take(feed, source=SOURCE, by=by, at=at)
            taken += 1
        lines += feed.table.num_rows if feed.kind == "transactions" else 0
        progress("making", lines, mart.lines)
    return taken


def _feeds(mart: Mart) -> Iterator[Feed]:
    yield from mart.first_feeds()
    for part in range(mart.parts):
        yield from mart.feeds(part)
