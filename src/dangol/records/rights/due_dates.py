"""By when a demand is answered. The numbers of the law stand here and nowhere else, each with its source.

A term counts from the day after the demand came in and ends with the last day, in the shop's time zone. Holidays are
not taken off: who answers by these days is never late.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

from dangol.lib.errors import DangolError

ALARM_DAY = 8  # from this day on Today reminds of it, while two days are left


class CannotDelay(DangolError):
    """The law gives no further delay for this demand."""


@dataclass(frozen=True)
class Term:
    """`days` to answer; `further` days at most for each delay, of which there may be `delays`."""

    days: int
    further: int
    delays: int
    source: str


TERMS = {
    "see": Term(10, 10, 1, "개인정보 보호법 제35조제3항, 시행령 제41조제4항·제42조"),
    "correct": Term(10, 0, 0, "개인정보 보호법 제36조, 시행령 제43조제3항"),
    "stop": Term(10, 0, 0, "개인정보 보호법 제37조, 시행령 제44조제2항"),
    "erase": Term(10, 0, 0, "개인정보 보호법 제36조·제37조제3항, 시행령 제43조제3항"),
    "explain": Term(30, 30, 2, "개인정보 보호법 제37조의2, 시행령 제44조의2~제44조의4"),
    "object": Term(30, 30, 2, "개인정보 보호법 제37조의2, 시행령 제44조의2~제44조의4"),
}


def day_of(at: datetime) -> date:
    """The shop's day of a moment."""
    return at.astimezone(ZoneInfo(settings.DANGOL.time_zone)).date()


def due_on(kind: str, *, received_at: datetime) -> date:
    """The last day to answer."""
    return day_of(received_at) + timedelta(days=TERMS[kind].days)


def alarm_on(due: date, kind: str) -> date:
    """The day from which a demand that is due is told on Today."""
    return due - timedelta(days=min(TERMS[kind].days, 10) - ALARM_DAY)


def delayed_until(kind: str, due: date, *, delays: int) -> date:
    """The last day after one more delay. Raises CannotDelay."""
    term = TERMS[kind]
    if delays >= term.delays:
        raise CannotDelay(
            _("This demand cannot be put off any further: do it or refuse it with a reason by %(day)s.") % {"day": due}
        )
    return due + timedelta(days=term.further)
