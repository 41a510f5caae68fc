"""Why is this 62?: one customer's values step by step, down to the rows on record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from dangol.insight.relationship.counted_in import is_by_use
from dangol.insight.relationship.frozen_reference import COST, ECONOMIC, SOCIAL
from dangol.insight.relationship.notes import why_unranked
from dangol.insight.relationship.queries import current_run
from dangol.insight.relationship.why.queries import Why, moments, why
from dangol.insight.relationship.why.rows import FEE, Row, Used
from dangol.insight.relationship.why.theirs import Answered, Counted, Dimension, Ranked
from dangol.insight.warehouse.uses import LOAN
from dangol.records.ledger.kdc import CLASSES
from dangol.records.staff.roles import May
from dangol.web.customers import words as customer_words
from dangol.web.customers.seen import person_or_404
from dangol.web.relationship.following.led import led
from dangol.web.shell.gate import needs
from dangol.web.shell.viewer import Viewer, viewer

MOST_ROWS = 30
LABELS: dict[str, str | Promise] = {
    ECONOMIC: gettext_lazy("Economic value"),
    SOCIAL: gettext_lazy("Social value"),
    COST: gettext_lazy("Relationship cost"),
}
KINDS: dict[str, str | Promise] = {
    "discount": gettext_lazy("Discounts on a purchase"),
    "granted": gettext_lazy("Points granted"),
    "expired": gettext_lazy("Points expired"),
    "gift": gettext_lazy("A gift, or a fee not taken"),
    "fee": gettext_lazy("Delivery or membership fee"),
    "return": gettext_lazy("Time for a return"),
    "contact": gettext_lazy("Own time in a contact"),
}
USES: dict[str, str | Promise] = {
    "loan": gettext_lazy("A loan"),
    "visit": gettext_lazy("A visit"),
    "question": gettext_lazy("A question"),
}


@dataclass(frozen=True)
class Line:
    """A row as the page shows it."""

    day: date
    what: str
    more: str
    money: float
    minutes: float | None = None


@dataclass(frozen=True)
class Lines:
    """The first rows, and how many more there are with their sum; all of them add up to `total`."""

    shown: Sequence[Line]
    more: int
    rest: float
    total: float
    count: int
    unit: str = "money"


@dataclass(frozen=True)
class Part:
    """A part of the value to the customer with its rows in words."""

    label: str
    ranked: Ranked
    counted: Counted | None
    answered: Answered | None
    lines: Lines | None
    dimensions: Sequence[tuple[str, Dimension]] = ()


@needs(May.SEE_VALUES, personal=True)
@require_safe
def customer_value(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Both values of one customer taken apart, and how they moved."""
    person, run = person_or_404(request, customer_id), current_run()
    if person.pk != customer_id:
        return redirect("customer_value", person.pk)
    if run is None:
        return render(request, "relationship/why.html", {"customer": person})
    found = why(person.pk, run, line=person.line)
    whole, mine = request.GET.get("rows") == "all", viewer(request)
    company, by_use = found.company.bought, is_by_use(run)
    days = [Line(day, _("Purchases of a day"), "", net) for day, net in reversed(company.purchases)]
    back = [Line(day, _("More came back than was sold"), "", net) for day, net in company.not_counted]
    if by_use:
        days, back = [_used(one) for one in reversed(company.uses)], []
    return render(request, "relationship/why.html", {
        "customer": person, "run": run, "why": found,
        "parts": [_part(one, mine, person.pk, whole=whole, by_use=by_use) for one in found.customer.parts],
        "by_use": by_use, "unranked": why_unranked(run.summary["notes"], by_use=by_use), **_of_uses(found),
        "days": lines(days, whole=whole, unit="uses" if by_use else "money"), "back": back,
        "moments": list(reversed(moments(person.pk))), "whole": whole,
        "led": led(person.pk),
    })  # fmt: skip


def _used(one: Used) -> Line:
    """Uses of a day; of what was borrowed the class, never which thing."""
    return Line(one.day, str(USES[one.kind]), str(CLASSES[one.item_class]) if one.kind == LOAN else "", one.number)


def _of_uses(found: Why) -> dict[str, Any]:
    """What a trade without money has to tell besides: classes borrowed from, minutes a use costs, whether fees do."""
    year = found.company.year
    if year is None:
        return {}
    made = next(one.made for one in found.customer.parts if one.name == COST)
    asked = made.rows if isinstance(made, Counted) else ()
    each = sum(row.money for row in asked) / year.uses if year.uses and made.shown is not None else None
    return {
        "classes": ", ".join(str(CLASSES[one]) for one in year.classes), "minutes_each": each,
        "fees": any(row.kind == FEE for row in asked),
    }  # fmt: skip


def lines(rows: Sequence[Line], *, whole: bool, unit: str = "money") -> Lines:
    """The first of them, or all."""
    shown = rows if whole or len(rows) <= MOST_ROWS else rows[:MOST_ROWS]
    rest = sum(row.money for row in rows[len(shown) :])
    return Lines(shown, len(rows) - len(shown), rest, sum(row.money for row in rows), len(rows), unit)


def line_of(row: Row, mine: Viewer, customer: int) -> Line:
    """A row in words; the number of a receipt as the viewer sees such numbers."""
    more = mine.number(row.text, of=customer) if row.text else ""
    if row.kind in {"gift", "contact"}:
        known = customer_words.KINDS.get(row.text)
        more = str(known[2]) if known else customer_words.spoken(row.text)
    return Line(row.day, str(KINDS[row.kind]), more, row.money, row.minutes)


def _part(ranked: Ranked, mine: Viewer, customer: int, *, whole: bool, by_use: bool) -> Part:
    made, label = ranked.made, str(LABELS[ranked.name])
    if isinstance(made, Counted):
        told = [line_of(row, mine, customer) for row in made.rows]
        in_minutes = by_use and ranked.name == COST
        if in_minutes:
            told = [replace(one, minutes=None) for one in told]
        return Part(label, ranked, made, None, lines(told, whole=whole, unit="minutes" if in_minutes else "money"))
    return Part(label, ranked, None, made, None, [
        (customer_words.dimension(one.name), one) for one in made.dimensions
    ])  # fmt: skip
