"""Who works here, which keys open, and whom we have a contract with."""

from dataclasses import dataclass
from datetime import date, datetime
from hmac import compare_digest
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from dangol.lib.asked_again import asked_again
from dangol.lib.errors import DangolError
from dangol.records.staff.actions import hashed
from dangol.records.staff.models import ApiKey, Contract, Grant, Invitation, Unit, User

PREFIX = "dgl"


class EntryClosed(DangolError):
    """Nobody outside our staff enters customers before there is a contract about it."""


def key_of(token: str, *, at: datetime) -> ApiKey | None:
    """The open key this token stands for: known, not revoked, not expired, its maker still here."""
    word, _sep, rest = token.partition("_")
    prefix, _sep, secret = rest.partition("_")
    if word != PREFIX or not secret:
        return None
    found = _open_keys(prefix, at)
    known = [one for one in found if compare_digest(one.secret_hash, hashed(secret)) and one.user.is_active]
    return known[0] if known else None


@asked_again
def _open_keys(prefix: Any, at: Any) -> QuerySet[ApiKey]:
    """At most one, for no two keys begin alike."""
    return ApiKey.objects.select_related("user").filter(prefix=prefix, revoked_at=None, expires_at__gt=at)


def contract_with(*, unit: Unit | None = None, recipient: str = "", on: date) -> Contract | None:
    """The contract that holds on a day with a unit or a named recipient: the newest one, if it has not ended."""
    about = Q(unit=unit) if unit is not None else Q(recipient=recipient)
    newest = Contract.objects.filter(about, signed_on__lte=on).order_by("-signed_on", "-id").first()
    return newest if newest is not None and (newest.ends_on is None or newest.ends_on >= on) else None


def recipients(*, on: date) -> list[Contract]:
    """Everybody outside who handles our customers' data on a day: the newest standing contract of each."""
    newest: dict[tuple[int | None, str], Contract] = {}
    rows = Contract.objects.filter(signed_on__lte=on).select_related("unit").order_by("signed_on", "id")
    for row in rows:
        newest[row.unit_id, row.recipient] = row
    return [row for row in newest.values() if row.ends_on is None or row.ends_on >= on]


def is_entry_closed(user: User, *, on: date) -> bool:
    """Whether this is a dealer whose unit has no contract on that day."""
    return user.role == User.Role.DEALER and (user.unit is None or contract_with(unit=user.unit, on=on) is None)


def refuse_closed_entry(user: User, *, on: date) -> None:
    """Raise EntryClosed for a dealer whose unit has no contract on that day."""
    if is_entry_closed(user, on=on):
        name = user.unit.name if user.unit else user.username
        raise EntryClosed(
            _("Entry is closed: we have no contract with %(dealer)s about customers' data. Head office can record one.")
            % {"dealer": name}
        )


def staff() -> QuerySet[User]:
    """Everybody who has or had an account, those who work here first."""
    return User.objects.select_related("unit").order_by("-is_active", "first_name", "username")


def people_of(unit: Unit) -> QuerySet[User]:
    """Who works in this very unit."""
    return staff().filter(unit=unit, is_active=True)


def contracts_of(unit: Unit) -> QuerySet[Contract]:
    """Every contract there ever was with this unit, the newest first."""
    return Contract.objects.filter(unit=unit).select_related("by").order_by("-signed_on", "-pk")


def open_invitations(*, at: datetime) -> QuerySet[Invitation]:
    """Invitations that still open the door, the newest first."""
    still = Invitation.objects.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=at)
    return still.select_related("unit", "by").order_by("-at", "-pk")


def grants_of(user: User) -> QuerySet[Grant]:
    """Everything this person was ever given or lost, the newest first."""
    return Grant.objects.filter(user=user).select_related("unit", "by").order_by("-at", "-pk")


def api_keys() -> QuerySet[ApiKey]:
    """Every key there ever was, the newest first."""
    return ApiKey.objects.select_related("user").order_by("-made_at", "-pk")


@dataclass(frozen=True)
class Placed:
    """A unit and how many stand above it."""

    unit: Unit
    depth: int


def tree() -> list[Placed]:
    """All units, each after the one it is part of, by kind and name."""
    kinds = list(Unit.Kind.values)
    units = sorted(Unit.objects.all(), key=lambda unit: (kinds.index(unit.kind), unit.name, unit.pk))
    parts: dict[int | None, list[Unit]] = {}
    for unit in units:
        parts.setdefault(unit.parent_id, []).append(unit)
    placed: list[Placed] = []
    waiting = [Placed(unit, 0) for unit in reversed(parts.get(None, []))]
    while waiting:
        placed.append(waiting.pop())
        here = placed[-1]
        waiting += [Placed(unit, here.depth + 1) for unit in reversed(parts.get(here.unit.pk, []))]
    return placed


def standing(*, on: date) -> dict[int, Contract]:
    """The contract that holds on a day with each unit that has one."""
    return {row.unit_id: row for row in recipients(on=on) if row.unit_id is not None}
