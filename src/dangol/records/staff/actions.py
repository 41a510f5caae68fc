"""Letting people in and out: invitations, roles, keys, locks, contracts. Every change of rights is a row."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256

from django.db.models import F
from django.db.transaction import atomic
from django.utils.translation import gettext as _

from dangol.lib.errors import DangolError
from dangol.records.changes.actions import record_row
from dangol.records.staff.models import ApiKey, Contract, Grant, Invitation, Unit, User
from dangol.records.staff.roles import May, Role, bundle

INVITED_FOR = timedelta(days=7)
LONGEST_KEY = timedelta(days=366)
TRIES = 5  # wrong passwords in a row before the door stays shut
LOCKED_FOR = timedelta(minutes=15)


class CannotGrant(DangolError):
    """A role or unit that this person cannot have, or that the giver cannot give."""


class BadInvitation(DangolError):
    """The invitation was used, withdrawn, has expired, or never was."""


class CannotMakeKey(DangolError):
    """A key with more rights than its maker has, or without an end."""


class CannotContract(DangolError):
    """A contract that contradicts itself."""


@dataclass(frozen=True)
class Secret[Row]:
    """A new row and the secret that leads to it: shown once, kept as a hash."""

    row: Row
    secret: str


def hashed(secret: str) -> str:
    """What is kept of a random secret. No salt and no slow hash: 32 random bytes cannot be guessed."""
    return sha256(secret.encode()).hexdigest()


@atomic
def invite(*, name: str, role: str, unit: Unit | None, by: User, at: datetime) -> Secret[Invitation]:
    """Invite one person for a role; the link is good once, for a week. Raises CannotGrant."""
    if not name.strip():
        raise CannotGrant(_("Write the name of the person you invite."))
    _refuse_role(role, unit)
    secret = secrets.token_urlsafe(32)
    made = Invitation.objects.create(
        name=name.strip()[:120], role=role, unit=unit, secret_hash=hashed(secret), by=by, at=at,
        expires_at=at + INVITED_FOR,
    )  # fmt: skip
    return Secret(made, secret)


def invitation_of(secret: str, *, at: datetime) -> Invitation:
    """The open invitation this secret leads to. Raises BadInvitation."""
    found = Invitation.objects.filter(secret_hash=hashed(secret)).select_related("unit").first()
    if found is None or found.withdrawn_at is not None:
        raise BadInvitation(_("This invitation is not valid. Ask for a new one."))
    if found.accepted_at is not None:
        raise BadInvitation(_("This invitation was used already. Sign in with the name and password you chose."))
    if found.expires_at <= at:
        raise BadInvitation(_("This invitation has expired. Ask for a new one."))
    return found


@atomic
def accept(secret: str, *, username: str, password: str, at: datetime) -> User:
    """Make the account an invitation promised. Raises BadInvitation, CannotGrant for a name that is taken."""
    invitation = invitation_of(secret, at=at)
    if User.objects.filter(username__iexact=username).exists():
        raise CannotGrant(_("The name “%(name)s” is taken. Choose another.") % {"name": username})
    user = User(username=username, first_name=invitation.name, role=invitation.role, unit=invitation.unit)
    user.set_password(password)
    user.save(force_insert=True)
    claimed = Invitation.objects.filter(pk=invitation.pk, accepted_at=None).update(accepted_at=at, accepted_by=user)
    if not claimed:
        raise BadInvitation(_("This invitation was used already. Sign in with the name and password you chose."))
    Grant.objects.create(
        user=user, role=user.role, unit=user.unit, by=invitation.by, at=at, why=str(_("Accepted an invitation"))
    )
    return user


def withdraw_invitation(invitation: Invitation, *, at: datetime) -> bool:
    """Make an open invitation worthless; whether it was open."""
    return bool(
        Invitation.objects.filter(pk=invitation.pk, accepted_at=None, withdrawn_at=None).update(withdrawn_at=at)
    )


@atomic
def change_role(user: User, *, role: str, unit: Unit | None, by: User, at: datetime, why: str = "") -> Grant:
    """Give somebody another role or unit from now on; sessions and keys follow at once. Raises CannotGrant."""
    if user.role == Role.OWNER:
        raise CannotGrant(_("The owner stays the owner. Invite somebody else for this role."))
    _refuse_role(role, unit)
    User.objects.filter(pk=user.pk).update(role=role, unit=unit, is_active=True)
    user.refresh_from_db()
    return Grant.objects.create(user=user, role=role, unit=unit, by=by, at=at, why=why[:200])


@atomic
def let_go(user: User, *, by: User, at: datetime, why: str = "") -> Grant:
    """Take everything away: the account no longer signs in, its keys no longer open. The row stays for the log."""
    if user.role == Role.OWNER:
        raise CannotGrant(_("The owner cannot be let go."))
    User.objects.filter(pk=user.pk).update(is_active=False)
    ApiKey.objects.filter(user=user, revoked_at=None).update(revoked_at=at)
    user.refresh_from_db()
    return Grant.objects.create(user=user, role="", unit=None, by=by, at=at, why=why[:200])


def note_failure(username: str, *, at: datetime) -> None:
    """Count a wrong password; after TRIES in a row the account is locked for a while, whoever tries."""
    mine = User.objects.filter(username__iexact=username)
    mine.update(failures=F("failures") + 1)
    mine.filter(failures__gte=TRIES).update(locked_until=at + LOCKED_FOR, failures=0)


def note_success(user: User) -> None:
    """Forget the failures before a sign-in."""
    User.objects.filter(pk=user.pk).update(failures=0, locked_until=None)


def locked_until(username: str, *, at: datetime) -> datetime | None:
    """Until when nobody may try this account; None when it is open, or not there."""
    return (
        User.objects.filter(username__iexact=username, locked_until__gt=at)
        .values_list("locked_until", flat=True)
        .first()
    )


@atomic
def make_key(*, name: str, may: Collection[str], expires_at: datetime, by: User, at: datetime) -> Secret[ApiKey]:
    """Make a key for a program: it may do at most what its maker may, for a year at most. Raises CannotMakeKey."""
    wanted = {May(word) for word in may if word in set(May)}
    if len(wanted) != len(set(may)) or not wanted:
        raise CannotMakeKey(_("Choose what the key may do."))
    if more := wanted - bundle(by.role):
        raise CannotMakeKey(_("A key cannot do more than you: %(words)s.") % {"words": ", ".join(sorted(more))})
    if not at < expires_at <= at + LONGEST_KEY:
        raise CannotMakeKey(_("A key ends within a year. Choose a day between tomorrow and then."))
    prefix, secret = secrets.token_hex(4), secrets.token_urlsafe(32)
    made = ApiKey.objects.create(
        name=name.strip()[:120] or prefix, prefix=prefix, secret_hash=hashed(secret), may=sorted(wanted), user=by,
        made_at=at, expires_at=expires_at,
    )  # fmt: skip
    return Secret(made, f"dgl_{prefix}_{secret}")


def revoke_key(key: ApiKey, *, at: datetime) -> bool:
    """Close a key for good; whether it was open."""
    return bool(ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=at))


@atomic
def record_contract(
    *,
    unit: Unit | None = None,
    recipient: str = "",
    status: str,
    signed_on: date,
    ends_on: date | None = None,
    purpose: str = "",
    items: str = "",
    country: str = "KR",
    by: User | None,
    at: datetime,
) -> Contract:
    """Write down a contract with a dealer or another recipient; the newest counts. Raises CannotContract."""
    if (unit is None) == (not recipient.strip()):
        raise CannotContract(_("A contract is with one of our units or with a recipient you name."))
    if status not in Contract.Status.values:
        raise CannotContract(_("Say whether they process for us or act as a third party."))
    if ends_on is not None and ends_on < signed_on:
        raise CannotContract(_("The contract ends before it begins."))
    made = Contract.objects.create(
        unit=unit, recipient=recipient.strip()[:120], status=status, purpose=purpose.strip()[:200],
        items=items.strip()[:200], country=country.upper()[:2], signed_on=signed_on, ends_on=ends_on, by=by, at=at,
    )  # fmt: skip
    record_row(made, at=at)
    return made


def _refuse_role(role: str, unit: Unit | None) -> None:
    if role not in Role.values or role == Role.OWNER:
        raise CannotGrant(_("Choose a role: there is one owner, and it is not given away."))
    if role == Role.DEALER and (unit is None or unit.kind != Unit.Kind.DEALER):
        raise CannotGrant(_("A dealer belongs to a dealer's unit. Choose which."))
