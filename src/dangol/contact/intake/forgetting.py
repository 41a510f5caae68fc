"""Refused rows that hold a person, found by what is written in them: they were never tied to anybody.

A row goes when one of its cells is the person's name, one of their numbers, their phone however it is written, or their
address. A name that others share takes their rows along: those can be uploaded again, a person's cannot be taken back.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Cast

from dangol.contact.intake import rejects
from dangol.contact.intake.models import Batch, Reject
from dangol.records.customers.duties import Traces


def forget_rejects(traces: Traces) -> int:
    """Remove the refused rows that hold the person, and write the files of those imports anew; how many went."""
    if not traces.needles:
        return 0
    # One pass over the rows picks what might be: a cell is compared only there.
    texts = Reject.objects.annotate(told=Cast("original", CharField()))
    # Rows may hold letters as they are or by their numbers, as JSON has it.
    spelled = {spelling for needle in traces.needles for spelling in (needle, json.dumps(needle)[1:-1])}
    near = texts.filter(reduce(or_, (Q(told__contains=needle) for needle in sorted(spelled))))
    found = [
        (pk, batch)
        for pk, batch, cells in near.values_list("pk", "batch_id", "original")
        if any(traces.among(str(cell)) for cell in cells)
    ]
    Reject.objects.filter(pk__in=[pk for pk, _batch in found]).delete()
    _write_anew({batch for _pk, batch in found})
    return len(found)


def older_rejects(before: datetime) -> int:
    """How many refused rows of imports begun before a time are still kept."""
    return Reject.objects.filter(batch__started_at__lt=before).count()


def let_go_of_rejects(before: datetime) -> int:
    """Remove the refused rows of imports begun before a time, and their files; how many went."""
    return let_go_of(Batch.objects.filter(started_at__lt=before))


def let_go_of(batches: QuerySet[Batch]) -> int:
    """Remove the refused rows of imports, and their files; how many went."""
    old = set(batches.filter(rejects__isnull=False).values_list("pk", flat=True))
    count = Reject.objects.filter(batch__in=old).delete()[0]
    _write_anew(old)
    return count


def _write_anew(batches: Iterable[int]) -> None:
    for batch in Batch.objects.filter(pk__in=set(batches)):
        if rejects.file_of(batch).exists():
            if batch.rejects.exists():
                rejects.write_file(batch)
            else:
                rejects.file_of(batch).unlink()
