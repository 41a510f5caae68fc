"""Who asked a question of Insight."""

from django.utils.translation import gettext as _

from dangol.insight.analysis.models import Run
from dangol.insight.analysis.queries import asker


def asked_by(run: Run) -> str:
    """Who asked, as far as they are still known."""
    user = asker(run)
    return str(user) if user is not None else _("a program")
