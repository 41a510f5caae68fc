"""The access log by the API: who saw, took or changed whose data; months in review, and signing them."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest, HttpResponseBase
from ninja import Field, Path, Query, Router, Schema

from dangol.records.staff.access import actions, queries, review
from dangol.records.staff.access.entries import Entry, Verb
from dangol.records.staff.access.queries import Line
from dangol.records.staff.models import AccessReview
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.api import taking
from dangol.web.api.doors import Number, Sent, opened
from dangol.web.privacy import access_words
from dangol.web.privacy.access import NAMED, listed
from dangol.web.privacy.access_filter import Filter, zone
from dangol.web.privacy.review import PROFILES, first_of
from dangol.web.shell.viewer import Viewer, viewer

router = Router(tags=["access log"])

Month = Annotated[str, Path(pattern=r"^[0-9]{4}-[0-9]{2}$")]


class Subject(Schema):
    """One customer; the name as the key sees it."""

    customer: int
    name: str


class Logged(Schema):
    """One entry; `people` counts everybody it is about, `subjects` names the first few."""

    id: int
    at: datetime
    verb: str
    page: str
    user: str
    role: str
    place: str
    query: str
    reason: str
    people: int
    subjects: list[Subject]


class Log(Schema):
    """The newest first; ask again with `before` = `next` for what is older, until it is null."""

    entries: list[Logged]
    next: str | None


class WantedEntries(Sent):
    """As on the page: a user's id, a text that leads to customers or one by number, what was done, days included."""

    who: Number | None = None
    whose: str = Field("", max_length=120)
    customer: Number | None = None
    verb: Verb | None = None
    behalf: Literal["any", "person", "guardian", "agent", ""] = Field("", description="Done for a customer: who asked")
    since: date | None = None
    until: date | None = None
    before: str = Field("", pattern=r"^([0-9]{1,18}-[0-9]{1,18})?$")

    def filter(self) -> Filter:
        """As the page reads it from its address."""
        return Filter.read({name: str(value) for name, value in self.dict().items() if value})


class TakeLog(taking.Take):
    """Why, and which entries."""

    which: WantedEntries = WantedEntries.model_validate({})


class SignedMonth(Schema):
    """A month; `by` is empty where nobody signed it yet."""

    month: str
    by: str
    at: datetime | None
    note: str


class OfUser(Schema):
    """What one member of staff did in a month, and what somebody should ask about."""

    user: str
    role: str
    counts: dict[str, int]
    people: int
    looks: int
    usual: float
    at_night: int
    outstanding: list[str]


class ReviewedMonth(SignedMonth):
    """The same with everybody, and the newest lists taken away, unmaskings and refusals."""

    users: list[OfUser]
    taken: list[Logged]
    unmasked: list[Logged]
    refused: list[Logged]


class SignatureNote(Sent):
    note: str = Field("", max_length=4_000)


@opened(router, "GET", "/access", May.SEE_ACCESS_LOG, response=Log, whole=True, personal=True)
def list_access(request: HttpRequest, wanted: Query[WantedEntries]) -> Log:
    """The newest entries that fit."""
    mine, chosen = viewer(request), wanted.filter()
    lines = queries.lines(
        chosen.wanted(mine.customers, in_part=not mine.knows_people), before=chosen.place, limit=queries.SHOWN + 1
    )
    shown = lines[: queries.SHOWN]
    following = "{}-{}".format(*shown[-1].place) if len(lines) > queries.SHOWN else None
    return Log(entries=_logged(shown, mine), next=following)


@opened(router, "POST", "/access/file", May.SEE_ACCESS_LOG, response=str, whole=True, personal=True, file=True)
def take_access(request: HttpRequest, told: TakeLog) -> HttpResponseBase:
    """The entries that fit as a file, with a reason."""
    mine = viewer(request)
    wanted = told.which.filter().wanted(mine.customers, in_part=not mine.knows_people)
    return listed(request, wanted, taking.form(told))


@opened(router, "GET", "/access/{number}", May.SEE_ACCESS_LOG, response=Logged, whole=True, personal=True)
def get_access(request: HttpRequest, number: Number) -> Logged:
    """One entry with the people it is about, the first three hundred by name."""
    mine, entry = viewer(request), queries.entry(number)
    if entry is None:
        raise Http404(number)
    some = entry.subjects[:NAMED]
    mine.saw(some)
    names = access_words.named(some, mine)
    return _line(number, entry, len(entry.subjects), [Subject(customer=one, name=names[one]) for one in some])


@opened(router, "GET", "/reviews", May.REVIEW_ACCESS, response=list[SignedMonth], whole=True)
def list_reviews(request: HttpRequest) -> list[SignedMonth]:
    """Every month the log tells of, the latest first, and whether it was signed."""
    signed = {one.month: one for one in AccessReview.objects.select_related("by")}
    months = sorted({*review.months(zone=zone()), *signed}, reverse=True)
    return [SignedMonth(**_signed(month, signed.get(month))) for month in months]


@opened(router, "GET", "/reviews/{month}", May.REVIEW_ACCESS, response=ReviewedMonth, whole=True, personal=True)
def get_review(request: HttpRequest, month: Month) -> ReviewedMonth:
    """One month in review."""
    mine, first = viewer(request), first_of(month)
    told = review.month(first, zone=zone(), profiles=PROFILES)
    signed = AccessReview.objects.select_related("by").filter(month=first).first()
    return ReviewedMonth(
        **_signed(first, signed), users=list(map(_of_user, told.users)), taken=_logged(told.taken, mine),
        unmasked=_logged(told.unmasked, mine), refused=_logged(told.refused, mine),
    )  # fmt: skip


@opened(router, "POST", "/reviews/{month}/sign", May.REVIEW_ACCESS, response=SignedMonth, whole=True, personal=True)
def sign_review(request: HttpRequest, month: Month, told: SignatureNote) -> SignedMonth:
    """Sign a month, with a note about what was found."""
    first = first_of(month)
    made = actions.sign_month(first, note=told.note, by=viewer(request).user, at=clock.now(), zone=zone())
    return SignedMonth(**_signed(first, made))


def _logged(lines: list[Line], mine: Viewer) -> list[Logged]:
    rows = access_words.rows(lines, mine)
    mine.saw(number for row in rows for number, _name in row.people)
    return [
        _line(row.line.number, row.entry, row.line.people,
              [Subject(customer=number, name=name) for number, name in row.people])
        for row in rows
    ]  # fmt: skip


def _line(number: int, entry: Entry, people: int, subjects: list[Subject]) -> Logged:
    return Logged(
        id=number, at=entry.at, verb=entry.verb, page=entry.page, user=entry.user, role=entry.role, place=entry.place,
        query=entry.query, reason=entry.reason, people=people, subjects=subjects,
    )  # fmt: skip


def _signed(month: date, one: AccessReview | None) -> dict[str, Any]:
    return {
        "month": f"{month:%Y-%m}", "by": str(one.by) if one else "", "at": one.at if one else None,
        "note": one.note if one else "",
    }  # fmt: skip


def _of_user(one: review.OfUser) -> OfUser:
    return OfUser(
        user=one.user, role=one.role, counts=one.counts, people=one.people, looks=one.looks, usual=one.usual,
        at_night=one.at_night, outstanding=one.outstanding,
    )  # fmt: skip
