"""Ends sessions that nobody uses, and leads whoever is not signed in to the door.

When a session was last used stands in a signed cookie of its own, made anew once a minute: nothing is written to the
records because a page is read. The cookie says whose session it belongs to, so an older one, or another's, opens
nothing; where it is missing, the time of the sign-in counts.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse

from dangol.records.staff.access.entries import Verb
from dangol.records.staff.models import User
from dangol.web import clock
from dangol.web.shell import door
from dangol.web.shell.fragments import asks_for_part

SESSION = "idle"  # in the session: a word that only this session's cookie knows, and when it began
WAS_IDLE = "was_idle"  # in the session that follows: why the door is shut
REFRESHED = timedelta(minutes=1)
_signer = Signer(salt="dangol.idle")


class EndIdleSessions:
    """Middleware after AuthenticationMiddleware: signs out who did nothing for `idle_minutes`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        at, idle = clock.now(), patience(request)
        last = last_used(request, at=at) if idle else None
        if idle and last and at - last > idle:
            end(request)
        response = self.get_response(request)
        if not patience(request):
            return response
        if last is None or SESSION not in request.session or at - last > REFRESHED:
            self._remember(request, response, at=at)
        return response

    def _remember(self, request: HttpRequest, response: HttpResponseBase, *, at: datetime) -> None:
        begun = request.session.get(SESSION)
        if begun is None:  # once a session
            begun = request.session[SESSION] = [secrets.token_hex(8), at.timestamp()]
        response.set_cookie(
            cookie_name(), _signer.sign(f"{begun[0]}:{at.timestamp():.0f}"), max_age=settings.SESSION_COOKIE_AGE,
            secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax",
        )  # fmt: skip


class LeadToTheDoor(LoginRequiredMiddleware):
    """Asks who is not signed in to do so; a fragment of a page takes the whole page there."""

    def handle_no_permission(  # type: ignore[override] # htmx reads a header instead of following
        self, request: HttpRequest, view_func: Callable[..., Any]
    ) -> HttpResponseBase:
        if not asks_for_part(request):
            return super().handle_no_permission(request, view_func)
        htmx = getattr(request, "htmx", None)
        here = getattr(htmx, "current_url_abs_path", None) or reverse("today")
        return HttpResponse(headers={"HX-Redirect": f"{reverse('sign_in')}?{urlencode({'next': here})}"})


def patience(request: HttpRequest) -> timedelta | None:
    """How long this session may rest; None for one that never ends.

    An owner without a password could not come back in, and nobody else either.
    """
    minutes: int = clock.home().idle_minutes
    user = request.user
    if not minutes or not isinstance(user, User) or not user.has_usable_password():
        return None
    return timedelta(minutes=minutes)


def last_used(request: HttpRequest, *, at: datetime) -> datetime:
    """When the session was last used; now for one that has just begun."""
    begun = request.session.get(SESSION)
    if begun is None:
        return at
    word, since = begun
    try:
        mine, _sep, used = _signer.unsign(request.COOKIES.get(cookie_name(), "")).partition(":")
    except BadSignature:
        mine, used = "", ""
    return datetime.fromtimestamp(float(used) if mine == word else since, UTC)


def end(request: HttpRequest) -> None:
    """End the session, and tell the door why."""
    door.note(request, request.user, Verb.SIGNED_OUT, reason="idle")
    logout(request)
    request.session[WAS_IDLE] = True


def cookie_name() -> str:
    """One for each home, as the session's own."""
    return f"{settings.SESSION_COOKIE_NAME}-used"
