"""Which customers have become one: rows that point to the one who is kept, at however many removes."""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db import models

from dangol.lib.asked_again import asked_again


def whole(customer_id: int) -> list[int]:
    """The customer and everybody who was merged into them, first the customer: one query for each remove."""
    newest = _absorbed(customer_id)
    found = [customer_id, *newest]
    while newest:
        absorbed = _customers().filter(merged_into__in=newest).order_by("pk").values_list("pk", flat=True)
        newest = list(absorbed)
        found += newest
    return found


@asked_again
def _absorbed(into: Any) -> models.QuerySet[Any, int]:
    return _customers().filter(merged_into=into).order_by("pk").values_list("pk", flat=True)


def names_of(customers: Iterable[int]) -> dict[int, list[str]]:
    """Every name by which each of these customers was known, those merged into them included: texts may hold any."""
    names: dict[int, list[str]] = {one: [] for one in customers}
    roots = {one: one for one in names}
    newest = _customers().filter(pk__in=list(names)).values_list("pk", "full_name", "merged_into")
    while rows := list(newest):
        for one, name, into in rows:
            root = roots.setdefault(one, roots.get(into, one))
            names[root].append(name)
        newest = (
            _customers()
            .filter(merged_into__in=[one for one, _name, _into in rows])
            .values_list("pk", "full_name", "merged_into")
        )
    return {one: [name for name in told if name] for one, told in names.items()}


def root_of(customer_id: int) -> int:
    """The customer who stands for this one now: themselves, unless they were merged. One query for each remove."""
    while into := _into(customer_id):
        customer_id = into[0]
    return customer_id


@asked_again
def _into(customer: Any) -> models.QuerySet[Any, int]:
    return _customers().filter(pk=customer, merged_into__isnull=False).values_list("merged_into", flat=True)


def roots_of(customer_ids: Iterable[int]) -> dict[int, int]:
    """Who stands for each of these customers now; one query where nobody was merged."""
    roots = {one: one for one in customer_ids}
    while True:
        ends = set(roots.values())
        into = dict(_customers().filter(pk__in=ends, merged_into__isnull=False).values_list("pk", "merged_into"))
        if not into:
            return roots
        roots = {one: into.get(end, end) for one, end in roots.items()}


def _customers() -> models.QuerySet[models.Model]:
    # Duties are named by every room's app before the tables stand: looked up when it is asked.
    return apps.get_model("customers", "Customer")._default_manager.all()
