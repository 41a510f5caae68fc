"""The destruction ledger: what was destroyed, in counts alone, chained, and once more in a file beside the records.

A person is told by a mark, made with the home's key from a random number of their row: no number that was given to
somebody else meanwhile is mistaken for theirs, and nobody without the key can tell from the file whom it means.
"""

import fcntl
import hmac
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.transaction import atomic
from django.utils.translation import gettext as _

from dangol.lib import bulk, sealing
from dangol.records.rights.models import Destruction
from dangol.records.staff.models import User

FILE = "destructions.jsonl"
FIRST = "0" * 64
TOLD = ("kind", "customer_number", "identity_numbers", "mark", "tables", "reason")


@dataclass(frozen=True)
class Checked:
    """What was found: `problem` is "" when the ledger is whole."""

    lines: int
    problem: str = ""


def path() -> Path:
    """The file beside the records."""
    place: Path = settings.DANGOL_HOME / FILE
    return place


def mark_of(lake_key: int) -> str:
    """What tells a person in the ledger: their row's random number, sealed one way."""
    key = sealing.marking_key("destructions", make=True)
    return hmac.new(key, f"person {lake_key}".encode(), sha256).hexdigest()


@atomic
def write(
    *,
    kind: str,
    tables: Mapping[str, int],
    reason: str,
    by: User | None,
    at: datetime,
    customer_number: int | None = None,
    identity_numbers: Sequence[int] = (),
    mark: str = "",
) -> Destruction:
    """Append one entry, to the records and to the file, in the transaction of what was destroyed.

    The line reaches the disk before the transaction ends: killed in between, the file tells of an erasure that the
    records do not know, which a replay makes good; the other way round a person could come back unseen.
    """
    bulk.lock(connection, "destructions")
    row = Destruction(
        kind=kind, customer_number=customer_number, identity_numbers=list(identity_numbers), mark=mark,
        tables=dict(tables), reason=reason[:200], by=by, at=at,
    )  # fmt: skip
    with _locked() as file:
        told = {name: getattr(row, name) for name in TOLD} | {"at": at.isoformat(), "before": _last(file)}
        row.digest = _digest(told, make=True)
        file.write((_line(told, row.digest) + "\n").encode())
        file.flush()
        os.fsync(file.fileno())
    row.save(force_insert=True)
    return row


def lines() -> Iterator[dict[str, Any]]:
    """What the file tells, in its order; a last line that a kill cut off is left out."""
    if not path().exists():
        return
    with path().open("rb") as file:
        for line in file:
            if line.endswith(b"\n"):
                yield json.loads(line)


def verify() -> Checked:
    """Go through the chain of the file, and see that every entry of the records stands in it.

    Each line names the one before it. Where a backup was brought back, lines of both ways that the home went stand in
    the file: a line may follow any earlier one, and none may be missing or changed. Raises KeyLost.
    """
    count, seen = 0, {FIRST}
    try:
        for told in lines():
            digest = told.pop("digest")
            if told["before"] not in seen or not hmac.compare_digest(digest, _digest(told)):
                return Checked(
                    count, _("Line %(number)s of %(file)s was changed.") % {"number": count + 1, "file": FILE}
                )
            seen.add(digest)
            count += 1
    except (ValueError, KeyError, AttributeError, TypeError):
        return Checked(count, _("Line %(number)s of %(file)s cannot be read.") % {"number": count + 1, "file": FILE})
    missing = sum(digest not in seen for digest in Destruction.objects.values_list("digest", flat=True))
    if missing:
        return Checked(
            count, _("%(n)s entries of the records are missing from %(file)s.") % {"n": missing, "file": FILE}
        )
    return Checked(count)


@contextmanager
def _locked() -> Iterator[Any]:
    """The file, opened for reading and appending, while nobody else writes to it."""
    handle = os.open(path(), os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file


def _last(file: Any) -> str:
    """The digest the next line is chained to; a line that a kill cut off is removed."""
    size = file.seek(0, os.SEEK_END)
    start = max(size - 65_536, 0)
    file.seek(start)
    tail = file.read()
    whole = tail[: tail.rfind(b"\n") + 1]
    if len(whole) < len(tail):
        file.truncate(start + len(whole))
    ended = whole.splitlines()
    file.seek(0, os.SEEK_END)
    return str(json.loads(ended[-1])["digest"]) if ended else FIRST


def _digest(told: Mapping[str, Any], *, make: bool = False) -> str:
    key = sealing.marking_key("destruction ledger", make=make)
    return hmac.new(key, _plain(told).encode(), sha256).hexdigest()


def _line(told: Mapping[str, Any], digest: str) -> str:
    return _plain({**told, "digest": digest})


def _plain(told: Mapping[str, Any]) -> str:
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
