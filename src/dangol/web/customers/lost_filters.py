"""Filters of a list that cannot be applied: of a detail that is gone, or that whoever looks may not ask by.

The list still opens, and says so. Nothing is done to everybody on it, and it leaves in no file: more people stand there
than were meant.
"""

from typing import TYPE_CHECKING

from django.http import QueryDict
from django.utils.translation import gettext as _

from dangol.lib.errors import DangolError
from dangol.records.customers.attributes import stated
from dangol.records.customers.columns import COLUMNS
from dangol.records.customers.fields import ATTRIBUTE

if TYPE_CHECKING:
    from dangol.web.customers.criteria import Criteria

NOT = "not."


class FilterLost(DangolError):
    """More people would be meant than whoever made the list meant."""


def lost(query: QueryDict, read: set[str]) -> tuple[tuple[str, str], ...]:
    """The parts of an address that name a filter and were not read as one."""
    return tuple(
        (name, value)
        for name, values in query.lists()
        if (plain := name.removeprefix(NOT)) not in read and (plain in COLUMNS or plain.startswith(ATTRIBUTE))
        for value in values
        if value
    )


def names(criteria: "Criteria") -> str:
    """What is filtered by, as it is called here."""
    plain = dict.fromkeys(name.removeprefix(NOT) for name, _value in criteria.lost)
    said = stated() if any(name.startswith(ATTRIBUTE) for name in plain) else {}
    return ", ".join(_name(name, said[key].label if (key := name.removeprefix(ATTRIBUTE)) in said else "")
                     for name in plain)  # fmt: skip


def refuse(criteria: "Criteria") -> None:
    """Raise FilterLost where everybody on the list is meant and a filter of it cannot be applied."""
    if criteria.lost:
        raise FilterLost(
            _(
                "The list is filtered by %(names)s, which is not there any more or which you may not filter by. Take"
                " that filter out of the list first: without it more customers are meant."
            )
            % {"names": names(criteria)}
        )


def _name(name: str, label: str) -> str:
    return str(COLUMNS[name].label) if name in COLUMNS else label or name.removeprefix(ATTRIBUTE)
