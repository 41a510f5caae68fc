"""What is worked out about customers, item by item."""

from django.utils.translation import gettext_lazy as _

from dangol.insight.analysis.models import LikePair, Score
from dangol.records.customers import fields
from dangol.records.customers.fields import Basis, Field, Side


def register() -> None:
    """Take it into the inventory."""
    fields.register(
        Field(
            "score", _("What we worked out about the person"), Score, "name", Side.OF,
            _("What the relationship is worth to both sides, to decide whom to offer more and whom to care for more"),
            Basis.INTEREST, also=("value", "text", "low", "high", "provenance", "run"),
        )
    )  # fmt: skip
    fields.technical(Score, fields.LEADS, "customer")
    fields.technical(LikePair, fields.LEADS, "run", "person", "left", "right")
    alike = _("How alike two of our rows are, so that one person becomes one")
    fields.technical(LikePair, alike, "probability", "agreed", "cut")
