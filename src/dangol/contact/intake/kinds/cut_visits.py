"""Visits with which a web log begins in the midst: what a rotated log repeats of an earlier one, or goes on with.

The earlier log told of the visit, so it is on record with its beginning; counted from here it would be another one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

import pyarrow as pa
from django.conf import settings
from django.utils.translation import ngettext

from dangol.contact.intake.kinds.kind import Given, Stage
from dangol.contact.intake.shop_time import to_utc
from dangol.contact.intake.web_logs.visits import HEADINGS, PAUSE
from dangol.contact.intake.whose import SOURCE, known_numbers
from dangol.records.customers.queries import customers_of
from dangol.records.ledger.models import Interaction

_PAUSE, _LONGEST = timedelta(seconds=PAUSE), timedelta(days=1)

type Span = tuple[datetime, datetime]


def leave_out(stage: Stage, given: Given) -> None:
    """Accept no visit of this log that goes on from one on record, and say how many there were.

    Only a visit within a pause of where the log begins can have begun before it.
    """
    if list(given.headings) != HEADINGS:
        return
    rows = stage.engine.execute(f"""
        SELECT row, customer, time FROM lines WHERE accepted AND time <= (
          SELECT min(time) FROM lines WHERE accepted) + INTERVAL {PAUSE} SECONDS""").fetchall()  # noqa: S608
    moments = to_utc(pa.array([time for *_others, time in rows], pa.timestamp("us")), settings.DANGOL.time_zone)
    begun = {row: (who, at) for (row, who, _time), at in zip(rows, moments.to_pylist(), strict=True)}
    known = _on_record({who for who, _at in begun.values()}, [at for _who, at in begun.values()])
    again = [row for row, (who, at) in begun.items() if _goes_on(at, known.get(who, ()))]
    if not again:
        return
    numbers = ", ".join(map(str, again))
    stage.engine.execute(f"UPDATE lines SET accepted = false WHERE row IN ({numbers})")  # noqa: S608 -- our numbers
    told = ngettext(
        "%(count)s visit goes on from one that an earlier log told of, and is counted there.",
        "%(count)s visits go on from ones that an earlier log told of, and are counted there.",
        len(again),
    )
    given.notes.append(told % {"count": f"{len(again):,}"})


def _goes_on(at: datetime, before: Iterable[Span]) -> bool:
    """Whether it lies in, or shortly after, one that began earlier; the very same one is known by its number."""
    spans = list(before)
    return all(first != at for first, _last in spans) and any(first < at <= last + _PAUSE for first, last in spans)


def _on_record(customers: Iterable[str], moments: list[datetime]) -> Mapping[str, list[Span]]:
    """From when to when those whose numbers these are were on the site about that time."""
    if not moments:
        return {}
    identities = {text: identity for text, (_scheme, identity) in known_numbers(customers, source=SOURCE).items()}
    owners = customers_of(set(identities.values()))
    rows = Interaction.objects.filter(
        identity__customer__in=set(owners.values()), touchpoint="web", kind__in=("visit", "clicked"),
        at__gte=min(moments) - _LONGEST, at__lte=max(moments),
    ).values_list("identity__customer", "at", "minutes")  # fmt: skip
    spans: dict[int, list[Span]] = {}
    for customer, first, minutes in rows:
        spans.setdefault(customer, []).append((first, first + timedelta(minutes=minutes)))
    return {text: spans.get(owners[identity], []) for text, identity in identities.items()}
