"""The page Import: upload, look, try, take in, read what was left out."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from dangol.contact.intake import actions, queries, rejects
from dangol.contact.intake.details import KIND
from dangol.contact.intake.headers import FIELDS, missing
from dangol.contact.intake.models import Batch
from dangol.lib.errors import DangolError
from dangol.records.staff.access.entries import Verb
from dangol.records.staff.roles import May
from dangol.web.clock import now
from dangol.web.imports import columns, examples, tasks, uploads
from dangol.web.shell.arriving import Arrived
from dangol.web.shell.gate import needs
from dangol.web.shell.viewer import viewer
from dangol.web.start import homes, work

REJECTS_SHOWN = 100
OWN = "own"


@needs(May.IMPORT, whole=True)
def import_page(request: HttpRequest) -> HttpResponse:
    """Choose a file; in a demo's home, go to a home of one's own first."""
    if settings.DANGOL.source != OWN:
        return render(request, "imports/elsewhere.html", {"scenario": settings.DANGOL.source})
    if request.method != "POST":
        return choose(request)
    upload = request.FILES.get("file")
    try:
        if not isinstance(upload, Arrived):
            return choose(request, problem=examples.nothing_chosen())
        uploads.sweep(at=now())
        token = uploads.keep(upload.path, at=now())
        actions.preview(uploads.path_of(token), at=now())
    except DangolError as problem:
        return choose(request, problem=str(problem))
    return redirect("import_details" if request.POST.get("kind") == KIND else "import_file", token)


@require_POST
@needs(May.IMPORT, whole=True)
def import_own(request: HttpRequest) -> HttpResponse:
    """Make the user's own home, if there is none, and serve it from now on."""
    path = homes.make_own()
    if settings.DANGOL.source == OWN:
        return redirect("import")
    try:
        homes.switch(OWN)
    except DangolError as problem:
        context = {"scenario": settings.DANGOL.source, "problem": problem, "command": f"dangol serve --home {path}"}
        return render(request, "imports/elsewhere.html", context, status=409)
    return render(request, "imports/opening.html")


@needs(May.IMPORT, whole=True, personal=True)
@require_safe
def import_file(request: HttpRequest, token: str) -> HttpResponse:
    """A file before it is taken in: its columns, what they are taken for, and its first rows."""
    return _file(request, token, request.GET)


@needs(May.IMPORT, whole=True)
@require_safe
@never_cache
def import_trial(request: HttpRequest, token: str) -> HttpResponse:
    """What taking the file in would do with these columns: begun when first asked for, then watched."""
    try:
        preview = actions.preview(uploads.path_of(token), at=now())
    except DangolError as problem:
        return render(request, "imports/trial.html", {"problem": problem})
    mapping = columns.read(request.GET, preview)
    gaps = _gaps(request.GET, mapping)
    if any(gaps.values()):
        return render(request, "imports/trial.html", gaps)
    key = f"try-{token}-{columns.digest(mapping)}-{language()}"
    if work.look(key).state == "absent":
        work.start(key, tasks.attempt, key, token, mapping, language())
    again = reverse("import_trial", args=[token])
    return render(request, "imports/trial.html", {"again": again, "work": work.look(key)})


@require_POST
@needs(May.IMPORT, whole=True)
def import_take(request: HttpRequest, token: str) -> HttpResponse:
    """Take the file in with these columns."""
    try:
        mapping = columns.read(request.POST, actions.preview(uploads.path_of(token), at=now()))
    except DangolError as problem:
        return choose(request, problem=str(problem))
    if missing(mapping) or columns.twice(request.POST):
        return _file(request, token, request.POST, status=422)
    key = _key(token)
    work.start(key, tasks.take, key, token, mapping, viewer(request).user.pk, language())
    return redirect("import_run", token)


@needs(May.IMPORT, whole=True)
@require_safe
@never_cache
def import_run(request: HttpRequest, token: str) -> HttpResponse:
    """How far the import is; its result as soon as it is done."""
    return run(request, work.look(_key(token)), reverse("import_file", args=[token]))


@needs(May.IMPORT, whole=True, personal=True)
@require_safe
def import_result(request: HttpRequest, number: int) -> HttpResponse:
    """What was taken in and what was left out, with the way on to the map."""
    batch = get_object_or_404(queries.files(), pk=number)
    viewer(request).saw(())
    context = {"batch": batch, "rejects": list(queries.rejects(batch)[:REJECTS_SHOWN]), "shown": REJECTS_SHOWN}
    return render(request, "imports/result.html", context)


@needs(May.IMPORT, whole=True, personal=True)
@require_safe
def import_rejects(request: HttpRequest, number: int) -> HttpResponseBase:
    """The refused rows as they were written, with the reasons, to be mended and uploaded again."""
    batch = get_object_or_404(Batch, pk=number)
    viewer(request).note(Verb.TOOK, reason=gettext("To mend the rows of %(file)s") % {"file": batch.file_name})
    response = StreamingHttpResponse(list(rejects.as_csv(batch)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="left-out-{number}.csv"'
    return response


@needs(May.IMPORT, whole=True)
@require_safe
def import_example(request: HttpRequest) -> HttpResponse:
    """A small file that shows what is needed."""
    response = HttpResponse(examples.as_csv(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="example.csv"'
    return response


def _file(request: HttpRequest, token: str, said: QueryDict, *, status: int = 200) -> HttpResponse:
    try:
        path = uploads.path_of(token)
        preview = actions.preview(path, at=now())
    except DangolError as problem:
        return choose(request, problem=str(problem))
    mapping = columns.read(said, preview)
    viewer(request).saw(())  # people whom the records do not know yet
    context = {
        "token": token, "file_name": path.name, "preview": preview, "fields": FIELDS,
        "columns": columns.columns(preview, mapping), **_gaps(said, mapping),
    }  # fmt: skip
    return render(request, "imports/file.html", context, status=status)


def run(request: HttpRequest, going: work.Work, file: str, *, of_partner: bool = False) -> HttpResponse:
    """How far an import is, and on to its result; `file` is the address of what is being taken in."""
    if going.state == "done":
        address = redirect("import_result", going.answer["batch"])
        if "HX-Request" not in request.headers:
            return address
        return HttpResponse(headers={"HX-Redirect": address["Location"]})
    if going.state == "absent":
        return redirect(file)
    part = "#progress" if "HX-Request" in request.headers else ""
    context = {"file": file, "again": request.path, "work": going, "of_partner": of_partner}
    return render(request, f"imports/run.html{part}", context)


def _gaps(said: QueryDict, mapping: columns.Mapping) -> dict[str, Any]:
    """What keeps these columns from being taken in: fields without a column, fields with two."""
    return {"gap": [FIELDS[field] for field in missing(mapping)], "twice": columns.twice(said)}


def choose(request: HttpRequest, *, problem: str = "") -> HttpResponse:
    """The page where a file is chosen."""
    context: dict[str, Any] = {"problem": problem, "batches": list(queries.files()[:10]), "example": examples.table()}
    return render(request, "imports/choose.html", context, status=422 if problem else 200)


def _key(token: str) -> str:
    return f"import-{token}"


def language() -> str:
    """The language in use, for work beside the pages."""
    return get_language() or "ko"
