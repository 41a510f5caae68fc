"""Whom to ask in the next wave, as a list to take away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import batched
from typing import Any

from django.db.models import Max
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.insight.analysis.models import Run
from dangol.insight.analysis.queries import latest_run
from dangol.insight.analysis.surveys.waves import PAUSE
from dangol.insight.relationship.loyalty.queries import last_measured
from dangol.insight.relationship.loyalty.sample import Drawn, draw
from dangol.insight.relationship.value_columns import VALUATION
from dangol.records.customers.columns import AT_ONCE
from dangol.records.customers.models import Customer
from dangol.records.customers.using import Use, used
from dangol.records.voices.models import SurveyAnswer
from dangol.web import clock
from dangol.web.customers.belongings import main_numbers, numbered
from dangol.web.shell import taking_away
from dangol.web.shell.taking_away import TakeForm
from dangol.web.shell.templatetags.shell import line_name, region_name
from dangol.web.shell.viewer import Viewer, viewer

ITEMS = ("full_name", "line", "score")


def drawn(*, people: int, seed: int) -> tuple[Drawn, Run | None]:
    """The customers to ask, without those asked in the last wave on record; and the valuation whose regions count."""
    valued = latest_run(VALUATION)
    return draw(people=people, seed=seed, valued=valued, last_wave=last_wave(), as_of=clock.as_of()), valued


def last_wave() -> date | None:
    """The first day of the last wave; of answers that came after the last measuring, or before any, 60 days before the
    newest. None where nobody ever answered.
    """
    measured = last_measured()
    waves = measured.summary["waves"] if measured else []
    newest = SurveyAnswer.objects.filter(at__lte=clock.as_of()).aggregate(newest=Max("at"))["newest"]
    if newest is not None and (not waves or timezone.localdate(newest) > date.fromisoformat(waves[-1]["last"])):
        return timezone.localdate(newest) - timedelta(days=PAUSE)
    return date.fromisoformat(waves[-1]["first"]) if waves else None


def taken(request: HttpRequest, found: Drawn, valued: Run | None, form: TakeForm, *, seed: int) -> HttpResponseBase:
    """The list as a file, once it was said what for."""
    used(ITEMS, Use.LIST, at=clock.as_of())
    columns = [*numbered(), _("Name"), _("Line of business"), _("Shop or dealer"), _("Region")]
    return taking_away.file(
        request, form, name=f"to-ask-{clock.day():%Y-%m-%d}-{seed}", columns=columns,
        rows=_rows(found, valued, viewer(request)), subjects=found.ids.tolist(),
    )  # fmt: skip


def _rows(found: Drawn, valued: Run | None, mine: Viewer) -> Iterator[list[Any]]:
    regions = _regions(found, valued)
    for some in batched(found.ids.tolist(), AT_ONCE):
        people, numbers = Customer.objects.filter(pk__in=some).order_by("pk"), main_numbers(some, mine)
        for pk, name, line, unit in people.values_list("pk", "full_name", "line", "unit__name"):
            region = str(region_name(regions.get(pk, "unknown")))
            yield [pk, numbers.get(pk, ""), mine.name_text(name), str(line_name(line)), unit or "", region]


def _regions(found: Drawn, valued: Run | None) -> dict[int, str]:
    if valued is None:
        return {}
    told = valued.scores.filter(name="region", customer__among=found.ids.tolist())
    return dict(told.values_list("customer_id", "text"))
