"""One's own account: what is asked when one signs in, and where one is signed in."""

from functools import wraps
from typing import Any

from allauth.account import views as confirming
from allauth.mfa.base.views import IndexView, ReauthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView, ReauthenticateWebAuthnView, RemoveWebAuthnView
from django import forms
from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from dangol.lib.sealing import KeyLost
from dangol.records.staff.access.entries import Verb
from dangol.records.staff.actions import change_mail, end_sessions
from dangol.records.staff.queries import grants_of
from dangol.web.shell import door
from dangol.web.shell.gate import View, needs
from dangol.web.shell.sign_in_forms import (
    AddAppForm,
    AddPasskeyForm,
    CodeAgainForm,
    PasskeyAgainForm,
    PasswordAgainForm,
)
from dangol.web.shell.toasts import toast
from dangol.web.shell.viewer import viewer

HOME = reverse_lazy("mfa_index")


class Account(IndexView):  # type: ignore[misc] # allauth has no types
    """What is asked of this person, and what they were given."""

    template_name = "staff/account.html"

    def get_context_data(self, **told: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**told)
        kept = context["authenticators"]
        codes = kept.get(Authenticator.Type.RECOVERY_CODES)
        return context | {
            "app": kept.get(Authenticator.Type.TOTP), "passkeys": kept.get(Authenticator.Type.WEBAUTHN, []),
            "codes": codes, "codes_left": _left(codes) if codes else 0,
            "grants": grants_of(viewer(self.request).user),
            "mail": MailForm(initial={"email": self.request.user.email, "language": self.request.user.language}),
        }  # fmt: skip


class ConfirmByPasskey(ReauthenticateWebAuthnView):  # type: ignore[misc] # allauth has no types
    """A passkey, before something about signing in is changed; a wrong one is asked for again."""

    form_class = PasskeyAgainForm
    template_name = "staff/confirm.html"
    extra_context = {"by": "passkey"}

    def form_invalid(self, form: Any) -> HttpResponseBase:
        door.failed(self.request, viewer(self.request).user.username, reason="webauthn")
        return self.render_to_response(self.get_context_data() | {"wrong": True})  # type: ignore[no-any-return]


def _left(codes: Any) -> int | None:
    try:
        return len(codes.get_unused_codes())
    except KeyLost:
        return None


def with_keys(view: View) -> View:
    """Says so where the key file is gone: nothing can be sealed then, and nothing opened."""

    @wraps(view)
    def led(request: HttpRequest, *args: Any, **told: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **told)
        except KeyLost:
            return render(request, "staff/key_lost.html", status=503)

    return led


def after_password(view: View) -> View:
    """Only for who has a password: a second factor without a first would ask for nothing."""

    @wraps(view)
    def led(request: HttpRequest, *args: Any, **told: Any) -> HttpResponseBase:
        if viewer(request).user.has_usable_password():
            return view(request, *args, **told)
        toast(request, _("Set a password first. The second factor is asked after it."))
        return redirect("password")

    return led


index = needs(None)(Account.as_view())
add_app = needs(None)(
    after_password(with_keys(ActivateTOTPView.as_view(form_class=AddAppForm, template_name="staff/add_app.html")))
)
remove_app = needs(None)(DeactivateTOTPView.as_view(template_name="staff/remove.html", extra_context={"kind": "app"}))
codes = needs(None)(with_keys(ViewRecoveryCodesView.as_view(template_name="staff/codes.html")))
new_codes = needs(None)(with_keys(GenerateRecoveryCodesView.as_view(template_name="staff/new_codes.html")))
add_passkey = needs(None)(
    after_password(
        with_keys(AddWebAuthnView.as_view(form_class=AddPasskeyForm, template_name="staff/add_passkey.html"))
    )
)
remove_passkey = needs(None)(
    RemoveWebAuthnView.as_view(
        template_name="staff/remove.html", success_url=HOME, pk_url_kwarg="passkey_id",
        extra_context={"kind": "passkey"},
    )
)  # fmt: skip
confirm = needs(None)(
    confirming.ReauthenticateView.as_view(
        form_class=PasswordAgainForm, template_name="staff/confirm.html", extra_context={"by": "password"}
    )
)
confirm_by_code = needs(None)(
    ReauthenticateView.as_view(
        form_class=CodeAgainForm, template_name="staff/confirm.html", extra_context={"by": "code"}
    )
)
confirm_by_passkey = needs(None)(ConfirmByPasskey.as_view())


class MailForm(forms.Form):
    """Where reports are sent to, and in which language."""

    email = forms.EmailField(label=gettext_lazy("E-mail address"), required=False, max_length=254)
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the mail"), required=False,
        choices=[("", gettext_lazy("As the business")), *settings.LANGUAGES],
    )  # fmt: skip


@needs(None)
@require_POST
def mail(request: HttpRequest) -> HttpResponse:
    """Say where reports are sent to."""
    form, mine = MailForm(request.POST), viewer(request)
    if not form.is_valid():
        toast(request, " ".join(str(one) for errors in form.errors.values() for one in errors))
        return redirect("mfa_index")
    change_mail(mine.user, **form.cleaned_data)
    toast(request, _("Mail to you goes to %(address)s.") % {"address": mine.user.email} if mine.user.email
          else _("No mail is sent to you any more."))  # fmt: skip
    return redirect("mfa_index")


@needs(None)
@require_POST
def end_all(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere but here."""
    mine = viewer(request)
    end_sessions(mine.user)
    update_session_auth_hash(request, mine.user)
    mine.note(Verb.SIGNED_OUT, reason=_("everywhere else"))
    toast(request, _("You are signed in here alone."))
    return redirect("mfa_index")
