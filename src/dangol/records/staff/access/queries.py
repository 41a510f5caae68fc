"""Reading the access log: by time, by member of staff, by person."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from dangol.records.staff.access import store
from dangol.records.staff.access.entries import Entry

SHOWN = 50
NAMED = 3  # people of an entry that a list names; how many more there are is told


@dataclass(frozen=True)
class Wanted:
    """What to look for; what is empty or None asks for nothing. `users` and `customers` are ids, `pages` names, and
    `begins` is what the reason begins with.
    """

    since: datetime | None = None
    until: datetime | None = None
    users: tuple[int, ...] = ()
    customers: tuple[int, ...] | None = None
    verbs: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    begins: str = ""


@dataclass(frozen=True)
class Line:
    """One entry as a list shows it: its subjects are the first few of `people`."""

    number: int
    entry: Entry
    people: int

    @property
    def further(self) -> int:
        """How many people are not named."""
        return self.people - len(self.entry.subjects)

    @property
    def place(self) -> tuple[int, int]:
        """Where the line stands in the log; what is older comes before it."""
        return store.moment(self.entry.at), self.number


def lines(
    wanted: Wanted, *, before: tuple[int, int] | None = None, limit: int = SHOWN, named: int | None = NAMED
) -> list[Line]:
    """The newest entries that fit, newest first; `before` is the place of a line and goes further back.

    named: how many people of each are told; None for all.
    """
    where, values = _where(wanted)
    if before is not None:
        where, values = f"{where} AND (at, id) < (?, ?)", [*values, *before]
    columns = ", ".join(store.TEXTS)
    with store.reading() as log:
        rows = log.execute(
            f"SELECT id, people, at, {columns} FROM entry WHERE {where} ORDER BY at DESC, id DESC LIMIT ?",
            (*values, limit),
        ).fetchall()
        numbers = [row[0] for row in rows]
        marks = ", ".join("?" * len(numbers))
        spans = log.execute(
            f"SELECT entry, first, last FROM subject WHERE entry IN ({marks}) AND first IN"
            " (SELECT few.first FROM subject few WHERE few.entry = subject.entry ORDER BY few.first LIMIT ?)",
            (*numbers, -1 if named is None else named),
        ).fetchall()
    whose: dict[int, list[int]] = {number: [] for number in numbers}
    for number, first, last in sorted(spans):
        whose[number] += range(first, (last if named is None else min(last, first + named - 1)) + 1)
    return [Line(row[0], store.entry_from(row[2:], tuple(whose[row[0]][:named])), row[1]) for row in rows]


def every_line(wanted: Wanted, *, at_once: int = 500) -> Iterator[Line]:
    """Everything that fits with all its people, newest first, some at a time."""
    before: tuple[int, int] | None = None
    while part := lines(wanted, before=before, limit=at_once, named=None):
        yield from part
        before = part[-1].place


def entry(number: int) -> Entry | None:
    """One entry with everybody it is about."""
    with store.reading() as log:
        return store.entries_of(log, "id = ?", (number,)).get(number)


def people_seen(wanted: Wanted) -> set[int]:
    """The ids of everybody whose data the fitting entries are about."""
    where, values = _where(wanted)
    with store.reading() as log:
        rows = log.execute(
            f"SELECT DISTINCT first, last FROM subject WHERE entry IN (SELECT id FROM entry WHERE {where})", values
        )
        return {customer for first, last in rows for customer in range(first, last + 1)}


def how_many_seen(wanted: Wanted, *, among: Sequence[int]) -> int:
    """Of these, by rising id, how many the fitting entries are about; however many others they are about, too."""
    where, values = _where(wanted)
    found: set[int] = set()
    with store.reading() as log:
        rows = log.execute(
            f"SELECT DISTINCT first, last FROM subject WHERE entry IN (SELECT id FROM entry WHERE {where})", values
        )
        for first, last in rows:
            found.update(among[bisect_left(among, first) : bisect_right(among, last)])
    return len(found)


def users_named() -> dict[int, str]:
    """Everybody with an account who stands in the log, by id, with the newest of their names."""
    # One step of the index for each of them, however long the log is.
    step = "SELECT min(user_id) FROM entry WHERE user_id > ?"
    newest = "SELECT user FROM entry WHERE user_id = ? ORDER BY at DESC LIMIT 1"
    with store.reading() as log:
        ids, last = list[int](), 0
        while (following := log.execute(step, (last,)).fetchone()[0]) is not None:
            ids.append(last := following)
        return {user: log.execute(newest, (user,)).fetchone()[0] for user in ids}


def _where(wanted: Wanted) -> tuple[str, list[object]]:
    parts, values = ["1 = 1"], list[object]()
    for sign, time in ((">=", wanted.since), ("<", wanted.until)):
        if time is not None:
            parts.append(f"at {sign} ?")
            values.append(store.moment(time))
    if wanted.customers is not None:
        parts.append(f"id IN ({' UNION '.join([store.ABOUT] * len(wanted.customers)) or 'NULL'})")
        values += [customer for customer in wanted.customers for _three in range(3)]
    for column, among in (("user_id", wanted.users), ("verb", wanted.verbs), ("page", wanted.pages)):
        if among:
            parts.append(f"{column} IN ({', '.join('?' * len(among))})")
            values += among
    if wanted.begins:
        parts.append("substr(reason, 1, ?) = ?")
        values += [len(wanted.begins), wanted.begins]
    return " AND ".join(parts), values
