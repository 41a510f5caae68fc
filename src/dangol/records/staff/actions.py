"""Letting people in and out: invitations, roles, keys, locks, contracts. Every change of rights is a row."""

import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256

from django.db import IntegrityError
from django.db.models import F
from django.db.transaction import atomic
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from dangol.lib.errors import DangolError
from dangol.records.changes.actions import record_row
from dangol.records.staff.models import ApiKey, Contract, Grant, Invitation, Unit, User
from dangol.records.staff.roles import May, Role, bundle

INVITED_FOR = timedelta(days=7)
LONGEST_KEY = timedelta(days=366)
TRIES = 5  # wrong passwords in a row before the door stays shut
LOCKED_FOR = timedelta(minutes=15)
SIGN_IN_NAME = re.compile(r"[\w.@+-]{2,60}")


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
    refuse_role(role, unit)
    secret = secrets.token_urlsafe(32)
    made = Invitation.objects.create(
        name=name.strip()[:120], role=role, unit=unit, secret_hash=hashed(secret), by=by, at=at,
        expires_at=at + INVITED_FOR,
    )  # fmt: skip
    return Secret(made, secret)


def invitation_of(secret: str, *, at: datetime) -> Invitation:
    """The open invitation this secret leads to. Raises BadInvitation, in the same words whatever is wrong with it."""
    open_ones = Invitation.objects.filter(withdrawn_at=None, accepted_at=None, expires_at__gt=at)
    found = open_ones.filter(secret_hash=hashed(secret)).select_related("unit", "by").first()
    if found is None:
        raise BadInvitation(
            _("This invitation opens nothing any more. Sign in if you accepted it, or ask for a new one.")
        )
    return found


@atomic
def accept(secret: str, *, username: str, password: str, at: datetime) -> User:
    """Make the account an invitation promised. Raises BadInvitation, CannotGrant for a name that cannot be had."""
    invitation = invitation_of(secret, at=at)
    user = User(username=sign_in_name(username), first_name=invitation.name, role=invitation.role, unit=invitation.unit)
    user.set_password(password)
    try:
        with atomic():
            user.save(force_insert=True)
    except IntegrityError as error:  # somebody took the name since it was looked for
        raise CannotGrant(_("The name “%(name)s” is taken. Choose another.") % {"name": user.username}) from error
    open_one = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, withdrawn_at=None)
    if not open_one.update(accepted_at=at, accepted_by=user):
        raise BadInvitation(
            _("This invitation opens nothing any more. Sign in if you accepted it, or ask for a new one.")
        )
    Grant.objects.create(
        user=user, role=user.role, unit=user.unit, by=invitation.by, at=at, why=gettext_noop("Accepted an invitation")
    )
    return user


def sign_in_name(wanted: str) -> str:
    """The name somebody wants to sign in with, as it is kept. Raises CannotGrant where it cannot be had."""
    name = User.normalize_username(wanted.strip())
    if not SIGN_IN_NAME.fullmatch(name):
        raise CannotGrant(_("A name to sign in with has 2 to 60 letters or digits, or . @ + - _ and no blanks."))
    if User.objects.filter(username__iexact=name).exists():
        raise CannotGrant(_("The name “%(name)s” is taken. Choose another.") % {"name": name})
    return name


@atomic
def make_owner(*, at: datetime) -> User | None:
    """Make the owner of this business, without a password; None where there is one already."""
    if User.objects.filter(role=Role.OWNER).exists():
        return None
    owner = User(username="owner", role=Role.OWNER)
    owner.set_unusable_password()
    try:
        with atomic():
            owner.save()
    except IntegrityError:  # two first visits at once: the other one was the first
        return None
    Grant.objects.create(user=owner, role=Role.OWNER, unit=None, by=None, at=at, why=gettext_noop("First use"))
    return owner


def withdraw_invitation(invitation: Invitation, *, at: datetime) -> bool:
    """Make an open invitation worthless; whether it was open."""
    return bool(
        Invitation.objects.filter(pk=invitation.pk, accepted_at=None, withdrawn_at=None).update(withdrawn_at=at)
    )


