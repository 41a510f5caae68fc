"""Addresses of the API, version 1, with its description at /api/v1/openapi.json."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.renderers import JSONRenderer

from dangol import __version__
from dangol.lib.errors import DangolError, WrongUse
from dangol.records.customers.actions import AlreadyHere
from dangol.records.customers.entering import Unfit
from dangol.records.customers.models import Customer
from dangol.records.staff.access.entries import Verb
from dangol.records.staff.queries import EntryClosed
from dangol.web.api import (
    access,
    assumed,
    back_test,
    baskets,
    breaches,
    campaigns,
    care,
    consents,
    contracts,
    core,
    costs,
    cube,
    customers,
    deliveries,
    duplicates,
    expectation,
    extracts,
    feedback,
    following,
    groups,
    import_profiles,
    imports,
    inventory,
    keeping,
    leaving,
    lists,
    living,
    loop,
    loyalty,
    messages,
    movement,
    needs,
    notes,
    partners,
    positioning,
    readiness,
    relationship,
    repeating,
    reports,
    requests,
    rhythm,
    roles,
    satisfaction,
    saved_questions,
    segments,
    sign_ups,
    staff,
    stages,
    statistics,
    texts,
    timeline,
    units,
    validity,
    web_events,
    whom,
    why,
)
from dangol.web.api.doors import JsonAlone, Key, Refused, WrongValues
from dangol.web.shell.once import by_itself
from dangol.web.shell.viewer import Viewer

ROOMS = (
    customers,
    timeline,
    roles,
    notes,
    consents,
    texts,
    relationship,
    campaigns,
    repeating,
    care,
    messages,
    imports,
    import_profiles,
    requests,
    keeping,
    inventory,
    partners,
    access,
    breaches,
    staff,
    units,
    readiness,
    whom,
    deliveries,
    duplicates,
    living,
    lists,
    sign_ups,
    rhythm,
    feedback,
    following,
    loop,
    loyalty,
    baskets,
    cube,
    saved_questions,
    reports,
    leaving,
    satisfaction,
    groups,
    back_test,
    contracts,
    segments,
    stages,
    statistics,
    core,
    costs,
    positioning,
    movement,
    needs,
    why,
    assumed,
    validity,
    expectation,
    extracts,
    web_events,
)


class Utf8(JSONRenderer):
    """Letters as they are, not as numbers of letters."""

    json_dumps_params = {"ensure_ascii": False, "separators": (",", ":")}


api = NinjaAPI(
    title="Dangol", version=__version__, auth=Key(), renderer=Utf8(), parser=JsonAlone(), docs_url=None,
    urls_namespace="api",
    description="What a page can do, for programs. Keys are made on the page Staff.",
)  # fmt: skip
for room in ROOMS:
    api.add_router("", room.router)


def _problem(
    request: HttpRequest, status: int, error: str, sentence: str, *, fields: dict[str, str] | None = None,
    customer: int | None = None,
) -> HttpResponse:  # fmt: skip
    told = {"error": error, "sentence": sentence, "fields": fields or {}, "customer": customer}
    return api.create_response(request, told, status=status)


@api.exception_handler(Refused)
def _refused(request: HttpRequest, problem: Refused) -> HttpResponse:
    return _problem(request, 403, "refused", str(problem))


@api.exception_handler(EntryClosed)
def _closed(request: HttpRequest, problem: EntryClosed) -> HttpResponse:
    request.viewer.note(Verb.REFUSED, subjects=())  # type: ignore[attr-defined]
    return _problem(request, 403, "entry_closed", str(problem))


@api.exception_handler(Http404)
def _absent(request: HttpRequest, _problem_: Http404) -> HttpResponse:
    """It is not there, or not there for this key: the two are told alike."""
    return _problem(request, 404, "not_found", _("There is nothing of this number that this key may see."))


@api.exception_handler(AlreadyHere)
def _here(request: HttpRequest, problem: AlreadyHere) -> HttpResponse:
    request.viewer.saw([problem.customer.pk])  # type: ignore[attr-defined]
    return _problem(request, 409, "already_here", str(problem), customer=problem.customer.pk)


@api.exception_handler(DangolError)
def _cannot(request: HttpRequest, problem: DangolError) -> HttpResponse:
    status = 400 if isinstance(problem, WrongUse) else 409
    return _problem(request, status, type(problem).__name__, _as_seen(request, str(problem)))


@api.exception_handler(Unfit)
def _unfit(request: HttpRequest, problem: Unfit) -> HttpResponse:
    return _problem(request, 422, "wrong_values", str(problem), fields=problem.problems)


@api.exception_handler(WrongValues)
def _wrong_values(request: HttpRequest, problem: WrongValues) -> HttpResponse:
    return _problem(request, 422, "wrong_values", str(problem), fields=problem.fields)


@api.exception_handler(AuthenticationError)
def _no_key(request: HttpRequest, _problem_: AuthenticationError) -> HttpResponse:
    return _problem(request, 401, "no_key", _("Send an open key in the header: Authorization: Bearer dgl_…"))


@api.exception_handler(ValidationError)
def _wrong(request: HttpRequest, problem: ValidationError) -> HttpResponse:
    # The names of fields nobody knows are told as well, and may hold anything.
    fields = {
        _plain(".".join(map(str, one["loc"][2:] or one["loc"][-1:]))): _plain(str(one["msg"])) for one in problem.errors
    }
    sentence = "; ".join(f"{name}: {told}" for name, told in fields.items())
    return _problem(request, 422, "wrong_values", sentence, fields=fields)


@api.exception_handler(RequestDataTooBig)
def _too_big(request: HttpRequest, _problem_: RequestDataTooBig) -> HttpResponse:
    return _problem(request, 413, "too_big", _("This is more than is taken at once. Send it in parts."))


@api.exception_handler(HttpError)
def _http(request: HttpRequest, problem: HttpError) -> HttpResponse:
    return _problem(request, problem.status_code, "unreadable", _(
        "Send JSON that can be read, with the header Content-Type: application/json."
    ))  # fmt: skip


def _as_seen(request: HttpRequest, sentence: str) -> str:
    """A refusal may name whom it is about; a key that sees people masked reads the name so as well."""
    mine: Viewer = request.viewer  # type: ignore[attr-defined]
    if not mine.knows_people:
        for person in Customer.objects.filter(pk__in=mine.subjects).exclude(full_name=""):
            sentence = sentence.replace(person.full_name, mine.name(person))
    return sentence


def _plain(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _open(pattern: Any) -> Any:
    """Programs bring a key instead of a session, so the gate of the pages lets them by to the doors of the API."""
    pattern.callback.login_required = False
    if pattern.name == requests.erase_on_request.__name__:
        by_itself(pattern.callback)
    return pattern


app_name = "api"
urlpatterns: list[URLPattern] = [_open(pattern) for pattern in api.urls[0]]
