"""Which of several customers' values the one who is kept gets, and how that is taken back."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from dangol.lib import sealing
from dangol.records.customers.models import Customer, Merge

# What can be chosen, and the columns that go with it.
CHOOSABLE: dict[str, tuple[str, ...]] = {
    "full_name": ("full_name",), "birth_date": ("birth_date",), "gender": ("gender",), "line": ("line",),
    "unit": ("unit_id",), "household": ("household_id",), "address": ("address", "place", "postcode"),
    "source": ("source", "came_by"), "occupation": ("occupation",),
}  # fmt: skip
ALSO = ("attributes",)  # of further details each gap is filled; the one who is chosen comes first
DETAIL = "attributes."
ENTRANCE = "entrance_sealed"


class Change(NamedTuple):
    """What a column was and became, as JSON holds it."""

    before: Any
    after: Any


def values_chosen(kept: Customer, others: Sequence[Customer], choices: Mapping[str, int]) -> dict[str, Change]:
    """What becomes of the kept one's row: column → change. Registered is who was registered first.

    Whoever was chosen and has no value is passed over: that a child is one is not chosen away.
    """
    people = {one.pk: one for one in [kept, *others]}
    changes: dict[str, Change] = {}
    for field, columns in CHOOSABLE.items():
        source = _source(columns, [kept, *others], people.get(choices.get(field, 0)))
        for column in columns:
            _note(changes, column, getattr(kept, column), getattr(source, column))
    _note(changes, "registered_at", kept.registered_at, min(one.registered_at for one in people.values()))
    ordered = sorted(people.values(), key=lambda one: one.pk != choices.get("attributes", kept.pk))
    told: dict[str, Any] = {}
    for one in ordered:
        told = one.attributes | told
    for key, value in told.items():
        _note(changes, DETAIL + key, kept.attributes.get(key), value)
    if not kept.entrance_sealed and (source := _first_with(ENTRANCE, others)).entrance_sealed:
        # A code is sealed anew now and then: whose it is says where to look for it.
        changes[ENTRANCE] = Change("", source.pk)
    return changes


def put(kept: Customer, changes: Mapping[str, Change]) -> None:
    """Write the changes into the row."""
    for column, change in changes.items():
        if column == ENTRANCE:
            kept.entrance_sealed = _entrance_of(change.after) if change.after else ""
        elif column.startswith(DETAIL):
            key = column.removeprefix(DETAIL)
            kept.attributes = {one: value for one, value in kept.attributes.items() if one != key}
            if change.after is not None:
                kept.attributes[key] = change.after
        else:
            setattr(kept, column, _read(column, change.after))
    kept.save()


def taken_back(kept: Customer, changes: Mapping[str, Change], later: Sequence[Merge]) -> dict[str, Change]:
    """What has to be written to take changes back: nothing where the value was corrected since.

    A later merge that changed the same column again starts from what stood before this one.
    """
    back: dict[str, Change] = {}
    for column, change in changes.items():
        following = next((one for one in later if column in one.changes), None)
        if following is not None:
            if following.changes[column][0] == change.after:
                following.changes[column][0] = change.before
                following.save(update_fields=["changes"])
        elif _is(kept, column, change.after):
            back[column] = Change(change.after, change.before)
    return back


def plain(value: Any) -> Any:
    """As JSON holds it."""
    return value.isoformat() if isinstance(value, date) else value


def _note(changes: dict[str, Change], column: str, before: Any, after: Any) -> None:
    if before != after:
        changes[column] = Change(plain(before), plain(after))


def _source(columns: Sequence[str], people: Sequence[Customer], chosen: Customer | None) -> Customer:
    """Whose values are taken: the chosen one's if they have any, else of the first who has the telling one, or the next
    best: a district alone where nobody has an address.
    """
    if chosen is not None and any(getattr(chosen, column) for column in columns):
        return chosen
    telling = next((column for column in columns if any(getattr(one, column) for one in people)), columns[0])
    return _first_with(telling, people)


def _first_with(column: str, people: Sequence[Customer]) -> Customer:
    return next((one for one in people if getattr(one, column)), people[0])


def _is(kept: Customer, column: str, value: Any) -> bool:
    if column == ENTRANCE:
        return bool(value) and sealing.unseal(kept.entrance_sealed) == sealing.unseal(_entrance_of(value))
    if column.startswith(DETAIL):
        return bool(kept.attributes.get(column.removeprefix(DETAIL)) == value)
    return bool(plain(getattr(kept, column)) == value)


def _entrance_of(customer_id: int) -> str:
    return Customer.objects.values_list("entrance_sealed", flat=True).get(pk=customer_id)


def _read(column: str, value: Any) -> Any:
    if value is None:
        return None
    if column == "birth_date":
        return date.fromisoformat(value)
    return datetime.fromisoformat(value) if column == "registered_at" else value
