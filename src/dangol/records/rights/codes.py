"""What codes in the rows of a person are called, where the column itself does not say it.

Files bring codes of their own, too: what is not here is shown as it came.
"""

from collections.abc import Mapping
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dangol.records.customers import own_columns
from dangol.records.customers.line_names import LINES
from dangol.records.ledger.kdc import CLASSES
from dangol.records.ledger.touchpoints import TOUCHPOINTS
from dangol.records.permission.reasons import GROUNDS, MEDIA, REASONS

type Word = str | Promise
type Codes = Mapping[str, Word]

ORIGINS: Codes = {**own_columns.MEDIA, "entered": _("Written down by our staff")}
CONTACTS: Codes = {
    "complaint": _("A complaint"),
    "inquiry": _("A question"),
    "late_delivery": _("A late delivery"),
    "delivery": _("A delivery"),
    "mailing": _("Our mail"),
    "gift": _("A gift"),
    "coupon": _("A coupon"),
    "coupon_redeemed": _("A coupon used"),
    "response": _("An answer to a campaign"),
    "opened": _("A message of ours that was opened"),
    "clicked": _("A click on what we sent"),
    "informed": _("A notice of ours"),
    "survey_invitation": _("An invitation to a survey"),
    "call": _("A phone call"),
    "visit": _("A visit"),
    "panel": _("A part in the customer panel"),
    "panel_invitation": _("An invitation to the customer panel"),
    "interview": _("An interview"),
    "co_development": _("Work on a product together"),
    "referral": _("Somebody they brought along"),
    "note": _("A note of our staff"),
    "sent": _("A message of ours"),
}
WORKED_OUT: Codes = {
    "customer_value": _("Value to the customer"),
    "customer_equity": _("Value to the company"),
    "economic_value": _("Economic value"),
    "social_value": _("Social value"),
    "relationship_cost": _("Relationship cost"),
    "economic_rank": _("Economic value, rank"),
    "social_rank": _("Social value, rank"),
    "cost_rank": _("Relationship cost, rank"),
    "potential": _("Potential"),
    "commitment": _("Commitment"),
    "equity": _("Customer equity"),
    "p_alive": _("Chance of buying again"),
    "uses_year": _("Uses in a year"),
    "use_days": _("Days of use in a year"),
    "variety": _("Classes borrowed from in a year"),
    "expected_purchases": _("Expected purchases"),
    "recency": _("RFM: how lately"),
    "frequency": _("RFM: how often"),
    "monetary": _("RFM: how much"),
    "rfm": _("RFM cell"),
    "group": _("Group found in the data"),
    "standing": _("Standing"),
    "sensitive": _("What they come for"),
    "long_standing": _("Long-standing"),
    "core_profit": _("Core customer by what they bring in"),
    "core_exchange": _("Core customer by steady exchange"),
    "core_opinion": _("Core customer by their say"),
    "core_met": _("Core criteria met, how many"),
    "core_set": _("Core criteria met"),
    "contribution": _("Contribution of the last year"),
    "net_revenue_year": _("Net revenue of the last year"),
    "contribution_tenth": _("Contribution, tenth of customers"),
    "months_bought": _("Months with a purchase, of the last twelve"),
    "words_heard": _("Times heard in the last year"),
    "need_share": _("Part of their stated needs covered with us"),
    "need_year": _("Stated needs of a year"),
    "frequent_user": _("Frequent user"),
    "chance_of_return": _("Likely to buy again"),
    "at_stake": _("What is at stake if they stay away"),
    "return_leaf": _("Branch of the tree of those who come back"),
    "return_reason_1": _("What moves the chance to buy again most"),
    "return_reason_2": _("What moves it second"),
    "return_reason_3": _("What moves it third"),
    "return_fact_1": _("What is known of the first"),
    "return_fact_2": _("What is known of the second"),
    "return_fact_3": _("What is known of the third"),
    "stays_1_month": _("Chance that the contract goes on for 1 month"),
    "stays_3_months": _("Chance that the contract goes on for 3 months"),
    "stays_12_months": _("Chance that the contract goes on for 12 months"),
    "contract_commitment": _("Part of the months to come that the contract lets expect"),
    "parts_known": _("Parts that are known"),
    "region": _("Region of the map"),
    "programme": _("What to do"),
    "expectation": _("Whether service is as expected"),
    "expectation_gap": _("Gap to what was expected or said before"),
    "left_out": _("Complaints after a campaign that left them out"),
    "lately_complaints": _("Complaints lately"),
    "lately_late_deliveries": _("Late deliveries lately"),
    "lately_returns": _("Returns lately"),
    "lately_open_complaints": _("Complaints that stand open"),
}
ASKED: Codes = {
    "convenience": _("Convenience"),
    "trust": _("Trust"),
    "brand": _("Brand"),
    "care": _("Personal care"),
    "commitment": _("Commitment"),
}
NAMED: Mapping[tuple[str, str], Codes] = MappingProxyType({
    ("customers.Customer", "line"): LINES,
    ("customers.Customer", "source"): ORIGINS,
    ("customers.Identity", "source"): ORIGINS,
    ("ledger.Transaction", "channel"): TOUCHPOINTS,
    ("ledger.Interaction", "kind"): CONTACTS,
    ("ledger.Interaction", "touchpoint"): TOUCHPOINTS,
    ("ledger.Withholding", "reason"): REASONS,
    ("ledger.Loan", "item_class"): CLASSES,
    ("voices.SurveyAnswer", "dimension"): ASKED,
    ("voices.Feedback", "touchpoint"): TOUCHPOINTS,
    ("permission.Consent", "channel"): MEDIA,
    ("permission.Suppression", "channel"): MEDIA,
    ("outbox.Message", "channel"): TOUCHPOINTS,
    ("outbox.Message", "withheld"): REASONS,
    ("outbox.Message", "ground"): GROUNDS,
    ("delivery.Displayed", "channel"): TOUCHPOINTS,
    ("rights.Step", "sent"): TOUCHPOINTS,
    ("analysis.Score", "name"): WORKED_OUT,
})  # fmt: skip


def codes_of(table: str, column: str) -> Codes:
    """The words of a column's codes; none where its values speak for themselves."""
    return NAMED.get((table, column), {})
