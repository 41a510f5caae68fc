"""What all of the customers' own pages have in common: who may open them, what leaves with them, and how they refuse.

@own_page(own_pages.WISHES)
def wishes(request, me): ...

The link in the address is all the authority there is, so no cookie is needed and none is trusted: a page of another
site cannot act for anybody, since it does not know the link. What opens nothing (forged, of another page, over, of
somebody who was forgotten) gets one and the same answer, which says how to get a new link and never whether somebody is
there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.messages.storage.base import BaseStorage
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.csp import csp_override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters

from dangol.lib.errors import DangolError
from dangol.lib.languages import speaks
from dangol.lib.links import BadLink, Link
from dangol.lib.sealing import KeyLost
from dangol.records.customers import own_pages
from dangol.records.customers.models import Customer
from dangol.records.customers.own_pages import OwnPage
from dangol.records.permission.preferences import language_of
from dangol.records.staff.access import spool
from dangol.records.staff.access.entries import Entry, Verb
from dangol.web import clock
from dangol.web.public import limits
from dangol.web.public.limits import TooMany
from dangol.web.shell.door import place_of
from dangol.web.shell.proxy import network_of

LANGUAGES = ("ko", "en")
HANDED_OUT = "by:"  # the word of a link that somebody of the staff handed out, before their number
SECURITY = {
    "default-src": ["'none'"], "script-src": ["'self'"], "style-src": ["'self'"], "img-src": ["'self'"],
    "font-src": ["'self'"], "connect-src": ["'self'"], "form-action": ["'self'"], "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
}  # fmt: skip
HEADERS = {
    "Referrer-Policy": "no-referrer",  # the address opens the page: it is told to nobody
    "Cache-Control": "no-store, private",
    "X-Robots-Tag": "noindex, nofollow",
}

type View = Callable[..., HttpResponseBase]


class LinkRefused(DangolError):
    """The address opens nothing; `why` is for the access log alone."""

    def __init__(self, why: str, subject: int = 0) -> None:
        self.why, self.subject = why, subject
        super().__init__(why)


@dataclass(frozen=True)
class Visitor:
    """Whoever holds a link: whose page it opens, by which link, and the real time."""

    customer: Customer
    link: Link
    token: str
    page: OwnPage
    at: datetime
    place: str

    def evidence(self, receipt: str) -> str:
        """Where an answer given here can be seen again, and how the link came about where staff handed it out."""
        told = f"own page {self.page.purpose}, receipt {receipt}"
        by = self.link.word.removeprefix(HANDED_OUT) if self.link.word.startswith(HANDED_OUT) else ""
        return f"{told}, link handed out by user {by}" if by else told


class _Heard(BaseStorage):
    """News of this request alone: nothing waits for another page, and none of another page's shows here."""

    def _get(self, *_args: Any, **_more: Any) -> tuple[list[Any], bool]:
        return [], True

    def _store(self, *_args: Any, **_more: Any) -> list[Any]:
        return []


def open_page(view: View) -> View:
    """A page that anybody may open."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **told: Any) -> HttpResponseBase:
        return _served(request, lambda: view(request, *args, **told))

    return _unguarded(answer)


def own_page(page: OwnPage) -> Callable[[View], View]:
    """A page that a link opens: the view gets the visitor in the place of the token."""

    def mark(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, token: str, *args: Any, **told: Any) -> HttpResponseBase:
            def opened() -> HttpResponseBase:
                me = visitor(request, token, page)
                if _asked_language(request) is None and (wish := language_of(me.customer)):
                    _speak(request, wish)
                return view(request, me, *args, **told)

            return _served(request, opened)

        return _unguarded(answer)

    return mark


def visitor(request: HttpRequest, token: str, page: OwnPage) -> Visitor:
    """Whoever holds this link. Raises LinkRefused."""
    at = clock.now()
    try:
        found = own_pages.opened(token, page, at=clock.as_of() if page.by_home_clock else at)
    except BadLink as refused:
        raise LinkRefused(refused.why, refused.subject) from refused
    except KeyLost as lost:
        raise LinkRefused("key lost") from lost
    return Visitor(found.customer, found.link, token, page, at, request.META.get("REMOTE_ADDR", ""))


def show(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """A page in our frame for customers."""
    spoken = _asked_language(request) or ""
    told = {
        "other_language": "en" if speaks() == "ko" else "ko", "spoken": spoken,
        "here": f"{request.path}?lang={spoken}" if spoken else request.path, **(context or {}),
    }  # fmt: skip
    return render(request, f"public/{template}.html", told, status=status)


def go(request: HttpRequest, name: str, *args: object, **query: object) -> HttpResponse:
    """To another of these pages, in the language that was chosen; what is empty is left out of the address."""
    told = {key: value for key, value in query.items() if value not in (None, "")}
    if (language := _asked_language(request)) is not None:
        told["lang"] = language
    where = reverse(name, args=args)
    return HttpResponseRedirect(f"{where}?{urlencode(told)}" if told else where)


def _served(request: HttpRequest, view: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    request._messages = _Heard(request)  # type: ignore[attr-defined]
    language = _asked_language(request) or speaks()
    with translation.override(language):
        _speak(request, language)
        response = _answered(request, view)
    for name, value in HEADERS.items():
        response.headers[name] = value
    return response


def _answered(request: HttpRequest, view: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    try:
        return view()
    except TooMany:
        return show(request, "too_many", status=429)
    except LinkRefused as refused:
        if limits.count("bad_links", network_of(place_of(request))) > limits.LIMITS["bad_links"].most:
            return show(request, "too_many", status=429)
        note(request, f"link {refused.why}", subject=refused.subject)
        return show(request, "no_link", status=410)


def note(request: HttpRequest, why: str, *, subject: int = 0) -> None:
    """Write into the access log that an own page was refused."""
    match = request.resolver_match
    spool.append(Entry(
        at=clock.now(), verb=Verb.REFUSED.value, page=(match.view_name if match else "") or "own_page",
        place=request.META.get("REMOTE_ADDR", ""), reason=why, subjects=(subject,) if subject else (),
    ))  # fmt: skip


def _unguarded(view: View) -> View:
    """No login and no cookie against forgery: see above."""
    guarded: View = csp_override(SECURITY)(sensitive_post_parameters()(csrf_exempt(login_not_required(view))))
    return guarded


def _asked_language(request: HttpRequest) -> str | None:
    asked = request.GET.get("lang")
    return asked if asked in LANGUAGES else None


def _speak(request: HttpRequest, language: str) -> None:
    translation.activate(language)
    request.LANGUAGE_CODE = language


def is_reachable() -> bool:
    """Whether the links that leave lead anywhere for somebody outside this machine."""
    return bool(settings.DANGOL.address)


@open_page
def own_nowhere(request: HttpRequest, rest: str = "") -> HttpResponse:
    """An address of which a part was cut off, or that never led anywhere; a last stroke that got lost is put back."""
    if not request.path.endswith("/"):
        return HttpResponseRedirect(f"{request.path}/")
    raise LinkRefused("unreadable")