@atomic
def change_role(user: User, *, role: str, unit: Unit | None, by: User, at: datetime, why: str = "") -> Grant:
    """Give somebody another role or unit, or let them in again; sessions, keys follow at once. Raises CannotGrant."""
    if user.role == Role.OWNER:
        raise CannotGrant(_("The owner stays the owner. Invite somebody else for this role."))
    refuse_role(role, unit)
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
    end_sessions(user)
    return Grant.objects.create(user=user, role="", unit=None, by=by, at=at, why=why[:200])


def end_sessions(user: User) -> None:
    """End every session of this person, wherever it is; the password stays."""
    User.objects.filter(pk=user.pk).update(sessions_ended=F("sessions_ended") + 1)
    user.refresh_from_db()


def forget_password(user: User) -> None:
    """Leave the account without a password: the owner may then set one at the machine itself, and only there."""
    user.set_unusable_password()
    user.save(update_fields=["password"])
    end_sessions(user)


def note_failure(username: str, *, at: datetime) -> None:
    """Count a wrong password or code; after TRIES in a row the account is locked for a while, whoever tries.

    The count begins again with a sign-in that came to its end, not with a right password before a wrong code.
    """
    mine = User.objects.filter(username__iexact=username)
    mine.update(failures=F("failures") + 1)
    mine.filter(failures__gte=TRIES).update(locked_until=at + LOCKED_FOR, failures=0)


def note_success(user: User) -> None:
    """Forget the failures before a sign-in."""
    unlock(user)


def unlock(user: User) -> bool:
    """Open an account that wrong passwords locked; whether there was anything to forget."""
    counted = User.objects.filter(pk=user.pk).exclude(failures=0, locked_until=None)
    return bool(counted.update(failures=0, locked_until=None))


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
    if len(country) != 2 or not (country.isascii() and country.isalpha()):
        raise CannotContract(_("Write the country in two letters, such as KR or US."))
    if ends_on is not None and ends_on < signed_on:
        raise CannotContract(_("The contract ends before it begins."))
    made = Contract.objects.create(
        unit=unit, recipient=recipient.strip()[:120], status=status, purpose=purpose.strip()[:200],
        items=items.strip()[:200], country=country.upper(), signed_on=signed_on, ends_on=ends_on, by=by, at=at,
    )  # fmt: skip
    record_row(made, at=at)
    return made


@atomic
def end_contract(contract: Contract, *, ends_on: date, by: User | None, at: datetime) -> Contract:
    """Write down that a contract ends with that day: a new row, the old one stays. Raises CannotContract."""
    return record_contract(
        unit=contract.unit, recipient=contract.recipient, status=contract.status, signed_on=contract.signed_on,
        ends_on=ends_on, purpose=contract.purpose, items=contract.items, country=contract.country, by=by, at=at,
    )  # fmt: skip


@atomic
def ensure_contracts(*, status: str, signed_on: date, purpose: str, items: str, at: datetime) -> int:
    """Give every dealer who never had a contract this one; how many got it. For demos: a real one is signed first."""
    dealers = Unit.objects.filter(kind=Unit.Kind.DEALER, contracts=None).order_by("pk")
    for unit in dealers:
        record_contract(unit=unit, status=status, signed_on=signed_on, purpose=purpose, items=items, by=None, at=at)
    return len(dealers)


def refuse_role(role: str, unit: Unit | None) -> None:
    """Raise CannotGrant for a role nobody is given, or one that does not go with the unit."""
    if role not in Role.values or role == Role.OWNER:
        raise CannotGrant(_("Choose a role: there is one owner, and it is not given away."))
    if role == Role.DEALER and (unit is None or unit.kind != Unit.Kind.DEALER):
        raise CannotGrant(_("A dealer belongs to a dealer's unit. Choose which."))


def change_mail(user: User, *, email: str, language: str) -> None:
    """Where mail goes that is sent to this member of staff, and in which language; "" of either takes it away."""
    User.objects.filter(pk=user.pk).update(email=email, language=language)
    user.email, user.language = email, language
