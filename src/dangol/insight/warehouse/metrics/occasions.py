"""Which: dimensions of contacts, points, answers, loans, subscriptions, campaigns, and of what came of customers."""

from collections.abc import Callable
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dangol.insight.warehouse.metrics.registry import Family, Form, Split
from dangol.insight.warehouse.queries import Lake

MONTH = 12
TOLD = {"feedback", "told_and_answered"}


def _called(name: str, own: str) -> Callable[[Lake, Any], Any]:
    def column(_lake: Lake, rows: Any) -> Any:
        return rows.mutate(**{name: rows[own].fill_null("")})

    return column


def _split(name: str, label: Promise, own: str, facts: set[str], meaning: Promise, **where: Any) -> Split:
    return Split(name, label, _called(name, own), frozenset(facts), Family.OCCASION, meaning=meaning, **where)


def _campaign(_lake: Lake, rows: Any) -> Any:
    """Contacts have marks of their own beside it: there it is a column."""
    return rows.mutate(campaign=rows["campaign" if "campaign" in rows.columns else "source_ref"].fill_null(""))


def _months_since(_lake: Lake, rows: Any) -> Any:
    def number(day: Any) -> Any:
        return day.year().cast("int64") * MONTH + day.month().cast("int64")

    return rows.mutate(months_since=number(rows.day) - number(rows.first_day))


SPLITS = (
    _split("contact_kind", _("Kind of contact"), "kind", {"interactions"},
           _("complaint, inquiry, gift, mailing … as it was recorded")),
    _split("direction", _("Direction"), "direction", {"interactions"}, _("`in`: the customer turned to us, `out`")),
    _split("touchpoint", _("Where it was"), "touchpoint", {"interactions", *TOLD}, _("call, web, counter …")),
    _split("points_kind", _("Kind of points entry"), "kind", {"points"}, _("`granted`, `redeemed` or `expired`")),
    _split("survey", _("Survey"), "survey", {"answers"}, _("the survey's name"), hierarchy="survey", level=0),
    _split("survey_dimension", _("What is asked about"), "dimension", {"answers"},
           _("trust, care … as the file has it"), hierarchy="survey", level=1),
    _split("item_class", _("Class of what was lent"), "item_class", {"loans"}, _("first figure of its class in KDC")),
    Split("campaign", _("Campaign"), _campaign, frozenset({"assignments", "withholdings", "interactions", "costs"}),
          Family.OCCASION, meaning=_("its mark: `campaign:1`")),
    _split("withheld_for", _("Reason for withholding"), "reason", {"withholdings"},
           _("`no_consent`, `suppressed`, `night` … as the gates have it")),
    _split("feedback_kind", _("Kind of feedback"), "kind", TOLD,
           _("`complaint`, `inquiry`, `praise` … as it was told")),
    _split("arm", _("Treated or held out"), "arm", {"assignments"}, _("`treated` or `held_out`")),
    _split("period", _("Paid for"), "period", {"subscriptions"}, _("`day`, `week`, `month` … that one price pays for")),
    _split("cost_channel", _("Cost channel"), "channel", {"costs"},
           _("search ads, flyers, visits … as it was entered")),
    _split("cost_purpose", _("Spent for"), "purpose", {"costs"}, _("`win`, `keep`, `win_back` or `joint`")),
    Split("months_since", _("Months since the first purchase"), _months_since, frozenset({"purchases"}), Family.SALE,
          Form.NUMBER, meaning=_("calendar months from that of the first purchase")),
)  # fmt: skip
