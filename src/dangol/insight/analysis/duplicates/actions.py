"""Search for customers who stand here twice, write down what was found; say that somebody decided about a proposal."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.transaction import atomic
from django.utils.translation import gettext as _

from dangol.insight.analysis.actions import begin_run, finish_run
from dangol.insight.analysis.duplicates import reading
from dangol.insight.analysis.duplicates.queries import kind_of
from dangol.insight.analysis.duplicates.searching import THRESHOLD, Found, check, search
from dangol.insight.analysis.models import LikePair, ProposedPerson, Run
from dangol.lib import bulk
from dangol.lib.progress import Progress, silent
from dangol.records.customers.forgetting import hold_everybody
from dangol.records.customers.models import Customer
from dangol.records.staff.scope import Scope

PAIR = ("run_id", "person_id", "left_id", "right_id", "probability", "agreed", "cut")


def find_duplicates(
    scope: Scope, *, threshold: float = THRESHOLD, as_of: datetime, at: datetime, progress: Progress = silent
) -> tuple[Run, Found]:
    """Search among the customers of this scope, and put what was found in the place of the search before.

    Nothing is merged. Raises BadThreshold.
    """
    check(threshold)
    run = begin_run(kind=kind_of(scope), as_of=as_of, at=at, parameters={"threshold": threshold})
    progress(_("Read customers"), 0, 1)
    told = reading.told(scope)
    progress(_("Read customers"), 1, 1)
    found = search(told, threshold=threshold, never=reading.never_the_same(), progress=progress)
    with atomic():
        hold_everybody()
        found = _without_gone(found)
        _forget_former(run)
        _write(run, found)
        finish_run(run, summary=_summary(told.num_rows, found), at=at)
    return run, found


def _summary(customers: int, found: Found) -> dict[str, Any]:
    return {
        "customers": customers, "compared": found.compared, "people": len(found.sizes),
        "pairs": len(found.proposed), "bridges": len(found.bridges), "capped": [asdict(one) for one in found.capped],
    }  # fmt: skip


def settle(person: ProposedPerson, *, at: datetime) -> bool:
    """Take the proposal off the queue, unless somebody has already."""
    return ProposedPerson.objects.filter(pk=person.pk, settled_at=None).update(settled_at=at) == 1


def _forget_former(run: Run) -> None:
    """What the searches before proposed; that they were made stays."""
    former = Run.objects.filter(kind=run.kind).exclude(pk=run.pk)
    LikePair.objects.filter(run__in=former).delete()
    # No pair leads to them any more; asking for each who does would take longer than all the rest.
    with connection.cursor() as cursor:
        cursor.execute(
            f'DELETE FROM "{ProposedPerson._meta.db_table}" WHERE run_id IN'
            f' (SELECT id FROM "{Run._meta.db_table}" WHERE kind = %s AND id <> %s)',
            [run.kind, run.pk],
        )


def _without_gone(found: Found) -> Found:
    """Without people who were forgotten or merged while the search went on, and what hung on them."""
    ids = {one for pair in found.pairs for one in (pair.left, pair.right)}
    rows = bulk.rows_by(connection, Customer._meta.db_table, "id", sorted(ids), ["erased_at", "merged_into_id"])
    known = {one for one, erased, merged in rows if erased is None and merged is None}
    return found if known == ids else found.among(known)


def _write(run: Run, found: Found) -> None:
    weakest = [1.0] * len(found.sizes)
    for pair in found.proposed:
        assert pair.person is not None
        weakest[pair.person] = min(weakest[pair.person], pair.probability)
    first = bulk.reserve_ids(connection, ProposedPerson._meta.db_table, len(found.sizes))
    bulk.insert(
        connection, ProposedPerson._meta.db_table, ("id", "run_id", "size", "probability"),
        ((first + number, run.pk, size, weakest[number]) for number, size in enumerate(found.sizes)),
    )  # fmt: skip
    bulk.insert(
        connection, LikePair._meta.db_table, PAIR,
        (
            (run.pk, None if pair.person is None else first + pair.person, pair.left, pair.right, pair.probability,
             json.dumps(pair.agreed), pair.cut)
            for pair in found.pairs
        ),
    )  # fmt: skip
