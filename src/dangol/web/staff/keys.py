"""Keys of programs: made with a choice of rights, shown once, revoked."""

from datetime import datetime, time, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localtime, make_aware
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from dangol.records.staff import actions, queries
from dangol.records.staff.access.entries import Verb
from dangol.records.staff.models import ApiKey
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.shell.gate import needs
from dangol.web.shell.toasts import toast
from dangol.web.shell.viewer import viewer
from dangol.web.staff.forms import KeyForm
from dangol.web.staff.words import MAY


@needs(May.MANAGE_STAFF)
@never_cache
def keys(request: HttpRequest) -> HttpResponse:
    """Every key, and a new one: its secret is on the page that follows and nowhere else."""
    mine, at = viewer(request), clock.now()
    form, token = KeyForm(mine.user, localtime(at).date(), request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        until = make_aware(datetime.combine(told["until"] + timedelta(days=1), time()))
        try:
            made = actions.make_key(name=told["name"], may=told["may"], expires_at=until, by=mine.user, at=at)
        except actions.CannotMakeKey as error:
            form.add_error("until", str(error))
        else:
            words = ", ".join(str(MAY[word]) for word in May if word in made.row.may)
            mine.note(Verb.GRANTED, reason=_("Key %(name)s: %(may)s") % {"name": made.row.name, "may": words})
            token, form = made.secret, KeyForm(mine.user, localtime(at).date())
    listed = [
        (key, [MAY[word] for word in May if word in key.allowed()], key.expires_at > at) for key in queries.api_keys()
    ]
    context = {"form": form, "keys": listed, "token": token}
    return render(request, "staff/keys.html", context, status=422 if form.errors else 200)


@needs(May.MANAGE_STAFF)
@require_POST
def revoke(request: HttpRequest, key_id: int) -> HttpResponse:
    """Close a key for good."""
    key = get_object_or_404(ApiKey, pk=key_id)
    if actions.revoke_key(key, at=clock.now()):
        viewer(request).note(Verb.GRANTED, reason=_("Key revoked: %(name)s") % {"name": key.name})
        toast(request, _("The key opens nothing any more."))
    return redirect("staff_keys")
