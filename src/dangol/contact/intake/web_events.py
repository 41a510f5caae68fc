"""What the business's own site tells of its visitors, page by page: put together to visits of those who agreed to it.

A visitor is told by the number they signed in with, or by a mark that the site gave their browser; a mark is kept as an
identity of whoever signed in under it and agreed, and of nobody else. Nothing behind a `?` is kept, and no address.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pyarrow as pa
from django.db.transaction import atomic
from django.utils.translation import gettext as _

from dangol.contact.intake.web_logs.robots import NO_PAGE, ROBOTS, left_out
from dangol.contact.intake.web_logs.visits import LONGEST, PAGES, PAUSE
from dangol.contact.intake.whose import SOURCE, schemes_of
from dangol.lib.resident_numbers import masked
from dangol.records.customers.forgetting import hold_everybody
from dangol.records.customers.identities import add_identities, known_ids
from dangol.records.customers.queries import customers_of
from dangol.records.customers.schemes import Scheme, keys_of, source_of
from dangol.records.ledger.actions import append_interactions
from dangol.records.ledger.models import Interaction
from dangol.records.ledger.site_visits import SITE
from dangol.records.permission.models import Purpose
from dangol.records.permission.standing import agreeing

MOST = 1_000  # told at once
VIEW = "view"
KINDS = (VIEW, "search", "product", "cart", "order", "other")
OLDEST, AHEAD = timedelta(days=31), timedelta(minutes=5)
# Why what was told is kept nowhere.
NOBODY, NOT_AGREED, AGAIN = "nobody_known", "not_agreed", "told_again"
_PAUSE = timedelta(seconds=PAUSE)


@dataclass(frozen=True)
class Event:
    """One page or step, as the site tells it; `path` without what stands behind `?`."""

    id: str
    at: str
    kind: str
    path: str
    browser: str = ""
    customer: str = ""
    agent: str = ""
    campaign: str = ""


@dataclass
class TakenEvents:
    """What became of events: visits that are new, events by why they are kept nowhere, and those that are wrong."""

    visits: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    refused: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class _Read:
    told: Event
    at: datetime
    path: str


@dataclass(frozen=True)
class _Person:
    """Whom a visitor is: the customer, and the identity under which their visits are kept."""

    customer: int
    identity: int


@atomic
def take_events(events: Sequence[Event], *, at: datetime) -> TakenEvents:
    """Keep the visits that these make, of those who agreed; who signs in under a mark is known by it from then on.

    The same events again change nothing. Nobody becomes a customer by them.
    """
    taken = TakenEvents()
    hold_everybody()  # nobody is forgotten or merged meanwhile
    read = list(_by_people(list(_sound(events, taken, at=at)), taken))
    people = _people(one.told for one in read)
    agreed = agreeing({one.customer for one in people.values()}, Purpose.BEHAVIOUR)
    kept: list[tuple[_Person, _Read]] = []
    for one in read:
        person = people.get(one.told.customer) or people.get(one.told.browser)
        if person is None or person.customer not in agreed:
            taken.left_out[NOBODY if person is None else NOT_AGREED] += 1
        else:
            kept.append((person, one))
    marks = {(person.customer, one.told.browser) for person, one in kept if one.told.customer and one.told.browser}
    add_identities(sorted(marks), source=SITE, scheme=Scheme.COOKIE, at=at)
    taken.visits = _keep(list(_visits(kept)), taken, at=at)
    return taken


def _sound(events: Sequence[Event], taken: TakenEvents, *, at: datetime) -> Iterator[_Read]:
    """Those that can be read, each id once."""
    seen: set[str] = set()
    for one in events:
        moment = _moment(one.at)
        if problem := _problem(one, moment, at=at):
            taken.refused.append((one.id, problem))
        elif one.id in seen:
            taken.left_out[AGAIN] += 1
        elif moment is not None:
            seen.add(one.id)
            yield _Read(one, moment, masked(one.path.partition("?")[0].partition("#")[0]))


def _problem(one: Event, moment: datetime | None, *, at: datetime) -> str:
    if not one.id.strip():
        return _("This event has no id of its own.")
    if moment is None:
        return _("“%(time)s” is no moment. Write it like 2026-11-20T12:00:00+09:00.") % {"time": one.at[:40]}
    if not at - OLDEST <= moment <= at + AHEAD:
        return _("An event is told within %(days)s days, and not before it happens.") % {"days": OLDEST.days}
    if one.kind not in KINDS:
        return _("Choose one of these: %(choices)s.") % {"choices": ", ".join(KINDS)}
    if not one.path.startswith("/"):
        return _("The page is told as a path that begins with “/”.")
    return "" if one.browser or one.customer else _("It says neither whose browser it was nor who signed in.")


def _moment(written: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(written)
    except ValueError:
        return None
    return found if found.tzinfo else None


def _by_people(read: list[_Read], taken: TakenEvents) -> Iterator[_Read]:
    """Without programs, pictures and other parts of pages."""
    count = len(read)
    hits = pa.table({
        "method": pa.array(["GET"] * count, pa.string()), "status": pa.array(["200"] * count, pa.string()),
        "agent": pa.array([one.told.agent for one in read], pa.string()),
        "path": pa.array([one.path for one in read], pa.string()),
    })  # fmt: skip
    for one, why in zip(read, left_out(hits).to_pylist() if count else [], strict=True):
        if why in (ROBOTS, NO_PAGE):
            taken.left_out[why] += 1
        else:
            yield one


def _people(events: Iterable[Event]) -> dict[str, _Person]:
    """Whom the numbers and marks of these events lead to; a mark leads to whoever alone signed in under it."""
    told = list(events)
    found = _whose(schemes_of(dict.fromkeys(one.customer for one in told if one.customer), source=SOURCE), SOURCE)
    marks = {one.browser: str(Scheme.COOKIE) for one in told if one.browser}
    signed: dict[str, set[_Person]] = {}
    for one in told:
        if one.browser and one.customer in found:
            signed.setdefault(one.browser, set()).add(found[one.customer])
    known = _whose(marks, SITE)
    alone = {mark: next(iter(people)) for mark, people in signed.items() if len(people) == 1}
    return known | alone | found


def _whose(schemes: Mapping[str, str], source: str) -> dict[str, _Person]:
    found: dict[str, int] = {}
    for scheme in set(schemes.values()):
        keys = keys_of([text for text, its in schemes.items() if its == scheme], scheme=scheme)
        ids = known_ids(set(keys.values()), source=source_of(scheme, source), scheme=scheme)
        found |= {text: ids[key] for text, key in keys.items() if key in ids}
    owners = customers_of(set(found.values()))
    return {text: _Person(owners[identity], identity) for text, identity in found.items()}


def _visits(kept: list[tuple[_Person, _Read]]) -> Iterator[tuple[_Person, list[_Read]]]:
    """What each person read without half an hour's pause, in order of time."""
    each: dict[int, tuple[_Person, list[_Read]]] = {}
    for person, one in sorted(kept, key=lambda row: (row[1].at, row[1].told.id)):
        visit = each.get(person.customer)
        if visit is None or one.at - visit[1][-1].at > _PAUSE:
            if visit is not None:
                yield visit
            visit = each[person.customer] = (person, [])
        visit[1].append(one)
    yield from each.values()


