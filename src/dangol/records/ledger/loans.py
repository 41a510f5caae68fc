"""What a library lends: that and of which class, for everybody; which title, only for whoever wants it kept.

Kept of each loan are its class (the first figure in KDC), its times, and a mark made one way from the library's number
of it, by which a later file finds it again: no table joins a person to a title. Whoever agreed to having their reading
history kept (records/permission/reading.py) has the titles besides, until they say otherwise.
"""

import hmac
from collections.abc import Hashable, Iterable, Iterator, Mapping
from datetime import datetime
from hashlib import sha256

import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection
from django.db.transaction import atomic

from dangol.lib import bulk, sealing
from dangol.lib.bulk import Counted
from dangol.records.changes.actions import record_range
from dangol.records.changes.telling_once import Step, Told, append_by_ref, append_steps
from dangol.records.ledger.models import Loan, LoanStep, LoanTitle

Kind = LoanStep.Kind
FIRST = ("identity_id", "at", "item_class", "unit_id", "due")
MOST = 99  # renewals of one loan


@atomic
def append_loans(rows: pa.Table, *, source: str, keeps_history: Iterable[int], at: datetime) -> Counted:
    """Append loans by their ref, and of those that are known already what became of them; each step once.

    rows: ref (the library's own: it is made unreadable here), identity_id, at (UTC), item_class, unit_id?, due? (UTC),
    renewals (how many so far), renewed_at?, returned_at?, lost_at? (UTC), title, item. `keeps_history`: the identities
    whose titles may be kept; of all others title and number of the thing go no further.
    Raises KeyLost, where the key that marks are made with is gone.
    """
    if rows.num_rows == 0:
        return Counted()
    marks = _marks(rows["ref"], source=source)
    first = rows.select(list(FIRST)).append_column("ref", marks)
    told = append_by_ref(Loan, first, source=source, at=at)
    refs = marks.to_pylist()
    columns = ("loan_id", "kind", "number", "at", "due")
    changed = append_steps(LoanStep, columns, _steps(rows, refs, told.ids, at=at), _known(told.ids.values()), at=at)
    changed |= _keep_titles(rows, refs, told, set(keeps_history), at=at)
    return told.counted(refs, changed)


@atomic
def forget_titles(customers: Iterable[int], *, at: datetime) -> int:
    """Remove which titles these customers borrowed; that they borrowed stays. How many titles went."""
    theirs = LoanTitle.objects.filter(loan__identity__customer__in=list(customers))
    keys = sorted(theirs.values_list("pk", flat=True))
    for first, last in bulk.runs(keys):
        record_range(LoanTitle, first_key=first, last_key=last, at=at)
    return theirs.delete()[0]


def _marks(refs: pa.ChunkedArray, *, source: str) -> pa.Array:
    """Each ref as a mark that only this home can make, the same for ever."""
    # With another key every loan would count again: only the first of a home may begin one.
    key = sealing.marking_key("loans", make=not Loan.objects.exists())
    made = [hmac.new(key, f"{source}\x1f{ref}".encode(), sha256).hexdigest() for ref in refs.to_pylist()]
    return pa.array(made, pa.string())


def _steps(rows: pa.Table, refs: list[str], ids: Mapping[str, int], *, at: datetime) -> Iterator[Step]:
    """What each row tells of its loan besides how it began. Renewals are numbered: two are two, whenever told."""
    names = ("renewals", "renewed_at", "due", "returned_at", "lost_at")
    told = zip(refs, *(rows[name].to_pylist() for name in names), strict=True)
    for place, (ref, renewals, renewed, due, returned, lost) in enumerate(told):
        owner, last = ids[ref], min(int(renewals or 0), MOST)
        for number in range(1, last + 1):
            when, until = (renewed or at, due) if number == last else (renewed or at, None)
            yield Step(place, owner, ((Kind.RENEWED, number),), (owner, Kind.RENEWED, number, when, until))
        for kind, moment in ((Kind.RETURNED, returned), (Kind.LOST, lost)):
            if moment is not None:
                yield Step(place, owner, ((kind, 1),), (owner, kind, 1, moment, None))


def _known(ids: Iterable[int]) -> dict[int, set[Hashable]]:
    known: dict[int, set[Hashable]] = {}
    steps = LoanStep.objects.filter(loan__among=sorted(set(ids)))
    for owner, kind, number in steps.values_list("loan_id", "kind", "number"):
        known.setdefault(owner, set()).add((Kind(kind), number))
    return known


def _keep_titles(rows: pa.Table, refs: list[str], told: Told, keeps: set[int], *, at: datetime) -> set[int]:
    """Keep the titles of those who want it; the places of the rows whose title was new."""
    wanted = pc.is_in(rows["identity_id"], pa.array(sorted(keeps), pa.int64()))
    if not keeps or not pc.any(wanted).as_py():
        return set()
    titled: dict[int, tuple[int, str, str]] = {}
    columns = (wanted, rows["title"], rows["item"])
    for place, (ref, mine, title, item) in enumerate(zip(refs, *(one.to_pylist() for one in columns), strict=True)):
        if mine and title:
            titled.setdefault(told.ids[ref], (place, title[:300], item[:120]))
    kept = bulk.rows_by(connection, LoanTitle._meta.db_table, "loan_id", sorted(titled), ["id"])
    new = {loan: row for loan, row in titled.items() if loan not in {loan for loan, _pk in kept}}
    if new:
        first = bulk.reserve_ids(connection, LoanTitle._meta.db_table, len(new))
        values = ((key, loan, title, item) for key, (loan, (_place, title, item)) in enumerate(new.items(), first))
        bulk.insert(connection, LoanTitle._meta.db_table, ["id", "loan_id", "title", "item"], values)
        record_range(LoanTitle, first_key=first, last_key=first + len(new) - 1, at=at)
    return {place for place, _title, _item in new.values()}
