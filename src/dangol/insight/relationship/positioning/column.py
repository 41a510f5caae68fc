"""The column of lists that the last portfolio gives: what is recommended for somebody."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dangol.insight.analysis.score_columns import score_column
from dangol.insight.relationship.positioning import names
from dangol.records.customers import columns
from dangol.records.customers.columns import Kind

ASKED = _("Ask them")


def register() -> None:
    """Take it into what lists can show."""
    columns.register(
        score_column(
            names.PROGRAMME, _("What to do"), Kind.CHOICE, of=names.KIND, value="text", words=words, sorts=False
        )
    )


def words() -> dict[str, str | Promise]:
    """What codes are called, by the newest portfolio."""
    # The rooms that value people load slowly, and every command passes through the registry.
    from dangol.insight.relationship.positioning.queries import names as programmes

    return {**programmes(), names.ASK: ASKED}
