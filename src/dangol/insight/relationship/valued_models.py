"""Which model of purchases a line's values come from: the one that came closest to what each customer then bought.

Insight's question "How often will customers buy?" judges the whole family on weeks held back. Values take the one with
the least error among those they may use; nobody has to have asked, and without an answer it is the BG/NBD.

Left out, with the reason:

- NBD and its drifting kin know no leaving: every commitment would be 1.
- GGom/NBD: its fit takes 64 s at a million customers, where everything else takes 3; where leaving does
  not speed up with age it is the Pareto/NBD.
- BG/CNBD-k and MBG/CNBD-k of more than MOST_BEATS beats: the more beats, the longer. A million customers take 4 s by
  BG/NBD, 9 s at 2 beats, 13 s at 4; at 12 the 36 months alone take 29 s.

The beats of a regular clock are those Insight found: they are not looked for anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from dangol.insight.analysis.estimators import (
    BetaGeoCNBD,
    BetaGeoNBD,
    ModifiedBetaGeoCNBD,
    ModifiedBetaGeoNBD,
    ParetoNBD,
)
from dangol.insight.analysis.estimators.buy_till_you_die import BuyTillYouDie
from dangol.insight.analysis.rhythm.judging import Candidate
from dangol.insight.analysis.rhythm.queries import Line, Rhythm
from dangol.insight.analysis.who_counts import shops_day

type Model = type[BuyTillYouDie]

PLAIN: Model = BetaGeoNBD
# the simplest first, which counts where errors are equal
VALUED: tuple[Model, ...] = (PLAIN, ModifiedBetaGeoNBD, ParetoNBD, BetaGeoCNBD, ModifiedBetaGeoCNBD)
MOST_BEATS = 4
NAMES = frozenset(model.__name__ for model in VALUED)

LEAST_ERROR, NOT_ASKED, NOT_JUDGED, NO_FIT, POOLED = "least_error", "not_asked", "not_judged", "no_fit", "pooled"


@dataclass(frozen=True)
class Taken:
    """A model and why it was taken: a reason above, told in words by `model_words`.

    run, judged: the answer of Insight that it rests on and its day (ISO); error: root mean square error by customer on
    the weeks held back, in purchases, plain_error: that of the BG/NBD; instead_of: title of the model that was closest
    but has no fit; foreseen_by: name of the model by which Insight foresees purchases, where it is another one;
    as_close: values might have come from that, too; beats: of the clock between purchases, in models of regular buyers.
    """

    model: Model = PLAIN
    reason: str = NOT_ASKED
    run: int | None = None
    judged: str = ""
    error: float | None = None
    plain_error: float | None = None
    instead_of: str = ""
    foreseen_by: str = ""
    as_close: bool = False
    beats: int | None = None

    @property
    def is_plain(self) -> bool:
        """Nothing simpler is left to fall back on."""
        return self.model is PLAIN

    def without_fit(self) -> Taken:
        """The BG/NBD in its place."""
        return replace(
            self, model=PLAIN, reason=NO_FIT, error=self.plain_error, instead_of=self.model.TITLE, beats=None
        )


@dataclass(frozen=True)
class Models:
    """The model of each line of business; `other` of lines that nobody judged."""

    by_line: Mapping[str, Taken] = field(default_factory=dict)
    other: Taken = Taken()

    @property
    def need_gaps(self) -> bool:
        """Whether any of them is learned from how regularly customers buy."""
        return any(taken.beats for taken in self.by_line.values())

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
    judged = [one for one in line.tried if one.errors and _usable(one)]
    errors = {one.name: one.errors.rmse for one in judged if one.errors}
    if not errors:
        return None
    model = min((model for model in VALUED if model.__name__ in errors), key=lambda one: errors[one.__name__])
    beats = next(one.params.get("k") for one in judged if one.name == model.__name__)
    taken = line.choice.name if line.choice else ""
    return replace(
        unknown, model=model, reason=LEAST_ERROR, error=errors[model.__name__], plain_error=errors.get(PLAIN.__name__),
        foreseen_by="" if taken == model.__name__ else taken, as_close=taken in errors,
        beats=None if beats is None else int(beats),
    )  # fmt: skip


def _usable(one: Candidate) -> bool:
    """Values may use it. One beat is no clock: then it is the model that has none."""
    return one.name in NAMES and ("k" not in one.params or 1 < one.params["k"] <= MOST_BEATS)
