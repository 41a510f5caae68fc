"""Intervals cover the truth, where the effect is real

The audience of the dairy demo's own campaign (home delivery in region II who may be written to), on that one business.
For each seed 0 to 999 arms are drawn anew by the real rule (the salt is the campaign's name and the seed), purchases
and responses by the simulation; the effect is estimated as for any campaign, adjusted for what each spent in as many
weeks before, and must cover the mean effect over the audience under that seed, which the simulation knows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tests.bench import homes
from tests.bench.figures import Figure

if TYPE_CHECKING:
    from dangol.insight.analysis.measurement import EffectEstimate
    from tests.bench.audience import Audience

SEEDS, AGAIN = 1_000, 4
LOW, HIGH = 0.930, 0.970
KINDS = ("plain difference", "adjusted for earlier purchases")

type Seen = tuple[float, tuple[EffectEstimate, EffectEstimate]]


def figures() -> list[Figure]:
    """Both estimators over all seeds, and the demo's own interval."""
    homes.opened(homes.loaded("dairy"))
    from dangol.contact.intake.sources import source_named
    from dangol.contact.intake.sources.dairy import Dairy
    from tests.bench.audience import audience_of

    dairy = source_named("dairy")
    assert isinstance(dairy, Dairy)
    people = audience_of(dairy.closes_at)
    window = {"since": people.since, "until": people.until}
    offer, name = people.campaign.offer.code, people.campaign.name
    judged: list[Seen] = []
    more: list[Seen] = []
    for seed in range(SEEDS):
        outcomes = dairy.responses(people.external_ids, response_seed=seed, offer=offer, **window)
        judged.append(_seen(people, outcomes, f"{name} {seed}"))
        more += [_seen(people, outcomes, f"{name} {seed} again {turn}") for turn in range(1, AGAIN + 1)]
    real = float(dairy.true_effect(people.external_ids, offer=offer, **window).mean())
    return [
        Figure("audience", len(people.keys)),
        *(_covered(kind, judged, number) for number, kind in enumerate(KINDS)),
        *(_covered_again(kind, more, number) for number, kind in enumerate(KINDS)),
        Figure("mean effect over audience and seeds", float(np.mean([true for true, _ in judged])), "won"),
        _own(real),
    ]


def _seen(people: Audience, outcomes: tuple[np.ndarray, np.ndarray], salt: str) -> Seen:
    """The true mean effect, and what is estimated under this salt."""
    from dangol.insight.analysis.measurement import effect_of

    untreated, treated = outcomes
    arm = people.treated(salt)
    pair = effect_of(np.where(arm, treated, untreated), arm, before=people.before)
    assert pair.adjusted is not None
    return float((treated - untreated).mean()), (pair.raw, pair.adjusted)


def _covered(kind: str, seen: list[Seen], number: int) -> Figure:
    estimates = [pair[number] for _, pair in seen]
    bias = np.mean([pair[number].effect - true for true, pair in seen])
    width = np.mean([estimate.ci_high - estimate.ci_low for estimate in estimates])
    found = np.mean([estimate.excludes_zero for estimate in estimates])
    remark = f"mean error {bias:,.0f} won, mean width {width:,.0f} won, {found:.0%} exclude zero"
    low, high = (round(len(seen) * share) for share in (LOW, HIGH))
    name = f"{kind}: intervals that cover, of {len(seen):,}"
    return Figure.within(name, _count(seen, number), low, high, "", remark)


def _covered_again(kind: str, seen: list[Seen], number: int) -> Figure:
    share = 100 * _count(seen, number) / len(seen)
    remark = f"the same responses, arms drawn {AGAIN} more times: tells chance in the row above from the estimator"
    return Figure(f"{kind}: coverage under more salts", share, "%", remark=remark)


def _count(seen: list[Seen], number: int) -> int:
    return sum(pair[number].ci_low <= true <= pair[number].ci_high for true, pair in seen)


def _own(real: float) -> Figure:
    from dangol.insight.analysis.models import Effect

    declared = Effect.objects.filter(declared=True).latest("pk")
    inside = "covers it" if declared.ci_low <= real <= declared.ci_high else "does not cover it"
    remark = f"{inside}: {declared.effect:,.0f}, 95 % interval {declared.ci_low:,.0f} to {declared.ci_high:,.0f}"
    return Figure("the demo's own campaign: mean true effect", real, "won", remark=remark)
