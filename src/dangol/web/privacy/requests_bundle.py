"""Everything we keep about one person, taken out as a file: for programs (JSON), to be read (PDF), to be printed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dangol.lib.errors import DangolError
from dangol.records.rights.bundle import Bundle, as_json
from dangol.records.rights.queries import Standing
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.privacy import answering, bundle_paper
from dangol.web.privacy.request_forms import BundleForm
from dangol.web.privacy.requests import demanded
from dangol.web.shell import paper, taking_away
from dangol.web.shell.gate import needs
from dangol.web.shell.viewer import viewer

KINDS = {"json": "application/json", "pdf": "application/pdf", "html": "text/html; charset=utf-8"}


@needs(May.ANSWER_REQUESTS, personal=True)
def privacy_bundle(request: HttpRequest, request_id: int) -> HttpResponse:
    """Ask why, then hand over the file; a demand of whoever it is about, identity made sure."""
    standing = demanded(request, request_id)
    form = BundleForm(request.POST or None, kinds=_kinds(), initial={
        "reason": _("Demanded by the person (request %(number)s)") % {"number": request_id},
        "language": standing.request.language,
    })  # fmt: skip
    problem: DangolError | None = None
    if request.method == "POST" and form.is_valid():
        try:
            return _file(request, form, standing)
        except DangolError as error:
            problem = error
    context = {"form": form, "standing": standing, "customer": standing.request.customer, "problem": problem,
               "pdf_missing": not paper.available()}  # fmt: skip
    return render(request, "privacy/bundle.html", context, status=422 if problem or form.errors else 200)


def _file(request: HttpRequest, form: BundleForm, standing: Standing) -> HttpResponse:
    told = form.cleaned_data
    found = answering.take_out(
        standing, language=told["language"], reason=told["reason"], by=viewer(request), at=clock.now()
    )
    response = HttpResponse(_content(request, found, told), content_type=KINDS[told["kind"]])
    name = f"person-{found.customer_id}.{told['kind']}"
    response["Content-Disposition"] = f'attachment; filename="{name}"' if told["kind"] != "html" else "inline"
    return response


def _content(request: HttpRequest, found: Bundle, told: dict[str, str]) -> str | bytes:
    if told["kind"] == "json":
        return as_json(found)
    with translation.override(told["language"]):
        mark = taking_away.watermark(viewer(request), told["reason"])
        if told["kind"] == "pdf":
            return bundle_paper.pdf(found, mark=mark)
        return render(request, "privacy/bundle_paper.html", {"found": found, "mark": mark}).content


def _kinds() -> list[tuple[str, object]]:
    kinds: list[tuple[str, object]] = [("html", gettext_lazy("To be printed (a page)"))]
    if paper.available():
        kinds.append(("pdf", gettext_lazy("To be read (PDF)")))
    return [*kinds, ("json", gettext_lazy("For programs (JSON)"))]
