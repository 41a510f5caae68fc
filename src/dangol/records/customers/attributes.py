"""Further details of customers, which come with files under any name: each has to say what it is for."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from dangol.lib.asked_again import asked_again
from dangol.lib.errors import DangolError
from dangol.records.customers.fields import ATTRIBUTE, Basis, Side
from dangol.records.customers.models import FieldCount, StatedAttribute
from dangol.records.staff.models import User

SHORTEST_PURPOSE = 4


class CannotState(DangolError):
    """The detail is not there, or what is said of it says nothing."""


def state(
    key: str,
    *,
    label: str,
    side: str,
    purpose: str,
    basis: str,
    partner: str = "",
    dataset: str = "",
    by: User | None,
    at: datetime,
) -> StatedAttribute:
    """Say what a further detail is for, and on which ground it is kept. Raises CannotState."""
    words = {"label": label.strip() or key, "purpose": purpose.strip(), "partner": partner.strip(),
             "dataset": dataset.strip()}  # fmt: skip
    if len(words["purpose"]) < SHORTEST_PURPOSE:
        raise CannotState(_("Say what it is kept for. What serves nothing should not be kept."))
    if side not in Side or basis not in Basis:
        raise CannotState(_("Say of which kind it is and on which ground it is kept."))
    if words["partner"] and not words["dataset"]:
        raise CannotState(_("Say which data of the partner they are: a name and a date, for instance."))
    return StatedAttribute.objects.create(key=key, side=side, basis=basis, by=by, at=at, **words)


def stated() -> dict[str, StatedAttribute]:
    """What was last said of each further detail, by its key."""
    return {row.key: row for row in _said()}


@asked_again
def _said() -> QuerySet[StatedAttribute]:
    return StatedAttribute.objects.order_by("pk")


def known_keys() -> set[str]:
    """The keys that were there when it was last counted, and those somebody spoke of."""
    counted = FieldCount.objects.filter(name__startswith=ATTRIBUTE).values_list("name", flat=True)
    return {name.removeprefix(ATTRIBUTE) for name in counted} | set(stated())
