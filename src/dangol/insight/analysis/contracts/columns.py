"""The columns of lists: how likely somebody is to be under contract after one, three and twelve months."""

from django.utils.translation import gettext_lazy as _

from dangol.insight.analysis.contracts.names import COMMITMENT, KIND, STAYS
from dangol.insight.analysis.score_columns import score_column
from dangol.records.customers import columns
from dangol.records.customers.columns import Kind

LABELS = {1: _("Contract goes on for 1 month"), 3: _("Contract goes on for 3 months"),
          12: _("Contract goes on for 12 months")}  # fmt: skip


def register() -> None:
    """Take them into what lists can show."""
    for months, name in STAYS.items():
        columns.register(score_column(name, LABELS[months], Kind.SHARE, of=KIND))
    columns.register(score_column(COMMITMENT, _("Months to come that a contract lets expect"), Kind.SHARE, of=KIND))
