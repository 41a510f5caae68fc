"""What is asked at the door: name and password, a code, a passkey; and a new password."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.account.forms import LoginForm, ReauthenticateForm
from allauth.mfa.base import forms as codes
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn import forms as passkeys
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from django import forms
from django.conf import settings
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.password_validation import password_validators_help_texts
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dangol.lib.sealing import KeyLost
from dangol.records.staff.actions import locked_until, note_failure
from dangol.records.staff.models import User
from dangol.web import clock
from dangol.web.shell import door

# A code is good for its half minute and the ones beside it; so long it must be remembered that it was used.
CODE_LIVES = 30 * (2 * settings.MFA_TOTP_TOLERANCE + 1)
LONGEST_NAME = 60
CODE = {"class": "input", "inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": True}


class SignInForm(LoginForm):  # type: ignore[misc] # allauth has no types
    """Name and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name, password = self.fields["login"], self.fields["password"]
        name.label, password.label = _("Name"), _("Password")
        name.error_messages["required"] = _("Write the name you sign in with.")
        password.error_messages["required"] = _("Write your password.")
        name.widget.attrs = {"class": "input", "autocomplete": "username webauthn", "autocapitalize": "none"}
        password.widget.attrs = {"class": "input", "autocomplete": "current-password"}
        (password if self.initial.get("login") else name).widget.attrs["autofocus"] = True

    def add_prefix(self, field_name: str) -> str:
        """Browsers and people know the field as `username`."""
        return "username" if field_name == "login" else super().add_prefix(field_name)


class PasswordAgainForm(ReauthenticateForm):  # type: ignore[misc] # allauth has no types
    """The password once more, before something about signing in is changed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        password = self.fields["password"]
        password.label, password.error_messages["required"] = _("Password"), _("Write your password.")
        password.widget.attrs = {"class": "input", "autocomplete": "current-password", "autofocus": True}


class _Code(codes.BaseAuthenticateForm):  # type: ignore[misc] # allauth has no types
    """A code: counted when wrong, like a password, and good for once."""

    user: User
    authenticator: Authenticator

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = forms.CharField(
            label=_("Code"), max_length=20, widget=forms.TextInput(CODE),
            error_messages={"required": _("Write the code.")},
        )  # fmt: skip

    def clean_code(self) -> str:
        at, request = clock.now(), door.here()
        door.refuse_crowd(request)
        if locked_until(self.user.username, at=at):
            door.failed(request, self.user.username, reason="locked")
            raise ValidationError(door.WRONG_CODE)
        try:
            code: str = super().clean_code()
            self._spend(code)
        except KeyLost as error:
            raise ValidationError(_("Codes cannot be checked: the file with the keys is gone. Put it back.")) from error
        except ValidationError:
            note_failure(self.user.username, at=at)
            door.failed(request, self.user.username, reason="code")
            raise
        return code

    def _spend(self, code: str) -> None:
        if self.authenticator.type != Authenticator.Type.TOTP:
            return  # a recovery code is crossed out in the records
        if not cache.add(f"code:{self.user.pk}:{code.replace(' ', '')}", True, CODE_LIVES):
            raise ValidationError(door.WRONG_CODE)


class CodeForm(_Code, codes.AuthenticateForm):  # type: ignore[misc] # allauth has no types
    """The code asked for after the password."""


class CodeAgainForm(_Code, codes.ReauthenticateForm):  # type: ignore[misc] # allauth has no types
    """A code, before something about signing in is changed."""


class AddAppForm(ActivateTOTPForm):  # type: ignore[misc] # allauth has no types
    """The first code of an app that was just shown the secret."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = forms.CharField(
            label=_("Code that the app shows"), max_length=20, widget=forms.TextInput(CODE),
            error_messages={"required": _("Write the code.")},
        )  # fmt: skip


@contextmanager
def _from_a_stranger() -> Iterator[None]:
    """What no device would send is refused like a wrong answer: taking it apart raises all sorts of errors."""
    try:
        yield
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, struct.error, RecursionError,
            InvalidSignature, UnsupportedAlgorithm) as error:  # fmt: skip
        raise ValidationError(_("This passkey is not one of yours.")) from error


class PasskeyForm(passkeys.AuthenticateWebAuthnForm):  # type: ignore[misc] # allauth has no types
    """The passkey asked for after the password."""

    def clean_credential(self) -> Authenticator:
        with _from_a_stranger():
            return super().clean_credential()


class PasskeySignInForm(PasskeyForm, passkeys.LoginWebAuthnForm):  # type: ignore[misc] # allauth has no types
    """A passkey instead of the password."""


class PasskeyAgainForm(PasskeyForm, passkeys.ReauthenticateWebAuthnForm):  # type: ignore[misc] # allauth has no types
    """A passkey, before something about signing in is changed."""


class AddPasskeyForm(passkeys.AddWebAuthnForm):  # type: ignore[misc] # allauth has no types
    """What somebody calls the device that holds the passkey; the rest the device says."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name = self.fields["name"]
        name.label, name.max_length = _("What do you call it?"), LONGEST_NAME
        name.widget.attrs |= {"placeholder": _("Phone, laptop, key on the ring"), "maxlength": LONGEST_NAME}
        self.initial["name"] = ""

    def clean_name(self) -> str:
        name: str = super().clean_name()
        return name[:LONGEST_NAME]

    def clean(self) -> dict[str, Any]:
        with _from_a_stranger():
            told: dict[str, Any] = super().clean()
        return told


class NewPasswordForm(SetPasswordForm[User]):
    """A password, twice; and the one before it, where there is one and somebody is signed in."""

    error_messages = {"password_mismatch": gettext_lazy("The two are not the same. Write it once more.")}
    old = forms.CharField(
        label=gettext_lazy("Your password until now"), strip=False,
        widget=forms.PasswordInput({"class": "input", "autocomplete": "current-password"}),
        error_messages={"required": gettext_lazy("Write the password you have now.")},
    )  # fmt: skip
    field_order = ("old", "new_password1", "new_password2")

    def __init__(self, user: User, *args: Any, asks_old: bool = False, **kwargs: Any) -> None:
        super().__init__(user, *args, **kwargs)
        if not asks_old:
            del self.fields["old"]
        first, second = self.fields["new_password1"], self.fields["new_password2"]
        first.label, first.help_text = _("New password"), " ".join(password_validators_help_texts())
        second.label, second.help_text = _("Once more"), ""
        for field in (first, second):
            field.error_messages["required"] = _("Write the password.")
            field.widget.attrs = {"class": "input", "autocomplete": "new-password"}

    def clean_old(self) -> str:
        old: str = self.cleaned_data["old"]
        request = door.here()
        if not door.Door(request).reauthenticate(self.user, old):
            raise ValidationError(_("That is not your password."))
        return old
