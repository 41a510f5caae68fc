"""How one thing of two customers can agree: the words that pairs are kept with, and shown by."""

from __future__ import annotations

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

type Word = str | Promise


class How(StrEnum):
    """How one thing of two customers agrees; where one of them does not say it, it is left out."""

    SAME = "same"
    CLOSE = "close"  # a slip of the pen apart
    PART = "part"  # a part of it is the same
    OTHER = "other"


HOW: dict[str, Word] = {
    How.SAME: pgettext_lazy("two customers", "The same"),
    How.CLOSE: pgettext_lazy("two customers", "Nearly the same"),
    How.PART: pgettext_lazy("two customers", "Partly the same"),
    How.OTHER: pgettext_lazy("two customers", "Different"),
}
