"""Whom campaigns were meant for, and what was not sent: metrics of assignments and withholdings.

What campaigns changed stands with each of them.
"""

from django.utils.translation import gettext_lazy as _

from dangol.insight.warehouse.metrics.arithmetic import ratio
from dangol.insight.warehouse.metrics.registry import NOTHING, PEOPLE, Metric, Unit

METRICS = (
    Metric(
        "treated", "assignments", Unit.COUNT, _("Treated in campaigns"), _("assignments to be treated"),
        lambda t: t.assignment_id.count(where=t.arm == "treated"),
    ),
    Metric(
        "held_out", "assignments", Unit.COUNT, _("Held out of campaigns"), _("assignments to be held out"),
        lambda t: t.assignment_id.count(where=t.arm == "held_out"),
    ),
    Metric(
        "held_out_share", "assignments", Unit.SHARE, _("Share held out"), _("held out ÷ assignments"),
        lambda t: ratio(t.assignment_id.count(where=t.arm == "held_out"), t.assignment_id.count()), adds_over=NOTHING,
    ),
    Metric(
        "campaign_customers", "assignments", Unit.COUNT, _("Customers in campaigns"),
        _("distinct customers with an assignment"), lambda t: t.customer_key.nunique(), about_customers=True,
        adds_over=PEOPLE,
    ),
    Metric(
        "withheld", "withholdings", Unit.COUNT, _("Messages withheld"),
        _("messages that were not sent to one person, each for its reason"), lambda t: t.count(),
    ),
    Metric(
        "withheld_customers", "withholdings", Unit.COUNT, _("Customers from whom a message was withheld"),
        _("distinct customers with a withheld message"), lambda t: t.customer_key.nunique(), about_customers=True,
        adds_over=PEOPLE,
    ),
)  # fmt: skip
