"""The page Import: upload, say what it is, look, try, take in."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from dangol.contact.intake import actions, likely, nobodys, profiles, queries
from dangol.contact.intake.actions import Preview
from dangol.contact.intake.details import KIND
from dangol.contact.intake.kinds import KINDS
from dangol.contact.intake.kinds.kind import Kind
from dangol.contact.intake.likely import ComesBack
from dangol.contact.intake.models import Profile
from dangol.contact.intake.nobodys import Same
from dangol.contact.intake.profiles import CannotKeepProfile
from dangol.lib.errors import DangolError
from dangol.lib.languages import speaks
from dangol.records.staff.roles import May
from dangol.web.clock import now
from dangol.web.imports import columns, examples, tasks, uploads
from dangol.web.imports.columns import Taking
from dangol.web.shell.arriving import Arrived
from dangol.web.shell.gate import needs
from dangol.web.shell.viewer import viewer
from dangol.web.start import homes, work
from dangol.web.start.opening import opened

OWN = "own"
IMPORTS_SHOWN = 20
GUESS = "guess"  # the kind is to be told from the headings; no profile is to be used


@needs(May.IMPORT, whole=True)
def import_page(request: HttpRequest) -> HttpResponse:
    """Choose a file; in a demo's home, go to a home of one's own first."""
    if settings.DANGOL.source != OWN:
        return render(request, "imports/elsewhere.html", {"scenario": settings.DANGOL.source})
    if request.method != "POST":
        return choose(request)
    upload = request.FILES.get("file")
    said = request.POST.get("kind", GUESS)
    try:
        if not isinstance(upload, Arrived):
            return choose(request, problem=examples.nothing_chosen())
        uploads.sweep(at=now())
        token = uploads.keep(upload.path, at=now())
        seen = actions.preview(uploads.path_of(token), at=now())
    except DangolError as problem:
        return choose(request, problem=str(problem))
    if said == KIND:
        return redirect("import_details", token)
    address = reverse("import_file", args=[token])
    return redirect(f"{address}?kind={said if said in KINDS else likely_kind(seen)}")


@require_POST
@needs(May.IMPORT, whole=True)
def import_own(request: HttpRequest) -> HttpResponse:
    """Make the user's own home, if there is none, and serve it from now on."""
    path = homes.make_own()
    if settings.DANGOL.source == OWN:
        return redirect("import")
    try:
        return opened(request, OWN, lands_on="import")
    except DangolError as problem:
        context = {"scenario": settings.DANGOL.source, "problem": problem, "command": f"dangol serve --home {path}"}
        return render(request, "imports/elsewhere.html", context, status=409)


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
        seen = Seen(token, request.GET)
    except DangolError as problem:
        return render(request, "imports/trial.html", {"problem": problem, "has_choices": True})
    if any(seen.gaps.values()):
        return render(request, "imports/trial.html", seen.gaps | {"has_choices": True})
    key = try_key(token, seen.kind, seen.taking)
    if work.look(key).state == "absent":
        work.start(key, tasks.attempt, key, token, seen.kind.name, seen.taking.plain, speaks())
    again, going = reverse("import_trial", args=[token]), work.look(key)
    wished = [
        (one["told"], [(seen.preview.columns.index(heading), heading) for heading in one["columns"]])
        for one in going.answer.get("wished", ())
    ]
    said_above = [*(told for told, _columns in wished), *(one["told"] for one in going.answer.get("twice", ()))]
    context = {
        "again": again, "work": going, "kind": seen.kind, "wished": wished, "said_above": said_above, "token": token,
        "twice_told": going.answer.get("twice", ()), "has_choices": True,
    }  # fmt: skip
    return render(request, "imports/trial.html", context)


@require_POST
@needs(May.IMPORT, whole=True)
def import_take(request: HttpRequest, token: str) -> HttpResponse:
    """Take the file in with these columns; under a name, they are kept for the next file like it."""
    try:
        seen = Seen(token, request.POST)
    except DangolError as problem:
        return choose(request, problem=str(problem))
    if any(seen.gaps.values()):
        return _file(request, token, request.POST, status=422)
    said = request.POST.get("same", "")
    same = Same(said) if said in Same else Same.ASK
    twice = work.look(try_key(token, seen.kind, seen.taking)).answer.get("twice", ())
    if twice and same is Same.ASK:
        return _file(request, token, request.POST, problem=nobodys.which(), status=422)
    name = request.POST.get("profile_name", "").strip()
    try:
        if name:
            keep_profile(request, name, seen, seen.taking)
    except CannotKeepProfile as problem:
        return _file(request, token, request.POST, problem=str(problem), status=422)
    begin(token, seen.kind, seen.taking, user_id=viewer(request).user.pk, same=same)
    return redirect("import_run", token)


@needs(May.IMPORT, whole=True)
@require_safe
@never_cache
def import_run(request: HttpRequest, token: str) -> HttpResponse:
    """How far the import is; its result as soon as it is done."""
    return run(request, work.look(take_key(token)), reverse("import_file", args=[token]))


