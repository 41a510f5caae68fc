"""What a series changed: what it is judged by since each person's first issue, treated less held out.

Everybody who was ever drawn counts, from the moment of the first issue that drew them: arms are the same in all of
them. Compared is the time from there to the end with as much time before it, when nothing of the series had come yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import F, Max, Min
from django.db.transaction import atomic
from django.utils.translation import gettext as _

from dangol.decisions.campaigns import effects, judged_by
from dangol.decisions.campaigns.actions import EFFECT, RELATIONSHIP, NotLaunched
from dangol.decisions.campaigns.models import Campaign, Series
from dangol.insight.analysis.actions import begin_run, finish_run, record_effects
from dangol.insight.analysis.models import Run
from dangol.insight.analysis.queries import latest_run
from dangol.records.ledger.models import Assignment

if TYPE_CHECKING:
    from dangol.insight.analysis.measurement import EffectPair
    from dangol.insight.warehouse.queries import Lake


@dataclass(frozen=True)
class Cohort:
    """Those whose first issue was sent at this moment: lake keys, and whether each is treated."""

    since: datetime
    keys: list[int]
    treated: list[bool]


def measure_series(series: Series, *, as_of: datetime, at: datetime) -> Run:
    """Measure all of it up to `as_of`, or to the end of its last issue's weeks. Measuring again makes a new run.

    Raises NotLaunched, NothingSold where spending was to be compared and values are counted in uses, and
    CannotMeasure.
    """
    from dangol.insight.warehouse.queries import lake as current_lake

    sent = Campaign.objects.filter(series=series, launched_at__lt=as_of).aggregate(
        first=Min("launched_at"), last=Max("launched_at")
    )
    if sent["first"] is None:
        told = {"name": series.name}
        raise NotLaunched(_("There is nothing to measure yet: no issue of “%(name)s” was sent before.") % told)
    judged_by.refuse_unsold(series.outcome, latest_run(RELATIONSHIP))
    lake, end = judged_by.counted(current_lake(), series.outcome), sent["last"] + timedelta(weeks=series.weeks)
    window = effects.Window(sent["first"], min(as_of, end), complete=as_of >= end)
    told_of = {"since": window.since.isoformat(), "until": window.until.isoformat(), "complete": window.complete}
    pair, soundness = _compared(series, lake, window.until)
    parameters = {"series": series.pk, "estimator": series.estimator, "outcome": series.outcome, **told_of}
    with atomic():
        run = begin_run(kind=EFFECT, as_of=as_of, at=at, parameters=parameters, lake_version=str(lake.version))
        record_effects(run, effects=effects.rows_of(series, pair))
        return finish_run(run, summary={**told_of, **soundness}, at=at)


def cohorts(series: Series) -> list[Cohort]:
    """Everybody who was drawn and is known, by their first issue, the first first: one query.

    Who turned out to be one person with somebody of the other arm is in neither.
    """
    drawn = Assignment.objects.filter(source_ref__in=_refs(series), identity__customer__erased_at=None)
    people = drawn.values("identity__customer__lake_key").annotate(one=Min("arm"), other=Max("arm"), first=Min("at"))
    rows = people.filter(one=F("other")).order_by("first", "identity__customer__lake_key")
    found: dict[datetime, Cohort] = {}
    for row in rows.iterator(chunk_size=50_000):
        mine = found.setdefault(row["first"], Cohort(row["first"], [], []))
        mine.keys.append(row["identity__customer__lake_key"])
        mine.treated.append(row["one"] == Assignment.Arm.TREATED)
    return list(found.values())


def _refs(series: Series) -> list[str]:
    return [one.source_ref for one in Campaign.objects.filter(series=series)]


def _compared(series: Series, lake: Lake, until: datetime) -> tuple[EffectPair, dict[str, Any]]:
    import numpy as np

    from dangol.decisions.campaigns.outcome import outcome_of
    from dangol.insight.analysis.measurement import SAMPLE_RATIO_STOP, effect_of, sample_ratio_p

    after, before, treated = [], [], []
    for one in cohorts(series):
        if one.since >= until:
            continue
        after.append(outcome_of(lake, one.keys, since=one.since, until=until))
        before.append(outcome_of(lake, one.keys, since=one.since - (until - one.since), until=one.since))
        treated.append(np.array(one.treated, dtype=np.bool_))
    arms = np.concatenate(treated) if treated else np.zeros(0, dtype=np.bool_)
    nothing = np.zeros(0)
    pair = effect_of(
        np.concatenate(after) if after else nothing, arms, before=np.concatenate(before) if before else nothing
    )
    ratio = sample_ratio_p(arms, 1 - series.holdout_share)
    gone = Assignment.objects.filter(source_ref__in=_refs(series), identity__customer__erased_at__isnull=False)
    return pair, {
        "sample_ratio_p": ratio, "sample_ratio_sound": ratio >= SAMPLE_RATIO_STOP,
        "forgotten": gone.values("identity__customer").distinct().count(),
    }  # fmt: skip
