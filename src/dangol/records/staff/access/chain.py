"""Whether the access log is whole, and letting go of what is older than it must be kept."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest
from sqlite3 import Connection

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from dangol.lib import sealing
from dangol.records.staff.access import store
from dangol.records.staff.access.entries import Entry, runs
from dangol.records.staff.access.store import Batch
from dangol.records.staff.models import AccessAnchor

YEAR = timedelta(days=366)
MANY = 50_000  # people: from then on two years are kept instead of one (safety measures, art. 8)
NAMED = 10  # problems told one by one
STAYS = timedelta(hours=1)  # between two anchors that stay


@dataclass(frozen=True)
class Checked:
    """What was found; the log is whole when there are no problems."""

    batches: int
    entries: int
    problems: tuple[str, ...] = ()


def verify() -> Checked:
    """Go through the whole chain and compare it with the anchors in the records. Raises KeyLost."""
    anchors = dict(AccessAnchor.objects.values_list("batch", "digest"))
    problems: list[str] = []
    before, number, entries, rows = store.FIRST, 0, 0, 0
    with store.reading() as log:
        begun = log.execute("SELECT 1 FROM batch LIMIT 1").fetchone() is not None
        key = sealing.marking_key("access log") if begun else b""
        for batch in store.batches(log):
            if batch.number != number + 1:
                problems.append(_("Batch %(number)s is missing.") % {"number": number + 1})
            problem, held, spans = _examined(log, batch, key, before)
            if not problem and anchors.get(batch.number, batch.digest) != batch.digest:
                problem = _("Batch %(number)s (until %(at)s) is not the one that was anchored.")
            if problem:
                at = date_format(localtime(store.time_of(batch.last_at)), "DATETIME_FORMAT")
                problems.append(problem % {"number": batch.number, "at": at})
            before, number, entries, rows = batch.digest, batch.number, entries + held, rows + spans
        (loose,) = log.execute("SELECT (SELECT count(*) FROM entry) - ?", (entries,)).fetchone()
        (stray,) = log.execute("SELECT (SELECT count(*) FROM subject) - ?", (rows,)).fetchone()
    if anchors and max(anchors) > number:
        problems.append(_("The end is missing from batch %(number)s on.") % {"number": number + 1})
    if loose or stray:
        problems.append(_("There are entries that belong to no batch."))
    return Checked(number, entries, tuple(problems[:NAMED]))


def _examined(log: Connection, batch: Batch, key: bytes, before: str) -> tuple[str, int, int]:
    """What is wrong with a batch, how many entries it holds, and how many rows of subjects."""
    changed = _("Batch %(number)s (until %(at)s) was changed.")
    if not compare_digest(store.chained(key, before, batch), batch.digest):
        return changed, *_held(log, batch)
    if batch.let_go:
        given = compare_digest(batch.let_go, store.digest(key, "let go", batch.number, batch.digest))
        return ("" if given else _("Batch %(number)s (until %(at)s) was removed by nobody we know.")), 0, 0
    entries = store.entries_of(log, "batch = ? ORDER BY id", (batch.number,))
    if len(entries) != batch.entries or store.content_of(list(entries.values())) != batch.content:
        return changed, *_held(log, batch)
    rows = [(number, *run) for number, entry in entries.items() for run in runs(entry.subjects, at_most=store.RUN)]
    if rows != list(_subjects(log, batch)) or not _counted(log, batch, entries):
        return changed, *_held(log, batch)
    return "", len(entries), len(rows)


def _held(log: Connection, batch: Batch) -> tuple[int, int]:
    (held,) = log.execute("SELECT count(*) FROM entry WHERE batch = ?", (batch.number,)).fetchone()
    return held, sum(1 for _row in _subjects(log, batch))


def _subjects(log: Connection, batch: Batch) -> Iterator[tuple[int, int, int]]:
    """The rows of subjects of the batch's entries: they must be those that a look-up by person finds."""
    mine = "SELECT id FROM entry WHERE batch = ?"
    asked = f"SELECT entry, first, last FROM subject WHERE entry IN ({mine}) ORDER BY entry, first"
    yield from log.execute(asked, (batch.number,))


def _counted(log: Connection, batch: Batch, entries: dict[int, Entry]) -> bool:
    """Whether each entry tells how many people it is about."""
    rows = log.execute("SELECT id, people FROM entry WHERE batch = ?", (batch.number,))
    return all(people == len(entries[number].subjects) for number, people in rows)


def anchor(*, at: datetime) -> AccessAnchor | None:
    """Write the newest batch into the records, where its end cannot be cut off unseen; None when nothing is new.

    The last anchor goes along with the end of the log; one an hour stays where it is.
    """
    with store.reading() as log:
        newest = store.head(log)
    anchors: list[AccessAnchor | None] = [*AccessAnchor.objects.order_by("-batch")[:2], None, None]
    last, before = anchors[:2]
    if newest is None or (last is not None and last.batch >= newest.number):
        return None
    if last is None or before is None or last.at - before.at >= STAYS:
        told = {"digest": newest.digest, "at": at}
        return AccessAnchor.objects.get_or_create(batch=newest.number, defaults=told)[0]
    AccessAnchor.objects.filter(pk=last.pk, batch=last.batch).update(batch=newest.number, digest=newest.digest, at=at)
    last.refresh_from_db()
    return last


def keep_for(people: int, *, sensitive: bool = False) -> timedelta:
    """How long entries are kept: a year; two where the records hold MANY people, or sensitive data or ids by law."""
    return 2 * YEAR if people >= MANY or sensitive else YEAR


def let_go(*, before: datetime) -> int:
    """Remove the entries of whole batches that ended before a time; their digests stay. Returns how many went.

    Raises KeyLost.
    """
    went = 0
    with store.writing() as log:
        old = list(store.batches(log, f"WHERE last_at < {store.moment(before)} AND let_go = '' ORDER BY id"))
        key = sealing.marking_key("access log") if old else b""
        for batch in old:
            mine = (batch.number,)
            log.execute("DELETE FROM subject WHERE entry IN (SELECT id FROM entry WHERE batch = ?)", mine)
            went += log.execute("DELETE FROM entry WHERE batch = ?", mine).rowcount
            mark = store.digest(key, "let go", batch.number, batch.digest)
            log.execute("UPDATE batch SET let_go = ? WHERE id = ?", (mark, batch.number))
    return went
