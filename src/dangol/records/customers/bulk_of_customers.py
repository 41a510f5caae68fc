"""What can be done to many customers in their own table: hand them over, set line and way, a further detail, a role."""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import F, Func, JSONField, Value
from django.db.models.expressions import Combinable, CombinedExpression
from django.db.models.fields.json import KeyTextTransform
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dangol.records.customers import bulk_changes
from dangol.records.customers.bulk_changes import Change, Kind, Was, by_value, changed
from dangol.records.customers.models import Customer, PartyRole
from dangol.records.staff.roles import May


def register() -> None:
    """Take them into what can be done."""
    enter = May.ENTER_CUSTOMERS
    bulk_changes.register(
        Kind("unit", _("Hand to a shop or dealer"), enter, *_setting("unit_id"), whole=True),
        Kind("line", _("Set the line of business"), enter, *_setting("line")),
        Kind("medium", _("Set how they came to us"), enter, *_setting("source")),
        Kind("detail", _("Write down a further detail"), enter, _tell, _untell),
        Kind("role", _("Say what they are to us"), enter, _take_role, _end_role, whole=True),
    )


def _setting(column: str) -> tuple[Any, Any]:
    """Both ways of a change that puts one value into a column."""

    def apply(people: Sequence[int], change: Change) -> Was:
        value = change.told["value"]
        mine = Customer.objects.filter(pk__in=people)
        was = {pk: before for pk, before in mine.values_list("pk", column) if before != value}
        Customer.objects.filter(pk__in=was).update(**{column: value})
        changed(Customer, was, at=change.at)
        return was

    def put_back(was: Was, change: Change) -> set[int]:
        still = Customer.objects.filter(pk__in=was, **{column: change.told["value"]}).values_list("pk", flat=True)
        restored = set(still)
        for value, people in by_value({pk: was[pk] for pk in restored}).items():
            Customer.objects.filter(pk__in=people).update(**{column: value})
        changed(Customer, restored, at=change.at)
        return restored

    return apply, put_back


def _tell(people: Sequence[int], change: Change) -> Was:
    key, value = change.told["key"], change.told["value"]
    was = {pk: before for pk, before in _details(people, key).items() if (before or "") != value}
    Customer.objects.filter(pk__in=was).update(attributes=_with(key, value))
    changed(Customer, was, at=change.at)
    return was


def _untell(was: Was, change: Change) -> set[int]:
    key, value = change.told["key"], change.told["value"]
    restored = {pk for pk, now in _details(was, key).items() if (now or "") == value}
    for before, people in by_value({pk: was[pk] for pk in restored}).items():
        Customer.objects.filter(pk__in=people).update(attributes=_with(key, before or ""))
    changed(Customer, restored, at=change.at)
    return restored


def _details(people: Any, key: str) -> dict[int, Any]:
    mine = Customer.objects.filter(pk__in=list(people)).annotate(told_before=KeyTextTransform(key, "attributes"))
    return dict(mine.values_list("pk", "told_before"))


def _with(key: str, value: str) -> Combinable:
    """The details with one of them set, or without it where the value is empty; in the database."""
    if connection.vendor == "postgresql":
        told = Value({key: value}, JSONField()) if value else Value(key)
        return CombinedExpression(F("attributes"), "||" if value else "-", told, output_field=JSONField())
    path = Value('$."' + key.replace('"', '""') + '"')
    if value:
        return Func(F("attributes"), path, Value(value), function="json_set", output_field=JSONField())
    return Func(F("attributes"), path, function="json_remove", output_field=JSONField())


def _take_role(people: Sequence[int], change: Change) -> Was:
    kind, since = change.told["value"], timezone.localdate(change.at)
    have = set(PartyRole.objects.filter(customer__in=people, kind=kind, until=None).values_list("customer", flat=True))
    made = PartyRole.objects.bulk_create(
        PartyRole(customer_id=pk, kind=kind, since=since, by=change.by, at=change.at) for pk in people if pk not in have
    )
    changed(PartyRole, [role.pk for role in made], at=change.at)
    return {role.customer_id: role.pk for role in made}


def _end_role(was: Was, change: Change) -> set[int]:
    """What ends on its own first day never counted."""
    mine = PartyRole.objects.filter(pk__in=was.values(), until=None)
    restored = dict(mine.values_list("pk", "customer"))
    PartyRole.objects.filter(pk__in=restored).update(until=F("since"), ended_by=change.by, ended_at=change.at)
    changed(PartyRole, restored, at=change.at)
    return set(restored.values())
