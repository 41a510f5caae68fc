"""Signing in and out, the password, and the chart bundle."""

from django.contrib.auth import login, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe
from django.views.i18n import set_language as django_set_language

from dangol.records.staff.models import User
from dangol.web.shell import charts, first_use
from dangol.web.shell.gate import needs
from dangol.web.shell.toasts import toast


@login_not_required
def sign_in(request: HttpRequest) -> HttpResponseBase:
    """Ask for the password, or, at this machine and while there is none, offer to set it."""
    if request.user.is_authenticated:
        return redirect("today")
    owner = first_use.owner_without_password()
    if owner is None:
        return LoginView.as_view(template_name="shell/sign_in.html", next_page="today")(request)
    if not first_use.at_this_machine(request):
        return render(request, "shell/no_password_yet.html", status=403)
    return _set(request, owner, "shell/first_password.html")


@needs(None)
def password(request: HttpRequest) -> HttpResponse:
    """Set a password for whoever is signed in."""
    assert isinstance(request.user, User)  # LoginRequiredMiddleware
    return _set(request, request.user, "shell/password.html")


@sensitive_post_parameters()
def _set(request: HttpRequest, user: User, template: str) -> HttpResponse:
    form: SetPasswordForm[User] = SetPasswordForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.save()
        if request.user.is_authenticated:
            update_session_auth_hash(request, user)
        else:
            login(request, user, backend=first_use.BACKEND)
        toast(request, _("The password is set."))
        return redirect("today")
    return render(request, template, {"form": form})


sign_out = login_not_required(LogoutView.as_view(next_page="sign_in"))
set_language = login_not_required(django_set_language)


@login_not_required
@require_safe
@cache_control(public=True, max_age=31_536_000, immutable=True)
def chart_bundle(request: HttpRequest, version: str) -> HttpResponse:
    """The library that draws charts, from our own origin. Its address changes with its content."""
    if version != charts.bundle_version():
        raise Http404(version)
    packed = charts.bundle()
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        response = HttpResponse(packed, content_type="text/javascript", headers={"Content-Encoding": "gzip"})
    else:
        import gzip

        response = HttpResponse(gzip.decompress(packed), content_type="text/javascript")
    patch_vary_headers(response, ["Accept-Encoding"])
    return response
