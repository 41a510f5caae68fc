"""What is looked at, in words: what is wrong, what that costs on the map, and how it is mended.

A check counts rows that have a gap among the rows it is about. How grave a share is belongs to the check: a quarter of
customers without a gender hurts nobody, a quarter of sales without a customer hides a quarter of the business.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from django.db.models import Exists, OuterRef, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dangol.records.customers.models import ContactPoint, Customer
from dangol.records.ledger.models import OrderLine, Transaction
from dangol.records.ledger.taken_back import takes_nothing_back
from dangol.records.permission.models import Consent, Purpose
from dangol.records.voices.models import SurveyAnswer

OLDEST = date(1900, 1, 1)
NEVER = 1.0  # a share that nothing exceeds: one can start without
# What stands where a name should: whole names, and what no name holds.
NO_NAMES = (
    "테스트",
    "고객",
    "손님",
    "비회원",
    "이름없음",
    "무명",
    "미상",
    "test",
    "unknown",
    "guest",
    "none",
    "n/a",
    "-",
    ".",
)


class Part(StrEnum):
    """What a check asks about."""

    COMPLETE = "complete"
    VALID = "valid"
    LINKED = "linked"
    BOOKS = "books"


class Level(StrEnum):
    """How a check stands."""

    GOOD = "good"
    LOOK = "look"
    MEND = "mend"
    NONE = "none"  # there is nothing to look at


PARTS: dict[Part, Promise] = {
    Part.COMPLETE: _("What is there"),
    Part.VALID: _("Whether it can be true"),
    Part.LINKED: _("Whether it hangs together"),
    Part.BOOKS: _("Whether it fits the books"),
}


@dataclass(frozen=True)
class Check:
    """One question. `gap` picks the rows with a gap out of `among`, at a day in shop time.

    look, mend: from which share on one should look at it, and mend it before starting. `cost`: what the gap costs on
    the map or in the loop; `remedy`: what to do; `at`: the name of the page where that is done, "" for nowhere here.
    """

    name: str
    part: Part
    title: Promise
    among: type[Customer] | type[ContactPoint] | type[Transaction] | type[OrderLine]
    gap: Callable[[date], Q]
    look: float
    mend: float
    cost: Promise
    remedy: Promise
    at: str = "import"
    only: Q = field(default_factory=Q)

    def level(self, share: float, rows: int) -> Level:
        """How grave gaps in such a share of so many rows are."""
        if not rows:
            return Level.NONE
        return Level.MEND if share > self.mend else Level.LOOK if share > self.look else Level.GOOD


def _reached(**more: str) -> Exists:
    return Exists(ContactPoint.objects.filter(customer=OuterRef("pk"), valid_to=None, **more))


def _bought() -> Exists:
    return Exists(Transaction.objects.filter(identity__customer=OuterRef("pk")))


def _no_name() -> Q:
    told = Q(full_name__regex=r"[0-9@]")
    for word in NO_NAMES:
        told |= Q(full_name__iexact=word)
    return ~Q(full_name="") & told


CONTACTS = Q(valid_to=None)
CHECKS: tuple[Check, ...] = (
    Check(
        "bought", Part.LINKED, _("Customers without a purchase"), Customer, lambda _day: ~Q(_bought()), 0.3, 0.7,
        _("Their value to the company is not known: they stand beside the map, not on it."),
        _("Import the sales of at least a year. Where sales name another number than the customers, map that column."),
    ),
    Check(
        "anonymous", Part.LINKED, _("Sales that name nobody"), Transaction, lambda _day: Q(identity=None), 0.2, 0.5,
        _("What was sold there counts in revenue and is in nobody's value: good customers look small."),
        _("Ask for the member number at the till, and export it with the sales."),
        only=takes_nothing_back(),
    ),
    Check(
        "goods", Part.LINKED, _("Lines without a product"), OrderLine, lambda _day: Q(product=None), 0.1, 0.5,
        _("Nobody can be offered what goes with what they buy, and gifts cannot be chosen by taste."),
        _("Export the product code or name with the sales."),
    ),
    Check(
        "name", Part.COMPLETE, _("Customers without a name"), Customer, lambda _day: Q(full_name=""), 0.05, 0.5,
        _("They can be valued, but no message can greet them, and nobody finds them by name."),
        _("Import a list of customers with their names."),
    ),
    Check(
        "reach", Part.COMPLETE, _("Customers who cannot be reached"), Customer,
        lambda _day: ~Q(_reached(kind="mobile")) & ~Q(_reached(kind="email")), 0.1, 0.5,
        _("Whatever is decided for them, no message reaches them: below the line they stay where they are."),
        _("Import phone numbers or e-mail addresses, or ask at the counter."),
    ),
    Check(
        "asked", Part.COMPLETE, _("Customers never asked about advertising"), Customer,
        lambda _day: ~Q(Exists(Consent.objects.filter(customer=OuterRef("pk"), purpose=Purpose.MARKETING))), 0.3, 0.7,
        _("Campaigns leave them out: without an answer nothing that advertises may be sent, but to recent buyers."),
        _("Import the answers you have, with their day and where they can be seen again, or ask."),
    ),
    Check(
        "answered", Part.COMPLETE, _("Customers who answered no survey"), Customer,
        lambda _day: ~Q(Exists(SurveyAnswer.objects.filter(identity__customer=OuterRef("pk")))), 0.7, NEVER,
        _("The part of their value that is not money is estimated, or not known at all."),
        _("Import survey answers, or ask a few questions of a part of your customers."),
    ),
    Check(
        "born", Part.COMPLETE, _("Customers without a date of birth"), Customer, lambda _day: Q(birth_date=None),
        0.4, 0.9,
        _("No comparison by age; and a child cannot be told from a grown-up, whom the law lets agree for themselves."),
        _("Import dates of birth, where there is a purpose for them."),
    ),
    Check(
        "source", Part.COMPLETE, _("Customers of whom it is not known how they came"), Customer,
        lambda _day: Q(source=""), 0.4, NEVER,
        _("Which medium brings good customers cannot be told."),
        _("Import the medium of registration, or note it when somebody registers."),
    ),
    Check(
        "place", Part.COMPLETE, _("Customers without a district or address"), Customer,
        lambda _day: Q(place="", address=""), 0.4, 0.9,
        _("No comparison by district, and nothing can be delivered."),
        _("Import addresses or postcodes."),
    ),
    Check(
        "numbers", Part.VALID, _("Phone numbers that are none"), ContactPoint, lambda _day: ~Q(value__startswith="+"),
        0.01, 0.1,
        _("Messages to them fail, and the same person with another number is not recognised."),
        _("Mend them in the list they came from and import it again: 010-1234-5678."),
        only=CONTACTS & Q(kind="mobile"),
    ),
    Check(
        "safe_numbers", Part.VALID, _("Numbers lent by a marketplace (050…)"), ContactPoint,
        lambda _day: Q(value__startswith="+8250"), 0.01, 0.3,
        _("They end after weeks and may then be somebody else's: they never tell who somebody is."),
        _("Ask these customers for their own number."), at="",
        only=CONTACTS & Q(kind="mobile"),
    ),
    Check(
        "addresses", Part.VALID, _("E-mail addresses that are none"), ContactPoint,
        lambda _day: ~Q(value__regex=r"^[^@\s]+@[^@\s]+\.[^@\s]+$"), 0.01, 0.1,
        _("Messages to them fail."),
        _("Mend them in the list they came from and import it again: name@example.com."),
        only=CONTACTS & Q(kind="email"),
    ),
    Check(
        "births", Part.VALID, _("Dates of birth that cannot be"), Customer,
        lambda day: Q(birth_date__gt=day) | Q(birth_date__lt=OLDEST), 0.001, 0.02,
        _("Comparisons by age are wrong by them, and a grown-up may be taken for a child."),
        _("Mend them in the list they came from and import it again."),
        only=Q(birth_date__isnull=False),
    ),
    Check(
        "names", Part.VALID, _("Names that are none"), Customer, lambda _day: _no_name(), 0.005, 0.05,
        _("Messages greet somebody called “test”, and trials count as customers."),
        _("Correct them by hand, or leave such rows out of the list."),
        only=~Q(full_name=""),
    ),
    Check(
        "postcodes", Part.VALID, _("Postcodes that have not five digits"), Customer,
        lambda _day: ~Q(postcode__regex=r"^[0-9]{5}$"), 0.02, 0.3,
        _("Letters come back; six-digit postcodes ended in 2015."),
        _("Look the addresses up anew."),
        only=~Q(postcode=""),
    ),
    Check(
        "future", Part.BOOKS, _("Sales in the future"), Transaction, lambda day: Q(at__date__gt=day), 0, 0.01,
        _("A purchase that has not happened makes somebody look alive for ever."),
        _("Look at the dates of that export: day and month may have changed places."),
        only=takes_nothing_back(),
    ),
    Check(
        "nothing", Part.BOOKS, _("Sales of nothing"), Transaction, lambda _day: Q(amount=0), 0.02, 0.2,
        _("They count as purchases and not as money: people look busier than they are."),
        _("See whether the amount stands in another column of the export."),
        only=takes_nothing_back(),
    ),
    Check(
        "shops", Part.BOOKS, _("Sales without a shop"), Transaction, lambda _day: Q(unit=None), 0.3, NEVER,
        _("Revenue cannot be set beside the books of each shop."),
        _("Export the shop with the sales, where you have more than one."),
        only=takes_nothing_back(),
    ),
)  # fmt: skip
NAMED = {check.name: check for check in CHECKS}
LEVELS: dict[Level, Promise] = {
    Level.GOOD: pgettext_lazy("readiness", "Good"), Level.LOOK: pgettext_lazy("readiness", "Worth a look"),
    Level.MEND: pgettext_lazy("readiness", "Mend first"), Level.NONE: pgettext_lazy("readiness", "Nothing there yet"),
}  # fmt: skip
