"""What a password must be: long enough, and not what others would guess first."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

SHORTEST = 10
FEWEST = 5  # different signs
OWN = 6  # signs that are left when one's own name is taken out


class SoundPassword:
    """Django's password validator, ours: one friendly sentence instead of one for each rule."""

    def __init__(self) -> None:
        self._known = CommonPasswordValidator().passwords

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Raise ValidationError for a password that is too short or easy to guess."""
        if len(password) < SHORTEST:
            raise ValidationError(_("Make it %(n)s signs or longer.") % {"n": SHORTEST}, code="short")
        if self._guessable(password.casefold().strip(), user):
            raise ValidationError(
                _("Others would guess this one first. Take a few words of your own."), code="guessable"
            )

    def get_help_text(self) -> str:
        return _("%(n)s signs or more. A few words of your own are easy to remember and hard to guess.") % {
            "n": SHORTEST
        }

    def _guessable(self, password: str, user: AbstractBaseUser | None) -> bool:
        word = password[: (password + password).find(password, 1)]  # what it repeats: itself, mostly
        if {password, word} & self._known or password.isdigit() or len(set(password)) < FEWEST:
            return True
        names = [getattr(user, part, "") for part in ("username", "first_name", "last_name")] if user else []
        rest = password
        for name in filter(None, names):
            rest = rest.replace(name.casefold(), "")
        return len(rest) < OWN or rest.isdigit()
