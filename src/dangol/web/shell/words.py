"""Names people read for what the rooms below call by code."""

from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dangol.records.customers import line_names

type Word = str | Promise
Region = Literal["I", "II", "III", "unknown"]

REGIONS: tuple[Region, ...] = ("I", "III", "II", "unknown")  # in the order of the bar: offered little … given little
NUMERALS = {"I": "I", "II": "II", "III": "III", "unknown": ""}  # Latin letters, in every page and text
CLASSES = {"I": "r1", "II": "r2", "III": "r3", "unknown": "r0"}
BADGES: dict[str, Word] = {
    "I": _("Offer more"),
    "II": _("Care more"),
    "III": _("In balance"),
    "unknown": _("Not known yet"),
}
REGION_NAMES: dict[str, Word] = {
    "I": _("Customers to offer more"),
    "II": _("Customers to care for more"),
    "III": _("Customers in balance"),
    "unknown": _("Customers not known yet"),
}
ALL_LINES = pgettext_lazy("line of business", "All customers")
PROVENANCE: dict[str, Word] = {"measured": _("Measured"), "estimated": _("Estimated"), "unknown": _("Unknown")}

# What the framework says of what is missing or cannot be: marked here, so that our Korean stands in place of its own.
OF_THE_FRAMEWORK = (
    _("This field is required."),
    _("Enter a valid date."),
    _("Enter a valid date/time."),
    _("Enter a valid email address."),
    _("Enter a whole number."),
    _("Select a valid choice. %(value)s is not one of the available choices."),
)


def region_class(region: str) -> str:
    """The class of a region's colour; an unknown word is drawn as unknown."""
    return CLASSES.get(region, "r0")


def line_name(line: str) -> Word:
    """A line of business as people read it, or that all are meant."""
    return line_names.line_name(line) if line else ALL_LINES
