"""Read the plan of waves with every change of it, what became of its days, and what was measured last."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Exists, Value
from django.db.models.expressions import BaseExpression

from dangol.insight.analysis.models import Run
from dangol.insight.analysis.queries import latest_run
from dangol.insight.relationship.loyalty.calendar import Planned, State, Window, later, told, windows
from dangol.insight.relationship.loyalty.models import WavePlan
from dangol.insight.relationship.loyalty.names import KIND
from dangol.records.voices.models import SurveyAnswer

AHEAD = 12  # months told ahead
CHANGES = 20  # shown
AT_ONCE = 40  # windows in one question


def plan() -> WavePlan | None:
    """The plan that stands; None where nobody ever set one."""
    return WavePlan.objects.select_related("owner").order_by("-pk").first()


def changes() -> list[WavePlan]:
    """Every plan so far, the newest first: the last CHANGES."""
    return list(WavePlan.objects.select_related("owner", "by").order_by("-pk")[:CHANGES])


def last_measured() -> Run | None:
    """The newest finished run; its `summary` is what `measure` told."""
    return latest_run(KIND)


def calendar(*, today: date, runs: bool) -> list[Planned]:
    """The planned days from when they were planned until a year ahead, with what became of each. At most three
    queries.
    """
    standing = plan()
    if standing is None:
        return []
    found = windows(standing, since=promised_on(standing), until=later(today, AHEAD))[-AT_ONCE:]
    return told(found, _answered(found, standing.survey, today=today), today=today, runs=runs)


def pressing(*, today: date) -> tuple[Planned, WavePlan] | None:
    """The planned day that is due or late now, with its plan; one question where nothing is planned."""
    standing = plan()
    if standing is None or standing.every == WavePlan.Every.NEVER:
        return None
    found = windows(standing, since=promised_on(standing), until=today)[-1:]
    for one in told(found, _answered(found, standing.survey, today=today), today=today, runs=True):
        if one.state in {State.DUE, State.LATE}:
            return one, standing
    return None


def promised_on(standing: WavePlan) -> date:
    """Since when these days are planned: another owner or questionnaire promises no other days."""
    since = standing.on
    rows = WavePlan.objects.filter(pk__lt=standing.pk).order_by("-pk")
    for every, first, days, on in rows.values_list("every", "first", "days", "on"):
        if (every, first, days) != (standing.every, standing.first, standing.days):
            break
        since = on
    return since


def _answered(found: Sequence[Window], survey: str, *, today: date) -> list[bool]:
    """Of each window whether answers are there; one query."""
    told = [_answers(one, survey) if one.since <= today else Value(False) for one in found]
    if not told:
        return []
    names = {f"w{number}": each for number, each in enumerate(told)}
    # One row is enough to hang the questions on: the plan's own.
    row = WavePlan.objects.order_by("pk").annotate(**names).values_list(*names)[:1]
    return [bool(one) for one in next(iter(row))]


def _answers(one: Window, survey: str) -> BaseExpression:
    rows = SurveyAnswer.objects.filter(at__gte=_begin(one.since))
    if one.until is not None:
        rows = rows.filter(at__lt=_begin(one.until))
    return Exists(rows.filter(survey=survey) if survey else rows)


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=ZoneInfo(settings.DANGOL.time_zone))
