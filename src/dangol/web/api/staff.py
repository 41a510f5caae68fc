"""Who works here, by the API: people and what they were given, inviting, roles, letting go.

A key gives nobody more than it holds itself. Keys, passwords and second factors stay with people at a browser.
"""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema

from dangol.records.staff import actions
from dangol.records.staff.access.entries import Verb
from dangol.records.staff.models import Grant, Invitation, User
from dangol.records.staff.queries import grants_of, open_invitations
from dangol.records.staff.roles import May, Role, bundle
from dangol.web import clock
from dangol.web.api.choices import told_here
from dangol.web.api.doors import Done, Number, Refused, Sent, opened, valid
from dangol.web.shell.viewer import Viewer, viewer
from dangol.web.staff import second_factor
from dangol.web.staff.forms import InviteForm, RoleForm
from dangol.web.staff.listing import Row, is_locked, rows
from dangol.web.staff.views import described, refuse_without_password, role_and_unit

router = Router(tags=["staff"])


class Member(Schema):
    """One member of staff; `unit` is a unit's number."""

    id: int
    name: str
    username: str
    role: str
    unit: int | None
    active: bool
    second_factor: bool
    locked: bool


class GivenRights(Schema):
    """What somebody was given, when, by whom and why; an empty role took everything away."""

    role: str
    unit: int | None
    by: str
    at: datetime
    why: str


class WholeMember(Member):
    grants: list[GivenRights]


class InvitationLine(Schema):
    id: int
    name: str
    role: str
    unit: int | None
    by: str
    at: datetime
    expires_at: datetime


class OpenInvitation(InvitationLine):
    """The same with the link: it is told this once, since only its hash is kept."""

    link: str


class NewInvitation(Sent):
    """Whom, for what; the owner's role is not given away."""

    name: str = Field(min_length=1, max_length=120)
    role: Annotated[Role, told_here(Role)]
    unit: Number | None = None


class ChangedRights(Sent):
    role: Annotated[Role, told_here(Role)]
    unit: Number | None = None
    why: str = Field(min_length=1, max_length=200)


class LetGo(Sent):
    why: str = Field(min_length=1, max_length=200)


@opened(router, "GET", "/staff", May.MANAGE_STAFF, response=list[Member])
def list_staff(request: HttpRequest) -> list[Member]:
    """Everybody who has or had an account."""
    return [_member(row) for row in rows(at=clock.now())]


@opened(router, "GET", "/staff/{number}", May.MANAGE_STAFF, response=WholeMember)
def get_staff(request: HttpRequest, number: Number) -> WholeMember:
    """One member of staff with everything they were ever given."""
    user = get_object_or_404(User, pk=number)
    row = Row(user, user.pk in second_factor.having([user]), is_locked(user, at=clock.now()))
    return WholeMember(**_member(row).dict(), grants=list(map(_given, grants_of(user))))


@opened(router, "PATCH", "/staff/{number}", May.MANAGE_STAFF, response=GivenRights)
def change_role(request: HttpRequest, number: Number, told: ChangedRights) -> GivenRights:
    """Give somebody another role or unit, or let them in again: at most what this key holds."""
    mine, user = viewer(request), get_object_or_404(User, pk=number)
    sound = valid(RoleForm(told.dict()))
    _refuse_more(mine, told.role)
    made = actions.change_role(user, **sound, by=mine.user, at=clock.now())
    words = {"who": user, "what": role_and_unit(made.role, made.unit), "why": made.why}
    mine.note(Verb.GRANTED, reason=_("%(who)s: %(what)s. %(why)s") % words)
    return _given(made)


@opened(router, "POST", "/staff/{number}/let-go", May.MANAGE_STAFF, response=GivenRights)
def let_go(request: HttpRequest, number: Number, told: LetGo) -> GivenRights:
    """Take everything away: the account no longer signs in, and its keys no longer open."""
    mine, user = viewer(request), get_object_or_404(User, pk=number)
    made = actions.let_go(user, by=mine.user, at=clock.now(), why=told.why)
    mine.note(Verb.GRANTED, reason=_("%(who)s was let go. %(why)s") % {"who": user, "why": told.why})
    return _given(made)


@opened(router, "GET", "/invitations", May.MANAGE_STAFF, response=list[InvitationLine])
def list_invitations(request: HttpRequest) -> list[InvitationLine]:
    """Invitations that still open the door."""
    return [InvitationLine(**_invited(one)) for one in open_invitations(at=clock.now())]


@opened(router, "POST", "/invitations", May.MANAGE_STAFF, response=OpenInvitation)
def invite(request: HttpRequest, told: NewInvitation) -> OpenInvitation:
    """Invite one person for a role: at most what this key holds."""
    mine = viewer(request)
    refuse_without_password(mine.user)
    sound = valid(InviteForm(told.dict()))
    _refuse_more(mine, told.role)
    made = actions.invite(**sound, by=mine.user, at=clock.now())
    mine.note(Verb.GRANTED, reason=_("Invited: %(who)s") % {"who": described(made.row)})
    link = request.build_absolute_uri(reverse("invitation", args=[made.secret]))
    return OpenInvitation(**_invited(made.row), link=link)


@opened(router, "POST", "/invitations/{number}/withdraw", May.MANAGE_STAFF, response=Done)
def withdraw_invitation(request: HttpRequest, number: Number) -> Done:
    """Make an invitation worthless."""
    one = get_object_or_404(Invitation.objects.select_related("unit"), pk=number)
    withdrawn = actions.withdraw_invitation(one, at=clock.now())
    if withdrawn:
        viewer(request).note(Verb.GRANTED, reason=_("Invitation withdrawn: %(who)s") % {"who": described(one)})
    return Done(changed=withdrawn)


def _refuse_more(mine: Viewer, role: str) -> None:
    """A person let in by a key is there when the key is gone: they get no word that the key does not hold."""
    if more := bundle(role) - mine.allowed:
        mine.note(Verb.REFUSED, subjects=())
        words = {"words": ", ".join(sorted(more))}
        raise Refused(_("A key gives nobody more than it holds itself, and it lacks: %(words)s.") % words)


def _member(row: Row) -> Member:
    user = row.user
    return Member(
        id=user.pk, name=str(user), username=user.username, role=user.role, unit=user.unit_id, active=user.is_active,
        second_factor=row.second_factor, locked=row.locked,
    )  # fmt: skip


def _given(one: Grant) -> GivenRights:
    return GivenRights(role=one.role, unit=one.unit_id, by=str(one.by or ""), at=one.at, why=one.why)


def _invited(one: Invitation) -> dict[str, Any]:
    return {
        "id": one.pk, "name": one.name, "role": one.role, "unit": one.unit_id, "by": str(one.by or ""), "at": one.at,
        "expires_at": one.expires_at,
    }  # fmt: skip
