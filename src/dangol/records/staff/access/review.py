"""A month of the access log, member of staff by member of staff: what they did, and what stands out of it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from sqlite3 import Connection

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dangol.records.staff.access import queries, store
from dangol.records.staff.access.entries import Verb
from dangol.records.staff.access.queries import Line, Wanted

NIGHT = frozenset({22, 23, *range(7)})  # hours of the shop's day
BEFORE = 3  # months that tell what is usual
TIMES_USUAL = 3
ENOUGH = 100  # people looked at, below which nothing is called much
IN_A_ROW = 60  # profiles opened within an hour
MANY_REFUSED = 10
MANY_AT_NIGHT = 20
LISTED = 200  # downloads, unmaskings and refusals told one by one, of each

QUARTER = 15 * 60 * 1_000_000  # microseconds: hours of every zone begin at one of these
HOUR = 4 * QUARTER
# Whoever has an account is one person under every name they had; others are told apart by what they called themselves.
WHO = "user_id, iif(user_id = 0, user, '')"

type Who = tuple[int, str]
type Period = tuple[int, int]


@dataclass(frozen=True)
class OfUser:
    """What one member of staff did in a month. `looks` counts everybody on every page they saw, `people` each person
    once; `usual` is the mean of `looks` in the months before, 0 where there is none. `profiles` is the most they opened
    within an hour.
    """

    user_id: int
    user: str
    role: str
    counts: dict[str, int]
    people: int
    looks: int
    usual: float
    at_night: int
    profiles: int

    @property
    def outstanding(self) -> list[str]:
        """What somebody should ask about, in sentences."""
        found = []
        if self.usual and self.looks >= max(ENOUGH, TIMES_USUAL * self.usual):
            times = f"{self.looks / self.usual:,.0f}"
            found.append(_("Looked at people %(times)s times as often as usual.") % {"times": times})
        if self.profiles >= IN_A_ROW:
            found.append(_("Opened %(n)d profiles within an hour.") % {"n": self.profiles})
        if (refused := self.counts.get(Verb.REFUSED, 0)) >= MANY_REFUSED:
            found.append(_("Was refused %(n)d times.") % {"n": refused})
        if self.at_night >= MANY_AT_NIGHT:
            found.append(_("Looked at people’s data %(n)d times at night.") % {"n": self.at_night})
        if taken := self.counts.get(Verb.TOOK, 0):
            told = ngettext("Took %(n)d list away.", "Took %(n)d lists away.", taken)
            found.append(told % {"n": taken})
        return found


@dataclass(frozen=True)
class Month:
    """A month in review: by member of staff, and the newest downloads, unmaskings and refusals, LISTED of each."""

    first: date
    users: list[OfUser]
    taken: list[Line]
    unmasked: list[Line]
    refused: list[Line]

    @property
    def entries(self) -> int:
        return sum(sum(user.counts.values()) for user in self.users)

    @property
    def outstanding(self) -> int:
        """How many members of staff something stands out of."""
        return sum(bool(user.outstanding) for user in self.users)


def month(first: date, *, zone: tzinfo, profiles: tuple[str, ...]) -> Month:
    """The month that begins on this day of the shop's calendar; `profiles` are the pages that show one person."""
    since, until = bounds(first, zone)
    with store.reading() as log:
        users = _users(log, first, zone, profiles)
    taken, unmasked, refused = (
        queries.lines(Wanted(since=since, until=until, verbs=(verb.value,)), limit=LISTED)
        for verb in (Verb.TOOK, Verb.UNMASKED, Verb.REFUSED)
    )
    return Month(first, users, taken, unmasked, refused)


def bounds(first: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """When a month of the shop's calendar begins and ends."""
    begin, end = (datetime(day.year, day.month, 1, tzinfo=zone) for day in (first, following(first)))
    return begin.astimezone(UTC), end.astimezone(UTC)


def following(first: date) -> date:
    """The first day of the month after."""
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1)


def preceding(first: date) -> date:
    """The first day of the month before."""
    return (first.replace(day=1) - timedelta(days=1)).replace(day=1)


def months(*, zone: tzinfo) -> list[date]:
    """The first days of the months that the log tells of, newest first, without gaps."""
    with store.reading() as log:
        oldest, newest = log.execute("SELECT (SELECT min(at) FROM entry), (SELECT max(at) FROM entry)").fetchone()
    if oldest is None:
        return []
    begin, month = (store.time_of(at).astimezone(zone).date().replace(day=1) for at in (oldest, newest))
    found = [month]
    while month > begin:
        found.append(month := preceding(month))
    return found


