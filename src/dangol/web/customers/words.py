"""Names people read for what shops and sources call by code: kinds of contact, touchpoints, questions."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dangol.records.customers.own_columns import MEDIA
from dangol.records.ledger.touchpoints import TOUCHPOINTS

type Word = str | Promise

# kind of interaction: icon, tone of its pin, words
KINDS: dict[str, tuple[str, str, Word]] = {
    "complaint": ("phone", "bad", _("Complained")),
    "inquiry": ("desk", "", _("Asked a question")),
    "late_delivery": ("truck", "bad", _("The delivery came late")),
    "delivery": ("truck", "", _("A delivery was made")),
    "mailing": ("mail", "", _("Received our mail")),
    "gift": ("gift", "", _("Received a gift")),
    "coupon": ("check", "", _("Redeemed a coupon")),
    "coupon_redeemed": ("check", "", _("Redeemed a coupon")),
    "response": ("check", "r2", _("Answered a campaign")),
    "opened": ("mail", "r2", _("Opened our message")),
    "clicked": ("check", "r2", _("Clicked what we sent")),
    "informed": ("mail", "", _("Was told something by us")),
    "survey_invitation": ("star", "", _("Was asked for an opinion")),
    "call": ("phone", "", _("Spoke on the phone")),
    "visit": ("person", "", _("Came by")),
    "panel_invitation": ("people", "r2", _("Accepted an invitation to the customer panel")),
    "panel": ("people", "r2", _("Took part in the customer panel")),
    "interview": ("desk", "r2", _("Was interviewed, or interviewed us")),
    "co_development": ("star", "r2", _("Worked on a product with us")),
}
OUTWARD: dict[str, tuple[str, str, Word]] = {"visit": ("person", "", _("One of us came to see them"))}
NOTED_AT = ("phone", "counter", "delivery", "message", "email")  # where a note may come from, in the order offered
SOURCES: dict[str, Word] = MEDIA
DIMENSIONS: dict[str, Word] = {
    "convenience": _("Convenience"),
    "trust": _("Trust"),
    "brand": _("Brand"),
    "care": _("Personal care"),
    "commitment": _("Commitment"),
}


def spoken(code: str) -> str:
    """A code nobody gave a name, with its words apart."""
    return code.replace("_", " ").replace("-", " ").strip()


def touchpoint(code: str) -> str:
    """Where the contact took place, in words."""
    return str(TOUCHPOINTS.get(code, spoken(code)))


def dimension(code: str) -> str:
    """What a question measures, in words."""
    return str(DIMENSIONS.get(code, spoken(code)))
