"""What a house that lends is used for: metrics of loans, and of uses (loans, visits, questions)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from dangol.insight.warehouse.metrics.arithmetic import ratio
from dangol.insight.warehouse.metrics.registry import NOTHING, PEOPLE, Metric, Unit
from dangol.insight.warehouse.metrics.sources import MADE, last_day
from dangol.insight.warehouse.queries import Lake
from dangol.insight.warehouse.uses import uses


def _uses(lake: Lake) -> Any:
    return uses(lake, as_of=last_day(lake)).drop("line")


MADE["uses"] = _uses

METRICS = (
    Metric("loans", "loans", Unit.COUNT, _("Loans"), _("things lent"), lambda t: t.loan_id.count()),
    Metric(
        "borrowers", "loans", Unit.COUNT, _("Customers who borrowed"), _("distinct customers with a loan"),
        lambda t: t.customer_key.nunique(), about_customers=True, adds_over=PEOPLE,
    ),
    Metric(
        "loans_per_borrower", "loans", Unit.NUMBER, _("Loans per borrower"), _("loans ÷ customers who borrowed"),
        lambda t: ratio(t.loan_id.count(), t.customer_key.nunique()), about_customers=True, adds_over=NOTHING,
    ),
    Metric(
        "uses", "uses", Unit.COUNT, _("Uses"), _("loans + visits + questions asked, of known customers"),
        lambda t: t.count(),
    ),
    Metric(
        "users", "uses", Unit.COUNT, _("Customers who used us"), _("distinct customers with a loan, visit or question"),
        lambda t: t.customer_key.nunique(), adds_over=PEOPLE,
    ),
)  # fmt: skip
