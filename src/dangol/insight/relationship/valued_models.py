"""Which model of purchases a line's values come from: the one that came closest to what each customer then bought.

Insight's question "How often will customers buy?" judges the whole family on weeks held back. Values take the one with
the least error among those they may use; nobody has to have asked, and without an answer it is the BG/NBD.

Left out, with the reason:

- NBD and its drifting kin know no leaving: every commitment would be 1.
- GGom/NBD: its fit takes 64 s at a million customers, where the whole valuation by BG/NBD takes 5; where leaving does
  not speed up with age it is the Pareto/NBD.
- BG/CNBD-k and MBG/CNBD-k: part of the way to the next purchase is done already, so what one who stays buys in a month
  is not λ·month; given alive the rate is a mixture of k gammas that depends on the last purchase, and potential has
  no interval in closed form. Commitment against λ·month could pass 1. And 36 months take 43 s (k = 2) to 111 s (k = 4)
  at a million customers, by BG/NBD 3.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from dangol.insight.analysis.estimators import BetaGeoNBD, ModifiedBetaGeoNBD, ParetoNBD
from dangol.insight.analysis.estimators.buy_till_you_die import BuyTillYouDie
from dangol.insight.analysis.rhythm.queries import Line, Rhythm
from dangol.insight.analysis.who_counts import shops_day

type Model = type[BuyTillYouDie]

PLAIN: Model = BetaGeoNBD
# the simplest first, which counts where errors are equal
VALUED: tuple[Model, ...] = (PLAIN, ModifiedBetaGeoNBD, ParetoNBD)

LEAST_ERROR, NOT_ASKED, NOT_JUDGED, NO_FIT, POOLED = "least_error", "not_asked", "not_judged", "no_fit", "pooled"


@dataclass(frozen=True)
class Taken:
    """A model and why it was taken: a reason above, told in words by `model_words`.

    run, judged: the answer of Insight that it rests on and its day (ISO); error: root mean square error by customer on
    the weeks held back, in purchases, plain_error: that of the BG/NBD; instead_of: title of the model that was closest
    but has no fit; foreseen_by: name of the model by which Insight foresees purchases, where it is another one.
    """

    model: Model = PLAIN
    reason: str = NOT_ASKED
    run: int | None = None
    judged: str = ""
    error: float | None = None
    plain_error: float | None = None
    instead_of: str = ""
    foreseen_by: str = ""

    @property
    def is_plain(self) -> bool:
        """Nothing simpler is left to fall back on."""
        return self.model is PLAIN

    def without_fit(self) -> Taken:
        """The BG/NBD in its place."""
        return replace(self, model=PLAIN, reason=NO_FIT, error=self.plain_error, instead_of=self.model.TITLE)


@dataclass(frozen=True)
class Models:
    """The model of each line of business; `other` of lines that nobody judged."""

    by_line: Mapping[str, Taken] = field(default_factory=dict)
    other: Taken = Taken()

    def of(self, line: str) -> Taken:
        """The model of this line."""
        return self.by_line.get(line, self.other)


def models_of(rhythm: Rhythm | None) -> Models:
    """What an answer of Insight says of each line; None: nobody has asked."""
    if rhythm is None:
        return Models()
    unknown = Taken(reason=NOT_JUDGED, run=rhythm.run.pk, judged=shops_day(rhythm.run.as_of).isoformat())
    found = {line.line: _closest(line, unknown) for line in rhythm.lines}
    return Models({line: taken for line, taken in found.items() if taken}, unknown)


def _closest(line: Line, unknown: Taken) -> Taken | None:
    """The least error among those values may use; None where none of them was judged."""
    errors = {one.name: one.errors.rmse for one in line.tried if one.errors}
    judged = [model for model in VALUED if model.__name__ in errors]
    if not judged:
        return None
    model = min(judged, key=lambda one: errors[one.__name__])
    plain = errors.get(PLAIN.__name__)
    taken = line.choice.name if line.choice else ""
    return replace(
        unknown, model=model, reason=LEAST_ERROR, error=errors[model.__name__], plain_error=plain,
        foreseen_by="" if taken == model.__name__ else taken,
    )  # fmt: skip
