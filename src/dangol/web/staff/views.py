"""Who works here: the list, one person, inviting, and the way in for somebody who was invited."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.tokens import default_token_generator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from dangol.lib.errors import DangolError
from dangol.records.staff import actions
from dangol.records.staff.access.entries import Verb
from dangol.records.staff.models import Invitation, User
from dangol.records.staff.queries import grants_of, open_invitations
from dangol.records.staff.roles import May, Role
from dangol.web import clock
from dangol.web.shell import door, first_use
from dangol.web.shell.gate import needs
from dangol.web.shell.sign_in_forms import NewPasswordForm
from dangol.web.shell.toasts import toast
from dangol.web.shell.viewer import viewer
from dangol.web.staff import second_factor
from dangol.web.staff.forms import AcceptForm, InviteForm, RoleForm, WhyForm
from dangol.web.staff.listing import is_locked, rows


class NoPassword(DangolError):
    """Somebody who can be anybody at this machine lets nobody else in."""


@needs(May.MANAGE_STAFF)
def staff(request: HttpRequest) -> HttpResponse:
    """Everybody who works here, and who is invited."""
    at = clock.now()
    return render(request, "staff/people.html", {"rows": rows(at=at), "invitations": open_invitations(at=at)})


@needs(May.MANAGE_STAFF)
@never_cache
def invite(request: HttpRequest) -> HttpResponse:
    """Ask for whom, and show the link: once, since only its hash is kept."""
    mine, form = viewer(request), InviteForm(request.POST or None)
    try:
        refuse_without_password(mine.user)
    except NoPassword as error:
        toast(request, str(error))
        return redirect("password")
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.invite(**form.cleaned_data, by=mine.user, at=clock.now())
        except actions.CannotGrant as error:
            form.add_error("unit", str(error))
        else:
            mine.note(Verb.GRANTED, reason=_("Invited: %(who)s") % {"who": described(made.row)})
            link = request.build_absolute_uri(reverse("invitation", args=[made.secret]))
            context |= {"link": link, "invitation": made.row, "near": _near(request)}
    return render(request, "staff/invite.html", context, status=422 if form.errors else 200)


@needs(May.MANAGE_STAFF)
@require_POST
def withdraw(request: HttpRequest, invitation_id: int) -> HttpResponse:
    """Make an invitation worthless."""
    invitation = get_object_or_404(Invitation, pk=invitation_id)
    if actions.withdraw_invitation(invitation, at=clock.now()):
        viewer(request).note(Verb.GRANTED, reason=_("Invitation withdrawn: %(who)s") % {"who": described(invitation)})
        toast(request, _("The invitation opens nothing any more."))
    return redirect("staff")


@needs(May.MANAGE_STAFF)
@never_cache
def person(request: HttpRequest, user_id: int) -> HttpResponse:
    """One member of staff: what they may, what they were given when, and what can be done about it."""
    user = get_object_or_404(User.objects.select_related("unit"), pk=user_id)
    step = STEPS.get(request.POST.get("step", ""))
    if request.method == "POST" and step is not None:
        return step(request, user)
    return _person(request, user)


def _person(
    request: HttpRequest, user: User, *, form: RoleForm | None = None, leaving: WhyForm | None = None, link: str = ""
) -> HttpResponse:
    at = clock.now()
    context = {
        "person": user, "grants": grants_of(user), "locked": is_locked(user, at=at),
        "second_factor": user.pk in second_factor.having([user]), "is_owner": user.role == Role.OWNER,
        "form": form or RoleForm(initial={"role": user.role, "unit": user.unit_id}),
        "leaving": leaving or WhyForm(auto_id="leaving_%s"), "link": link, "near": _near(request),
    }  # fmt: skip
    return render(request, "staff/person.html", context, status=422 if form or leaving else 200)


def _change_role(request: HttpRequest, user: User) -> HttpResponse:
    mine, form = viewer(request), RoleForm(request.POST)
    if not form.is_valid():
        return _person(request, user, form=form)
    try:
        given = actions.change_role(user, **form.cleaned_data, by=mine.user, at=clock.now())
    except actions.CannotGrant as error:
        form.add_error("unit", str(error))
        return _person(request, user, form=form)
    told = {"who": user, "what": role_and_unit(given.role, given.unit), "why": given.why}
    mine.note(Verb.GRANTED, reason=_("%(who)s: %(what)s. %(why)s") % told)
    toast(request, _("It holds from now on."))
    return redirect("staff_person", user.pk)


def _let_go(request: HttpRequest, user: User) -> HttpResponse:
    mine, form = viewer(request), WhyForm(request.POST, auto_id="leaving_%s")
    if not form.is_valid():
        return _person(request, user, leaving=form)
    try:
        actions.let_go(user, by=mine.user, at=clock.now(), why=form.cleaned_data["why"])
    except actions.CannotGrant as error:
        form.add_error("why", str(error))
        return _person(request, user, leaving=form)
    mine.note(Verb.GRANTED, reason=_("%(who)s was let go. %(why)s") % {"who": user, "why": form.cleaned_data["why"]})
    toast(request, _("The account opens nothing any more."))
    return redirect("staff_person", user.pk)


def _unlock(request: HttpRequest, user: User) -> HttpResponse:
    if actions.unlock(user):
        viewer(request).note(Verb.GRANTED, reason=_("%(who)s was unlocked.") % {"who": user})
    toast(request, _("The account is open again."))
    return redirect("staff_person", user.pk)


def _reset(request: HttpRequest, user: User) -> HttpResponse:
    second_factor.reset(user)
    viewer(request).note(Verb.GRANTED, reason=_("The second factor of %(who)s was taken away.") % {"who": user})
    toast(request, _("The second factor is gone, and every session with it."))
    return redirect("staff_person", user.pk)


def _link(request: HttpRequest, user: User) -> HttpResponse:
    if not user.is_active or user.role == Role.OWNER:
        return redirect("staff_person", user.pk)
    told = [urlsafe_base64_encode(str(user.pk).encode()), default_token_generator.make_token(user)]
    viewer(request).note(Verb.GRANTED, reason=_("A link for a new password: %(who)s") % {"who": user})
    return _person(request, user, link=request.build_absolute_uri(reverse("new_password", args=told)))


STEPS: dict[str, Callable[[HttpRequest, User], HttpResponse]] = {
    "role": _change_role, "let_go": _let_go, "unlock": _unlock, "reset": _reset, "link": _link,
}  # fmt: skip


@login_not_required
@never_cache
@sensitive_post_parameters()
def invitation(request: HttpRequest, secret: str) -> HttpResponseBase:
    """The way in for somebody who was invited; what is wrong with a link is not told."""
    try:
        wanted = actions.invitation_of(secret, at=clock.now())
        if request.user.is_authenticated:
            return render(request, "staff/invitation.html", {"somebody": request.user})
        form = AcceptForm(User(first_name=wanted.name), request.POST or None)
        if request.method == "POST" and form.is_valid():
            told = form.cleaned_data
            user = actions.accept(secret, username=told["username"], password=told["new_password1"], at=clock.now())
            door.note(request, user, Verb.GRANTED, reason=_("Invited: %(who)s") % {"who": described(wanted)})
            door.Door(request).login(request, user)
            toast(request, _("Welcome. A second factor keeps your account yours: you find it under your name."))
            return redirect("today")
    except actions.BadInvitation as error:
        return _closed(request, str(error))
    except actions.CannotGrant as error:
        form.add_error("username", str(error))
    return render(request, "staff/invitation.html", {"form": form, "invitation": wanted})


@login_not_required
@never_cache
@sensitive_post_parameters()
def new_password(request: HttpRequest, who: str, token: str) -> HttpResponseBase:
    """A new password for somebody who forgot theirs, by a link that head office gave them. The second factor stays."""
    user = _named(who)
    if user is None or not default_token_generator.check_token(user, token):
        return _closed(request, _("This link opens nothing any more. Ask for a new one."))
    form = NewPasswordForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.save()
        actions.unlock(user)
        door.note(request, user, Verb.GRANTED, reason="password set")
        toast(request, _("The password is set."))
        return redirect("sign_in")
    return render(request, "staff/new_password.html", {"form": form})


def _named(who: str) -> User | None:
    try:
        number = int(urlsafe_base64_decode(who))
    except ValueError:
        return None
    return User.objects.filter(pk=number, is_active=True).first()


def _closed(request: HttpRequest, why: str) -> HttpResponse:
    response = render(request, "staff/closed.html", {"why": why}, status=404)
    # Django writes refused addresses into its log, and this one may hold a secret.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


def _near(request: HttpRequest) -> bool:
    """Whether the page was opened by a name that only this machine knows."""
    return request.get_host().rpartition(":")[0] in first_use.LOCAL_NAMES or request.get_host() in first_use.LOCAL_NAMES


def refuse_without_password(user: User) -> None:
    """Whoever lets others in has a password first. Raises NoPassword."""
    if not user.has_usable_password():
        raise NoPassword(_("Set your own password first: until then everybody at this machine is you."))


def described(invited: Invitation) -> str:
    """Who was invited, for what."""
    return f"{invited.name}, {role_and_unit(invited.role, invited.unit)}"


def role_and_unit(role: str, unit: object) -> str:
    """A role and its unit in words."""
    return f"{Role(role).label}{f', {unit}' if unit else ''}"
