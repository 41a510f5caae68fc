"""What people tell us in their own words: taken down once, and what becomes of it step by step; found and counted."""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from datetime import datetime

import pyarrow as pa
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.transaction import atomic

from dangol.lib.bulk import Counted
from dangol.records.changes.models import Change
from dangol.records.changes.telling_once import Step, append_by_ref, append_steps
from dangol.records.voices.models import Feedback, FeedbackStep

State = FeedbackStep.State
FIRST = ("ref", "identity_id", "kind", "at", "touchpoint", "unit_id", "product_id", "subject", "text")


@atomic
def append_feedback(rows: pa.Table, *, source: str, at: datetime) -> Counted:
    """Append feedback by its ref, and of what is known already what became of it.

    rows: ref, identity_id?, kind, at (UTC), touchpoint, unit_id?, product_id?, subject, text; state ("", open,
    taken_up, answered, settled), state_at? (UTC), answer. A state without its time counts from `at`, once; that
    something is open again needs a time. An answer is a step even where no state is told.
    """
    if rows.num_rows == 0:
        return Counted()
    told = append_by_ref(Feedback, rows.select(list(FIRST)), source=source, at=at)
    columns = ("feedback_id", "state", "at", "text")
    changed = append_steps(FeedbackStep, columns, _steps(rows, told.ids, at=at), _known(told.ids.values()), at=at)
    return told.counted(rows["ref"].to_pylist(), changed)


def steps_known(until: datetime) -> QuerySet[FeedbackStep]:
    """What became of feedback by a moment: the steps that have a day of their own by then, and all that have none.

    A step without a day counts from when it was told, which may be years after the records end; when it happened
    nobody knows. It is told by that: it bears the very moment at which it was written.
    """
    written = Change.objects.filter(
        table=FeedbackStep._meta.db_table, first_key__lte=OuterRef("pk"), last_key__gte=OuterRef("pk"),
        recorded_at=OuterRef("at"),
    )  # fmt: skip
    return FeedbackStep.objects.filter(Q(at__lte=until) | Exists(written))


def _steps(rows: pa.Table, ids: Mapping[str, int], *, at: datetime) -> Iterator[Step]:
    """What each row tells of its feedback besides what was said."""
    names = ("ref", "state", "state_at", "answer")
    told = zip(*(rows[name].to_pylist() for name in names), strict=True)
    for place, (ref, state, since, answer) in enumerate(told):
        owner, state = ids[ref], state or (State.ANSWERED if answer else "")
        if state and since is not None:
            yield Step(place, owner, ((state, since),), (owner, state, since, answer))
        elif state and state != State.OPEN:
            yield Step(place, owner, (state, (state, at)), (owner, state, at, answer))


def _known(ids: Iterable[int]) -> dict[int, set[Hashable]]:
    known: dict[int, set[Hashable]] = {}
    steps = FeedbackStep.objects.filter(feedback__among=sorted(set(ids)))
    for owner, state, moment in steps.values_list("feedback_id", "state", "at"):
        known.setdefault(owner, set()).update((state, (state, moment)))
    return known