@needs(May.IMPORT, whole=True)
@require_safe
def import_example(request: HttpRequest, kind: str) -> HttpResponse:
    """A small file that shows what is needed."""
    if kind not in KINDS:
        raise Http404
    response = HttpResponse(examples.as_csv(kind), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{kind}.csv"'
    return response


class Seen:
    """A file that waits, with what a form says of it: its kind, its columns, the profile they come from."""

    def __init__(self, token: str, said: QueryDict) -> None:
        """Raises NoSuchUpload, CannotRead."""
        self.path = uploads.path_of(token)
        first = actions.preview(self.path, at=now())
        self.back: ComesBack | None = likely.comes_back(first.columns)
        self.kind = self._kind(said, first)
        self.preview = actions.as_kind(first, kind=self.kind)
        self.profile = self._profile(said)
        self.taking = columns.read(said, self.preview, self.kind, start=self._start())
        self.gaps: dict[str, Any] = {
            "gap": [self.kind.labels[field] for field in self.kind.missing(self.taking.mapping)],
            "twice": columns.twice(said, self.kind),
            "purposeless": columns.lacking(self.taking),
        }

    @property
    def guessed(self) -> bool:
        """Whether the kind is the one the headings name."""
        return self.kind is likely.kind_of(self.preview.columns)

    def _kind(self, said: QueryDict, first: Preview) -> Kind:
        name = said.get("kind", "")
        return KINDS[name] if name in KINDS else KINDS[likely_kind(first)]

    def _profile(self, said: QueryDict) -> Profile | None:
        """The profile that was asked for, or the one that fits by its headings; none where the columns are said."""
        asked = said.get("profile", "")
        if asked == GUESS or any(name.startswith("column-") for name in said):
            return None
        if asked.isdecimal():
            return profiles.saved(self.kind.name).filter(pk=asked).first()
        return profiles.fitting(self.kind.name, self.preview.columns)

    def _start(self) -> Taking:
        """What the columns are before anybody says anything."""
        there = set(self.preview.columns)
        if self.back is not None and self.back.batch.kind == self.kind.name:
            start = columns.of_task({"mapping": self.back.batch.mapping, "kept": self.back.batch.kept})
        elif self.profile is not None:
            start = columns.of_profile(self.profile)
        else:
            return Taking(self.preview.mapping)
        said = start.mapping.items()
        mapping = {field: heading for field, heading in said if self.kind.may_be(field, heading, self.preview.columns)}
        return Taking(mapping, {heading: why for heading, why in start.kept.items() if heading in there})


def likely_kind(preview: Preview) -> str:
    """The kind of a file: that of the file whose rows come back, else by the headings."""
    back = likely.comes_back(preview.columns)
    known = back.batch.kind if back is not None else ""
    return known if known in KINDS else likely.kind_of(preview.columns).name


def keep_profile(request: HttpRequest, name: str, seen: Seen, taking: Taking) -> Profile:
    """Keep how a file is taken under a name. Raises CannotKeepProfile."""
    return profiles.save(
        name, kind=seen.kind.name, headings=seen.preview.columns, mapping=taking.mapping,
        details=taking.plain["kept"], by=viewer(request).user, at=now(),
    )  # fmt: skip


def begin(
    token: str, kind: Kind, taking: Taking, *, user_id: int | None, mends: dict[str, Any] | None = None,
    same: Same = Same.ASK,
) -> None:  # fmt: skip
    """Hand a file that waits to the worker, unless it is being taken in already."""
    key = take_key(token)
    work.start(
        key, tasks.take, key, token, kind.name, taking.plain, now().isoformat(), user_id, speaks(), mends, same.value
    )  # fmt: skip


def run(request: HttpRequest, going: work.Work, file: str, **more: Any) -> HttpResponse:
    """How far an import is, and on to its result; `file` is the address of what is being taken in."""
    if going.state == "done":
        address = redirect("import_result", going.answer["batch"])
        if "HX-Request" not in request.headers:
            return address
        return HttpResponse(headers={"HX-Redirect": address["Location"]})
    if going.state == "absent":
        return redirect(file)
    part = "#progress" if "HX-Request" in request.headers else ""
    context = {"file": file, "again": request.path, "work": going, **more}
    return render(request, f"imports/run.html{part}", context)


def choose(request: HttpRequest, *, problem: str = "") -> HttpResponse:
    """The page where a file is chosen."""
    context: dict[str, Any] = {
        "problem": problem, "batches": list(queries.files()[:IMPORTS_SHOWN]), "kinds": KINDS,
        "examples": examples.tables(), "profiles": profiles.saved().count(), "states": states(),
    }  # fmt: skip
    return render(request, "imports/choose.html", context, status=422 if problem else 200)


def states() -> dict[str, str]:
    """What became of a file, in words."""
    return {
        "taken_in": gettext("Taken in"), "failed": gettext("Failed"), "undone": gettext("Undone"),
        "under_way": gettext("Not finished"), "nothing_in": gettext("Nothing taken in"),
    }  # fmt: skip


def take_key(token: str) -> str:
    """What the work of taking an upload in is called."""
    return f"import-{token}"


def try_key(token: str, kind: Kind, taking: Taking) -> str:
    """What the work of trying an upload is called."""
    return f"try-{token}-{kind.name}-{taking.digest}-{speaks()}"


def _file(request: HttpRequest, token: str, said: QueryDict, *, problem: str = "", status: int = 200) -> HttpResponse:
    try:
        seen = Seen(token, said)
    except DangolError as gone:
        return choose(request, problem=str(gone))
    viewer(request).saw(())  # people whom the records do not know yet
    context = {
        "token": token, "file_name": seen.path.name, "preview": seen.preview, "kind": seen.kind, "kinds": KINDS,
        "guessed": seen.guessed, "profile": seen.profile, "profiles": profiles.saved(seen.kind.name), "back": seen.back,
        "columns": columns.columns(seen.preview, seen.taking), "kept_word": columns.KEPT, "problem": problem,
        "profile_name": said.get("profile_name", ""), **seen.gaps,
    }  # fmt: skip
    return render(request, "imports/file.html", context, status=status)
