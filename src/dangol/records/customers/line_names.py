"""What lines of business are called, where their code alone would not say it well."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LINES: dict[str, str | Promise] = {"mothers_club": _("Mothers' club"), "home_delivery": _("Home delivery")}


def line_name(line: str) -> str | Promise:
    """A line of business as people read it; a code we do not know is shown with its words apart."""
    return LINES.get(line) or line.replace("_", " ").replace("-", " ").capitalize()
