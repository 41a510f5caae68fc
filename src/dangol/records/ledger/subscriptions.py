"""What people get again and again: begun once, and what becomes of it told step by step."""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import batched

import pyarrow as pa
from django.db import connection
from django.db.transaction import atomic

from dangol.lib import bulk
from dangol.lib.bulk import Counted
from dangol.records.changes.telling_once import Step, append_by_ref, append_steps
from dangol.records.ledger.models import Subscription, SubscriptionStep

Kind = SubscriptionStep.Kind
READ = 5_000
FIRST = ("ref", "identity_id", "at", "product_id", "description", "unit_id", "quantity", "price", "currency", "period")


@atomic
def append_subscriptions(rows: pa.Table, *, source: str, at: datetime) -> Counted:
    """Append subscriptions by their ref, and of those that are known already what became of them.

    rows: ref, identity_id, at (UTC), product_id?, description, unit_id?, quantity, price? (minor units), currency,
    period; ends? (UTC), state ("", paused, resumed, ended), state_at? (UTC), reason. A state without its time counts
    from `at`, once; that a subscription goes on needs a time. A price that was never told before is a step.
    """
    if rows.num_rows == 0:
        return Counted()
    told = append_by_ref(Subscription, rows.select(list(FIRST)), source=source, at=at)
    columns = ("subscription_id", "kind", "at", "price", "reason")
    steps = list(_steps(rows, told.ids, at=at))
    changed = append_steps(SubscriptionStep, columns, steps, _known(told.ids.values()), at=at)
    return told.counted(rows["ref"].to_pylist(), changed)


def differing(rows: pa.Table, *, source: str) -> int:
    """How many rows tell another beginning or product of a subscription that is on record; that stays as it is."""
    table = Subscription._meta.db_table
    refs = list(dict.fromkeys(rows["ref"].to_pylist()))
    ids = bulk.ids_by(connection, table, "ref", refs, same={"source": source})
    first: dict[str, tuple[datetime, int | None]] = {}
    for part in batched(ids.values(), READ):
        kept = Subscription.objects.filter(pk__in=part).values_list("ref", "at", "product_id")
        first |= {ref: (moment, product) for ref, moment, product in kept}
    told = zip(*(rows[name].to_pylist() for name in ("ref", "at", "product_id")), strict=True)
    return sum(ref in first and first[ref] != (moment, product) for ref, moment, product in told)


def _steps(rows: pa.Table, ids: Mapping[str, int], *, at: datetime) -> Iterator[Step]:
    """What each row tells of its subscription besides how it began."""
    names = ("ref", "ends", "state", "state_at", "reason", "price")
    told = zip(*(rows[name].to_pylist() for name in names), strict=True)
    for place, (ref, ends, state, since, reason, price) in enumerate(told):
        owner = ids[ref]
        if price is not None:
            yield Step(place, owner, (("price", price),), (owner, "priced", at, price, ""))
        if state == Kind.ENDED:
            ends, state = ends or since or at, "" if ends or since else "undated"
        if ends is not None:
            keys = (("ended", ends), "ended") if state == "undated" else (("ended", ends),)
            yield Step(place, owner, keys, (owner, "ended", ends, None, reason if state in {"", "undated"} else ""))
        if state in {Kind.PAUSED, Kind.RESUMED} and since is not None:
            yield Step(place, owner, ((state, since),), (owner, state, since, None, reason))
        elif state == Kind.PAUSED:
            yield Step(place, owner, ("paused", ("paused", at)), (owner, "paused", at, None, reason))


def _known(ids: Iterable[int]) -> dict[int, set[Hashable]]:
    """What was told of each: its first price, and its steps by kind, by kind and time, and by price."""
    keys = sorted(set(ids))
    known: dict[int, set[Hashable]] = {}
    prices = bulk.rows_by(connection, Subscription._meta.db_table, "id", keys, ["price"])
    for owner, price in prices:
        known.setdefault(owner, set()).add(("price", price))
    steps = SubscriptionStep.objects.filter(subscription__among=keys)
    for owner, kind, moment, price in steps.values_list("subscription_id", "kind", "at", "price"):
        known.setdefault(owner, set()).update((kind, (kind, moment), ("price", price)))
    return known
