"""When a series comes, and how it stands, in words."""

from django.utils.dates import WEEKDAYS
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dangol.decisions.campaigns.models import Series, SeriesStep

LAST = 31  # stands for the last day of any month
MONTH_DAYS = (*range(1, 29), LAST)
STATES: dict[str, str | Promise] = {
    "": gettext_lazy("Planned"),
    SeriesStep.Kind.STARTED: gettext_lazy("Comes again"),
    SeriesStep.Kind.RESUMED: gettext_lazy("Comes again"),
    SeriesStep.Kind.PAUSED: gettext_lazy("Paused, nothing comes"),
    SeriesStep.Kind.STOPPED: gettext_lazy("Stopped for good"),
}


def comes(every: str, day: int) -> str:
    """When it comes, such as "Every month on day 1"."""
    if every == Series.Every.WEEK:
        return _("Every week on %(weekday)s") % {"weekday": WEEKDAYS[day - 1]}
    if day == LAST:
        return _("On the last day of every month")
    return _("On day %(day)s of every month") % {"day": day}


def choices() -> list[tuple[str, object]]:
    """When a campaign can come: once, or on one of these days again and again."""
    months = [(f"month:{day}", comes("month", day)) for day in MONTH_DAYS]
    weeks = [(f"week:{day}", comes("week", day)) for day in range(1, 8)]
    return [("", _("Once, when I send it")), (_("Every month"), months), (_("Every week"), weeks)]


def when(told: str) -> tuple[str, int]:
    """The choice as (every, day)."""
    every, _colon, day = told.partition(":")
    return every, int(day)
