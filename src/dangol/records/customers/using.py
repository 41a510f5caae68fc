"""That an item was put to a use: said where it happens, so that what nobody ever uses can be told."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dangol.records.customers.models import FieldUse

OFTEN = timedelta(hours=6)  # a use is written down again after so long, however often it happens


class Use(StrEnum):
    """What an item was taken for."""

    VALUATION = "valuation"
    CHOICE = "choice"  # who gets a campaign
    WRITING = "writing"  # what a message says of the person, and where it goes
    LIST = "list"  # a list that left the house
    TEAMS = "teams"  # a file for a team of the house, again and again
    SEARCH = "search"
    MEASURING = "measuring"  # how satisfied customers are, told of all together
    MEETING = "meeting"  # looked at on the page of one customer


USES: dict[Use, str | Promise] = {
    Use.VALUATION: _("Valuation"),
    Use.CHOICE: _("Choosing for a campaign"),
    Use.WRITING: _("Messages"),
    Use.LIST: _("Lists taken away"),
    Use.TEAMS: _("Files for teams of the house"),
    Use.SEARCH: pgettext_lazy("use", "Finding people"),
    Use.MEASURING: _("Measuring satisfaction"),
    Use.MEETING: _("Meeting a customer"),
}


def used(names: Iterable[str], use: Use, *, at: datetime) -> int:
    """Write down that items were used; how many rows were written. What was said just now is not said again."""
    wanted = list(dict.fromkeys(names))
    said = FieldUse.objects.filter(name__in=wanted, use=use.value, at__range=(at - OFTEN, at + OFTEN))
    known = set(said.values_list("name", flat=True))
    fresh = [FieldUse(name=name, use=use.value, at=at) for name in wanted if name not in known]
    if fresh:
        FieldUse.objects.bulk_create(
            fresh, update_conflicts=True, unique_fields=["name", "use"], update_fields=["at"]
        )  # fmt: skip
    return len(fresh)
