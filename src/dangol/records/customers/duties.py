"""Duties towards the person: every table tied to a customer says how it is exported and erased."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models

type Erase = Callable[[int], int]  # customer id → rows touched


@dataclass(frozen=True)
class PersonalTable:
    """One table tied to a person.

    `owner` is the look-up that leads from a row to the customer id, such as `identity__customer`.
    `erase` removes or blanks what identifies the person and returns how many rows it touched;
    None means that the rows hold nothing of the person once the customer is erased, and `why` says so.
    """

    model: type[models.Model]
    owner: str
    erase: Erase | None = None
    why: str = ""

    def rows(self, customer_id: int) -> list[dict[str, Any]]:
        """The person's rows of this table, as plain values, for the export bundle."""
        return list(self.model._default_manager.filter(**{self.owner: customer_id}).values())


TABLES: dict[str, PersonalTable] = {}


def register(table: PersonalTable) -> None:
    """Take a table into the duties; called from the owning room's AppConfig.ready()."""
    if table.erase is None and not table.why:
        raise ValueError(f"{table.model._meta.label}: say how it is erased, or why it need not be.")
    TABLES[table.model._meta.label] = table


def delete_rows(model: type[models.Model], owner: str) -> Erase:
    """An eraser that deletes the person's rows."""
    return lambda customer_id: model._default_manager.filter(**{owner: customer_id}).delete()[0]


def blank_fields(model: type[models.Model], owner: str, **blank: Any) -> Erase:
    """An eraser that keeps the rows and blanks the named fields."""
    return lambda customer_id: model._default_manager.filter(**{owner: customer_id}).update(**blank)
