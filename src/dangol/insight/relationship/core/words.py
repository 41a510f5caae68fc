"""What criteria, sets of them and tenths are called, and the rule of each with the numbers it goes by."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dangol.insight.relationship.core.names import EQUITY, EXCHANGE, LOSS, OPINION, PROFIT, SETS
from dangol.insight.relationship.core.settings import CoreSettings

type Word = str | Promise

CRITERIA: Mapping[str, Word] = {
    PROFIT: gettext_lazy("By what they bring in"), EXCHANGE: gettext_lazy("By steady exchange"),
    OPINION: gettext_lazy("By their say"),
}  # fmt: skip
CRITERIA_OF_USE: Mapping[str, Word] = {**CRITERIA, PROFIT: gettext_lazy("By how much they use us")}
_SHORT: Mapping[str, Word] = {
    "profit": gettext_lazy("what they bring in"), "exchange": gettext_lazy("steady exchange"),
    "opinion": gettext_lazy("their say"),
}  # fmt: skip
_SHORT_OF_USE: Mapping[str, Word] = {**_SHORT, "profit": gettext_lazy("how much they use us")}
TENTHS: Mapping[str, Word] = {
    "1": gettext_lazy("The best tenth"), **{str(n): gettext_lazy("Tenth %(n)s") for n in range(2, 10)},
    "10": gettext_lazy("The last tenth"), LOSS: gettext_lazy("Cost more than they bring in"),
}  # fmt: skip


def tenth_name(word: str) -> str:
    """A tenth of customers by contribution."""
    return str(TENTHS[word]) % {"n": word} if word.isdigit() else str(TENTHS[word])


def tenth_names() -> dict[str, Word]:
    """All of them, by their words."""
    return {word: tenth_name(word) for word in TENTHS}


def set_name(word: str, *, by_use: bool = False) -> str:
    """Which criteria are met together; by_use: of a business that sells nothing."""
    names = [str((_SHORT_OF_USE if by_use else _SHORT)[one]) for one in word.split("-")]
    if len(names) == 1:
        return _("%(one)s alone") % {"one": names[0]}
    return _("%(one)s and %(other)s") % {"one": names[0], "other": names[1]} if len(names) == 2 else _("all three")


def set_names() -> dict[str, Word]:
    """All of them, by their words."""
    return {word: set_name(word) for word in SETS}


def rules(settings: CoreSettings, *, by_use: bool = False) -> dict[str, str]:
    """The rule of each criterion, with its numbers; by_use: of a business that sells nothing."""
    share = {"share": f"{100 * settings.profit_share:g}"}
    by = (
        _("the %(share)s%% with the most customer equity of those who have any")
        if settings.profit_by == EQUITY
        else _("the %(share)s%% with the most contribution in the last 365 days of those who contribute anything")
    )
    if by_use:
        by = (
            _("the %(share)s%% with the most uses ahead of those who have any")
            if settings.profit_by == EQUITY
            else _("the %(share)s%% with the most uses in the last 365 days of those who used anything")
        )
    months = (
        _("a use in at least %(n)s of the last twelve months")
        if by_use
        else _("a purchase in at least %(n)s of the last twelve months")
    )
    words = ngettext(
        "heard at least %(n)s time in the last 365 days: a review, suggestion, praise, opinion or monitor report, or "
        "somebody they brought along",
        "heard at least %(n)s times in the last 365 days: reviews, suggestions, praise, opinions or monitor reports, "
        "or people they brought along",
        settings.words,
    )
    return {PROFIT: by % share, EXCHANGE: months % {"n": settings.months},
            OPINION: words % {"n": settings.words}}  # fmt: skip
