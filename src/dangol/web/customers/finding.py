"""Finding somebody from anywhere: the box in the frame of every page, the terminal and programs."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dangol.records.customers.models import ContactPoint, Customer, Identity
from dangol.records.customers.schemes import UNSPOKEN
from dangol.records.customers.search import FoundBy, Hits, search
from dangol.records.customers.search_terms import dialled, plain, squeezed
from dangol.records.staff.roles import May
from dangol.web.shell.gate import needs
from dangol.web.shell.viewer import Viewer, viewer

ROWS = 8  # in the box
KINDS = {FoundBy.PHONE: ContactPoint.Kind.MOBILE, FoundBy.EMAIL: ContactPoint.Kind.EMAIL}


@dataclass(frozen=True)
class Found:
    """Somebody who may be meant: by what they were found, and that as the viewer sees it."""

    customer: Customer
    by: FoundBy
    told: str
    number: str = ""  # where several are called the same and nothing else tells them apart


@needs(May.SEE_CUSTOMERS, personal=True)
@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """The first few somebody may be meant by, while it is typed."""
    mine, text = viewer(request), request.GET.get("q", "").strip()
    people, more = found_people(text, mine, limit=ROWS, unfinished=True)
    mine.saw(one.customer.pk for one in people)
    return render(request, "customers/find.html", {"text": text, "people": people, "more": more})


def found_people(text: str, mine: Viewer, *, limit: int, unfinished: bool = False) -> tuple[list[Found], bool]:
    """Those of the viewer's customers a text leads to, the likeliest first, and whether there are more."""
    hits = search(text, among=mine.customers, limit=limit, unfinished=unfinished, in_part=not mine.knows_people)
    people = Customer.objects.select_related("unit").in_bulk(hits.customers)
    told = _told(text, hits, mine)
    found = [
        Found(people[hit.customer], hit.by, told.get(hit.customer, "") or _where(people[hit.customer], hit.by, mine))
        for hit in hits.hits if hit.customer in people
    ]  # fmt: skip
    return _told_apart(found, mine), hits.more


def _told_apart(found: list[Found], mine: Viewer) -> list[Found]:
    """Namesakes of whom nothing more is told with a number each: one question, where there are any."""
    called = Counter(mine.name(one.customer) for one in found)
    alike = [one for one in found if not one.told and called[mine.name(one.customer)] > 1]
    if not alike:
        return found
    numbers = numbers_of(alike, mine)
    return [replace(one, number=numbers.get(one.customer.pk, "")) if one in alike else one for one in found]


def _told(text: str, hits: Hits, mine: Viewer) -> dict[int, str]:
    """The number or address by which each was found: at most two questions."""
    by = {hit.customer: hit.by for hit in hits.hits}
    reached = [one for one, how in by.items() if how in KINDS]
    numbered = [one for one, how in by.items() if how == FoundBy.NUMBER]
    told: dict[int, str] = {}
    if reached:
        points = ContactPoint.objects.filter(customer__in=reached).exclude(kind=ContactPoint.Kind.ADDRESS)
        known = defaultdict[int, list[tuple[str, str]]](list)
        for one, kind, value in points.order_by("-valid_from").values_list("customer_id", "kind", "value"):
            if kind == KINDS[by[one]]:
                known[one].append((kind, value))
        for one, values in known.items():
            kind, value = _likest(text, values)
            told[one] = mine.contact(kind, value, of=one)
    if numbered:
        numbers = defaultdict[int, list[tuple[str, str]]](list)
        identities = Identity.objects.filter(customer__in=numbered).exclude(scheme__in=UNSPOKEN)
        for one, scheme, value in identities.order_by("pk").values_list("customer_id", "scheme", "external_id"):
            numbers[one].append((scheme, value))
        for one, values in numbers.items():
            told[one] = mine.number(_likest(text, values)[1], of=one)
    return told


def _likest(text: str, values: Iterable[tuple[str, str]]) -> tuple[str, str]:
    """That of several which holds the text."""
    listed, wanted, digits = list(values), squeezed(text), dialled(text)
    for kind, value in listed:
        if wanted in squeezed(value) or plain(text) in plain(value) or (digits and digits in dialled(value)):
            return kind, value
    return listed[0]


def _where(customer: Customer, by: FoundBy, mine: Viewer) -> str:
    """The address where that is by what they were found, else nothing beside the place."""
    if by not in {FoundBy.ADDRESS, FoundBy.WORDS} or not customer.address:
        return ""
    return mine.contact(ContactPoint.Kind.ADDRESS, customer.address, of=customer.pk)


def numbers_of(people: Iterable[Found], mine: Viewer) -> dict[int, str]:
    """The first number by which a source knows each, as the viewer sees it."""
    identities = Identity.objects.filter(customer__in=[one.customer.pk for one in people])
    numbers = dict(identities.exclude(scheme__in=UNSPOKEN).order_by("-pk").values_list("customer_id", "external_id"))
    return {one: mine.number(number, of=one) for one, number in numbers.items()}
