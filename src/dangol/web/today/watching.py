"""What must not wait where people's data are concerned: leaks whose time runs, months of the access log unsigned."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dangol.records.staff.access import queries as log
from dangol.records.staff.access.queries import Wanted
from dangol.records.staff.access.review import bounds, preceding
from dangol.records.staff.breach import queries as breach
from dangol.records.staff.models import AccessReview
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.shell.viewer import Viewer
from dangol.web.today.tasks import Task

SIGNED_BY = 10  # the day of the month by which the one before is signed


def watching(viewer: Viewer, *, at: datetime) -> list[Task]:
    """For whoever handles leaks and reviews the access log, by the real clock."""
    found: list[Task] = []
    if viewer.may(May.HANDLE_BREACH) and viewer.scope.whole:
        found += _leaks(at)
    if viewer.may(May.REVIEW_ACCESS) and viewer.scope.whole:
        found += _unsigned(at)
    return found


def _leaks(at: datetime) -> Iterator[Task]:
    for one in breach.pressing(jurisdiction=clock.home().law):
        left = one.clock.left(at)
        hours = one.clock.hours_left(at)
        if left < timedelta(0):
            note = _("The time to tell people and the authority is over. Do it now, and write down why it is late.")
        else:
            note = ngettext(
                "%(n)d hour left to tell whom it concerns.", "%(n)d hours left to tell whom it concerns.", hours
            ) % {"n": hours}
        title = _("Leak: “%(name)s”") if not one.alarm(at) else _("Leak, time runs out: “%(name)s”")
        yield Task(
            title % {"name": one.incident}, note, _("To the incident"), reverse("breach", args=[one.incident.pk]),
            icon="warn" if one.alarm(at) else "clock",
        )  # fmt: skip


def _unsigned(at: datetime) -> Iterator[Task]:
    """The month before, from the day after SIGNED_BY on, when anybody's data were used in it."""
    zone = ZoneInfo(clock.home().time_zone)
    today = at.astimezone(zone).date()
    first = preceding(today)
    if today.day <= SIGNED_BY or AccessReview.objects.filter(month=first).exists() or not _used(first, zone):
        return
    month = date_format(first, "YEAR_MONTH_FORMAT")
    yield Task(
        _("The access log of %(month)s is not signed") % {"month": month},
        _("Once a month somebody looks through who used people’s data."),
        _("Review it"), reverse("access_review", args=[f"{first:%Y-%m}"]), icon="shield",
    )  # fmt: skip


def _used(first: date, zone: ZoneInfo) -> bool:
    since, until = bounds(first, zone)
    return bool(log.lines(Wanted(since=since, until=until), limit=1))
