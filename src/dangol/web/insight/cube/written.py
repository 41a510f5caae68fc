"""Numbers and values as people read them: with their unit, by the names the house has for codes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from dangol.decisions.campaigns.models import Campaign
from dangol.insight.warehouse.cube import Answer
from dangol.insight.warehouse.metrics import DIMENSIONS, METRICS
from dangol.records.catalog.models import Product
from dangol.records.ledger.kdc import CLASSES
from dangol.records.ledger.models import Assignment, Interaction, PointEntry, Purpose, Subscription
from dangol.records.ledger.touchpoints import TOUCHPOINTS
from dangol.records.permission.reasons import REASONS
from dangol.records.rights.codes import CONTACTS
from dangol.records.staff.models import Unit
from dangol.records.voices.models import Feedback
from dangol.web.campaigns import channels
from dangol.web.customers import words
from dangol.web.shell.figures import count, decimals, money, percent
from dangol.web.shell.templatetags.shell import line_name

LAST_SENSIBLE = 100  # below it a number that is not whole shows its decimals

type Number = int | float | None


def number(metric: str, value: Number) -> str:
    """A value of a metric in its unit."""
    unit = str(METRICS[metric].unit)
    if value is None:
        return "–"
    if unit == "money":
        return money(value)
    if unit == "share":
        return percent(value, 1)
    if unit == "points":
        return decimals(value, 1)
    return count(value) if float(value).is_integer() or abs(value) >= LAST_SENSIBLE else decimals(value)


def share(value: Number) -> str:
    """What part of the whole it is."""
    return "" if value is None else percent(value, 1 if abs(value) < 0.1 else 0)


def change(value: Number) -> str:
    """How much more or less it is than before: +12%, −3%."""
    if value is None:
        return "–"
    return ("+" if value > 0 else "") + percent(value, 0 if abs(value) >= 0.1 else 1)


def _campaigns() -> dict[str, str]:
    return {one.source_ref: one.name for one in Campaign.objects.only("pk", "name")}


NAMED: dict[str, Callable[[], Any]] = {
    "unit": lambda: Unit.objects.values_list("code", "name"),
    "own_unit": lambda: Unit.objects.values_list("code", "name"),
    "product": lambda: Product.objects.values_list("code", "name"),
    "campaign": _campaigns,
}


class Names:
    """Values of dimensions in words; looked up once for a page. Two values of an answer are never called the same."""

    def __init__(self, found: Answer | None = None) -> None:
        self._found: dict[str, dict[str, str]] = {}
        self._alike: dict[str, set[str]] = {}
        for at, name in enumerate(found.columns if found else ()):
            if found and name in DIMENSIONS:
                self.tell_apart(name, {row[at] for row in found.rows if row[at] is not None})

    def of(self, dimension: str, value: object) -> str:
        """One value in words; what is not known says so."""
        text = "" if value is None else str(value)
        said = self._said(dimension, text)
        return f"{said} ({text})" if text in self._alike.get(dimension, ()) else said

    def tell_apart(self, dimension: str, values: Iterable[object]) -> None:
        """Say the code, too, of those among these values whose words another one has."""
        said = {text: self._said(dimension, text) for value in values if (text := str(value))}
        times = Counter(said.values())
        self._alike[dimension] = {text for text, name in said.items() if times[name] > 1}

    def _said(self, dimension: str, text: str) -> str:
        if not text:
            return _("Not known")
        if dimension in NAMED:
            return self._looked_up(dimension).get(text) or text
        return WORDS.get(dimension, _plain)(text)

    def short(self, dimension: str, value: object) -> str:
        """The same where there is little room: months as 26-03."""
        text = str(value)
        return text[2:] if dimension in MONTHS and value else self.of(dimension, text)

    def _looked_up(self, dimension: str) -> dict[str, str]:
        """Names that stand in the records, by code."""
        if dimension not in self._found:
            self._found[dimension] = dict(NAMED[dimension]())
        return self._found[dimension]

    def listed(self, dimension: str, values: Iterable[str]) -> str:
        """Several values in words, the first three of them by name."""
        told = [self.of(dimension, value) for value in values]
        more = len(told) - 3
        shown = ", ".join(told[:3])
        return shown if more <= 0 else _("%(some)s and %(more)s more") % {"some": shown, "more": more}


def _plain(text: str) -> str:
    return text


def _quarter(text: str) -> str:
    year, quarter = text.split("-Q") if "-Q" in text else (text, "")
    return _("Q%(quarter)s %(year)s") % {"quarter": quarter, "year": year} if quarter else text


def _month(text: str) -> str:
    if not re.fullmatch(r"\d{4}-\d{2}", text):
        return text
    return date_format(date(int(text[:4]), int(text[5:]), 1), "YEAR_MONTH_FORMAT")


def _day(text: str) -> str:
    try:
        return date_format(date.fromisoformat(text), "SHORT_DATE_FORMAT")
    except ValueError:
        return text


def _weekday(text: str) -> str:
    return str(WEEKDAYS[int(text) - 1]) if text in "1234567" and len(text) == 1 else text


def _hour(text: str) -> str:
    return f"{int(text):02}:00" if text.isdigit() else text


def _named(known: Callable[[], dict[str, Any]]) -> Callable[[str], str]:
    return lambda code: str(known().get(code, words.spoken(code)))


def _channel(code: str) -> str:
    return str(TOUCHPOINTS.get(code, code))  # the names of a business's own stay as it writes them


def _reason(code: str) -> str:
    return str(channels.REASONS[code][0] if code in channels.REASONS else REASONS.get(code, words.spoken(code)))


def _number(text: str) -> str:
    return count(int(text)) if text.isdigit() else text


WORDS: dict[str, Callable[[str], str]] = {
    "quarter": _quarter, "month": _month, "registered_month": _month, "cohort": _month, "week": _day, "day": _day,
    "weekday": _weekday, "hour": _hour, "months_since": _number, "line": line_name,
    "contact_kind": _named(lambda: dict(CONTACTS)), "touchpoint": words.touchpoint, "channel": _channel,
    "withheld_for": _reason, "item_class": _named(lambda: dict(CLASSES)), "survey_dimension": words.dimension,
    "unit_kind": _named(lambda: dict(Unit.Kind.choices)),
    "points_kind": _named(lambda: dict(PointEntry.Kind.choices)),
    "direction": _named(lambda: dict(Interaction.Direction.choices)),
    "period": _named(lambda: dict(Subscription.Period.choices)),
    "feedback_kind": _named(lambda: dict(Feedback.Kind.choices)),
    "cost_purpose": _named(lambda: dict(Purpose.choices)),
    "arm": _named(lambda: dict(Assignment.Arm.choices)),
    "known": _named(lambda: {"known": _("Known customers"), "anonymous": _("Nobody known")}),
    "buyer": _named(lambda: {"new": _("First purchase"), "returning": _("Bought before")}),
}  # fmt: skip
MONTHS = ("month", "quarter", "registered_month", "cohort")
