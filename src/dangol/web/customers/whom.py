"""The page Whom we know: who is identified, what is sold to nobody in particular, who can be reached by which way."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from dangol.contact.delivery.queries import channels
from dangol.insight.relationship import whom_we_know
from dangol.insight.relationship.identified import IDENTIFIED, STATES
from dangol.insight.relationship.whom_we_know import Known, Place, Way
from dangol.lib.languages import speaks
from dangol.records.customers.columns import EMPTY
from dangol.records.permission.answered_columns import EVERY
from dangol.records.permission.reached_columns import AGREED, REFUSED, answer_name
from dangol.records.permission.reasons import MEDIA, REASONS
from dangol.records.staff.models import Unit
from dangol.records.staff.roles import May
from dangol.web.customers import whom_tasks, words
from dangol.web.customers.known import HELPS
from dangol.web.shell.gate import needs
from dangol.web.start import work
from dangol.web.start.waiting import waiting

type Word = str | Promise


@dataclass(frozen=True)
class Cell:
    """One number, and the address of the list of those whom it counts ("" where no list can be asked for them)."""

    label: Word
    number: int | None
    address: str = ""
    note: Word = ""


@dataclass(frozen=True)
class WayLine:
    """One way of reaching people: what the rule says now, and the facts behind it."""

    label: Word
    way: Way
    cells: tuple[Cell, ...]
    why: tuple[tuple[str, int], ...]


@needs(May.SEE_INVENTORY, whole=True)
@require_safe
def customers_known(request: HttpRequest) -> HttpResponse:
    """What was counted last."""
    found = whom_we_know.last_count()
    context: dict[str, object] = {"found": found, "work": work.look(whom_tasks.KEY)}
    if found is not None:
        context |= {"states": states(found), "ways": ways(found), "tables": tables(found)}
    return render(request, "customers/whom.html", context)


@require_POST
@needs(May.SEE_INVENTORY, whole=True)
def customers_known_count(request: HttpRequest) -> HttpResponse:
    """Count everybody anew, beside the pages."""
    work.start(whom_tasks.KEY, whom_tasks.count, speaks())
    return redirect("customers_known")


@needs(May.SEE_INVENTORY, whole=True)
@require_safe
@never_cache
def customers_known_work(request: HttpRequest) -> HttpResponse:
    """How the counting stands; the page is fetched anew once it is done."""
    return waiting(request, "customers/whom_work.html", work.look(whom_tasks.KEY))


def states(found: Known) -> list[Cell]:
    """How many are in each state, and what would help those of whom something is missing."""
    return [
        Cell(label, found.states.get(code, 0), _list(identified=[code]), HELPS.get(code, ""))
        for code, label in STATES.items()
        if found.states.get(code) or code == IDENTIFIED
    ]


def ways(found: Known) -> list[WayLine]:
    """Each way of reaching people, those first by which something can leave now."""
    lines = [WayLine(_medium(way), way, _facts(way), _why(way)) for way in found.ways]
    return sorted(lines, key=lambda line: line.way.now is None)


def tables(found: Known) -> list[tuple[Word, Word, list[tuple[str, Place]]]]:
    """Sales by channel and by shop: title, heading, and each row with its name."""
    names = dict(Unit.objects.filter(code__in=[one.code for one in found.shops]).values_list("code", "name"))
    by_channel = [(_place(one, words.touchpoint(one.code)), one) for one in found.places]
    # By shop those alone where something is to be done: there may be very many.
    by_shop = [(_place(one, names.get(one.code, one.code)), one) for one in found.shops if one.unnamed_sales]
    return [
        (_("Sales without a customer, by channel"), _("Channel of the sale"), by_channel),
        (_("Sales without a customer, by shop"), _("Shop or dealer"), by_shop),
    ]


def _place(one: Place, name: str) -> str:
    if one.several > 1:
        return ngettext("%(n)s more", "%(n)s more", one.several) % {"n": one.several}
    return name if one.code else _("Not told")


def _medium(way: Way) -> Word:
    if way.medium in MEDIA:
        return MEDIA[way.medium]
    channel = channels().get(way.channel)
    return channel.label if channel else way.medium


def _facts(way: Way) -> tuple[Cell, ...]:
    answer = answer_name(way.medium)
    cells = [Cell(_("Have an address for it"), way.addressed, _list(contact=[way.needs]))] if way.needs else []
    if way.agreed is not None:
        cells += [
            Cell(_("Agreed"), way.agreed, _list(**{answer: [AGREED]})),
            Cell(_("Refused"), way.refused, _list(**{answer: [REFUSED]})),
            Cell(_("Never asked"), way.never_asked, _list(**{answer: [EMPTY]})),
        ]
    return (*cells, Cell(_("Not to be contacted"), way.blocked, _list(blocked=[EVERY, way.medium])))


def _why(way: Way) -> tuple[tuple[str, int], ...]:
    return tuple((str(REASONS.get(code, code)), number) for code, number in way.why.items())


def _list(**wishes: list[str]) -> str:
    query = QueryDict(mutable=True)
    for name, values in wishes.items():
        query.setlist(name, values)
    return "?" + query.urlencode()
