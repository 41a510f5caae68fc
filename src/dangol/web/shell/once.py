"""What is sent twice is done once: a double click, the back button, a program that tries again.

A form carries a mark (`{% once %}`), a program may send one in the header `Idempotency-Key`. The mark is used up in the
transaction of the page it is sent to, and is free again where the page refused what it was sent.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.transaction import atomic, set_rollback
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from dangol.records.staff.access.entries import Verb
from dangol.records.staff.once import AlreadySent, is_mark, use_mark
from dangol.web import clock
from dangol.web.shell.toasts import toast
from dangol.web.shell.viewer import Viewer

FIELD = "once"
HEADER = "Idempotency-Key"
CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def by_itself[View: Callable[..., Any]](view: View) -> View:
    """For a view that needs no mark: what it does is done once as it is, in a transaction that lies within no other."""
    view.by_itself = True  # type: ignore[attr-defined]
    return view


class Once:
    """Middleware after all others, since it calls the page itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        mark = _mark(request)
        if mark is None or getattr(view, "by_itself", False):
            return None
        try:
            with atomic():
                use_mark(mark, at=clock.now())
                response = view(request, *args, **kwargs)
                if response.status_code >= 400:  # nothing was done: what is mended may be sent with the same mark
                    set_rollback(True)
                return response
        except AlreadySent as problem:
            return _told(request, problem)


def _mark(request: HttpRequest) -> str | None:
    """The mark of what was sent, each sender's own; None where there is none."""
    if request.method not in CHANGING:
        return None
    if sent := request.headers.get(HEADER):
        return sha256(f"{request.headers.get('Authorization', '')}\n{sent}".encode()).hexdigest()
    sent = request.POST.get(FIELD, "")
    return sent if is_mark(sent) else None


def _told(request: HttpRequest, problem: AlreadySent) -> HttpResponseBase:
    mine: Viewer | None = getattr(request, "viewer", None)
    if mine is not None:
        mine.note(Verb.REFUSED, reason=str(problem), subjects=())
    if HEADER in request.headers:
        return JsonResponse({"error": "already_sent", "sentence": str(problem)}, status=409)
    if not isinstance(getattr(request, "user", AnonymousUser()), AnonymousUser):
        toast(request, str(problem))
    return HttpResponseRedirect(_back(request), status=303)


def _back(request: HttpRequest) -> str:
    """The page the form stood on."""
    came = request.headers.get("Referer", "")
    here = url_has_allowed_host_and_scheme(came, {request.get_host()}, require_https=request.is_secure())
    return came if here else reverse("today")
