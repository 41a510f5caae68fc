"""Intervals cover zero, where nobody was treated

The audience of the real shop's campaign, its arms drawn anew by the real rule under 200 salts, "salt 1" to "salt 200".
Nothing was sent to anybody, so each is an A/A test: the effect on the real purchases is zero, and about 190 of 200
intervals should cover it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tests.bench import homes
from tests.bench.figures import Figure

if TYPE_CHECKING:
    from dangol.insight.analysis.measurement import EffectEstimate

SALTS = [f"salt {number}" for number in range(1, 201)]
LOW, HIGH = 180, 198


def figures() -> list[Figure]:
    """Both estimators over all salts."""
    homes.opened(homes.loaded("retail"))
    from dangol.contact.intake.sources import source_named
    from dangol.insight.analysis.measurement import effect_of
    from tests.bench.audience import audience_of

    people = audience_of(source_named("retail").closes_at)
    pairs = [effect_of(people.after, people.treated(salt), before=people.before) for salt in SALTS]
    adjusted = [pair.adjusted for pair in pairs if pair.adjusted is not None]
    return [
        Figure("audience", len(people.keys)),
        _cover_zero("plain difference", [pair.raw for pair in pairs]),
        _cover_zero("adjusted for earlier purchases", adjusted),
    ]


def _cover_zero(kind: str, estimates: list[EffectEstimate]) -> Figure:
    cover = sum(not estimate.excludes_zero for estimate in estimates)
    mean = np.mean([estimate.effect for estimate in estimates]) / 100
    width = np.mean([estimate.ci_high - estimate.ci_low for estimate in estimates]) / 100
    remark = f"mean effect {mean:,.2f}, mean width {width:,.2f} US dollars"
    return Figure.within(f"{kind}: intervals that cover zero, of {len(estimates)}", cover, LOW, HIGH, "", remark)