def _keep(visits: list[tuple[_Person, list[_Read]]], taken: TakenEvents, *, at: datetime) -> int:
    """Append the visits but those that were told before, or go on from one that was."""
    before = _told_before(visits)
    new = []
    for person, read in visits:
        if any(begun <= read[0].at <= ended + _PAUSE for begun, ended in before.get(person.customer, ())):
            taken.left_out[AGAIN] += len(read)
        else:
            new.append((person, read))
    if not new:
        return 0
    answers = [next((one.told.campaign for one in read if one.told.campaign), "") for _person, read in new]
    return append_interactions(
        pa.table({
            "identity_id": pa.array([person.identity for person, _read in new], pa.int64()),
            "source_ref": [_ref(read[0].told.id) for _person, read in new],
            "kind": ["clicked" if campaign else "visit" for campaign in answers],
            "direction": ["in"] * len(new),
            "at": pa.array([read[0].at for _person, read in new], pa.timestamp("us", "UTC")),
            "touchpoint": ["web"] * len(new),
            "text": [_told(read) for _person, read in new],
            "minutes": [round((read[-1].at - read[0].at).total_seconds() / 60, 1) for _person, read in new],
            "worth": pa.array([0] * len(new), pa.int64()),
            "campaign": [masked(campaign)[:LONGEST] for campaign in answers],
        }),
        at=at,
    )  # fmt: skip


def _told_before(visits: list[tuple[_Person, list[_Read]]]) -> dict[int, list[tuple[datetime, datetime]]]:
    """From when to when each of these customers has visits on record that may be among, or go on in, these."""
    if not visits:
        return {}
    since = min(read[0].at for _person, read in visits) - timedelta(days=1)
    rows = Interaction.objects.filter(
        identity__customer__in={person.customer for person, _read in visits}, at__gte=since, touchpoint="web",
        source_ref__startswith=f"{SITE}:",
    ).values_list("identity__customer", "at", "minutes")  # fmt: skip
    found: dict[int, list[tuple[datetime, datetime]]] = {}
    for customer, begun, minutes in rows:
        found.setdefault(customer, []).append((begun, begun + timedelta(minutes=minutes)))
    return found


def _ref(event: str) -> str:
    return f"{SITE}:{hashlib.sha256(event.encode()).hexdigest()[:20]}"


def _told(read: list[_Read]) -> str:
    """The first pages, each once, with what was done on them: "/milk · cart /milk (5)"."""
    steps = dict.fromkeys(one.path if one.told.kind == VIEW else f"{one.told.kind} {one.path}" for one in read)
    return f"{' · '.join(list(steps)[:PAGES])} ({len(read)})"
