"""Every metric by every dimension that fits it, in one question for all metrics of the same rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pyarrow as pa

from dangol.insight.warehouse.metrics import DIMENSIONS, METRICS, Family, Metric, fits
from dangol.insight.warehouse.metrics.asking import basis, measured, rows_of
from dangol.insight.warehouse.queries import Lake

WHOLE = "whole"
PERSONAL = [name for name, split in DIMENSIONS.items() if split.family is Family.PERSON]

type Found = dict[tuple[str, str], dict[str, Any]]  # (dimension, value) → the metrics


def together() -> list[list[Metric]]:
    """Return the metrics that are worked out over the same rows, group by group."""
    found: dict[tuple[object, ...], list[Metric]] = {}
    for one in METRICS.values():
        found.setdefault(basis(one), []).append(one)
    return list(found.values())


def together_over_all_time() -> list[list[Metric]]:
    """Return the same in fewer groups: without a period a stock has the rows of any other metric, and of a fact in
    which every row has a customer so have those that are about customers.
    """
    found: dict[tuple[object, ...], list[Metric]] = {}
    for one in METRICS.values():
        found.setdefault((one.fact, one.each, one.about_customers and one.fact == "lines"), []).append(one)
    return [sorted(group, key=lambda one: (not one.about_customers, one.stock)) for group in found.values()]


def dimensions(metric: Metric) -> list[str]:
    return [name for name, split in DIMENSIONS.items() if fits(metric, split)]


@contextmanager
def people_of(lake: Lake) -> Iterator[Any]:
    """Work every dimension of customers out once, for all questions: a column each, by customer_key."""
    people = lake.table("customers").select("customer_key")
    for name in PERSONAL:
        people = DIMENSIONS[name].column(lake, people)
    with lake.kept(people) as kept:
        yield kept


def by_everything(lake: Lake, metrics: list[Metric], people: Any) -> Found:
    """Take each row once for each dimension, then group by the dimension's name and value."""
    import ibis

    rows = rows_of(lake, metrics[0])
    names = dimensions(metrics[0])
    for name in names:
        if name not in PERSONAL:
            rows = DIMENSIONS[name].column(lake, rows)
    rows = _with_people(lake, rows, people)
    with lake.given(pa.table({"asked_by": [WHOLE, *names]})) as asked:
        every = rows.cross_join(asked)
        values = [(every.asked_by == name, every[name].cast("string")) for name in names]
        every = every.mutate(part=ibis.cases(*values, else_=""))
        told = lake.arrow(measured(every, metrics, by=["asked_by", "part"]))
    return {(row.pop("asked_by"), row.pop("part")): row for row in told.to_pylist()}


def _with_people(lake: Lake, rows: Any, people: Any) -> Any:
    key = "customer_key"
    if key not in rows.columns:
        key = "identity_key"
        people = lake.table("identities").inner_join(people, "customer_key").select(key, *PERSONAL)
    joined = rows.left_join(people, key)
    return joined.mutate(**{name: joined[name].fill_null("") for name in PERSONAL})
