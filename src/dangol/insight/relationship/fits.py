"""One fit of rhythm and one of spend per line of business, with a told way back where a line cannot bear its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.estimators.beta_geo_nbd import BetaGeoNBD
from dangol.insight.analysis.estimators.buy_till_you_die import BuyTillYouDie
from dangol.insight.analysis.estimators.gamma_gamma import GammaGamma, NoFiniteMean
from dangol.insight.analysis.estimators.maximise import NotConverged
from dangol.insight.analysis.estimators.summary import BadSummary
from dangol.insight.relationship.notes import Note
from dangol.insight.relationship.settings import ValueSettings

type Array = npt.NDArray[np.float64]
type BoolArray = npt.NDArray[np.bool_]

MILD = 0.1  # the penalty that keeps a fit of few or very regular customers from running away


@dataclass(frozen=True)
class Buyers:
    """Purchases of customers, one row each, in days and minor units.

    x: repeat purchase days; t_x: age at the last; T: age now; purchases: x + 1; mean_spend: per purchase day.
    """

    line: npt.NDArray[np.str_]
    x: Array
    t_x: Array
    T: Array
    purchases: Array
    mean_spend: Array

    def __len__(self) -> int:
        return len(self.x)

    def of(self, who: BoolArray | npt.NDArray[np.intp]) -> Buyers:
        """Some of them."""
        return Buyers(
            self.line[who], self.x[who], self.t_x[who], self.T[who], self.purchases[who], self.mean_spend[who]
        )


@dataclass(frozen=True)
class Fit:
    """What was learned of some customers: their rhythm and their spend. `penalty` above 0 is a mild pull."""

    rhythm: BuyTillYouDie
    gamma_gamma: GammaGamma


@dataclass(frozen=True)
class LineFit:
    """The fit that serves a line; None where there is none and equity stays unknown. who: its rows."""

    line: str
    who: BoolArray
    fit: Fit | None
    pooled: bool = False


class NoFit(Exception):
    """Neither plainly nor with a mild pull."""


def fits_by_line(buyers: Buyers, settings: ValueSettings, notes: list[Note]) -> Iterator[LineFit]:
    """One per line of business; where a line has too few customers or no maximum, the fit of all lines together.

    Whatever was not the plain fit of the line is added to `notes`.
    """
    pool: list[Fit | None] = []
    for line in np.unique(buyers.line).tolist():
        who = buyers.line == line
        own = _own(buyers.of(who), line, settings, notes)
        if own is not None:
            yield LineFit(line, who, own)
            continue
        if not pool:
            pool.append(None if who.all() else _own(buyers, "", settings, notes))
        notes.append(Note("pooled" if pool[0] else "no_equity", {"line": line, "customers": int(who.sum())}))
        yield LineFit(line, who, pool[0], pooled=True)


def _own(buyers: Buyers, line: str, settings: ValueSettings, notes: list[Note]) -> Fit | None:
    where: dict[str, object] = {"line": line, "customers": len(buyers)}
    if len(buyers) < settings.fewest_customers:
        notes.append(Note("too_few", {**where, "needed": settings.fewest_customers}))
        return None
    try:
        return Fit(_rhythm(buyers, where, notes), _spend(buyers, where, notes))
    except NoFit as error:
        notes.append(Note("no_fit", {**where, "reason": str(error)}))
        return None


def _rhythm(buyers: Buyers, where: dict[str, object], notes: list[Note]) -> BetaGeoNBD:
    for penalty in (0.0, MILD):
        try:
            fit = BetaGeoNBD(penalty=penalty).fit(buyers.x, buyers.t_x, buyers.T)
        except BadSummary as error:
            raise NoFit(str(error)) from error
        except NotConverged as error:
            reason = str(error)
            continue
        if penalty:
            notes.append(Note("penalised", {**where, "of": "BG/NBD", "reason": reason}))
        return fit
    raise NoFit(reason)


def _spend(buyers: Buyers, where: dict[str, object], notes: list[Note]) -> GammaGamma:
    for penalty in (0.0, MILD):
        try:
            fit = GammaGamma(penalty=penalty).fit(buyers.purchases, buyers.mean_spend)
            fit.expected_spend(buyers.purchases, buyers.mean_spend)
        except BadSummary as error:
            raise NoFit(str(error)) from error
        except (NotConverged, NoFiniteMean) as error:
            reason = str(error)
            continue
        if penalty:
            notes.append(Note("penalised", {**where, "of": "Gamma-Gamma", "reason": reason}))
        return fit
    raise NoFit(reason)
