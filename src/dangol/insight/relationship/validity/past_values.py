"""Everybody valued as of a day in the past, from nothing but what was known at its end; nothing is kept of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings as django_settings

from dangol.insight.analysis.estimators.percentile import FrozenScale
from dangol.insight.analysis.queries import latest_run
from dangol.insight.analysis.rhythm.names import KIND as RHYTHM
from dangol.insight.analysis.rhythm.queries import rhythm_of
from dangol.insight.relationship.frozen_reference import Scales
from dangol.insight.relationship.observed import observe
from dangol.insight.relationship.settings import ValueSettings
from dangol.insight.relationship.valuation import Valuation, value
from dangol.insight.relationship.valued_models import models_of
from dangol.insight.warehouse.queries import Lake


def valued_on(lake: Lake, day: date, settings: ValueSettings, standing: Mapping[str, FrozenScale]) -> Valuation:
    """Value everybody as of the end of the shop's day; without `standing` scales those of that day are frozen.

    Each line by the model that Insight had found closest by that day. Who is left out is asked of today, for an
    objection holds for the past, too.
    """
    as_of = end_of(day)
    asked = latest_run(RHYTHM, as_of=as_of)
    models = models_of(rhythm_of(asked) if asked else None)
    seen = observe(lake, settings=settings, as_of=as_of, gaps=models.need_gaps)
    return value(seen, Scales(standing), settings, models=models)


def end_of(day: date) -> datetime:
    """The end of the shop's day."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=ZoneInfo(django_settings.DANGOL.time_zone))
