"""Reading the access log: by time, by member of staff, by person; and the month in review."""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dangol.records.staff.access import store
from dangol.records.staff.access.entries import Entry, Verb

SHOWN = 100


@dataclass(frozen=True)
class Wanted:
    """What to look for; nothing given means everything. `customer` is an id."""

    since: datetime | None = None
    until: datetime | None = None
    user_id: int | None = None
    customer: int | None = None
    verbs: tuple[str, ...] = ()


@dataclass(frozen=True)
class OfUser:
    """What one member of staff did in a period."""

    user: str
    role: str
    counts: dict[str, int]
    people: int
    at_night: int


@dataclass(frozen=True)
class Month:
    """A period in review: by member of staff, and every download and unmasking with its reason."""

    users: list[OfUser] = field(default_factory=list)
    taken: list[Entry] = field(default_factory=list)
    refused: int = 0


def entries(wanted: Wanted, *, before: int | None = None, limit: int = SHOWN) -> list[tuple[int, Entry]]:
    """The newest entries that fit, each with its number; `before` goes further back."""
    where, values = _where(wanted)
    if before is not None:
        where, values = f"{where} AND id < ?", [*values, before]
    with store.opened() as log:
        ids = [
            row[0]
            for row in log.execute(
                f"SELECT id FROM entry WHERE {where} ORDER BY id DESC LIMIT ?",
                (*values, limit),
            )
        ]
        if not ids:
            return []
        found = store.entries_of(log, f"id IN ({', '.join('?' * len(ids))}) ORDER BY id", tuple(ids))
    return list(zip(sorted(ids), found, strict=True))[::-1]


def people_seen(wanted: Wanted) -> set[int]:
    """The ids of everybody whose data the fitting entries are about."""
    where, values = _where(wanted)
    with store.opened() as log:
        rows = log.execute(
            f"SELECT DISTINCT first, last FROM subject WHERE entry IN (SELECT id FROM entry WHERE {where})",
            values,
        )
        return {customer for first, last in rows for customer in range(first, last + 1)}


def month(since: datetime, until: datetime, *, night: Collection[int] = range(7), offset_hours: int = 9) -> Month:
    """The period in review; `night` are hours of the shop's day, `offset_hours` the shop's distance from UTC."""
    wanted = Wanted(since=since, until=until)
    where, values = _where(wanted)
    with store.opened() as log:
        counts = log.execute(
            f"SELECT user_id, user, role, verb, count(*) FROM entry WHERE {where} GROUP BY 1, 2, 3, 4",
            values,
        ).fetchall()
        spans = log.execute(
            f"SELECT DISTINCT user_id, first, last FROM entry JOIN subject ON subject.entry = entry.id WHERE {where}",
            values,
        ).fetchall()
        hours = log.execute(
            f"SELECT user_id, (CAST(substr(at, 12, 2) AS INTEGER) + ?) % 24, count(*) FROM entry WHERE {where}"
            " GROUP BY 1, 2",
            (offset_hours, *values),
        ).fetchall()
        taken = store.entries_of(
            log, f"{where} AND verb IN (?, ?) ORDER BY id", (*values, Verb.TOOK.value, Verb.UNMASKED.value)
        )
    people: dict[int, set[int]] = defaultdict(set)
    for user_id, first, last in spans:
        people[user_id].update(range(first, last + 1))
    late: Counter[int] = Counter()
    for user_id, hour, number in hours:
        late[user_id] += number if hour in night else 0
    by_user: dict[tuple[int, str], dict[str, Any]] = {}
    for user_id, user, role, verb, number in counts:
        mine = by_user.setdefault((user_id, user), {"role": role, "counts": Counter()})
        mine["counts"][verb] += number
    users = [
        OfUser(user, told["role"], dict(told["counts"]), len(people[user_id]), late[user_id])
        for (user_id, user), told in sorted(by_user.items(), key=lambda item: item[0][1])
    ]
    refused = sum(number for *_rest, verb, number in counts if verb == Verb.REFUSED)
    return Month(users, taken, refused)


def _where(wanted: Wanted) -> tuple[str, list[Any]]:
    parts, values = ["1 = 1"], list[Any]()
    for column, sign, value in (
        ("at", ">=", wanted.since and wanted.since.isoformat()),
        ("at", "<", wanted.until and wanted.until.isoformat()),
        ("user_id", "=", wanted.user_id),
    ):
        if value is not None:
            parts.append(f"{column} {sign} ?")
            values.append(value)
    if wanted.customer is not None:
        parts.append(f"id IN ({store.ABOUT})")
        values += [wanted.customer] * 3
    if wanted.verbs:
        parts.append(f"verb IN ({', '.join('?' * len(wanted.verbs))})")
        values += wanted.verbs
    return " AND ".join(parts), values
