"""What the valuation would have said on the cut-off, by the same fits, of the weeks that then came."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.estimators.asked import BeyondNumbers
from dangol.insight.relationship.back_test.past import Past
from dangol.insight.relationship.fits import ALL_PLAIN, Buyers, Fit, LineFit, fits_by_line, plainly
from dangol.insight.relationship.notes import Note
from dangol.insight.relationship.settings import ValueSettings
from dangol.insight.relationship.valued_models import Models

type Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Foretold:
    """One entry a customer, NaN where there is no fit. chance: to buy at least once; expected: purchases, leaving
    allowed for; potential: purchases if they stay throughout; margin: expected, undiscounted, minor units.
    """

    chance: Array
    expected: Array
    potential: Array
    margin: Array

    @property
    def known(self) -> npt.NDArray[np.bool_]:
        """Of whom anything was said."""
        return ~np.isnan(self.chance)

    def of(self, who: npt.NDArray[np.bool_]) -> Foretold:
        """Some of them."""
        return Foretold(self.chance[who], self.expected[who], self.potential[who], self.margin[who])


def foretold(
    past: Past,
    settings: ValueSettings,
    notes: list[Note],
    progress: Callable[[int], None],
    models: Models = ALL_PLAIN,
) -> Foretold:
    """Fit each line of business as the valuation does, on that day's data, and ask the fits about the weeks held back.

    models: of which the values of each line come. Whatever was not the plain fit of the line is added to `notes`;
    progress is told how many lines are done.
    """
    columns = np.full((4, len(past)), np.nan)
    for done, line in enumerate(fits_by_line(past.buyers, settings, notes, models), 1):
        columns[:, line.who] = _of_fitted(line, past.buyers.of(line.who), past.days, settings, notes)
        progress(done)
    return Foretold(*columns)


def _of_fitted(line: LineFit, buyers: Buyers, days: int, settings: ValueSettings, notes: list[Note]) -> Array:
    """By the fit of the line, by a BG/NBD where no finite numbers come of that, or unknown: as values do it."""
    while line.fit is not None:
        try:
            return _of_line(line.fit, buyers, days, settings)
        except BeyondNumbers as error:
            line = plainly(line, buyers, notes, reason=str(error))
    return np.full((4, len(buyers)), np.nan)


def _of_line(fit: Fit, buyers: Buyers, days: int, settings: ValueSettings) -> Array:
    expected = fit.rhythm.predict(days, buyers.x, buyers.t_x, buyers.T)
    spend = fit.gamma_gamma.expected_spend(buyers.purchases, buyers.mean_spend)
    return np.stack((
        fit.rhythm.chance_of_purchase(days, buyers.x, buyers.t_x, buyers.T),
        expected,
        fit.rhythm.purchases_if_alive(days, buyers.x, buyers.t_x, buyers.T),
        expected * spend * settings.margin_rate,
    ))  # fmt: skip