def _users(log: Connection, first: date, zone: tzinfo, profiles: tuple[str, ...]) -> list[OfUser]:
    period = _moments(first, zone)
    names, counts, looks = _counted(log, period)
    people, night = _people(log, period, names), _at_night(log, period, zone)
    usual, opened = _usual(log, first, zone), _profiles(log, period, profiles)
    made = [
        OfUser(who[0], *names[who], dict(counts[who]), people[who], looks[who], usual.get(who, 0.0), night[who],
               opened[who])
        for who in names
    ]  # fmt: skip
    return sorted(made, key=lambda one: (-one.looks, one.user))


def _moments(first: date, zone: tzinfo) -> Period:
    since, until = bounds(first, zone)
    return store.moment(since), store.moment(until)


def _counted(
    log: Connection, period: Period
) -> tuple[dict[Who, tuple[str, str]], dict[Who, Counter[str]], Counter[Who]]:
    """Newest name and role, how often they did what, and how many people's data that was."""
    names: dict[Who, tuple[str, str]] = {}
    counts: dict[Who, Counter[str]] = defaultdict(Counter)
    looks: Counter[Who] = Counter()
    rows = log.execute(
        # Beside max(), SQLite takes the other columns from the newest row.
        f"SELECT {WHO}, verb, count(*), sum(people), user, role, max(at) AS newest FROM entry"
        " WHERE at >= ? AND at < ? GROUP BY 1, 2, 3 ORDER BY newest",
        period,
    )
    for user_id, called, verb, number, people, user, role, _newest in rows:
        who = (user_id, called)
        names[who] = (user, role)
        counts[who][verb] += number
        looks[who] += people
    return names, counts, looks


def _usual(log: Connection, first: date, zone: tzinfo) -> dict[Who, float]:
    """The mean of looks a month, over the months before in which they looked at anybody."""
    told: dict[Who, list[int]] = defaultdict(list)
    for _month in range(BEFORE):
        first = preceding(first)
        rows = log.execute(
            f"SELECT {WHO}, sum(people) FROM entry WHERE at >= ? AND at < ? GROUP BY 1, 2", _moments(first, zone)
        )
        for user_id, called, looks in rows:
            told[user_id, called] += [looks] if looks else []
    return {who: sum(looks) / len(looks) for who, looks in told.items() if looks}


def _people(log: Connection, period: Period, names: Iterable[Who]) -> dict[Who, int]:
    """How many people each saw, each person once."""
    mine = f"SELECT id FROM entry WHERE ({WHO}) = (?, ?) AND at >= ? AND at < ?"
    spans = f"SELECT first, last FROM subject WHERE entry IN ({mine})"
    return {who: distinct(log.execute(spans, (*who, *period)).fetchall()) for who in names}


def distinct(spans: Sequence[tuple[int, int]]) -> int:
    """How many different ids lie in runs of them."""
    if not spans:
        return 0
    first, last = np.array(spans, np.int64).T
    long = np.flatnonzero(last > first)
    runs = [np.arange(first[place], last[place] + 1) for place in long]
    return int(np.unique(np.concatenate([first, *runs])).size)


def _at_night(log: Connection, period: Period, zone: tzinfo) -> Counter[Who]:
    """How often they looked at people in the hours of the NIGHT, by the shop's clock of that day."""
    night: Counter[Who] = Counter()
    rows = log.execute(
        f"SELECT {WHO}, at / {QUARTER}, count(*) FROM entry WHERE at >= ? AND at < ? AND people > 0 GROUP BY 1, 2, 3",
        period,
    )
    for user_id, called, quarter, number in rows:
        if store.time_of(quarter * QUARTER).astimezone(zone).hour in NIGHT:
            night[user_id, called] += number
    return night


def _profiles(log: Connection, period: Period, pages: tuple[str, ...]) -> Counter[Who]:
    """The most of these pages each opened within an hour of the clock."""
    rows = log.execute(
        f"SELECT {WHO}, at / {HOUR}, count(*) FROM entry WHERE at >= ? AND at < ?"
        f" AND page IN ({', '.join('?' * len(pages))}) GROUP BY 1, 2, 3",
        (*period, *pages),
    )
    most: Counter[Who] = Counter()
    for user_id, called, _hour, number in rows:
        most[user_id, called] = max(most[user_id, called], number)
    return most
