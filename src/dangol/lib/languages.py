"""The language that whoever looks reads."""

from django.utils.translation import get_language


def speaks() -> str:
    """`ko` or `en`; Korean where nobody said."""
    return "en" if (get_language() or "ko").startswith("en") else "ko"
