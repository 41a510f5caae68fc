"""Imports by the API: a file is sent, looked at, tried, taken in, mended, undone."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Field, File, Query, Router, Schema
from ninja.files import UploadedFile
from pydantic import StringConstraints

from dangol.contact.intake import actions, profiles, queries, undoing
from dangol.contact.intake.headers import WrongMapping, chosen
from dangol.contact.intake.kinds import KINDS
from dangol.contact.intake.models import Batch
from dangol.contact.intake.nobodys import Same
from dangol.contact.intake.undoing import CannotUndo
from dangol.lib.languages import speaks
from dangol.records.staff.access.entries import Verb
from dangol.records.staff.roles import May
from dangol.web.api.doors import LARGEST, Number, Sent, WrongValues, opened
from dangol.web.api.import_profiles import Detail, Word, kept_as
from dangol.web.api.works import Work, told_of
from dangol.web.clock import now
from dangol.web.imports import tasks, uploads
from dangol.web.imports.columns import Taking
from dangol.web.imports.result_views import (
    REJECTS_SHOWN,
    NothingMended,
    begin_undo,
    left_out,
    mend,
    undo_key,
    why_not_undo,
)
from dangol.web.imports.views import Seen, begin, keep_profile, take_key, try_key
from dangol.web.shell.arriving import Arrived
from dangol.web.shell.viewer import viewer
from dangol.web.start import work

router = Router(tags=["imports"])

Token = Annotated[str, Field(pattern=r"^[0-9a-f]{24}$")]


class Undone(Schema):
    """That a file was undone: rows that went and stayed by table, rows put back, rows somebody changed again since.

    refusals: those among the rows that stayed; a refusal is never undone with a file.
    """

    at: datetime
    by: str
    removed: dict[str, int]
    stayed: dict[str, int]
    refusals: int
    restored: int
    overwritten: int


class Imported(Schema):
    """One file: rows = accepted + rejected; `amount_total` in minor units over the accepted.

    `called_off`: those of the rejected that leave nothing to mend. `state` is taken_in, nothing_in (not one row of it
    was), failed, undone or under_way. `mends` is the import whose left out rows these are. `profile`: that by which it
    came by itself.
    """

    id: int
    kind: str
    state: str
    file_name: str
    rows: int
    accepted: int
    rejected: int
    called_off: int
    created: int
    updated: int
    unchanged: int
    amount_total: int
    problem: str
    warnings: list[str]
    mends: int | None
    profile: str | None
    started_at: datetime
    finished_at: datetime | None
    undone: Undone | None


class Imports(Schema):
    """The latest first; ask again with `before` = `next`, until it is null."""

    imports: list[Imported]
    next: int | None


class Reject(Schema):
    """One row left out, as it was written, and why."""

    row: int
    reason: str
    original: Any


class WholeImport(Imported):
    """The same with its columns and the first hundred rows that were left out and are still to be mended."""

    columns: list[str]
    mapping: dict[str, str]
    rejects: list[Reject]


class WantedImports(Sent):
    before: int = Field(LARGEST, ge=1, le=LARGEST)
    limit: int = Field(50, ge=1, le=200)


class Asked(Sent):
    """How a file is to be taken: `mapping` is field → heading; left out, the profile or the guess counts.

    kept: heading of a further column → why it is kept. kind: left out, it is told by the headings.
    """

    kind: Word = ""
    profile: Word = ""
    mapping: dict[Word, Word] | None = None
    kept: dict[Word, Detail] = {}


class Begun(Asked):
    """keep_as: keep these columns as a profile under this name. same: what becomes of sales of the file that stand
    already as nobody's, which the trial names (`twice`): ask refuses the file, instead undoes the file they came with,
    beside counts both.
    """

    keep_as: Word = ""
    same: Same = Same.ASK


class Waiting(Schema):
    """A file that waits to be taken in, by its token: what it most likely is, its columns, the fields they can be."""

    token: str
    file_name: str
    kind: str
    kinds: dict[str, str]
    fields: dict[str, str]
    columns: list[str]
    samples: list[list[str]]
    mapping: dict[str, str]
    missing: list[str]
    profile: str
    encoding: str
    problems: list[str]


class Tried(Work):
    """How far the trial is; `answer` holds what taking the file in would do, as `dangol import --dry-run --json`."""

    answer: dict[str, Any]


class BeingTaken(Work):
    """How far it is; `batch` is the import as soon as it is done."""

    token: str
    batch: int | None


class Mended(Sent):
    """One row: its number in the file and all its cells, in the order of the columns."""

    row: Number
    cells: list[Annotated[str, StringConstraints(max_length=2_000)]]


class MendedRows(Sent):
    rows: list[Mended] = Field(min_length=1, max_length=REJECTS_SHOWN)


class WouldGo(Schema):
    """What undoing takes away at most, by table, and how many rows it puts back; `problem`: why it cannot be undone.

    refusals: those the file brought; they stay, with whose they are.
    repeated_later: later files held rows that were there already; they may have to come again.
    """

    problem: str
    rows: dict[str, int]
    restored: int
    refusals: int
    repeated_later: bool


@opened(router, "GET", "/imports", May.IMPORT, response=Imports, whole=True)
def list_imports(request: HttpRequest, wanted: Query[WantedImports]) -> Imports:
    """The files that came in."""
    found = list(queries.files().filter(pk__lt=wanted.before).order_by("-pk")[: wanted.limit + 1])
    shown = found[: wanted.limit]
    following = shown[-1].pk if len(found) > wanted.limit else None
    return Imports(imports=[Imported(**_imported(one)) for one in shown], next=following)


@opened(router, "GET", "/imports/{number}", May.IMPORT, response=WholeImport, whole=True, personal=True)
def get_import(request: HttpRequest, number: Number) -> WholeImport:
    """What was taken in of one file, and what was left out."""
    one = get_object_or_404(queries.files(), pk=number)
    viewer(request).saw(())  # people whom the records do not know
    left = queries.rejects(one)[:REJECTS_SHOWN]
    return WholeImport(
        **_imported(one), columns=one.columns, mapping=one.mapping,
        rejects=[Reject(row=row.row, reason=row.reason, original=row.original) for row in left],
    )  # fmt: skip


@opened(router, "GET", "/imports/{number}/left-out", May.IMPORT, response=Any, whole=True, personal=True, file=True)
def take_rejects(request: HttpRequest, number: Number) -> HttpResponseBase:
    """All rows left out of a file as CSV: the original columns and the reason. Mend them and send the file again."""
    one = get_object_or_404(queries.files(), pk=number)
    viewer(request).note(Verb.TOOK, reason=_("To mend the rows of %(file)s") % {"file": one.file_name})
    return left_out(one)


@opened(router, "POST", "/imports/{number}/mend", May.IMPORT, response=BeingTaken, whole=True, personal=True)
def mend_rows(request: HttpRequest, number: Number, told: MendedRows) -> BeingTaken:
    """Take in rows that were left out, mended; the others stay. Ask get_taking by the token until it is done."""
    one = get_object_or_404(queries.files(), pk=number)
    known = set(one.rejects.values_list("row", flat=True))
    rows = {row.row: row.cells for row in told.rows if row.row in known and len(row.cells) == len(one.columns)}
    if not rows:
        raise NothingMended(
            _("None of these rows was left out of this file, or their cells are not as many as its columns.")
        )
    return _taking(mend(one, rows, user_id=viewer(request).user.pk))


@opened(router, "GET", "/imports/{number}/undo", May.IMPORT, response=WouldGo, whole=True)
def preview_undo(request: HttpRequest, number: Number) -> WouldGo:
    """What undoing a file would take away."""
    one = get_object_or_404(queries.files(), pk=number)
    if problem := why_not_undo(one):
        return WouldGo(problem=problem, rows={}, restored=0, refusals=0, repeated_later=False)
    found = undoing.would_go(one)
    return WouldGo(
        problem="", rows=found.rows, restored=found.restored, refusals=found.refusals,
        repeated_later=found.repeated_later,
    )  # fmt: skip


@opened(router, "POST", "/imports/{number}/undo", May.IMPORT, response=Work, whole=True)
def undo_import(request: HttpRequest, number: Number) -> Work:
    """Take a file back: the records become as if it had never come. Ask get_undoing until it is done."""
    one = get_object_or_404(queries.files(), pk=number)
    if problem := why_not_undo(one):
        raise CannotUndo(problem)
    begin_undo(one, user_id=viewer(request).user.pk)
    return told_of(undo_key(number))


@opened(router, "GET", "/imports/{number}/undoing", May.IMPORT, response=Work, whole=True)
def get_undoing(request: HttpRequest, number: Number) -> Work:
    """How far the undoing is."""
    get_object_or_404(queries.files(), pk=number)
    return told_of(undo_key(number))


@opened(router, "POST", "/import-files", May.IMPORT, response=Waiting, whole=True, personal=True)
def send_file(request: HttpRequest, file: File[UploadedFile]) -> Waiting:
    """Send a file as multipart/form-data; it waits a day to be taken in. The answer says what it most likely is."""
    if not isinstance(file, Arrived):
        raise WrongValues({"file": _("Choose a file first.")})
    uploads.sweep(at=now())
    token = uploads.keep(file.path, at=now())
    return _waiting(request, token, Asked())


@opened(router, "POST", "/import-files/{token}/look", May.IMPORT, response=Waiting, whole=True, personal=True)
def look_at_file(request: HttpRequest, token: Token, told: Asked) -> Waiting:
    """The same file as another kind, or by a profile."""
    return _waiting(request, token, told)


@opened(router, "POST", "/import-files/{token}/trial", May.IMPORT, response=Tried, whole=True, personal=True)
def try_file(request: HttpRequest, token: Token, told: Asked) -> Tried:
    """What taking the file in would do, without doing it. Ask again with the same until it is done."""
    seen, taking = _asked(token, told)
    key = try_key(token, seen.kind, taking)
    if work.look(key).state == "absent":
        work.start(key, tasks.attempt, key, token, seen.kind.name, taking.plain, speaks())
    viewer(request).saw(())
    return Tried(**told_of(key).dict(), answer=work.look(key).answer)


@opened(router, "POST", "/import-files/{token}/take", May.IMPORT, response=BeingTaken, whole=True)
def take_file(request: HttpRequest, token: Token, told: Begun) -> BeingTaken:
    """Take the file in. Ask get_taking until it is done."""
    seen, taking = _asked(token, told)
    if told.keep_as:
        keep_profile(request, told.keep_as, seen, taking)
    begin(token, seen.kind, taking, user_id=viewer(request).user.pk, same=told.same)
    return _taking(token)


@opened(router, "GET", "/import-files/{token}/taking", May.IMPORT, response=BeingTaken, whole=True)
def get_taking(request: HttpRequest, token: Token) -> BeingTaken:
    """How far a file is; which import it became."""
    return _taking(token)


def _imported(one: Batch) -> dict[str, Any]:
    undone = one.undoing if hasattr(one, "undoing") else None
    told = {name: getattr(one, name) for name in Imported.model_fields if name not in {"undone", "mends", "profile"}}
    return told | {
        "mends": one.mends_id, "profile": one.profile.name if one.profile else None,
        "undone": None if undone is None else Undone(
            at=undone.at, by=str(undone.by or ""), removed=undone.removed, stayed=undone.stayed,
            refusals=undone.refusals, restored=undone.restored, overwritten=undone.overwritten,
        ),
    }  # fmt: skip


def _asked(token: Token, told: Asked) -> tuple[Seen, Taking]:
    """The file and how it is to be taken. Raises NoSuchUpload, CannotRead, WrongMapping, NoSuchProfile."""
    said = QueryDict(mutable=True)
    if told.kind:
        said["kind"] = actions.kind_named(told.kind).name
    seen = Seen(token, said)
    if told.profile:
        said["profile"] = str(profiles.find(told.profile, seen.kind.name).pk)
        seen = Seen(token, said)
    taking = seen.taking
    if told.mapping is not None:
        taking = Taking(_checked(seen, told.mapping), kept_as(told.kept))
    elif told.kept:
        taking = Taking(taking.mapping, kept_as(told.kept))
    strange = [heading for heading in taking.kept if heading not in seen.preview.columns]
    if strange:
        raise WrongMapping(_("There is no column “%(column)s” in the file.") % {"column": strange[0][:80]})
    return seen, taking


def _checked(seen: Seen, mapping: Mapping[str, str]) -> dict[str, str]:
    return chosen(seen.kind, mapping, seen.preview.columns)


def _waiting(request: HttpRequest, token: Token, told: Asked) -> Waiting:
    seen, taking = _asked(token, told)
    viewer(request).saw(())  # people whom the records do not know yet
    return Waiting(
        token=token, file_name=seen.path.name, kind=seen.kind.name,
        kinds={name: str(one.label) for name, one in KINDS.items()},
        fields={name: str(label) for name, label in seen.kind.labels.items()}, columns=seen.preview.columns,
        samples=seen.preview.samples, mapping=taking.mapping, missing=seen.kind.missing(taking.mapping),
        profile=seen.profile.name if seen.profile else "", encoding=seen.preview.encoding,
        problems=seen.preview.problems,
    )  # fmt: skip


def _taking(token: str) -> BeingTaken:
    key = take_key(token)
    return BeingTaken(**told_of(key).dict(), token=token, batch=work.look(key).answer.get("batch"))
