"""The door of the sign-up form: whether it is open, what it asks, and the ways that lead to it.

Shut until the owner opens it. What it may ask beside name and number is in the inventory already, with its purpose.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from django.db.transaction import atomic
from django.utils.translation import gettext as _

from dangol.contact.intake.models import SignUpDoor, SignUpSource
from dangol.lib.errors import DangolError
from dangol.lib.resident_numbers import masked
from dangol.records.customers.entering import LONGEST
from dangol.records.customers.fields import FIELDS, Basis, Field
from dangol.records.customers.own_columns import MEDIA
from dangol.records.staff.models import Unit, User
from dangol.records.staff.queries import contract_with

ASKED = {"birth_date": "birth_date", "gender": "gender", "postcode": "address"}  # detail → its item of the inventory
GROUNDS = frozenset({Basis.CONSENT, Basis.CONTRACT})  # on which a person may be asked who is about to agree
WEB = "web"  # the medium of whoever comes by no way of their own
LONGEST_CODE = 40
_LETTERS = "23456789abcdefghjkmnpqrstvwxyz"  # none that is taken for another


class NoWay(DangolError):
    """A way to the form without a medium, or with a campaign that cannot be kept."""


class Detail(NamedTuple):
    """Something the form may ask, and what the inventory says of it."""

    name: str
    item: Field


@dataclass(frozen=True)
class Came:
    """How somebody came to the form: medium and campaign, and whose customer they are to be."""

    medium: str = WEB
    came_by: str = ""
    unit: Unit | None = None


def door() -> SignUpDoor | None:
    """The form as it stands; None where nobody ever opened it."""
    return SignUpDoor.objects.select_related("by").order_by("-pk").first()


def open_door() -> SignUpDoor | None:
    """The form, if it is open."""
    found = door()
    return found if found is not None and found.is_open else None


def askable() -> list[Detail]:
    """What may be asked beside name and number: what the inventory keeps for a purpose, on a ground that suits."""
    found = [Detail(name, FIELDS[item]) for name, item in ASKED.items() if item in FIELDS]
    return [one for one in found if one.item.basis in GROUNDS]


def asked(shown: SignUpDoor) -> list[Detail]:
    """What the form asks now."""
    return [one for one in askable() if one.name in shown.asks]


@atomic
def set_door(*, is_open: bool, asks: Iterable[str], by: User | None, at: datetime) -> SignUpDoor:
    """Open or shut the form, with what it asks; the same said again is not written again."""
    told, before = set(asks), door()
    wanted = [one.name for one in askable() if one.name in told]
    if before is not None and (before.is_open, before.asks) == (is_open, wanted):
        return before
    return SignUpDoor.objects.create(is_open=is_open, asks=wanted, by=by, at=at)


@atomic
def make_way(*, medium: str, came_by: str = "", by: User | None, at: datetime) -> SignUpSource:
    """An address of its own for a medium and campaign; the one there is, where there is one. Raises NoWay."""
    words = masked(" ".join(came_by.split()))
    if medium not in MEDIA:
        raise NoWay(_("Choose by which medium people come."))
    if len(words) > LONGEST["came_by"]:
        raise NoWay(_("Write the campaign in 120 letters at most."))
    code = "".join(secrets.choice(_LETTERS) for _place in range(6))
    found, _new = SignUpSource.objects.get_or_create(
        medium=medium, came_by=words, defaults={"code": code, "by": by, "at": at}
    )
    return found


def ways() -> list[SignUpSource]:
    """Every way with an address of its own, the latest first."""
    return list(SignUpSource.objects.order_by("-pk"))


def came(*, source: str, unit: str, on: date) -> Came:
    """How somebody came whose address says so; what it names that is not ours is left out.

    A dealer without a contract that holds on the day gets nobody's data: whoever comes by them is head office's.
    """
    found = SignUpSource.objects.filter(code=source[:LONGEST_CODE]).first() if source else None
    medium = found.medium if found else source if source in MEDIA else WEB
    at = Unit.objects.filter(code=unit[:LONGEST_CODE]).first() if unit else None
    if at is not None and at.kind == Unit.Kind.DEALER and contract_with(unit=at, on=on) is None:
        at = None
    return Came(medium, found.came_by if found else "", at)
