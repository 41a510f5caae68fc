"""Of two customers who become one the stricter answer counts: no merge lets anything be sent that either had refused.

Each had answered for themselves; once their answers stand together, the last of them counts, which may be the laxer
one. Then one more row says the stricter answer again, as of the merge; taking the merge back takes it away.
"""

from collections.abc import Iterable, Sequence
from copy import copy
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models
from django.db.models.base import ModelState

from dangol.records.changes.actions import record_row
from dangol.records.customers import merging
from dangol.records.customers.meanwhile import Said
from dangol.records.permission import refusals
from dangol.records.permission.models import (
    BY_MERGE,
    Consent,
    FrequencyWish,
    Guardianship,
    How,
    Suppression,
    TopicChoice,
)
from dangol.records.permission.policy import home_pack
from dangol.records.permission.standing import Standing, standings
from dangol.records.staff.models import User

# What else makes an answer one to the same question at the same time.
QUESTION: dict[type[Any], tuple[str, ...]] = {
    Consent: ("purpose", "channel", "recipient"), Guardianship: (), TopicChoice: ("topic_id",), FrequencyWish: (),
}  # fmt: skip


class Strictest:
    """What `merging` asks of this room."""

    tables: Sequence[type[models.Model]] = (*QUESTION, Suppression)

    def settle(self, people: Sequence[int], *, by: User | None, at: datetime) -> list[models.Model]:
        """The stricter answers once more, for the first of the people."""
        kept = people[0]
        made = [
            *_answers(kept, standings(people), by=by, at=at),
            *_guardian(kept, people, by=by, at=at),
            *_topics(kept, people, by=by, at=at),
            *_often(kept, people, by=by, at=at),
        ]
        for row in made:
            row.save(force_insert=True)
            record_row(row, at=at)
        # Not kept beside the records: nobody gave them, and a backup that knows the merge knows them, too.
        return made

    def part(self, released: Sequence[int], *, said: Said, at: datetime) -> None:
        """What was refused while they were one, nobody can tell by whom: each has refused it."""
        refused = [row for table in (Consent, Guardianship) for row in said.rows(table) if not row.granted]
        refused += [row for row in said.rows(TopicChoice) if not row.wanted]
        blocks = [
            row for row in said.rows(Suppression) if row.lifted_at is None and not (row.until and row.until <= at)
        ]
        wishes = [row for row in said.rows(FrequencyWish) if row.per_month is not None]
        for one in released:
            rows = [*_copies(refused, one), *_blocked(blocks, one), *_fewest(wishes, one)]
            for row in rows:
                row.save(force_insert=True)
                record_row(row, at=at)
            refusals.keep(row for row in rows if isinstance(row, Consent | Suppression | Guardianship))


def register() -> None:
    """Take the rule into merging."""
    merging.STRICTNESS.append(Strictest())
    merging.CHILD.append(_is_child)


def _is_child(born: date, at: datetime) -> bool:
    return born > home_pack(at).of_age_born_by(at)


def _answers(kept: int, each: dict[int, Standing], *, by: User | None, at: datetime) -> Iterable[Consent]:
    """One refusal for each question that one of them refuses and the last answer of all of them does not."""
    everything = sorted(
        (answer for one in each.values() for answer in one.answers),
        key=lambda answer: (answer.answered_at, not answer.granted, answer.pk), reverse=True,
    )  # fmt: skip
    together = Standing(tuple(everything))
    latest = max((answer.answered_at for answer in everything), default=at)
    moment = max(at, latest + timedelta(microseconds=1))
    for purpose, channel, recipient in sorted({(one.purpose, one.channel, one.recipient) for one in everything}):
        said = [one.last(purpose, channel=channel, recipient=recipient) for one in each.values()]
        refused = any(answer is not None and not answer.granted for answer in said)
        last = together.last(purpose, channel=channel, recipient=recipient)
        if refused and last is not None and last.granted:
            yield Consent(
                customer_id=kept, purpose=purpose, channel=channel, recipient=recipient, granted=False,
                answered_at=moment, given_by=Consent.GivenBy.STAFF, evidence=f"{BY_MERGE}{kept}", recorded_by=by,
            )  # fmt: skip


