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
    told = (found for catalog in _catalogs(os.environ.get("DANGOL_LANGUAGE", "ko")) if (found := catalog.get(sentence)))
    return next(told, sentence)


@cache
def _catalogs(language: str) -> list[dict[str, str]]:
    """What each room says in a language: here alone, by name, for no room is loaded yet."""
    found = sorted(ROOMS.glob(f"**/locale/{language}/LC_MESSAGES/django.mo"))
    return [_read(path) for path in found]


def _read(path: Path) -> dict[str, str]:
    with path.open("rb") as file:
        told: dict[str, str] = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    return told
