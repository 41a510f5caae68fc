"""Of two customers who become one the stricter answer counts: no merge lets anything be sent that either had refused.

Each had answered for themselves; once their answers stand together, the last of them counts, which may be the laxer
one. Then one more row says the stricter answer again, as of the merge; taking the merge back takes it away.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models

from dangol.records.changes.actions import record_row
from dangol.records.customers import merging
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
from dangol.records.permission.standing import Standing
from dangol.records.staff.models import User

NEWEST = ("-answered_at", "granted", "-id")


class Strictest:
    """What `merging` asks of this room."""

    def settle(self, people: Sequence[int], *, by: User | None, at: datetime) -> list[models.Model]:
        """The stricter answers once more, for the first of the people."""
        kept = people[0]
        made = [
            *_answers(kept, _standings(people), by=by, at=at),
            *_guardian(kept, people, by=by, at=at),
            *_topics(kept, people, by=by, at=at),
            *_often(kept, people, by=by, at=at),
        ]
        for row in made:
            row.save(force_insert=True)
            record_row(row, at=at)
        refusals.keep(row for row in made if isinstance(row, Consent | Guardianship) and not row.granted)
        return made

    def part(self, kept: int, released: Sequence[int], *, since: datetime, made: Collection[int], at: datetime) -> None:
        """What was refused while they were one, nobody can tell by whom: each has refused it."""
        answers = Consent.objects.filter(customer=kept, granted=False, answered_at__gt=since)
        answers = answers.exclude(evidence__startswith=BY_MERGE)
        blocks = Suppression.objects.filter(customer=kept, since__gt=since, until=None, lifted_at=None)
        for one in released:
            rows = [*_copies(answers, one), *_copies(blocks, one)]
            for row in rows:
                row.save(force_insert=True)
                record_row(row, at=at)
            refusals.keep(rows)


def register() -> None:
    """Take the rule into merging."""
    merging.STRICTNESS.append(Strictest())
    merging.CHILD.append(_is_child)


def _is_child(born: date, at: datetime) -> bool:
    return born > home_pack(at).of_age_born_by(at)


def _standings(people: Sequence[int]) -> dict[int, Standing]:
    rows: dict[int, list[Consent]] = {one: [] for one in people}
    for answer in Consent.objects.filter(customer__in=people).order_by(*NEWEST):
        rows[answer.customer_id].append(answer)
    return {one: Standing(tuple(answers)) for one, answers in rows.items()}


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


def _copies(rows: models.QuerySet[Any], customer: int) -> Iterable[Any]:
    for row in rows:
        row.pk, row.customer_id = None, customer
        row._state.adding = True
        yield row