def _guardian(kept: int, people: Sequence[int], *, by: User | None, at: datetime) -> Iterable[Guardianship]:
    """A guardian who refused stands over one who agreed."""
    lasts = _last_of_each(Guardianship, people)
    last = max(lasts, key=lambda one: (one.answered_at, one.pk), default=None)
    refused = next((one for one in lasts if not one.granted), None)
    if last is not None and last.granted and refused is not None:
        yield Guardianship(
            customer_id=kept, granted=False, method=refused.method, evidence=f"{BY_MERGE}{kept}",
            answered_at=_after(last, at), recorded_by=by,
        )  # fmt: skip


def _topics(kept: int, people: Sequence[int], *, by: User | None, at: datetime) -> Iterable[TopicChoice]:
    """A topic that one of them does not want to hear of."""
    choices = list(TopicChoice.objects.filter(customer__in=people).order_by("answered_at", "pk"))
    each = {(one.customer_id, one.topic_id): one for one in choices}
    together = {one.topic_id: one for one in choices}
    for topic, last in sorted(together.items()):
        if last.wanted and any(not one.wanted for (_who, about), one in each.items() if about == topic):
            yield TopicChoice(
                customer_id=kept, topic_id=topic, wanted=False, answered_at=_after(last, at), how=How.IMPORT,
                recorded_by=by,
            )  # fmt: skip


def _often(kept: int, people: Sequence[int], *, by: User | None, at: datetime) -> Iterable[FrequencyWish]:
    """The fewest messages that one of them asked for."""
    lasts = _last_of_each(FrequencyWish, people)
    last = max(lasts, key=lambda one: (one.answered_at, one.pk), default=None)
    fewest = min((one.per_month for one in lasts if one.per_month is not None), default=None)
    if last is not None and fewest is not None and last.per_month != fewest:
        yield FrequencyWish(
            customer_id=kept, per_month=fewest, answered_at=_after(last, at), how=How.IMPORT, recorded_by=by
        )


def _last_of_each(model: Any, people: Sequence[int]) -> list[Any]:
    rows = model.objects.filter(customer__in=people).order_by("answered_at", "pk")
    return list({row.customer_id: row for row in rows}.values())


def _after(last: Any, at: datetime) -> datetime:
    """After what it has to outrank, also where a home's clock stands still."""
    moment: datetime = max(at, last.answered_at + timedelta(microseconds=1))
    return moment


def _copies(rows: Iterable[Any], customer: int) -> Iterable[Any]:
    """Each for this customer, too, at a moment at which they answered nothing else to the same question."""
    taken: dict[Any, set[datetime]] = {}
    for row in rows:
        asked = {name: getattr(row, name) for name in QUESTION[type(row)]}
        mine = type(row).objects.filter(customer=customer, **asked).values_list("answered_at", flat=True)
        moments = taken.setdefault((type(row), *asked.values()), set(mine))
        again = _copy(row, customer)
        while again.answered_at in moments:
            again.answered_at += timedelta(microseconds=1)
        moments.add(again.answered_at)
        yield again


def _blocked(blocks: Iterable[Suppression], customer: int) -> Iterable[Suppression]:
    """Each for this customer, too, unless they have one for the channel that stands without an end."""
    standing = Suppression.objects.filter(customer=customer, until=None, lifted_at=None)
    channels = set(standing.values_list("channel", flat=True))
    for row in blocks:
        if row.channel not in channels:
            yield _copy(row, customer)
            if row.until is None:
                channels.add(row.channel)


def _fewest(wishes: Sequence[FrequencyWish], customer: int) -> Iterable[FrequencyWish]:
    """The fewest messages, if this customer did not ask for as few themselves."""
    fewest = min(wishes, key=lambda one: (one.per_month, -one.pk), default=None)
    own = next(iter(_last_of_each(FrequencyWish, [customer])), None)
    if fewest is not None and (own is None or own.per_month is None or own.per_month > fewest.per_month):
        yield from _copies([fewest], customer)


def _copy(row: Any, customer: int) -> Any:
    made = copy(row)
    made.pk, made.customer_id = None, customer
    made._state = ModelState()
    return made
