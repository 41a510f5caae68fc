"""Which model is taken, and why: the smaller error where it is smaller beyond chance, else the plainer one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dangol.insight.analysis.contracts.judging import Tried
from dangol.insight.analysis.contracts.lives import Array
from dangol.insight.analysis.rhythm.picking import interval_of_mean


@dataclass(frozen=True)
class Choice:
    """The model taken. reason: `only` (the other has no fit), `clear` (a smaller error beyond chance) or `plainer` (as
    good as the other: the one with fewer parameters, which says how leaving goes on beyond what was seen).

    gain, gain_low, gain_high: by how much its mean square error is smaller than that of the curve by age alone, with
    its 95 % interval, paired by contract.
    """

    name: str
    reason: str
    gain: float
    gain_low: float
    gain_high: float

    @property
    def beats_naive(self) -> bool:
        """Better than the curve by age alone, beyond chance."""
        return self.gain_low > 0


def pick(tried: Sequence[Tried], naive: Array) -> Choice | None:
    """Choose among those with a fit, the plainest standing first; None where there is none."""
    fits = [one for one in tried if one.brier is not None]
    if not fits:
        return None
    best = min(fits, key=lambda one: one.brier or 0.0)
    tied = [one for one in fits if one is best or interval_of_mean(one.parts - best.parts)[0] <= 0]
    taken = tied[0]
    reason = "only" if len(fits) == 1 else "plainer" if len(tied) > 1 else "clear"
    low, high = interval_of_mean(naive - taken.parts)
    return Choice(taken.name, reason, float((naive - taken.parts).mean()), low, high)
