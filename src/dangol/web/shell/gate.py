"""The gate: every page says what it takes to see it, and a page that says nothing stays shut.

@needs(May.SEE_CUSTOMERS, personal=True)
def customers(request): ...

`whole` refuses those who see only some units, for pages that count over everybody. `personal` pages show somebody's
data: whose, they say by `viewer(request).saw(ids)`, and the gate writes it into the access log once the page is made,
also where nobody was found. No browser keeps a copy of a page behind the gate: at a counter the next one would find it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from dangol.lib.resident_numbers import masked
from dangol.records.staff.access.entries import Verb
from dangol.records.staff.models import User
from dangol.records.staff.roles import May
from dangol.web.shell.viewer import Viewer, of_user

KEPT_NOWHERE = "no-store, private"

type View = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class Needs:
    """What a view takes. Without `may` everybody who is signed in comes in."""

    may: May | None
    whole: bool = False
    personal: bool = False


def needs[V: View](may: May | None, *, whole: bool = False, personal: bool = False) -> Callable[[V], V]:
    """Say what a view takes."""

    def mark(view: V) -> V:
        view.needs = Needs(may, whole, personal)  # type: ignore[attr-defined]
        return view

    return mark


class Gate:
    """Middleware after sign-in: lets in, refuses with the reason, and writes down who saw whom."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        mine: Viewer | None = getattr(request, "viewer", None)
        if mine is not None:
            response.headers.setdefault("Cache-Control", KEPT_NOWHERE)
        if mine is not None and response.status_code < 500:
            seen = mine.subjects - (mine.noted or set())
            if seen or (mine.looked and mine.noted is None):
                mine.note(Verb.SAW)
        return response

    def process_view(
        self, request: HttpRequest, view: View, _args: tuple[Any, ...], _kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        wanted: Needs | None = getattr(view, "needs", None)
        if wanted is None:
            if getattr(view, "login_required", True):
                raise ImproperlyConfigured(f"{view.__module__}.{view.__qualname__} does not say whom it lets in.")
            return None
        if not isinstance(request.user, User):  # nobody signed in: sent to the door before
            return None
        mine = of_user(request.user, place=request.META.get("REMOTE_ADDR", ""), page=_name(request))
        mine.query = masked(unquote_plus(request.META.get("QUERY_STRING", "")))
        request.viewer = mine  # type: ignore[attr-defined]
        if wanted.may is not None and not mine.may(wanted.may):
            return _refused(request, mine, _("Your role does not open this page. The owner can change that."))
        if wanted.whole and not mine.scope.whole:
            return _refused(
                request, mine, _("This page counts over all customers, and you see those of your unit alone.")
            )
        return None


def _refused(request: HttpRequest, mine: Viewer, why: str) -> HttpResponse:
    mine.note(Verb.REFUSED, subjects=())
    return render(request, "shell/refused.html", {"why": why}, status=403)


def _name(request: HttpRequest) -> str:
    match = request.resolver_match
    return (match.view_name or match.route) if match else request.path
