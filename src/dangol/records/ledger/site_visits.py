"""Visits that the business's own site told of: contacts, in whose text stand the pages that were read."""

from collections.abc import Iterable
from datetime import datetime

from django.db.transaction import atomic

from dangol.lib import bulk
from dangol.records.changes.actions import record_range
from dangol.records.ledger.models import Interaction

SITE = "site"  # what the key of such a visit begins with


@atomic
def forget_pages(customers: Iterable[int], *, at: datetime) -> int:
    """Remove which pages these customers read; that they came stays. Of how many visits the pages went."""
    theirs = Interaction.objects.filter(identity__customer__in=list(customers), source_ref__startswith=f"{SITE}:")
    keys = sorted(theirs.exclude(text="").values_list("pk", flat=True))
    for first, last in bulk.runs(keys):
        record_range(Interaction, first_key=first, last_key=last, at=at)
    return theirs.exclude(text="").update(text="")
