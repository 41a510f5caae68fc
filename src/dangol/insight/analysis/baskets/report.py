"""What is bought together and what comes next, looked for once and kept as a run: pages and lists only read it.

A run says which version of the data it read, up to which day, by which settings and for whom (a member of staff), and
how many patterns were looked at, so that anybody can tell what was not shown, and why.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from math import isfinite
from typing import Any, Self

import pyarrow as pa
from django.utils.translation import gettext as _

from dangol.insight.analysis.actions import asked_by, begin_run, finish_run
from dangol.insight.analysis.baskets.rules import LEVEL, Rules, rules
from dangol.insight.analysis.baskets.sequences import Steps, steps
from dangol.insight.analysis.models import Run
from dangol.insight.analysis.queries import latest_run
from dangol.insight.analysis.who_counts import shops_day
from dangol.insight.warehouse.bit_rows import TooManySets
from dangol.insight.warehouse.following import followings
from dangol.insight.warehouse.itemsets import CannotCount, Itemsets, itemsets
from dangol.insight.warehouse.queries import Lake, lake
from dangol.lib.progress import Progress, silent
from dangol.records.staff.models import User

KIND = "baskets"
DAYS = 730  # what is older says little of what is bought now
SUPPORT = 0.002  # of the baskets
FEWEST = 5  # baskets or customers, however few there are: below, no interval can be trusted
CONFIDENCE = 0.05
LONGEST = 3
FOLLOWED = 0.01  # of the customers
WINDOW = 60
MOST = 500  # patterns that are kept of a part
RARER = 4  # how many times more often a set must come where there were too many to count


@dataclass(frozen=True)
class Pattern:
    """Who has all of `because` has `product`, too: `seen` of `of`, which is `share`.

    lift: how many times as often as by chance; None where it does not come by chance at all. All intervals are 95 %.
    """

    because: tuple[int, ...]
    product: int
    seen: int
    of: int
    share: float
    low: float
    high: float
    lift: float | None
    lift_low: float
    lift_high: float | None
    q: float

    @property
    def products(self) -> frozenset[int]:
        return frozenset((*self.because, self.product))


@dataclass(frozen=True)
class Part:
    """patterns: those that hold, the strongest first. among: baskets, or customers, that were looked at.

    fewest: of them a pattern must have; looked_at: patterns that could have come; often: those that came often enough;
    holding: those that hold; redundant: those left out because a shorter one says as much.
    """

    patterns: tuple[Pattern, ...]
    among: int
    fewest: int
    looked_at: int
    often: int
    holding: int
    redundant: int = 0

    @property
    def doubtful(self) -> int:
        """Those that came often enough and may be chance."""
        return self.often - self.holding

    @classmethod
    def read(cls, told: dict[str, Any]) -> Self:
        rows = (Pattern(**{**row, "because": tuple(row["because"])}) for row in told["patterns"])
        return cls(**{**told, "patterns": tuple(rows)})


@dataclass(frozen=True)
class Report:
    """What a run found. following is None where nobody was watched for a whole window."""

    run: Run
    together: Part
    following: Part | None

    @property
    def since(self) -> date:
        return date.fromisoformat(self.run.parameters["since"])

    @property
    def until(self) -> date:
        return date.fromisoformat(self.run.parameters["until"])

    def part(self, name: str) -> Part | None:
        """The part of this name: together or following."""
        return {"together": self.together, "following": self.following}.get(name)


def look(*, as_of: datetime, at: datetime, by: User | None, progress: Progress = silent) -> Report:
    """Look for patterns in what was sold in two years up to `as_of`, and keep them. by: who asked.

    Raises NoLake and CannotCount.
    """
    source, until = lake(), shops_day(as_of)
    since = max(until - timedelta(days=DAYS), _first_day(source) or until)
    run = begin_run(
        kind=KIND, as_of=as_of, at=at, lake_version=source.version,
        parameters={
            "since": since.isoformat(), "until": until.isoformat(), "confidence": CONFIDENCE, "longest": LONGEST,
            "level": LEVEL, "window": WINDOW, "by": asked_by(by),
        },
    )  # fmt: skip
    progress(_("Counting what lies in one basket"), 0, 2)
    together = _together(source, since, until)
    progress(_("Counting what comes next"), 1, 2)
    following = _following(source, since, until)
    progress(_("Counting what comes next"), 2, 2)
    told = {"together": asdict(together), "following": None if following is None else asdict(following)}
    return Report(finish_run(run, summary=told, at=at), together, following)


def _first_day(source: Lake) -> date | None:
    lines = source.table("lines")
    first: date | None = source.arrow(lines.aggregate(first=lines.day.min()))["first"][0].as_py()
    return first


def last_report() -> Report | None:
    """What was found when it was last looked for."""
    run = latest_run(KIND)
    return None if run is None else report_of(run)


def report_of(run: Run) -> Report:
    """What this finished run found."""
    following = run.summary["following"]
    return Report(run, Part.read(run.summary["together"]), None if following is None else Part.read(following))


def _together(source: Lake, since: date, until: date) -> Part:
    sets = _countable(source, since, until)
    found = rules(sets, confidence=CONFIDENCE)
    columns = ("antecedent", "consequent", "baskets", "antecedent_baskets", "confidence")
    named = ("because", "product", "seen", "of", "share", "low", "high")
    shown = found.holding.select([*columns, "confidence_low", "confidence_high", "lift", "lift_low", "lift_high", "q"])
    patterns = _patterns(shown.rename_columns([*named, *shown.column_names[len(named) :]]))
    kept = found.table.num_rows
    return Part(
        patterns, sets.baskets, sets.minimum, found.looked_at, kept, found.holding.num_rows, found.redundant
    )  # fmt: skip


def _countable(source: Lake, since: date, until: date) -> Itemsets:
    """Sets that come often enough to be trusted, and are few enough to be counted."""
    support = SUPPORT
    while True:
        try:
            sets = itemsets(source, support=support, since=since, until=until, longest=LONGEST)
        except TooManySets:
            if support * RARER > 1:
                raise
            support *= RARER
            continue
        needed = min(FEWEST, sets.baskets)
        if sets.minimum >= needed:
            return sets
        support = needed / sets.baskets


def _following(source: Lake, since: date, until: date) -> Part | None:
    support = FOLLOWED
    try:
        counted = followings(source, window=WINDOW, support=support, since=since, until=until)
        needed = min(FEWEST, counted.customers)
        if counted.minimum < needed:
            support = needed / counted.customers
            counted = followings(source, window=WINDOW, support=support, since=since, until=until)
    except CannotCount:
        return None
    found = steps(counted)
    columns = ("first", "then", "customers", "starters", "share", "share_low", "share_high")
    named = ("because", "product", "seen", "of", "share", "low", "high")
    shown = found.holding.select([*columns, "lift", "lift_low", "lift_high", "q"])
    patterns = _patterns(shown.rename_columns([*named, "lift", "lift_low", "lift_high", "q"]))
    return Part(
        patterns, counted.customers, counted.minimum, found.looked_at, found.table.num_rows, found.holding.num_rows
    )  # fmt: skip


def _patterns(table: pa.Table) -> tuple[Pattern, ...]:
    return tuple(_pattern(row) for row in table.slice(0, MOST).to_pylist())


def _pattern(row: dict[str, Any]) -> Pattern:
    because, product = row["because"], row["product"]
    plain = {name: None if isinstance(value, float) and not isfinite(value) else value for name, value in row.items()}
    told = {
        "because": tuple(because) if isinstance(because, list) else (because,),
        "product": product[0] if isinstance(product, list) else product,
    }
    return Pattern(**{**plain, **told})


def rules_of(patterns: tuple[Pattern, ...]) -> Rules:
    """Patterns as rules that hold, for the lists of customers."""
    table = pa.table({
        "antecedent": pa.array([list(one.because) for one in patterns], pa.list_(pa.int64())),
        "consequent": pa.array([[one.product] for one in patterns], pa.list_(pa.int64())),
        "confidence_low": pa.array([one.low for one in patterns], pa.float64()),
        "lift": pa.array([one.lift for one in patterns], pa.float64()),
        "holds": pa.array([True] * len(patterns), pa.bool_()),
    })  # fmt: skip
    return Rules(table, 0, 0, 0, LEVEL)


def steps_of(patterns: tuple[Pattern, ...]) -> Steps:
    """Patterns of one product each as steps that hold, for the lists of customers."""
    table = pa.table({
        "first": pa.array([one.because[0] for one in patterns], pa.int64()),
        "then": pa.array([one.product for one in patterns], pa.int64()),
        "share_low": pa.array([one.low for one in patterns], pa.float64()),
        "lift": pa.array([one.lift for one in patterns], pa.float64()),
        "holds": pa.array([True] * len(patterns), pa.bool_()),
    })  # fmt: skip
    return Steps(table, 0, 0, WINDOW, LEVEL)
