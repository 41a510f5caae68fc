"""The column of lists that the last run gives: how likely somebody is to buy again."""

from django.utils.translation import gettext_lazy as _

from dangol.insight.analysis.leaving.names import CHANCE, KIND
from dangol.insight.analysis.score_columns import score_column
from dangol.records.customers import columns
from dangol.records.customers.columns import Kind


def register() -> None:
    """Take it into what lists can show."""
    columns.register(score_column(CHANCE, _("Likely to buy again"), Kind.SHARE, of=KIND))
