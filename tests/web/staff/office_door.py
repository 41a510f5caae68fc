"""What tests of the door share: people with passwords, their codes, and what the access log says of it."""

from __future__ import annotations

import base64
import hmac
import struct
import time
from typing import Any

from django.http import HttpResponse
from django.test import Client

from dangol.records.staff.access import spool
from dangol.records.staff.access.entries import Entry
from dangol.records.staff.models import User
from tests.records.staff.office import office

PASSWORD = "우유배달부 한 사람"
EN = {"Accept-Language": "en"}


def somebody(name: str = "hana", role: str = "agent", unit: str | None = None, **told: Any) -> User:
    """Somebody who can sign in."""
    made = User(username=name, role=role, unit=office()[unit] if unit else None, **told)
    made.set_password(PASSWORD)
    made.save()
    return made


def try_door(client: Client, name: str = "hana", password: str = PASSWORD, **told: Any) -> HttpResponse:
    return client.post("/sign-in/", {"username": name, "password": password}, headers=EN, **told)  # type: ignore[return-value]


def is_in(client: Client) -> bool:
    return client.get("/still-here/").status_code == 204


def confirmed(client: Client) -> Client:
    """Shown once more that it is you, so that something about signing in can be changed."""
    client.post("/account/confirm/", {"password": PASSWORD})
    return client


def code(secret: str, *, steps: int = 0) -> str:
    """What an app shows: RFC 6238 with its defaults, written here a second time on purpose."""
    counter = struct.pack(">Q", int(time.time()) // 30 + steps)
    digest = hmac.digest(base64.b32decode(secret), counter, "sha1")
    place = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[place : place + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def with_app(client: Client) -> str:
    """Adds an app to whoever is signed in; its secret."""
    confirmed(client).get("/account/app/")
    secret: str = client.session["mfa.totp.secret"]
    answer = client.post("/account/app/", {"code": code(secret)})
    assert answer["Location"] == "/account/codes/", answer.content.decode()
    return secret


def logged() -> list[Entry]:
    """Everything the access log was told since it was begun."""
    return [entry for path in spool.waiting() for entry, _end in spool.entries(path, 0, left=False)]


def verbs() -> list[tuple[str, str, str]]:
    """The same in short: what, who, why."""
    return [(entry.verb, entry.user, entry.reason) for entry in logged()]
