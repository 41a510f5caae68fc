"""Whether what was foreseen comes to pass: the predictions of an earlier run against what was bought since."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from datetime import date, datetime, timedelta

from dangol.insight.analysis.actions import begin_run, finish_run
from dangol.insight.analysis.models import Run
from dangol.insight.analysis.queries import finished_runs, latest_run
from dangol.insight.analysis.rhythm.history import WEEK
from dangol.insight.analysis.rhythm.names import CHECK, KIND
from dangol.insight.analysis.rhythm.queries import Foreseen, Rhythm, rhythm_of
from dangol.insight.analysis.who_counts import shops_day
from dangol.insight.warehouse.holdout import repeat_purchases
from dangol.insight.warehouse.queries import Lake, lake

SOONEST = 4  # weeks after which predictions are held against what happened


def check_foreseen(*, as_of: datetime, at: datetime) -> Run | None:
    """Hold the newest predictions that are old enough against what was bought since, and keep it as a run.

    None where no run is four weeks old. The same weeks of the same run are not looked at twice. Reads the current lake.
    """
    found = _old_enough(shops_day(as_of))
    if found is None:
        return None
    earlier, weeks = found
    known = latest_run(CHECK)
    if known and (known.summary["of"], known.summary["weeks"]) == (earlier.run.pk, weeks):
        return known
    here = lake()
    run = begin_run(
        kind=CHECK, as_of=as_of, at=at, parameters={"of": earlier.run.pk, "weeks": weeks}, lake_version=here.version
    )
    foreseen = {line.line for line in earlier.lines if line.chosen is not None}
    actual = _bought(here, earlier.until, weeks, foreseen)
    return finish_run(run, summary=asdict(compared(earlier, weeks, actual)), at=at)


def compared(earlier: Rhythm, weeks: int, actual: int) -> Foreseen:
    """Purchases within some weeks after a run against what it expected of all lines together."""
    lines = [line for line in earlier.lines if line.chosen is not None]
    expected = sum(line.ahead[weeks - 1] for line in lines)
    reach = earlier.reach(lines, weeks)
    off = abs(actual - expected)
    before = _off_before(earlier)
    return Foreseen(
        of=earlier.run.pk,
        weeks=weeks,
        expected=expected,
        low=max(expected - reach, 0.0),
        high=expected + reach,
        actual=actual,
        drifts=off > reach and off > before * expected,
    )


def _off_before(earlier: Rhythm) -> float:
    """How far off the chosen models were on the weeks held back, all lines together, as a share of what came."""
    told = [(line.actual, line.chosen.errors.total) for line in earlier.lines if line.chosen and line.chosen.errors]
    actual = sum(came for came, _expected in told)
    return abs(sum(expected for _came, expected in told) - actual) / actual if actual else 0.0


def _old_enough(today: date) -> tuple[Rhythm, int] | None:
    """The newest run that looked ahead at least four weeks that are over, and how many of its weeks are."""
    for run in finished_runs(KIND)[:50]:
        earlier = rhythm_of(run)
        weeks = min((today - earlier.until).days // WEEK, earlier.weeks)
        if weeks >= SOONEST and any(line.chosen for line in earlier.lines):
            return earlier, weeks
    return None


def _bought(here: Lake, since: date, weeks: int, foreseen: Collection[str]) -> int:
    """Purchases within some weeks after a day, of those who had bought by then, of the lines that were foreseen."""
    until = since + timedelta(days=weeks * WEEK)
    counts = repeat_purchases(here, began_by=since, since=since, until=until)
    return sum(row["purchases"] for row in counts.to_pylist() if (row["line"] or "") in foreseen)
