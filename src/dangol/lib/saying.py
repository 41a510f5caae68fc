"""Sentences in the language of whoever reads them, also before Django, which translates otherwise, is loaded.

Called by: commands, and what they meet before a home is open.
Must never know: what is said.
"""

import gettext
import os
import sys
from functools import cache
from pathlib import Path

ROOMS = Path(__file__).parents[1]


def _(sentence: str) -> str:
    """The sentence in the language of DANGOL_LANGUAGE, Korean where nothing is set."""
    if "django.conf" in sys.modules:
        from django.conf import settings
        from django.utils.translation import gettext as translated

        if settings.configured:
            return translated(sentence)
    told = (catalog.gettext(sentence) for catalog in _catalogs(os.environ.get("DANGOL_LANGUAGE", "ko")))
    return next((words for words in told if words != sentence), sentence)


@cache
def _catalogs(language: str) -> list[gettext.GNUTranslations]:
    """What each room says in a language: here alone, by name, for no room is loaded yet."""
    return [_read(path) for path in sorted(ROOMS.glob(f"**/locale/{language}/LC_MESSAGES/django.mo"))]


def _read(path: Path) -> gettext.GNUTranslations:
    with path.open("rb") as file:
        return gettext.GNUTranslations(file)
