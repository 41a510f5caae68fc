"""Read how feedback sounds: by month, by kind and product, the newest that sounds unhappy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Max, Min, QuerySet, Value, When
from django.utils.timezone import localtime

from dangol.insight.analysis.models import FeedbackTone, Run, Tone
from dangol.insight.analysis.queries import latest_run
from dangol.insight.analysis.voices import own_labels
from dangol.insight.analysis.voices.whose import KIND
from dangol.lib.months import latest_months
from dangol.records.voices.models import Feedback

MONTHS = 24
TOLD = (Tone.GLAD, Tone.UNHAPPY, Tone.UNSURE)  # of what was read


@dataclass(frozen=True)
class Heard:
    """How many pieces of feedback sound how. `name` says which: a month, a kind, a product."""

    name: str
    glad: int = 0
    unhappy: int = 0
    unsure: int = 0

    @property
    def read(self) -> int:
        return self.glad + self.unhappy + self.unsure

    @property
    def unhappy_share(self) -> float | None:
        """Share of the unhappy among those of which it is told; None where of none."""
        told = self.glad + self.unhappy
        return self.unhappy / told if told else None


def last_reading() -> Run | None:
    """The newest finished reading of all feedback."""
    return latest_run(KIND)


def last_teaching() -> Run | None:
    """The newest run in which labels of the business taught."""
    return latest_run(own_labels.KIND)


def totals(*, as_of: datetime) -> dict[str, int]:
    """How many pieces of feedback sound how until then, those nobody read included."""
    wanted = Feedback.objects.filter(at__lte=as_of)
    counted = dict(_heard(wanted).values_list("tone").annotate(n=Count("pk")))
    return {**{tone: counted.get(tone, 0) for tone in TOLD}, Tone.UNREAD: wanted.count() - sum(
        counted.get(tone, 0) for tone in TOLD
    )}  # fmt: skip


def by_month(*, as_of: datetime) -> list[Heard]:
    """The latest months in order, those in which nobody told us anything included."""
    heard = FeedbackTone.objects.filter(feedback__at__lte=as_of, tone__in=TOLD)
    ends = heard.aggregate(since=Min("feedback__at"), until=Max("feedback__at"))
    if ends["since"] is None:
        return []
    begins = latest_months(localtime(ends["since"]), localtime(ends["until"]), most=MONTHS)
    # Told apart by when each begins: what month a moment lies in is worked out row by row in SQLite.
    cases = [When(feedback__at__gte=begun, then=Value(at)) for at, begun in reversed(list(enumerate(begins)))]
    rows = (
        heard.filter(feedback__at__gte=begins[0])
        .annotate(month=Case(*cases, output_field=IntegerField()))
        .values_list("month", "tone")
        .annotate(n=Count("pk"))
        .order_by()
    )
    counted: dict[Any, dict[str, int]] = {}
    for month, tone, n in rows:
        counted.setdefault(month, {})[tone] = n
    return [Heard(f"{begun:%Y-%m}", **counted.get(at, {})) for at, begun in enumerate(begins)]


def by_kind(*, as_of: datetime) -> list[Heard]:
    """By the kind of feedback, the most first."""
    return _split("feedback__kind", as_of=as_of)


def by_product(*, as_of: datetime, most: int = 10) -> list[Heard]:
    """The products of which most is told, where a product is known."""
    return _split("feedback__product__name", as_of=as_of)[:most]


def newest(tone: Tone, *, as_of: datetime) -> QuerySet[FeedbackTone]:
    """What sounds so, the newest first, with its feedback and whom it is of."""
    found = FeedbackTone.objects.filter(tone=tone, feedback__at__lte=as_of).order_by("-feedback__at", "-feedback_id")
    return found.select_related("feedback__identity__customer", "feedback__product", "feedback__unit")


def _heard(wanted: Any) -> QuerySet[FeedbackTone]:
    return FeedbackTone.objects.filter(feedback__in=wanted).order_by()


def _split(column: str, *, as_of: datetime) -> list[Heard]:
    heard = FeedbackTone.objects.filter(feedback__at__lte=as_of, tone__in=TOLD).exclude(**{column: None})
    counted: dict[str, dict[str, int]] = {}
    for name, tone, n in heard.annotate(name=F(column)).values_list("name", "tone").annotate(n=Count("pk")).order_by():
        counted.setdefault(name, {})[tone] = n
    found = [Heard(name, **tones) for name, tones in counted.items()]
    return sorted(found, key=lambda one: (-one.read, one.name))
