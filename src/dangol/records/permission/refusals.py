"""Refusals once more, in a file beside the records, so that no backup that is brought back brings an older yes back.

A line tells the columns of one refusal, and the person by the number of their row and a mark made one way from its
random key: a number that went to somebody else meanwhile is not mistaken for theirs, and once they are forgotten the
line leads to nobody. Neither name nor number to reach them, nor anything they said, is in it.
"""

import fcntl
import json
import logging
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from itertools import batched
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db import connection
from django.db.transaction import atomic

from dangol.lib import bulk
from dangol.records.customers.merged import roots_of
from dangol.records.customers.models import Customer
from dangol.records.ledger.appending import append_new
from dangol.records.permission import reading
from dangol.records.permission.models import Consent, Guardianship, Suppression

FILE = "refusals.jsonl"
PART = 5_000
LONGEST = 65_536  # bytes of a line, and more
# What is told of each kind of refusal, and what stands in the columns that are not told.
TOLD: dict[type[Any], tuple[str, ...]] = {
    Consent: ("purpose", "channel", "recipient", "granted", "answered_at", "given_by", "how"),
    Suppression: ("channel", "how", "since", "until"),
    Guardianship: ("granted", "method", "answered_at"),
}
UNTOLD: dict[type[Any], dict[str, str]] = {
    Consent: {"evidence": FILE, "text_version": ""},
    Suppression: {"reason": FILE},
    Guardianship: {"evidence": FILE, "name_sealed": "", "contact_sealed": ""},
}
TIMES = frozenset({"answered_at", "since", "until"})

log = logging.getLogger(__name__)

type Refusal = Consent | Suppression | Guardianship
type Line = dict[str, Any]


def path() -> Path:
    """The file beside the records."""
    place: Path = settings.DANGOL_HOME / FILE
    return place


def keep(rows: Iterable[Refusal]) -> None:
    """Append refusals to the file, on the disk before the caller's transaction ends.

    Killed in between, the file tells of a refusal that the records do not know: after a restore it is heeded, which is
    the safe side. A refusal never waits for the file: where there is no room, that is told in the server's log.
    """
    told = list(rows)
    if not told:
        return
    owners = sorted({row.customer_id for row in told})
    keys = bulk.rows_by(connection, Customer._meta.db_table, "id", owners, ["lake_key"])
    marks = {pk: mark_of(key) for pk, key in keys}
    text = "".join(json.dumps(_line(row, marks[row.customer_id]), separators=(",", ":")) + "\n" for row in told)
    try:
        _append(text.encode())
    except OSError:
        log.exception("A refusal could not be written to %s; it stands in the records.", FILE)


@atomic
def replay(*, at: datetime) -> int:
    """Enter again every refusal of the file that the records do not hold, as after a restore; how many.

    Those already on record are left, so it may be called again. Agreements given after such a refusal are not known
    here: who agreed anew is asked once more.
    """
    return sum(_replayed(part, at=at) for part in batched(lines(), PART))


def lines() -> Iterator[Line]:
    """What the file tells, in its order; a last line that a kill cut off is left out."""
    if not path().exists():
        return
    with path().open("rb") as file:
        for line in file:
            if line.endswith(b"\n"):
                yield json.loads(line)


def mark_of(lake_key: int) -> str:
    """What tells a person: the random key of their row, one way. No key of the home is needed to heed a refusal."""
    return sha256(f"dangol refusal {lake_key}".encode()).hexdigest()[:32]


def _line(row: Refusal, mark: str) -> Line:
    told = {name: getattr(row, name) for name in TOLD[type(row)]}
    plain = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in told.items()}
    return {"of": type(row).__name__, "customer": row.customer_id, "mark": mark, **plain}


def _append(text: bytes) -> None:
    handle = os.open(path(), os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        _cut_what_a_kill_left(file)
        file.write(text)
        file.flush()
        os.fsync(handle)


def _cut_what_a_kill_left(file: IO[bytes]) -> None:
    """Take a last line off that was never finished."""
    end = file.seek(0, os.SEEK_END)
    start = max(end - LONGEST, 0)
    file.seek(start)
    tail = file.read()
    if not tail.endswith(b"\n"):
        file.truncate(start + tail.rfind(b"\n") + 1)
    file.seek(0, os.SEEK_END)


def _replayed(part: Sequence[Line], *, at: datetime) -> int:
    there = Customer.objects.filter(pk__in={line["customer"] for line in part}, erased_at=None)
    marks = {pk: mark_of(key) for pk, key in there.values_list("pk", "lake_key")}
    # Who stood for themselves when they refused may stand with another in the records that came back.
    roots = roots_of(marks)
    mine = [
        {**line, "customer": roots[line["customer"]]} for line in part if marks.get(line["customer"]) == line["mark"]
    ]
    known = _blocks(roots)
    count = 0
    for model in TOLD:
        about = [line for line in mine if line["of"] == model.__name__]
        if model is Suppression:
            about = [line for line in about if not _is_known(line, known)]
        columns = ["customer_id", *TOLD[model], *UNTOLD[model]]
        rows = ([line["customer"], *_values(line, TOLD[model]), *UNTOLD[model].values()] for line in about)
        count += append_new(model, columns, rows, at=at)
    reading.heed((Consent(**_told(line)) for line in mine if line["of"] == Consent.__name__), at=at)
    return count


def _told(line: Line) -> dict[str, Any]:
    return {"customer_id": line["customer"], "purpose": line["purpose"], "granted": line["granted"]}


def _values(line: Mapping[str, Any], names: Iterable[str]) -> Iterator[Any]:
    for name in names:
        value = line[name]
        yield datetime.fromisoformat(value) if name in TIMES and value else value


def _blocks(roots: Mapping[int, int]) -> set[tuple[int, str, datetime]]:
    """Every "do not contact" of these people, also those that were lifted, as of whoever stands for them."""
    rows = Suppression.objects.filter(customer__in={*roots, *roots.values()})
    told = rows.values_list("customer_id", "channel", "since")
    return {(roots.get(customer, customer), channel, since) for customer, channel, since in told}


def _is_known(line: Line, known: set[tuple[int, str, datetime]]) -> bool:
    return (line["customer"], line["channel"], datetime.fromisoformat(line["since"])) in known
