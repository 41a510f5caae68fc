"""Signing in and out, the password, and the chart bundle."""

from typing import Any

from allauth.account.views import LoginView
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.webauthn.views import LoginWebAuthnView
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe
from django.views.i18n import set_language as django_set_language

from dangol.records.staff.access.entries import Verb
from dangol.records.staff.models import User
from dangol.web import clock
from dangol.web.shell import charts, door, first_use
from dangol.web.shell.gate import needs
from dangol.web.shell.idle import WAS_IDLE
from dangol.web.shell.sign_in_forms import CodeForm, NewPasswordForm, PasskeyForm, PasskeySignInForm, SignInForm
from dangol.web.shell.toasts import toast


class SignIn(LoginView):  # type: ignore[misc] # allauth has no types
    """Name and password; then the second factor, where the account has one."""

    form_class = SignInForm
    template_name = "shell/sign_in.html"

    def get_initial(self) -> dict[str, Any]:
        """As long as the owner is alone, the name is the one nobody chose."""
        alone = not User.objects.exclude(role=User.Role.OWNER).exists()
        return {"login": "owner"} if alone else {}

    def get_context_data(self, **told: Any) -> dict[str, Any]:
        idle = clock.home().idle_minutes if self.request.session.pop(WAS_IDLE, False) else 0
        context: dict[str, Any] = super().get_context_data(**told)
        return context | {"idle": idle}


class SecondStep(AuthenticateView):  # type: ignore[misc] # allauth has no types
    """A code or a passkey after the password; or back to the beginning."""

    form_class = CodeForm
    webauthn_form_class = PasskeyForm
    template_name = "shell/second_step.html"

    def post(self, request: HttpRequest, *args: Any, **told: Any) -> HttpResponseBase:
        if "again" in request.POST:
            return self.stage.abort()  # type: ignore[no-any-return]
        return super().post(request, *args, **told)  # type: ignore[no-any-return]

    def form_invalid(self, form: Any) -> HttpResponseBase:
        if form is self.webauthn_form:
            door.failed(self.request, self.stage.login.user.username, reason="webauthn")
        return super().form_invalid(form)  # type: ignore[no-any-return]

    def get_context_data(self, **told: Any) -> dict[str, Any]:
        user = self.stage.login.user
        kinds = set(user.authenticator_set.values_list("type", flat=True))
        context: dict[str, Any] = super().get_context_data(**told)
        return context | {"app": "totp" in kinds, "passkey": "webauthn" in kinds}


class PasskeySignIn(LoginWebAuthnView):  # type: ignore[misc] # allauth has no types
    """A passkey instead of the password: what one has, opened by what one knows or is."""

    form_class = PasskeySignInForm

    def form_invalid(self, form: Any) -> HttpResponseBase:
        door.failed(self.request, "", reason="webauthn")
        return render(self.request, "shell/sign_in.html", {
            "form": SignInForm(request=self.request),
            "problem": _("This passkey opens nothing here. Take another, or sign in with your password."),
        })  # fmt: skip


_ask = SignIn.as_view()
second_step = login_not_required(SecondStep.as_view())
passkey_sign_in = login_not_required(PasskeySignIn.as_view())


@login_not_required
@sensitive_post_parameters()
def sign_in(request: HttpRequest) -> HttpResponseBase:
    """Ask for the password, or, at this machine and while there is none, offer to set it."""
    owner = None if request.user.is_authenticated else first_use.owner_without_password()
    if owner is None:
        return _ask(request)  # type: ignore[no-any-return]
    if not first_use.at_this_machine(request):
        return render(request, "shell/no_password_yet.html", status=403)
    return _set(request, owner, "shell/first_password.html")


@needs(None)
def password(request: HttpRequest) -> HttpResponse:
    """Set a password for whoever is signed in; the one before it is asked."""
    assert isinstance(request.user, User)  # LoginRequiredMiddleware
    return _set(request, request.user, "shell/password.html")


@sensitive_post_parameters()
@never_cache
def _set(request: HttpRequest, user: User, template: str) -> HttpResponse:
    inside = request.user.is_authenticated
    form = NewPasswordForm(user, request.POST or None, asks_old=inside and user.has_usable_password())
    if request.method == "POST" and form.is_valid():
        form.save()
        if inside:
            update_session_auth_hash(request, user)
        else:
            login(request, user, backend=first_use.BACKEND)
        door.note(request, user, Verb.GRANTED if inside else Verb.SIGNED_IN, reason="password set")
        toast(request, _("The password is set."))
        return redirect("today")
    return render(request, template, {"form": form})


@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this session; what the browser kept of our pages goes with it."""
    if request.user.is_authenticated:
        door.note(request, request.user, Verb.SIGNED_OUT)
    logout(request)
    response = redirect("sign_in")
    response["Clear-Site-Data"] = '"cache"'
    return response


@needs(None)
@require_safe
def still_here(request: HttpRequest) -> HttpResponse:
    """Somebody works on an open page without asking for another: their session goes on."""
    return HttpResponse(status=204)


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
