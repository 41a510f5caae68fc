"""Making sure who asks: six digits to a number or address on record, good for ten minutes and five tries, once.

Only a hash of the code is kept, in this process's memory: a restart forgets it and the person asks for another. A code
that was right opens the person's data for half an hour, by a cookie that is good on these pages alone.
"""

from __future__ import annotations

import hmac
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from dangol.lib import links, sealing
from dangol.lib.errors import DangolError
from dangol.lib.links import BadLink, Link, Maker
from dangol.lib.sealing import KeyLost
from dangol.records.customers.own_pages import written_code
from dangol.records.permission.asking import SERVICE
from dangol.web import clock
from dangol.web.public import limits, sending
from dangol.web.public.pages import Visitor
from dangol.web.public.sending import Road

LIVES = timedelta(minutes=10)
TRIES = 5
OPEN = timedelta(minutes=30)
COOKIE = "dangol-own"
CHECKED = "checked"  # the purpose of what the cookie holds
SEE, ERASE = "see", "erase"  # what a code is for: erasing takes one of its own


class WrongCode(DangolError):
    """Not the code, or not any more."""


@dataclass(frozen=True)
class Sure:
    """That it was made sure who asks: how, in words for the records."""

    how: str


def send_code(me: Visitor, road: Road, *, what: str) -> None:
    """Send a fresh code; the one before is dead. Raises TooMany."""
    limits.take("codes", me.customer.pk)
    code = f"{secrets.randbelow(1_000_000):06d}"
    told = {"hash": _hash(me, what, code), "road": road.masked, "until": (me.at + LIVES).timestamp()}
    cache.set(_key(me, what), told, LIVES.total_seconds())
    cache.set(_key(me, what, "tries"), 0, LIVES.total_seconds())
    words = _("[%(shop)s] Your code: %(code)s. It is good for ten minutes. We never ask for it by phone.")
    body = words % {"shop": clock.home().name or _("our shop"), "code": written_code(code)}
    sending.send(me.customer, road, subject="", body=body, kind=SERVICE, at=clock.as_of())


def waits(me: Visitor, *, what: str) -> str:
    """Where the code that waits to be written was sent, masked; "" where none waits."""
    told = cache.get(_key(me, what))
    return str(told["road"]) if told and told["until"] > me.at.timestamp() else ""


def check(me: Visitor, code: str, *, what: str) -> Sure:
    """Whether it is the code, which then opens once. Raises WrongCode, TooMany."""
    limits.take("tries", me.customer.pk)
    told, tries = cache.get(_key(me, what)), 0
    with suppress(ValueError):  # counted before it is compared: two at once are two tries
        tries = cache.incr(_key(me, what, "tries"))
    if not told or told["until"] <= me.at.timestamp() or not 1 <= tries <= TRIES:
        forget(me, what=what)
        raise WrongCode(_("This code is not good any more. Have a new one sent."))
    plain = "".join(char for char in code if char.isdigit())
    if not hmac.compare_digest(told["hash"], _hash(me, what, plain)):
        raise WrongCode(_("That is not the code. Look at the message again."))
    if not cache.delete(_key(me, what)):  # somebody who wrote it at the same moment was first
        raise WrongCode(_("This code is not good any more. Have a new one sent."))
    forget(me, what=what)
    return Sure(f"code sent to {told['road']}, {me.at:%Y-%m-%d %H:%M} UTC, from {me.place or '?'}")


def forget(me: Visitor, *, what: str) -> None:
    """No code waits any more."""
    cache.delete_many([_key(me, what), _key(me, what, "tries")])


def remember(request: HttpRequest, response: HttpResponse, me: Visitor, sure: Sure) -> None:
    """Leave the browser a sign that it was made sure who asks, for half an hour and for these pages."""
    until = me.at + OPEN
    token = Maker(CHECKED).made(Link(me.customer.pk, until, secrets.token_hex(8)))
    cache.set(_how(token), sure.how, OPEN.total_seconds())
    response.set_cookie(
        COOKIE, token, max_age=OPEN, path=reverse("own_start"), httponly=True, samesite="Lax",
        secure=settings.DANGOL_HTTPS or request.is_secure(),
    )  # fmt: skip


def sure_of(request: HttpRequest, me: Visitor) -> Sure | None:
    """That it was made sure of this very person in this browser, as long as that holds."""
    token = request.COOKIES.get(COOKIE, "")
    try:
        link = links.opened(token, purpose=CHECKED, at=me.at)
    except (BadLink, KeyLost):
        return None
    if link.subject != me.customer.pk or not (how := cache.get(_how(token))):
        return None
    return Sure(how)


def close(request: HttpRequest, response: HttpResponse) -> None:
    """Whoever used this browser is done: the sign opens nothing any more, wherever a copy of it lies."""
    cache.delete(_how(request.COOKIES.get(COOKIE, "")))
    response.delete_cookie(COOKIE, path=reverse("own_start"), samesite="Lax")


def _hash(me: Visitor, what: str, code: str) -> str:
    told = f"{me.customer.pk}:{what}:{code}".encode()
    return hmac.new(sealing.marking_key("own codes", make=True), told, sha256).hexdigest()


def _how(token: str) -> str:
    return f"own-sure:{sha256(token.encode()).hexdigest()}"


def _key(me: Visitor, what: str, part: str = "code") -> str:
    return f"own-{part}:{me.customer.pk}:{what}"
