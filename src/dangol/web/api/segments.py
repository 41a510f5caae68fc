"""Segments by the API: saved rules, and the sheet that says what is decided for each."""

from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema

from dangol.decisions.segments.actions import save
from dangol.decisions.segments.models import Segment, Sheet
from dangol.decisions.segments.sheets import LONGEST, Mix, sheet_of, write_sheet
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.api.doors import Done, Number, Sent, opened
from dangol.web.api.relationship import PartOfMap
from dangol.web.insight.cube.keeping import ask_again
from dangol.web.segments.listing import rows, rule_words
from dangol.web.shell.viewer import viewer

router = Router(tags=["segments"])


class SegmentSheet(Schema):
    """What is decided for a segment, since when and by whom (by number; null where nobody is known)."""

    target: Literal["first", "later", "not"]
    position: str
    value: str
    price: str
    channel: str
    promotion: str
    reward: str
    saved_at: datetime
    saved_by: int | None = Field(None, alias="saved_by_id")


class ListedSegment(Schema):
    """A segment: its rule, the same in words, and the sheet that counts, null before anything is decided."""

    id: int
    name: str
    rule: dict[str, Any]
    words: str
    sheet: SegmentSheet | None


class ToldSegment(ListedSegment):
    """The same with all its sheets, the newest first."""

    sheets: list[SegmentSheet]


class NewSegment(PartOfMap):
    """The customers picked on the map, kept under a name; without one it is named after its rule."""

    name: str = Field("", max_length=120)


class WantedSheet(Sent):
    """What is decided; a part that is left out is empty."""

    target: Literal["first", "later", "not"]
    position: str = Field("", max_length=LONGEST)
    value: str = Field("", max_length=LONGEST)
    price: str = Field("", max_length=LONGEST)
    channel: str = Field("", max_length=LONGEST)
    promotion: str = Field("", max_length=LONGEST)
    reward: str = Field("", max_length=LONGEST)


class FoundAgain(Schema):
    """What one number of a segment found: the question in words, its days (both included), how many people."""

    words: str
    since: date | None
    until: date | None
    people: int


@opened(router, "GET", "/segments", May.SEE_CAMPAIGNS, response=list[ListedSegment], whole=True)
def list_segments(request: HttpRequest) -> list[ListedSegment]:
    """Every rule once, the newest first, with what is decided for it."""
    return [ListedSegment(**told_of(row.segment, row.sheet)) for row in rows()]


@opened(router, "GET", "/segments/{number}", May.SEE_CAMPAIGNS, response=ToldSegment, whole=True)
def get_segment(request: HttpRequest, number: Number) -> ToldSegment:
    """One segment with all that was ever decided for it."""
    one = get_object_or_404(Segment, pk=number)
    sheets = [SegmentSheet.from_orm(sheet) for sheet in one.sheets.order_by("-pk")]
    return ToldSegment(**told_of(one, sheet_of(one)), sheets=sheets)


@opened(router, "POST", "/segments", May.RUN_CAMPAIGNS, response=ListedSegment, whole=True)
def keep_segment(request: HttpRequest, told: NewSegment) -> ListedSegment:
    """Keep a rule under a name."""
    one = save(told.choice().rule, by=viewer(request).user, at=clock.now(), name=told.name)
    return ListedSegment(**told_of(one, None))


@opened(router, "POST", "/segments/{number}/again", May.RUN_CAMPAIGNS, response=list[FoundAgain], whole=True)
def ask_segment_again(request: HttpRequest, number: Number) -> list[FoundAgain]:
    """Ask the numbers a segment was made of once more: who is behind them now takes the place of who was."""
    one = get_object_or_404(Segment, pk=number)
    found = ask_again(one, today=clock.day(), by=viewer(request).user, at=clock.now())
    return [FoundAgain(words=str(each), since=each.since, until=each.last, people=each.people) for each in found]


@opened(router, "PUT", "/segments/{number}/sheet", May.RUN_CAMPAIGNS, response=Done, whole=True)
def decide_segment(request: HttpRequest, number: Number, told: WantedSheet) -> Done:
    """Decide this for the segment from now on; what was decided before stays on record."""
    one = get_object_or_404(Segment, pk=number)
    return Done(changed=write_sheet(one, Mix(**told.model_dump()), by=viewer(request).user, at=clock.now()))


def told_of(one: Segment, sheet: Sheet | None) -> dict[str, Any]:
    """What programs are told of a segment."""
    told = SegmentSheet.from_orm(sheet) if sheet else None
    return {"id": one.pk, "name": one.name, "rule": one.rule, "words": rule_words(one), "sheet": told}
