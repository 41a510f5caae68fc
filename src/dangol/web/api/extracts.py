"""Files for teams of the house by the API: what goes out, what went out, and taking it back."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema
from pydantic import StringConstraints

from dangol.records.outbox import files
from dangol.records.outbox.models import Extract, OutgoingFile
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.api.doors import Done, Number, Sent, opened
from dangol.web.imports import extract_views, outgoing
from dangol.web.shell.viewer import viewer

router = Router(tags=["exports"])

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]


class FileGone(Schema):
    """One file: `state` is waiting, failed (`problem` says why), out or deleted. `left_out`: people of the list who may
    not be in it; `forgotten`: people in it who were forgotten since; `digest`: SHA-256.
    """

    id: int
    key: str
    state: str
    name: str
    rows: int
    left_out: int
    forgotten: int
    digest: str
    seconds: float
    problem: str
    asked_at: datetime
    handed_over_at: datetime | None


class GoesOut(Schema):
    """An extract; `view`: the number of the saved list, null for everybody; `direct`: with names, numbers and
    addresses, on `ground`; `still`: why nothing goes out now, else empty.
    """

    id: int
    name: str
    what: str
    view: int | None
    team: str
    purpose: str
    direct: bool
    ground: str
    form: str
    rhythm: str
    folder: str
    by: str
    since: datetime
    ended_at: datetime | None
    still: str
    files: list[FileGone]


class NewExtract(Sent):
    """With a `ground` people are named in it, for keys that see names; without one they stand under marks."""

    name: Name
    what: Literal["people", "counts"] = "people"
    view: int | None = None
    team: Literal["research", "products", "crm"]
    purpose: Annotated[str, StringConstraints(strip_whitespace=True, min_length=files.LEAST, max_length=200)]
    ground: Literal["", "consent", "contract", "law", "interest"] = ""
    form: Literal["csv", "xlsx", "parquet"] = "csv"
    rhythm: Literal["day", "week", "month", "hand"] = "hand"
    folder: str = Field("", max_length=60)


@opened(router, "GET", "/extracts", May.EXPORT, response=list[GoesOut], whole=True)
def list_extracts(request: HttpRequest) -> list[GoesOut]:
    """What goes out to teams."""
    return [_told(one) for one in files.standing()]


@opened(router, "POST", "/extracts", May.EXPORT, response=GoesOut, whole=True)
def begin_extract(request: HttpRequest, told: NewExtract) -> GoesOut:
    """Have something go out from now on, for this key's user."""
    return _told(extract_views.begin(told.model_dump(), viewer(request)))


@opened(router, "GET", "/extracts/{number}", May.EXPORT, response=GoesOut, whole=True)
def get_extract(request: HttpRequest, number: Number) -> GoesOut:
    """One extract with its last files."""
    return _told(get_object_or_404(Extract, pk=number))


@opened(router, "POST", "/extracts/{number}/files", May.EXPORT, response=GoesOut, whole=True)
def make_extract_file(request: HttpRequest, number: Number) -> GoesOut:
    """Have a file made now, beside; ask again how it stands."""
    one = get_object_or_404(Extract, pk=number, ended_at=None)
    extract_views.ask_now(one, viewer(request))
    return _told(one)


@opened(router, "DELETE", "/extracts/{number}", May.EXPORT, response=Done, whole=True)
def end_extract(request: HttpRequest, number: Number) -> Done:
    """Nothing of it goes out any more; what went out stays on record."""
    files.end(get_object_or_404(Extract, pk=number), by=viewer(request).user, at=clock.now())
    return Done()


@opened(router, "DELETE", "/extract-files/{number}", May.EXPORT, response=Done, whole=True)
def delete_extract_file(request: HttpRequest, number: Number) -> Done:
    """Delete a file that went out; that it was there stays on record."""
    file = get_object_or_404(OutgoingFile.objects.select_related("extract"), pk=number)
    extract_views.delete(file, viewer(request))
    return Done()


def _told(one: Extract) -> GoesOut:
    listed = list(one.files.select_related("extract").order_by("-pk")[: extract_views.SHOWN])
    forgotten = outgoing.forgotten_since(listed)
    same = ("id", "name", "what", "team", "purpose", "direct", "ground", "form", "rhythm", "folder", "ended_at")
    return GoesOut(
        **{name: getattr(one, name) for name in same}, view=one.view_id, by=str(one.by), since=one.at,
        still="" if one.ended_at else outgoing.why_still(one),
        files=[_file(file, forgotten.get(file.pk, 0)) for file in listed],
    )  # fmt: skip


def _file(one: OutgoingFile, forgotten: int) -> FileGone:
    state = "out" if one.handed_over_at else "failed" if one.problem else "waiting"
    same = ("id", "key", "name", "rows", "left_out", "digest", "seconds", "problem", "handed_over_at")
    return FileGone(
        **{name: getattr(one, name) for name in same}, forgotten=forgotten, asked_at=one.enqueued_at,
        state="deleted" if one.removed_at else state,
    )  # fmt: skip
