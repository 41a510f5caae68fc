"""How series stand: their text, whether they run, their issues and what is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Max
from django.utils.timezone import localdate

from dangol.decisions.campaigns.models import Campaign, Series, SeriesStep, SeriesText
from dangol.decisions.campaigns.repeating.due_days import RUNNING, due_day, next_day

PLANNED = ""  # nobody started it yet
LONGEST = 105  # letters of a series's name in the name of an issue


@dataclass(frozen=True)
class Standing:
    """One series: its last start, pause or stop (PLANNED: none), the text that counts, and its days."""

    series: Series
    text: SeriesText
    step: str
    steps: list[SeriesStep]
    issued: date | None

    @property
    def runs(self) -> bool:
        return self.step in RUNNING

    def due(self, today: date) -> date | None:
        """The day for which an issue is to be made now."""
        told = [(one.kind, localdate(one.at)) for one in self.steps if one.kind != SeriesStep.Kind.FAILED]
        return due_day(self.series, steps=told, issued=self.issued, today=today)

    def next(self, today: date) -> date | None:
        """When it comes next; None where it does not run."""
        if not self.runs:
            return None
        return self.due(today) or next_day(self.series, after=today)


def all_series() -> list[Standing]:
    """Every series, the latest first: four queries, however many there are."""
    found = list(Series.objects.select_related("planned_by").order_by("-pk"))
    texts = {one.series_id: one for one in SeriesText.objects.select_related("segment", "offer", "by").order_by("pk")}
    steps: dict[int, list[SeriesStep]] = {one.pk: [] for one in found}
    for one in SeriesStep.objects.select_related("by").order_by("pk"):
        steps[one.series_id].append(one)
    last = dict(Campaign.objects.filter(series__isnull=False).values_list("series").annotate(Max("due_on")).order_by())
    return [Standing(one, texts[one.pk], _state(steps[one.pk]), steps[one.pk], last.get(one.pk)) for one in found]


def standing(series: Series) -> Standing:
    """The same of one: three queries."""
    steps = list(SeriesStep.objects.filter(series=series).select_related("by").order_by("pk"))
    issued = Campaign.objects.filter(series=series).aggregate(last=Max("due_on"))["last"]
    return Standing(series, standing_text(series), _state(steps), steps, issued)


def standing_text(series: Series) -> SeriesText:
    """The text that counts."""
    return SeriesText.objects.select_related("segment", "offer", "by").filter(series=series).latest("pk")


def standing_step(series: Series) -> str:
    """Its last start, pause or stop; PLANNED where nobody started it."""
    return _state(list(SeriesStep.objects.filter(series=series).order_by("pk")))


def issue_name(series: Series, day: date) -> str:
    """What the issue of a day is called: nothing that another campaign is called."""
    name = f"{series.name[:LONGEST].rstrip()} {day.isoformat()}"
    taken = set(Campaign.objects.filter(name__startswith=name).values_list("name", flat=True))
    return next(one for one in (name, *(f"{name} ({n})" for n in range(2, len(taken) + 3))) if one not in taken)


def _state(steps: list[SeriesStep]) -> str:
    return next((one.kind for one in reversed(steps) if one.kind != SeriesStep.Kind.FAILED), PLANNED)
