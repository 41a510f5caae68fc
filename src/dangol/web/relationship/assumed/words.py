"""What the numbers of a valuation are called, and what they mean."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

type Word = str | Promise

# name: label, what it means
WORDS: dict[str, tuple[Word, Word]] = {
    "weight_economic": (
        _("Weight of economic value"),
        _("How much discounts, points and gifts count in the value to the customer."),
    ),
    "weight_social": (
        _("Weight of social value"),
        _("How much trust, care and convenience count, as customers answered."),
    ),
    "weight_cost": (_("Weight of relationship cost"), _("How much fees and trouble count against it.")),
    "tolerance": (
        _("Band around the fair-value line"),
        _("So many points the two values may differ and still be in balance."),
    ),
    "margin_rate": (_("Margin rate"), _("What stays of a sale, from 0 to 1; assumed, since costs are unknown.")),
    "horizon_months": (
        _("Months ahead that are counted"),
        _("What a customer may bring later than that is in nobody’s value."),
    ),
    "discount_rate": (
        _("Discount a year on what comes later"),
        _("0.1: what comes in a year counts a tenth less than today."),
    ),
    "active_days": (
        _("Days within which a purchase makes a customer active"),
        _("Only of active customers is it known what the relationship gives them."),
    ),
    "minute_value": (
        _("Worth of a minute of the customer’s own time"),
        _("In the smallest unit of your money (won, cents); contacts, complaints and waiting cost so much."),
    ),
    "return_minutes": (_("Minutes assumed for a return"), _("Own time of the customer for taking something back.")),
    "social_floor": (
        _("Least rank correlation for estimates of social value"),
        _("Below it, of those who did not answer nothing is estimated: it stays unknown."),
    ),
    "fewest_answers": (
        _("Answers needed before others are estimated"),
        _("So many customers must have answered before others are learned from them."),
    ),
    "fewest_customers": (
        _("Customers needed for a model and for ranks"),
        _("A line of business with fewer is valued together with the others."),
    ),
    "best_share": (
        _("Share that counts as the best customers"),
        _("Of the active ones, by their value to the company; they are looked at first where service falls short."),
    ),
}
COUNTS: dict[str, Word] = {
    "active": _("Active customers"), "estimated": _("Social value estimated"), "best": _("Best customers"),
    "best_below": _("Best customers below expectation"),
}  # fmt: skip
# What differs where values are counted in uses.
LABELS_IN_USES: dict[str, Word] = {"active_days": _("Days within which a use makes a customer active")}
MEANS_IN_USES: dict[str, Word] = {
    "minute_value": _(
        "In the smallest unit of your money (won, cents); a fee counts as so many minutes as it is worth."
    ),
}
COUNTED_IN: dict[str, Word] = {"": _("as the records tell"), "money": _("money"), "uses": _("uses")}
