"""What standings, sensitivities and groups are called."""

from collections.abc import Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

type Word = str | Promise

BEST, STEADY, LEAVING, STOPPED, PROSPECTIVE = "best", "steady", "leaving", "stopped", "prospective"
STANDINGS: Mapping[str, Word] = {
    BEST: pgettext_lazy("standing", "Best"), STEADY: pgettext_lazy("standing", "Keeps buying"),
    LEAVING: pgettext_lazy("standing", "Leaving"), STOPPED: pgettext_lazy("standing", "Stopped"),
    PROSPECTIVE: pgettext_lazy("standing", "Prospective"),
}  # fmt: skip
PRICE, RELATIONSHIP, BETWEEN, TOO_FEW = "price", "relationship", "between", "too_few"
SENSITIVITIES: Mapping[str, Word] = {
    PRICE: gettext_lazy("Price-sensitive"), RELATIONSHIP: gettext_lazy("Relationship-sensitive"),
    BETWEEN: gettext_lazy("Neither clearly"), TOO_FEW: gettext_lazy("Too few purchases to tell"),
}  # fmt: skip
LONG_STANDING = "long_standing"
EVERYBODY = "everybody"
RULES: Mapping[str, Word] = {  # who is what
    BEST: gettext_lazy("still with us, and among the fifth that brought in most in the last year"),
    STEADY: gettext_lazy("still with us, neither best nor new"),
    LEAVING: gettext_lazy("silent for longer than three times their own usual gap, and for a month at least"),
    STOPPED: gettext_lazy("no purchase in the last year"),
    PROSPECTIVE: gettext_lazy("on record without a purchase, or in their first three months"),
    LONG_STANDING: gettext_lazy("first bought a year ago or longer, and still do"),
    PRICE: gettext_lazy("bought with a discount clearly more often than customers do on the whole"),
    RELATIONSHIP: gettext_lazy("bought with a discount clearly less often, and keep coming"),
    BETWEEN: gettext_lazy("enough purchases, and no clear difference"),
    TOO_FEW: gettext_lazy("fewer than five purchases in the last year"),
}  # fmt: skip

# A group is named after what sets it apart; its code is made of these, so a saved rule goes on meaning the same.
OFTEN, SELDOM, LATELY, SILENT = "often", "seldom", "lately", "silent"
LARGE, SMALL, DISCOUNTS, FULL_PRICE, MIDDLE = "large", "small", "discounts", "full_price", "middle"
POLES: Mapping[str, tuple[str, str]] = {  # feature: how it is called above and below everybody's middle
    "frequency": (OFTEN, SELDOM), "recency": (SILENT, LATELY), "basket": (LARGE, SMALL),
    "discount": (DISCOUNTS, FULL_PRICE),
}  # fmt: skip


def group_name(code: str) -> str:
    """A group in words of the language in use, such as "often and lately, small baskets"."""
    told = code.split("-")
    number = told.pop() if told[-1].isdigit() else ""
    phrases = [_rhythm(told), *(_phrase(word) for word in told if word not in {OFTEN, SELDOM, LATELY, SILENT})]
    name = ", ".join(filter(None, phrases))
    return f"{name} ({number})" if number else name


def named(codes: Iterable[str]) -> dict[str, Word]:
    """The names of some groups."""
    return {code: group_name(code) for code in codes}


def _rhythm(told: list[str]) -> str:
    """How often and how lately, as one phrase."""
    match (OFTEN in told) - (SELDOM in told), (LATELY in told) - (SILENT in told):
        case 1, 1:
            return pgettext("group", "often and lately")
        case 1, -1:
            return pgettext("group", "often, but not of late")
        case -1, 1:
            return pgettext("group", "seldom, but lately")
        case -1, -1:
            return pgettext("group", "seldom and not of late")
        case 1, _:
            return pgettext("group", "often")
        case -1, _:
            return pgettext("group", "seldom")
        case _, 1:
            return pgettext("group", "lately")
        case _, -1:
            return pgettext("group", "not of late")
    return ""


def _phrase(word: str) -> str:
    match word:
        case "large":
            return pgettext("group", "large baskets")
        case "small":
            return pgettext("group", "small baskets")
        case "discounts":
            return pgettext("group", "mostly with discounts")
        case "full_price":
            return pgettext("group", "mostly at full price")
        case "middle":
            return pgettext("group", "in the middle in everything")
    return _("Unknown")
