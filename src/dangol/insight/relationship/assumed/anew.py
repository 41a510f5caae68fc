"""Both ways of counting worked out anew from the same records: for settings that go into the fits and the parts.

Nothing is kept. Both are valued, the one that stands as well: so whatever came in since the valuation, or Insight
found since, is in neither difference.
"""

from __future__ import annotations

from dataclasses import replace

from dangol.insight.analysis.models import Run
from dangol.insight.analysis.queries import latest_run
from dangol.insight.analysis.rhythm.names import KIND as RHYTHM
from dangol.insight.analysis.rhythm.queries import rhythm_of
from dangol.insight.relationship.assumed.compared import Preview, Sides, compared
from dangol.insight.relationship.counted_in import MONEY, USES, is_by_use
from dangol.insight.relationship.expectation import gaps
from dangol.insight.relationship.expectation.measured import served
from dangol.insight.relationship.frozen_reference import Scales, standing_scales
from dangol.insight.relationship.observed import Observed, observe
from dangol.insight.relationship.settings import ValueSettings
from dangol.insight.relationship.valuation import Valuation, value
from dangol.insight.relationship.valued_models import Models, models_of
from dangol.insight.warehouse.queries import lake
from dangol.lib.progress import Progress, silent

STAGE = "trying"
STEPS = 4


def preview_anew(run: Run, *, now: ValueSettings, then: ValueSettings, progress: Progress = silent) -> Preview:
    """Value everybody of the run's day under these settings and under those. Raises NoLake, BrokenLake.

    now: the settings the run was made under. Both are counted in what the run was counted in, money or uses.
    """
    progress(STAGE, 0, STEPS)
    here, by_use = lake(), is_by_use(run)
    now, then = (replace(one, trade=USES if by_use else MONEY) for one in (now, then))
    asked = latest_run(RHYTHM, as_of=run.as_of)
    models = models_of(rhythm_of(asked) if asked else None)
    seen = observe(here, settings=now, as_of=run.as_of, gaps=models.need_gaps)
    progress(STAGE, 1, STEPS)
    before = _valued(seen, now, models)
    progress(STAGE, 2, STEPS)
    if by_use and now.minute_value != then.minute_value:  # what a minute is worth tells fees in minutes
        seen = observe(here, settings=then, as_of=run.as_of, gaps=models.need_gaps)
    after = _valued(seen, then, models)
    progress(STAGE, 3, STEPS)
    equity = before.of_all(before.company.equity)
    expected = served(here, seen.customers, equity=equity, active=seen.active, as_of=run.as_of)
    found = compared(seen.customers.ids, _sides(before, expected), _sides(after, expected))
    progress(STAGE, STEPS, STEPS)
    return found


def _valued(seen: Observed, settings: ValueSettings, models: Models) -> Valuation:
    active = seen.days_since_last < settings.active_days
    return value(replace(seen, active=active), Scales(standing_scales()), settings, models=models)


def _sides(found: Valuation, expected: gaps.Served) -> Sides:
    equity = found.of_all(found.company.equity)
    best = gaps.summary(replace(expected, equity=equity, active=found.seen.active), found.settings.best_share)
    return Sides(
        found.customer_value.rank, found.customer_equity.rank, equity, found.regions,
        {
            "active": int(found.seen.active.sum()), "estimated": int(found.customer.social.estimated.sum()),
            "best": best["best"], "best_below": best[gaps.BEST],
        },
    )  # fmt: skip
