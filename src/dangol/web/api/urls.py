"""Addresses of the API, version 1, with its description at /api/v1/openapi.json."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.renderers import JSONRenderer

from dangol import __version__
from dangol.lib.errors import DangolError, WrongUse
from dangol.web.api import campaigns, customers
from dangol.web.api.doors import Absent, Key, Refused


class Utf8(JSONRenderer):
    """Letters as they are, not as numbers of letters."""

    json_dumps_params = {"ensure_ascii": False, "separators": (",", ":")}


api = NinjaAPI(
    title="Dangol", version=__version__, auth=Key(), renderer=Utf8(), docs_url=None, urls_namespace="api",
    description="What a page can do, for programs. Keys are made on the page Staff.",
)  # fmt: skip
api.add_router("", customers.router)
api.add_router("", campaigns.router)


def _problem(request: HttpRequest, status: int, error: str, sentence: str) -> HttpResponse:
    return api.create_response(request, {"error": error, "sentence": sentence}, status=status)


@api.exception_handler(Refused)
def _refused(request: HttpRequest, problem: Refused) -> HttpResponse:
    return _problem(request, 403, "refused", str(problem))


@api.exception_handler(Absent)
def _absent(request: HttpRequest, problem: Absent) -> HttpResponse:
    return _problem(request, 404, "not_found", str(problem))


@api.exception_handler(DangolError)
def _cannot(request: HttpRequest, problem: DangolError) -> HttpResponse:
    return _problem(request, 400 if isinstance(problem, WrongUse) else 409, type(problem).__name__, str(problem))


@api.exception_handler(AuthenticationError)
def _no_key(request: HttpRequest, _problem_: AuthenticationError) -> HttpResponse:
    return _problem(request, 401, "no_key", _("Send an open key in the header: Authorization: Bearer dgl_…"))


@api.exception_handler(ValidationError)
def _wrong(request: HttpRequest, problem: ValidationError) -> HttpResponse:
    told = "; ".join(f"{'.'.join(map(str, one['loc'][1:]))}: {one['msg']}" for one in problem.errors)
    return _problem(request, 422, "wrong_values", told)


@api.exception_handler(HttpError)
def _http(request: HttpRequest, problem: HttpError) -> HttpResponse:
    return _problem(request, problem.status_code, "http", str(problem))


def _open(pattern: Any) -> Any:
    """Programs bring a key instead of a session, so the gate of the pages lets them by to the doors of the API."""
    pattern.callback.login_required = False
    return pattern


app_name = "api"
urlpatterns: list[URLPattern] = [_open(pattern) for pattern in api.urls[0]]
