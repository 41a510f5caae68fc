"""The columns of lists that the current valuation gives: region, both values, and what they come to."""

from dataclasses import replace
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dangol.insight.analysis import score_columns
from dangol.insight.analysis.models import Run
from dangol.insight.relationship.counted_in import is_by_use
from dangol.records.customers import columns
from dangol.records.customers.columns import Asked, Column, Kind

UNKNOWN = "unknown"
EXPECTATIONS: dict[str, str | Promise] = {
    "best_below": _("One of the best, below expectation"),
    "below": _("Below expectation"),
    "met": _("As expected"),
}
VALUATION = "relationship"  # the kind of run, without the estimators that no command waits for


def register() -> None:
    """Take them into what lists can show."""
    columns.register(
        _score("region", _("Region"), Kind.CHOICE, value="text", unknown=UNKNOWN, sorts=False),
        _score("gap", _("Value to the customer − to the company"), Kind.NUMBER, score="region", filters=False),
        _score("customer_value", _("Value to the customer"), Kind.POINTS, falling=True),
        _score("customer_equity", _("Value to the company"), Kind.POINTS, falling=True),
        _score("equity", _("Customer equity"), Kind.MONEY, falling=True, instead=_in_uses),
        _score("expectation", _("Expectation"), Kind.CHOICE, value="text", words=lambda: EXPECTATIONS, sorts=False),
        _score("p_alive", _("Likely still with us"), Kind.SHARE, falling=True),
        _score("uses_year", _("Uses in a year"), Kind.NUMBER, falling=True),
        _score("use_days", _("Days of use in a year"), Kind.NUMBER, falling=True),
        _score("variety", _("Classes borrowed from in a year"), Kind.NUMBER, falling=True),
    )


def run_of(asked: Asked) -> Run | None:
    """The valuation that counts, looked up once."""
    return score_columns.run_of(VALUATION, asked)


def _in_uses(column: Column, asked: Asked) -> Column:
    """Where nothing is sold the value to the business is no money."""
    return replace(column, kind=Kind.NUMBER, label=_("Uses ahead")) if is_by_use(run_of(asked)) else column


def _score(name: str, label: Any, kind: Kind, **more: Any) -> Column:
    return score_columns.score_column(name, label, kind, of=VALUATION, **more)
