"""One contact that took place, as staff tell it; and one that they told by a slip, taken away again.

What happened between a person and a screen is no fact of the ledger: as a file that is undone leaves no rows, a contact
that did not take place leaves none.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db.transaction import atomic

from dangol.records.changes.actions import record_range, record_row
from dangol.records.ledger.models import Interaction


@dataclass(frozen=True)
class Contact:
    """`source_ref` is opaque here; minutes: of the customer's own time; worth: minor units the customer received."""

    identity_id: int
    source_ref: str
    kind: str
    direction: str
    touchpoint: str = ""
    text: str = ""
    minutes: float = 0.0
    worth: int = 0


@atomic
def write_contact(told: Contact, *, at: datetime) -> Interaction:
    """Append it, once for each identity, kind and source."""
    first = {"identity_id": told.identity_id, "kind": told.kind, "source_ref": told.source_ref}
    made, new = Interaction.objects.get_or_create(**first, defaults=asdict(told) | {"at": at})
    if new:
        record_row(made, at=at)
    return made


@atomic
def unsay_contact(identity_id: int, source_ref: str, *, at: datetime) -> int:
    """Take away what this source told of an identity by a slip; how many contacts went."""
    told = Interaction.objects.filter(identity=identity_id, source_ref=source_ref)
    gone = list(told.values_list("pk", flat=True))
    Interaction.objects.filter(pk__in=gone).delete()
    for key in gone:
        record_range(Interaction, first_key=key, last_key=key, at=at)
    return len(gone)
