"""Rows of people who become one: they stand with whoever is kept, and each knows to whom it goes back.

Nothing here knows a table by name: the registry of duties says which there are, and the tables' own constraints which
rows cannot stand beside one that is there. Such a row stays where it was: it says what the other says already.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import Any

from django.apps import apps
from django.core.serializers import deserialize, serialize
from django.db import models

from dangol.lib import bulk
from dangol.records.changes.actions import record_range
from dangol.records.customers import duties
from dangol.records.customers.duties import Merging
from dangol.records.customers.models import Belonging, Customer, Parked

type Table = type[models.Model]


def gather(root: int, nodes: Collection[int], *, at: datetime) -> None:
    """Let the rows of these customers stand with the root, and remember whose each was."""
    for model, column in _movable():
        _lift(model, column, root, nodes, at=at)


def scatter(homes: Collection[int], *, at: datetime) -> None:
    """Give back to these customers what is theirs and stands with somebody who is none of them."""
    inside = set(homes)
    mine: dict[tuple[str, str], dict[int, int]] = defaultdict(dict)
    for table, row, column, home in Belonging.objects.filter(home__in=inside).values_list(
        "table", "row", "column", "home"
    ):
        mine[table, column][row] = home
    for (table, column), owners in mine.items():
        _give_back(apps.get_model(table), column, owners, inside, at=at)


def park(nodes: Collection[int], *, at: datetime) -> None:
    """Put away what was worked out about these customers."""
    for model in _tables(Merging.PARKED):
        (column,) = duties.TABLES[model._meta.label].holders
        rows = list(model._default_manager.filter(**{f"{column}__in": nodes}))
        Parked.objects.bulk_create(
            Parked(home_id=getattr(row, column), table=model._meta.label, values=serialize("json", [row]))
            for row in rows
        )
        _tell(model, [row.pk for row in rows], at=at)
        model._default_manager.filter(pk__in=[row.pk for row in rows]).delete()


def unpark(nodes: Collection[int], *, at: datetime) -> None:
    """Bring it back, as far as what it was worked out from is still there."""
    waiting = Parked.objects.filter(home__in=nodes)
    for one in waiting:
        for found in deserialize("json", one.values):
            row = found.object
            if _stands(row):
                row.save_base(raw=True)
                _tell(type(row), [row.pk], at=at)
    waiting.delete()


def _give_back(model: Table, column: str, owners: dict[int, int], inside: set[int], *, at: datetime) -> None:
    holders = dict(model._default_manager.filter(pk__in=list(owners)).values_list("pk", column))
    going: dict[int, list[int]] = defaultdict(list)
    for row, home in owners.items():
        # What stands with another of those who leave together stays there; what was deleted meanwhile is nobody's.
        if holders.get(row) not in inside - {home}:
            going[home].append(row)
    for home, rows in going.items():
        model._default_manager.filter(pk__in=rows).update(**{column: home})
        Belonging.objects.filter(table=model._meta.label, column=column, row__in=rows).delete()
        _tell(model, [row for row in rows if row in holders], at=at)


def _movable() -> Iterator[tuple[Table, str]]:
    for table in duties.TABLES.values():
        if table.merging is Merging.MOVES and table.model is not Customer:
            yield from ((table.model, column) for column in table.holders)


def _tables(kind: Merging) -> Iterator[Table]:
    return (table.model for table in duties.TABLES.values() if table.merging is kind)


def _lift(model: Table, column: str, root: int, nodes: Collection[int], *, at: datetime) -> None:
    rows = dict(model._default_manager.filter(**{f"{column}__in": nodes}).order_by("pk").values_list("pk", column))
    if not rows:
        return
    moving = sorted(rows.keys() - _refused(model, column, root, nodes))
    label = model._meta.label
    known = set(Belonging.objects.filter(table=label, column=column, row__in=moving).values_list("row", flat=True))
    Belonging.objects.bulk_create(
        Belonging(table=label, row=row, column=column, home_id=rows[row]) for row in moving if row not in known
    )
    model._default_manager.filter(pk__in=moving).update(**{column: root})
    _tell(model, moving, at=at)


def _refused(model: Table, column: str, root: int, nodes: Collection[int]) -> set[int]:
    """The rows that a constraint does not let stand beside what the root has, or beside one that moves before them."""
    refused: set[int] = set()
    for condition, others in _unique_with(model, column):
        rows = model._default_manager.filter(condition)
        taken = set(rows.filter(**{column: root}).values_list(*others)) if others else {()}
        if not others and not rows.filter(**{column: root}).exists():
            taken = set()
        for pk, *values in rows.filter(**{f"{column}__in": nodes}).order_by("pk").values_list("pk", *others):
            if pk in refused or None in values:
                continue
            if tuple(values) in taken:
                refused.add(pk)
            taken.add(tuple(values))
    return refused | _itself(model, column, root, nodes)


def _itself(model: Table, column: str, root: int, nodes: Collection[int]) -> set[int]:
    """Rows between two customers of whom both become one: nobody is their own contact."""
    others = [other for other in duties.TABLES[model._meta.label].holders if other != column]
    found: set[int] = set()
    for other in others:
        both = model._default_manager.filter(**{f"{column}__in": nodes, f"{other}__in": [root, *nodes]})
        found |= set(both.values_list("pk", flat=True))
    return found


def _unique_with(model: Table, column: str) -> Iterator[tuple[models.Q, list[str]]]:
    """Each constraint in which the column takes part: for which rows it holds, and what else makes a row one of its
    kind.
    """
    field: Any = model._meta.get_field(column)
    name = field.name
    if field.unique:
        yield models.Q(), []
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and name in constraint.fields:
            yield constraint.condition or models.Q(), [one for one in constraint.fields if one != name]


def _stands(row: models.Model) -> bool:
    """Whether everything the row points to is still there."""
    for column in row._meta.concrete_fields:
        if column.is_relation and (key := getattr(row, column.attname)) is not None:
            target: Any = column.related_model
            if not target._default_manager.filter(pk=key).exists():
                return False
    return True


def _tell(model: Table, rows: Iterable[int], *, at: datetime) -> None:
    for first, last in bulk.runs(rows):
        record_range(model, first_key=first, last_key=last, at=at)
