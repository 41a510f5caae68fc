"""The road of the proof: a simulated business taken in like any other, valued like any other, read off.

Nothing here knows what is true of its customers.
"""

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from dangol.contact.intake.sources import History
from dangol.insight.analysis.models import Score
from dangol.insight.relationship.back_test.foretelling import foretold
from dangol.insight.relationship.back_test.past import Past
from dangol.insight.relationship.models import Parts
from dangol.insight.relationship.observed import observe
from dangol.insight.warehouse.queries import lake
from dangol.lib.progress import Progress, silent
from dangol.records.customers.models import Identity
from dangol.web.start import rounds

NUMBERS = ("customer_value", "customer_equity")


def valued(source: History, *, until: datetime, window: timedelta, progress: Progress = silent) -> pa.Table:
    """Take in all that the source tells before `until`, value everybody, and say what Dangol makes of each.

    Columns external_id, customer_value, customer_equity, region, parts_known (null where unknown), and chance: to buy
    at least once within the window, null of those who never bought.
    """
    hands = rounds.Hands(by=None, progress=progress)
    last = until - timedelta(seconds=1)  # the end of the last day there is
    rounds.ready(currency=source.currency, at=until)
    rounds.take_feeds(source, until=until, hands=hands)
    run = rounds.bring_up_to_date(at=last, hands=hands)
    told: dict[str, dict[int, Any]] = {name: {} for name in (*NUMBERS, "region")}
    rows = Score.objects.filter(run=run, name__in=told).values_list("name", "customer_id", "value", "text")
    for name, customer, value, text in rows:
        told[name][customer] = text if name == "region" else value
    parts = dict(Parts.objects.filter(run=run, parts_known__isnull=False).values_list("customer_id", "parts_known"))
    chances = _chances(last, days=window.days)
    people = list(
        Identity.objects.filter(source=source.name).order_by("external_id").values_list("external_id", "customer_id")
    )
    columns: dict[str, object] = {"external_id": [name for name, _customer in people]}
    for name in ("customer_value", "customer_equity"):
        columns[name] = pa.array([told[name].get(customer) for _name, customer in people], pa.float64())
    columns["region"] = [told["region"].get(customer, "unknown") for _name, customer in people]
    columns["parts_known"] = pa.array([int(parts.get(customer) or 0) for _name, customer in people])
    columns["chance"] = pa.array([chances.get(customer) for _name, customer in people], pa.float64())
    return pa.table(columns)


def _chances(at: datetime, *, days: int) -> dict[int, float]:
    """The chance of each who ever bought, by the fits that values come from."""
    settings = rounds.value_settings()
    seen = observe(lake(), settings=settings, as_of=at)
    nothing = np.zeros(len(seen.buyers))  # of the weeks to come nothing is known
    then = Past(seen.customers.keys[seen.buying], seen.buyers, days, nothing, nothing, nothing, nothing)
    found = foretold(then, settings, [], lambda _done: None)
    ids = seen.customers.ids[seen.buying]
    return {int(who): float(chance) for who, chance in zip(ids, found.chance, strict=True) if not np.isnan(chance)}
