"""Stopping advertising for many customers at once, and taking it back."""

from collections.abc import Sequence

from django.db.models import DateTimeField, F, Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from dangol.lib.resident_numbers import masked
from dangol.records.customers import bulk_changes
from dangol.records.customers.bulk_changes import Change, Kind, Was, changed
from dangol.records.permission import refusals
from dangol.records.permission.models import Suppression
from dangol.records.staff.roles import May


def register() -> None:
    """Take it into what can be done."""
    bulk_changes.register(Kind("stop", _("Send them no advertising"), May.KEEP_CONSENT, _stop, _lift))


def _stop(people: Sequence[int], change: Change) -> Was:
    standing = Suppression.objects.filter(customer__in=people, channel="", until=None, lifted_at=None)
    have = set(standing.values_list("customer", flat=True))
    reason = masked(str(change.told.get("value", "")).strip())[:80]
    made = Suppression.objects.bulk_create(
        Suppression(customer_id=pk, channel="", reason=reason, since=change.at, recorded_by=change.by)
        for pk in people
        if pk not in have
    )
    changed(Suppression, [row.pk for row in made], at=change.at)
    refusals.keep(made)
    return {row.customer_id: row.pk for row in made}


def _lift(was: Was, change: Change) -> set[int]:
    mine = Suppression.objects.filter(pk__in=was.values(), lifted_at=None)
    restored = dict(mine.values_list("pk", "customer"))
    ended = Greatest(Value(change.at, output_field=DateTimeField()), F("since"))
    Suppression.objects.filter(pk__in=restored).update(until=ended, lifted_at=change.at, lifted_by=change.by)
    changed(Suppression, restored, at=change.at)
    return set(restored.values())
