"""Saved profiles: how files that come again are taken, to be renamed, deleted, and given a folder of their own."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from dangol.contact.intake import profiles, regular
from dangol.contact.intake.kinds import KINDS
from dangol.contact.intake.models import Profile
from dangol.contact.intake.profiles import CannotKeepProfile
from dangol.contact.intake.regular import CannotTakeRegularly
from dangol.lib.languages import speaks
from dangol.records.staff.roles import May
from dangol.web.clock import now
from dangol.web.imports import incoming
from dangol.web.imports.views import states
from dangol.web.shell.gate import needs
from dangol.web.shell.toasts import toast
from dangol.web.shell.viewer import viewer


@needs(May.IMPORT, whole=True)
@require_safe
def import_profiles(request: HttpRequest) -> HttpResponse:
    """The saved profiles, by kind and name."""
    return _profiles(request)


@require_POST
@needs(May.IMPORT, whole=True)
def import_profile_rename(request: HttpRequest, number: int) -> HttpResponse:
    """Give a profile another name."""
    profile = get_object_or_404(Profile, pk=number)
    try:
        profiles.rename(profile, request.POST.get("name", ""), by=viewer(request).user, at=now())
    except CannotKeepProfile as problem:
        return _profiles(request, problem=str(problem), status=422)
    toast(request, _("The profile is called “%(name)s” now.") % {"name": profile.name})
    return redirect("import_profiles")


@require_POST
@needs(May.IMPORT, whole=True)
def import_profile_delete(request: HttpRequest, number: int) -> HttpResponse:
    """Forget a profile; what was imported with it stays."""
    profile = get_object_or_404(Profile, pk=number)
    try:
        profiles.remove(profile)
    except CannotKeepProfile as problem:
        return _profiles(request, problem=str(problem), status=422)
    toast(request, _("The profile “%(name)s” is deleted.") % {"name": profile.name})
    return redirect("import_profiles")


@require_POST
@needs(May.IMPORT, whole=True)
def import_profile_regular(request: HttpRequest, number: int) -> HttpResponse:
    """Take files in by themselves by this profile from now on, in another rhythm, or no more."""
    profile = get_object_or_404(Profile, pk=number)
    if request.POST.get("do") == "stop":
        regular.switch_off(profile)
        toast(request, _("“%(name)s” takes nothing in by itself any more.") % {"name": profile.name})
        return redirect("import_profiles")
    try:
        regular.switch_on(
            profile, rhythm=request.POST.get("rhythm", ""), language=speaks(), by=viewer(request).user, at=now()
        )
    except CannotTakeRegularly as problem:
        return _profiles(request, problem=str(problem), status=422)
    toast(request, _("“%(name)s” takes in by itself what comes into its folder.") % {"name": profile.name})
    return redirect("import_profiles")


def _profiles(request: HttpRequest, *, problem: str = "", status: int = 200) -> HttpResponse:
    standing = {one.profile.pk: one for one in regular.standings(at=now())}
    found = [
        (one, KINDS.get(one.kind), _columns(one), standing.get(one.pk), incoming.looked(one))
        for one in profiles.saved()
    ]
    context = {
        "found": found, "problem": problem, "behind": incoming.why_behind(), "rhythms": Profile.Rhythm.choices,
        "states": states(),
    }  # fmt: skip
    return render(request, "imports/profiles.html", context, status=status)


def _columns(profile: Profile) -> list[tuple[str, object]]:
    """Heading → what it is taken as, in words."""
    kind = KINDS.get(profile.kind)
    said = [(field, heading) for field, heading in profile.mapping.items() if heading]
    fields = [(heading, kind.labels.get(field, field) if kind else field) for field, heading in said]
    return [*fields, *((heading, _("a detail")) for heading in profile.details)]
