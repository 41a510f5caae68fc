"""What opens above the list: the filter by one column, and the choice of columns. Each is a page of its own, too."""

from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dangol.lib.money import SIGNS
from dangol.records.customers.columns import EMPTY, RANGES, Asked, Column, Kind, Wish, column_of, known
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.customers import listing
from dangol.web.customers.became import became
from dangol.web.customers.cells import Words
from dangol.web.customers.criteria import (
    BALANCE,
    Criteria,
    may_choose,
    may_see,
    read_bound,
    wish_of,
    write_bound,
)
from dangol.web.shell.fragments import asks_for_part
from dangol.web.shell.gate import needs
from dangol.web.shell.viewer import Viewer, viewer

MOST = 100  # values listed of one column


@dataclass(frozen=True)
class Choice:
    """A column with the addresses that move it, take it away or add it."""

    label: str | Promise
    up: str = ""
    off: str = ""
    on: str = ""


@needs(May.SEE_CUSTOMERS)
@require_safe
def customers_filter(request: HttpRequest) -> HttpResponse:
    """By what to filter; then which values of it, and how many have each."""
    mine, asked = viewer(request), Asked(clock.as_of())
    criteria = Criteria.read(request.GET, mine, asked)
    column = column_of(request.GET.get("of", ""), asked)
    if column is None or not may_choose(column, mine):
        columns = [one for one in known(asked).values() if may_choose(one, mine)]
        return _panel(request, "filter", {"criteria": criteria, "columns": columns})
    others = criteria.without(column.name)
    if request.GET.get("set"):
        wish = _set(request, column, mine, asked)
        made = replace(others, wishes=(*others.wishes, wish)) if wish else others
        return redirect(f"{reverse('customers')}{made.address()}")
    return _panel(request, "filter", _of(column, criteria, others, mine, asked))


@needs(May.SEE_CUSTOMERS)
@require_safe
def customers_columns(request: HttpRequest) -> HttpResponse:
    """Which columns the list shows, in which order."""
    mine, asked = viewer(request), Asked(clock.as_of())
    criteria = Criteria.read(request.GET, mine, asked)
    shown = list(criteria.shown(mine))
    usual = replace(criteria, show=())
    here = reverse("customers_columns")

    def to(names: list[str]) -> str:
        made = tuple(names) if tuple(names) != usual.shown(mine) else ()
        return f"{here}{replace(criteria, show=made).address()}"

    chosen = []
    for place, name in enumerate(shown):
        column = column_of(name, asked)
        before = [*shown[: place - 1], name, shown[place - 1], *shown[place + 1 :]]
        chosen.append(Choice(
            column.label if column else _("Both values"),
            up=to(before) if place > 1 else "",
            off=to([one for one in shown if one != name]) if name != "name" else "",
        ))  # fmt: skip
    free = {name: column.label for name, column in known(asked).items() if may_see(column, mine) and name != "gap"}
    if mine.may(May.SEE_VALUES):
        free[BALANCE] = _("Both values")
    others = [Choice(label, on=to([*shown, name])) for name, label in free.items() if name not in shown]
    return _panel(
        request, "columns",
        {"criteria": criteria, "chosen": chosen, "others": others, "usual": usual.address()},
    )  # fmt: skip


def _panel(request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    part = "#panel" if asks_for_part(request) else ""
    return render(request, f"customers/{name}.html{part}", context)


def _of(column: Column, criteria: Criteria, others: Criteria, mine: Viewer, asked: Asked) -> dict[str, Any]:
    wish, words = criteria.wish(column.name), Words.of(column)
    found = listing.selected(others, mine, asked)
    counted = found.words(column)
    empty = counted.pop("", None)
    if column.unknown and column.kind is not Kind.TEXT:
        counted[column.unknown] = counted.get(column.unknown, 0) + (empty or 0)
    ranked = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    chosen = [(one, counted.get(one, 0)) for one in wish.told]
    listed = chosen + [pair for pair in ranked[:MOST] if pair[0] not in wish.told]
    options = [(code, words(code), number) for code, number in listed]
    commonest = [(code, words(code), number) for code, number in ranked[:MOST]]
    return {
        "criteria": criteria, "others": others, "column": column, "wish": wish, "ranged": column.kind in RANGES,
        "low": write_bound(column, wish.low), "high": write_bound(column, wish.high), "unit": _unit(column),
        "options": options, "empty": empty, "became": became(column, commonest, found, mine, asked),
        "more": max(len(ranked) - MOST, 0),
    }  # fmt: skip


def _set(request: HttpRequest, column: Column, mine: Viewer, asked: Asked) -> Wish | None:
    """The filter a form asks for."""
    told, without = request.GET, bool(request.GET.get("without"))
    if column.kind not in RANGES:
        return wish_of(column.name, told.getlist("value"), mine, asked, without=without)
    low, high = read_bound(column, told.get("low", "")), read_bound(column, told.get("high", ""))
    values = (EMPTY,) if EMPTY in told.getlist("value") else ()
    wish = Wish(column.name, values, low, high, without)
    return wish if wish.bounded or wish.values else None


def _unit(column: Column) -> str:
    currency: str = clock.home().currency
    return {Kind.MONEY: SIGNS.get(currency, currency), Kind.SHARE: "%"}.get(column.kind, "")
