"""The column of lists that the choice of a model gives: what is expected of each customer."""

from django.utils.translation import gettext_lazy as _

from dangol.insight.analysis.rhythm.names import KIND, SCORE
from dangol.insight.analysis.score_columns import score_column
from dangol.records.customers import columns
from dangol.records.customers.columns import Kind


def register() -> None:
    """Take it into what lists can show."""
    columns.register(score_column(SCORE, _("Expected purchases"), Kind.NUMBER, of=KIND, falling=True))
