"""What lines of business are called, where their code alone would not say it well."""

import re

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LINES: dict[str, str | Promise] = {"mothers_club": _("Mothers' club"), "home_delivery": _("Home delivery")}


def line_name(line: str) -> str | Promise:
    """A line of business as people read it; a code we do not know is shown with its words apart."""
    return LINES.get(line) or line.replace("_", " ").replace("-", " ").capitalize()


def line_code(written: str) -> str:
    """The code of a line of business as a file names it, "" for none: a name of ours is its code, in any language; any
    other is written without case and signs.
    """
    plain = _plain(written)
    return _codes().get(plain, plain)


def _codes() -> dict[str, str]:
    found: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found |= {_plain(str(name)): code for code, name in LINES.items()}
    return found


def _plain(written: str) -> str:
    return re.sub(r"[\W_]+", "_", written.replace("'", "").casefold()).strip("_")
