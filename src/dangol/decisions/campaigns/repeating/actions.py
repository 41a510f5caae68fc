"""Plan a series, start and stop it, change what it says, make one issue."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError
from django.db.transaction import atomic
from django.utils.translation import gettext as _

from dangol.decisions.campaigns import actions as campaigns
from dangol.decisions.campaigns import judged_by
from dangol.decisions.campaigns.actions import RELATIONSHIP, CannotPlan
from dangol.decisions.campaigns.models import Campaign, Series, SeriesStep, SeriesText
from dangol.decisions.campaigns.repeating.queries import issue_name, standing_step, standing_text
from dangol.decisions.segments import actions as segments
from dangol.decisions.segments.fields import BadRule, Rule
from dangol.insight.analysis.queries import latest_run
from dangol.lib.errors import DangolError
from dangol.records.changes.actions import record_row
from dangol.records.permission.asking import ChannelFacts
from dangol.records.staff.models import User

Kind = SeriesStep.Kind
# Which step may follow which; "" is a series that nobody started yet.
FOLLOWS: dict[str, frozenset[str]] = {
    Kind.STARTED: frozenset({""}), Kind.PAUSED: frozenset({Kind.STARTED, Kind.RESUMED}),
    Kind.RESUMED: frozenset({Kind.PAUSED}), Kind.STOPPED: frozenset({"", Kind.STARTED, Kind.PAUSED, Kind.RESUMED}),
}  # fmt: skip


class NotRunning(DangolError):
    """What was asked for does not fit how the series stands; nothing was done."""


@atomic
def plan_series(
    *,
    name: str,
    rule: Rule,
    offer_code: str,
    channel: ChannelFacts,
    body: str,
    holdout_share: float,
    weeks: int,
    estimator: str,
    every: str,
    day: int,
    by: User | None,
    at: datetime,
    goods: str = "",
    topic: str = "",
    subject: str = "",
) -> Series:
    """Write down what comes again, and when: as `plan` does it for a campaign. Nothing comes before it is started.

    every: "month" with a day of 1 to 31, or "week" with one of 1 (Monday) to 7. Raises CannotPlan.
    """
    if every not in Series.Every.values or not 1 <= day <= (31 if every == Series.Every.MONTH else 7):
        raise CannotPlan(_("Choose on which day it comes."))
    found = campaigns.checked(
        name=name, subject=subject, body=body, holdout_share=holdout_share, weeks=weeks, estimator=estimator,
        offer_code=offer_code, goods=goods, topic=topic,
    )  # fmt: skip
    series = Series(
        name=name.strip(), channel=channel.name, goods=found.goods, topic=found.topic, every=every, day=day,
        outcome=judged_by.declared(latest_run(RELATIONSHIP)), holdout_share=holdout_share, weeks=weeks,
        estimator=estimator, planned_by=by, planned_at=at,
    )  # fmt: skip
    try:
        with atomic():
            series.save(force_insert=True)
    except IntegrityError as error:
        told = {"name": series.name}
        raise CannotPlan(_("There is a campaign named “%(name)s” already. Choose another name.") % told) from error
    record_row(series, at=at)
    _write(series, rule=rule, offer=found.offer, subject=subject, body=body, by=by, at=at)
    return series


@atomic
def change_text(
    series: Series, *, rule: Rule, offer_code: str, body: str, by: User | None, at: datetime, subject: str = ""
) -> SeriesText:
    """Say something else from the next issue on, or to others; the text that stands, where nothing is different.

    Raises CannotPlan, and NotRunning where it was stopped.
    """
    _held(series)
    if standing_step(series) == Kind.STOPPED:
        raise NotRunning(_("“%(name)s” was stopped. Plan a new one.") % {"name": series.name})
    found = campaigns.checked(
        name=series.name, subject=subject, body=body, holdout_share=series.holdout_share, weeks=series.weeks,
        estimator=series.estimator, offer_code=offer_code,
    )  # fmt: skip
    text = standing_text(series)
    told = (rule, found.offer.pk, subject.strip(), body.strip())
    if (text.segment.rule, text.offer_id, text.subject, text.body) == told:
        return text
    return _write(series, rule=rule, offer=found.offer, subject=subject, body=body, by=by, at=at)


@atomic
def step(series: Series, kind: str, *, by: User | None, at: datetime) -> SeriesStep:
    """Start it, pause it, let it go on, or stop it for good. Raises NotRunning where that does not follow."""
    _held(series)
    if standing_step(series) not in FOLLOWS.get(kind, ()):
        raise NotRunning(_("That cannot be done now: look how “%(name)s” stands.") % {"name": series.name})
    made = SeriesStep.objects.create(series=series, kind=kind, by=by, at=at)
    record_row(made, at=at)
    return made


@atomic
def issue(series: Series, *, due_on: date, channel: ChannelFacts, by: User | None, at: datetime) -> Campaign | None:
    """Make the issue of this day and send it, in one database transaction; None where it was made already.

    Killed at any point, either everything was done or nothing. Raises NotRunning and CannotLaunch.
    """
    _held(series)
    if Campaign.objects.filter(series=series, due_on=due_on).exists():
        return None
    if standing_step(series) not in (Kind.STARTED, Kind.RESUMED):
        raise NotRunning(_("“%(name)s” is not started, so nothing is sent.") % {"name": series.name})
    text = standing_text(series)
    first = not Campaign.objects.filter(series=series).exists()
    made = Campaign(
        name=issue_name(series, due_on), segment=text.segment, offer=text.offer, channel=series.channel,
        goods=series.goods, topic=series.topic, subject=text.subject, body=text.body,
        # What was done before a later issue was changed by those before it: it is no covariate.
        estimator=series.estimator if first else Campaign.Estimator.RAW, outcome=series.outcome,
        holdout_share=series.holdout_share, weeks=series.weeks, planned_by=by or series.planned_by, planned_at=at,
        series=series, text=text, due_on=due_on,
    )  # fmt: skip
    made.save(force_insert=True)
    record_row(made, at=at)
    campaigns.launch(made, channel=channel, by=by, at=at)
    made.refresh_from_db()
    return made


@atomic
def tell_failed(series: Series, *, due_on: date, why: str, at: datetime) -> None:
    """Keep why an issue could not be made: once for its day, however often it is tried."""
    found, made = SeriesStep.objects.get_or_create(
        series=series, day=due_on, defaults={"kind": Kind.FAILED, "at": at, "note": why[:300]}
    )
    if made:
        record_row(found, at=at)


def _held(series: Series) -> None:
    """One at a time: whoever changes how it stands, or makes an issue, waits for the other."""
    Series.objects.select_for_update().get(pk=series.pk)


def _write(series: Series, *, rule: Rule, **told: Any) -> SeriesText:
    by, at = told["by"], told["at"]
    try:
        segment = segments.save(rule, by=by, at=at)
    except BadRule as error:
        raise CannotPlan(str(error)) from error
    told |= {"subject": told["subject"].strip(), "body": told["body"].strip()}
    text = SeriesText.objects.create(series=series, segment=segment, **told)
    record_row(text, at=at)
    return text
