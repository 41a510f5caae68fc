"""Whether the access log is whole, and letting go of what is older than it must be kept."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from dangol.records.staff.access import store
from dangol.records.staff.models import AccessAnchor

YEAR = timedelta(days=366)
MANY = 50_000  # people: from then on two years are kept instead of one (safety measures, art. 8)


@dataclass(frozen=True)
class Checked:
    """What was found: `problem` is "" when the log is whole."""

    batches: int
    entries: int
    problem: str = ""


def verify() -> Checked:
    """Go through the whole chain and compare its end with the anchors in the records."""
    anchors = dict(AccessAnchor.objects.values_list("batch", "digest"))
    before, entries, batches, seen = store.FIRST, 0, 0, 0
    with store.opened() as log:
        rows = log.execute("SELECT id, entries, digest, removed FROM batch ORDER BY id").fetchall()
        for number, count, digest, removed in rows:
            if number != batches + 1:
                return Checked(batches, entries, _("Batch %(number)s is missing.") % {"number": batches + 1})
            held = [] if removed else store.entries_of(log, "batch = ? ORDER BY id", (number,))
            if not removed and (len(held) != count or store.chained(before, held) != digest):
                return Checked(batches, entries, _("Batch %(number)s was changed.") % {"number": number})
            if anchors.get(number, digest) != digest:
                return Checked(batches, entries, _("Batch %(number)s is not the one it was.") % {"number": number})
            before, batches, entries, seen = digest, number, entries + len(held), seen + len(held)
        (loose,) = log.execute("SELECT count(*) FROM entry").fetchone()
    if anchors and max(anchors) > batches:
        return Checked(batches, entries, _("The end is missing from batch %(number)s on.") % {"number": batches + 1})
    if loose != seen:
        return Checked(batches, entries, _("There are entries that belong to no batch."))
    return Checked(batches, entries)


def anchor(*, at: datetime) -> AccessAnchor | None:
    """Write the newest batch into the records, where its end cannot be cut off unseen; None when nothing is new."""
    with store.opened() as log:
        newest = store.head(log)
    if not newest.batch or AccessAnchor.objects.filter(batch=newest.batch).exists():
        return None
    return AccessAnchor.objects.create(batch=newest.batch, digest=newest.digest, at=at)


def keep_for(people: int) -> timedelta:
    """How long entries are kept: a year, two where the records hold MANY people."""
    return 2 * YEAR if people >= MANY else YEAR


def let_go(*, before: datetime) -> int:
    """Remove the entries of whole batches that ended before a time; their digests stay. Returns how many went."""
    with store.opened() as log:
        old = "SELECT id FROM batch WHERE last_at < ? AND removed = 0"
        told = (before.isoformat(),)
        log.execute(f"DELETE FROM subject WHERE entry IN (SELECT id FROM entry WHERE batch IN ({old}))", told)
        went = log.execute(f"DELETE FROM entry WHERE batch IN ({old})", told).rowcount
        log.execute("UPDATE batch SET removed = 1 WHERE last_at < ?", told)
    return went
