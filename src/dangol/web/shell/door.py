"""The door: who may try to sign in, what is counted and written down, and how second factors are kept.

Two counts stand against guessing. By account: five wrong passwords or codes in a row lock it for a quarter of an hour
(rows of the records, so a restart forgets nothing). By address: after TRIES wrong ones within WINDOW nobody there may
try any account, which stops one password being tried on everybody. The answer is the same whether an account is there
or not, locked or not; it takes as long, too.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dangol.lib import sealing
from dangol.records.staff.access import spool
from dangol.records.staff.access.entries import Entry, Verb
from dangol.records.staff.actions import locked_until, note_failure, note_success
from dangol.records.staff.models import User
from dangol.web import clock
from dangol.web.shell.proxy import network_of
from dangol.web.shell.toasts import toast

TRIES = 30
WINDOW = timedelta(minutes=10)

NOT_IN = _(
    "That did not open. Look at the name and the password again; after five wrong tries an account stays shut for a"
    " quarter of an hour."
)
WRONG_CODE = _(
    "That is not the code of now. Look at it again; after five wrong ones the account stays shut for a while."
)
TOO_MANY = _("Too many wrong tries from where you are. Wait ten minutes, then try again.")

# What allauth says after each step: our words for it, and what the access log is told.
NEWS: dict[str, tuple[str | Promise, str]] = {
    "mfa/messages/totp_activated.txt": (_("From now on a code of your app is asked when you sign in."), "app added"),
    "mfa/messages/totp_deactivated.txt": (_("No code is asked any more."), "app removed"),
    "mfa/messages/webauthn_added.txt": (_("The passkey is kept. You can sign in with it."), "passkey added"),
    "mfa/messages/webauthn_removed.txt": (_("The passkey opens nothing any more."), "passkey removed"),
    "mfa/messages/recovery_codes_generated.txt": ("", "recovery codes made"),
}


class Door(DefaultAccountAdapter):  # type: ignore[misc] # allauth has no types
    """allauth's account adapter: our counts, our log, our words."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": NOT_IN,
        "invalid_login": NOT_IN,
        "account_inactive": NOT_IN,
        "incorrect_password": _("That is not your password."),
        "incorrect_code": WRONG_CODE,
        "too_many_login_attempts": TOO_MANY,
        "rate_limited": TOO_MANY,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Whoever this name and password belong to; counted and written down when nobody."""
        name, at = credentials.get("username", ""), clock.now()
        refuse_crowd(request)
        if locked_until(name, at=at):
            User().set_password(credentials.get("password", ""))  # takes as long as looking
            failed(request, name, reason="locked")
            return None
        user: User | None = super().authenticate(request, **credentials)
        if user is None:
            note_failure(name, at=at)
            failed(request, name)
        return user

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        note_success(user)
        note(request, user, Verb.SIGNED_IN, reason=how(request, user))

    def logout(self, request: HttpRequest) -> None:
        note(request, request.user, Verb.SIGNED_OUT)
        super().logout(request)

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        return redirect("sign_in")

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *rest: Any, **more: Any
    ) -> None:
        words, what = NEWS.get(message_template or "", ("", ""))
        if words:
            toast(request, words)
        if what:
            note(request, request.user, Verb.GRANTED, reason=what)

    def send_notification_mail(self, *told: Any, **more: Any) -> None:
        """Nobody needs an e-mail address to work here; the access log tells."""

    def get_client_ip(self, request: HttpRequest) -> str:
        return place_of(request)


class SecondFactor(DefaultMFAAdapter):  # type: ignore[misc] # allauth has no types
    """allauth's adapter of second factors: secrets sealed, our name in people's apps."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": WRONG_CODE,
        "cannot_generate_recovery_codes": _("Recovery codes stand in for an app or a passkey. Add one of those first."),
    }

    def encrypt(self, text: str) -> str:
        return sealing.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return sealing.unseal(encrypted_text)

    def get_totp_issuer(self) -> str:
        return clock.home().name or "Dangol"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        told: dict[str, str] = super().get_public_key_credential_rp_entity()
        return told | {"name": self.get_totp_issuer()}

    def send_notification_mail(self, *told: Any, **more: Any) -> None:
        """As above."""


def note(request: HttpRequest, user: object, verb: Verb, *, reason: str = "") -> None:
    """Write into the access log what happened at the door; `user` is nobody's where no such account exists."""
    who = user if isinstance(user, User) else None
    match = request.resolver_match
    spool.append(Entry(
        at=clock.now(), verb=verb.value, page=match.view_name if match else "sign_in",
        user_id=who.pk if who else 0, user=str(who) if who else "", role=who.role if who else "",
        place=place_of(request), reason=reason,
    ))  # fmt: skip


def failed(request: HttpRequest, name: str, *, reason: str = "") -> None:
    """Count a wrong try of this address and write it down: with the account, if there is one of that name."""
    key = _crowd(request)
    if not cache.add(key, 1, WINDOW.total_seconds()):
        with suppress(ValueError):  # the window closed this very moment
            cache.incr(key)
    note(request, User.objects.filter(username__iexact=name).first(), Verb.FAILED, reason=reason)


def refuse_crowd(request: HttpRequest) -> None:
    """Raise allauth's ValidationError where too many wrong tries came from."""
    if cache.get(_crowd(request), 0) >= TRIES:
        note(request, None, Verb.REFUSED, reason="too many wrong tries")
        raise Door(request).validation_error("too_many_login_attempts")


def here() -> HttpRequest:
    """The request that is being answered, for forms that are not told it."""
    request: HttpRequest = context.request
    return request


def how(request: HttpRequest, user: User) -> str:
    """What somebody showed to come in: password, totp, recovery_codes, webauthn."""
    shown = [one.get("type") or one["method"] for one in get_authentication_records(request, user)]
    return ", ".join(dict.fromkeys(shown))


def place_of(request: HttpRequest) -> str:
    """The address a request comes from."""
    return request.META.get("REMOTE_ADDR") or "unknown"


def _crowd(request: HttpRequest) -> str:
    return f"door:{network_of(place_of(request))}"
