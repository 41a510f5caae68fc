"""One fit of rhythm and one of spend per line of business, with a told way back where a line cannot bear its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.estimators.asked import BeyondNumbers
from dangol.insight.analysis.estimators.beta_geo_cnbd import BetaGeoCNBD
from dangol.insight.analysis.estimators.buy_till_you_die import BuyTillYouDie
from dangol.insight.analysis.estimators.gamma_gamma import GammaGamma, NoFiniteMean
from dangol.insight.analysis.estimators.maximise import NotConverged
from dangol.insight.analysis.estimators.summary import BadSummary
from dangol.insight.relationship.notes import Note
from dangol.insight.relationship.settings import ValueSettings
from dangol.insight.relationship.valued_models import POOLED, Models, Taken

type Array = npt.NDArray[np.float64]
type BoolArray = npt.NDArray[np.bool_]

ALL_PLAIN, PLAINLY = Models(), Taken()
MILD = 0.1  # the penalty that keeps a fit of few or very regular customers from running away


@dataclass(frozen=True)
class Buyers:
    """Purchases of customers, one row each, in days and minor units.

    x: repeat purchase days; t_x: age at the last; T: age now; purchases: x + 1; mean_spend: per purchase day; litt: sum
    of the natural logarithms of the days between purchases, None where no model needs it.
    """

    line: npt.NDArray[np.str_]
    x: Array
    t_x: Array
    T: Array
    purchases: Array
    mean_spend: Array
    litt: Array | None = None

    def __len__(self) -> int:
        return len(self.x)

    def of(self, who: BoolArray | npt.NDArray[np.intp]) -> Buyers:
        """Some of them."""
        return Buyers(
            self.line[who], self.x[who], self.t_x[who], self.T[who], self.purchases[who], self.mean_spend[who],
            None if self.litt is None else self.litt[who],
        )  # fmt: skip


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
    taken: Taken
    pooled: bool = False


class NoFit(Exception):
    """Neither plainly nor with a mild pull."""


def fits_by_line(
    buyers: Buyers, settings: ValueSettings, notes: list[Note], models: Models = ALL_PLAIN
) -> Iterator[LineFit]:
    """One per line of business; where a line has too few customers or no maximum, the fit of all lines together.

    Each line by its own model, all lines together by the BG/NBD. Whatever was not the plain fit of the line is added to
    `notes`.
    """
    pool: list[LineFit] = []
    for line in sorted(set(buyers.line.tolist())):
        who = buyers.line == line
        own = _own(buyers.of(who), LineFit(line, who, None, models.of(line)), settings, notes)
        if own.fit is not None:
            yield own
            continue
        if not pool:
            together = LineFit("", np.ones_like(who), None, replace(PLAINLY, reason=POOLED), pooled=True)
            pool.append(together if who.all() else _own(buyers, together, settings, notes))
        notes.append(Note("pooled" if pool[0].fit else "no_equity", {"line": line, "customers": int(who.sum())}))
        yield replace(pool[0], line=line, who=who)


def plainly(line: LineFit, buyers: Buyers, notes: list[Note], *, reason: str) -> LineFit:
    """The line by the BG/NBD, since no finite numbers come of its fit; without a fit where it has that already.

    buyers: of the line.
    """
    where = {"line": line.line, "customers": len(buyers)}
    if line.fit is not None and not line.taken.is_plain:
        notes.append(Note("fell_back", {**where, "of": line.taken.model.TITLE, "reason": reason}))
        try:
            rhythm = _climbed(PLAINLY, buyers, where, notes)
            return replace(line, fit=replace(line.fit, rhythm=rhythm), taken=line.taken.without_fit())
        except NoFit as error:
            reason = str(error)
    notes.append(Note("no_fit", {**where, "reason": reason}))
    notes.append(Note("no_equity", where))
    return replace(line, fit=None)


def _own(buyers: Buyers, line: LineFit, settings: ValueSettings, notes: list[Note]) -> LineFit:
    where: dict[str, object] = {"line": line.line, "customers": len(buyers)}
    if len(buyers) < settings.fewest_customers:
        notes.append(Note("too_few", {**where, "needed": settings.fewest_customers}))
        return line
    try:
        rhythm, taken = _rhythm(buyers, line.taken, where, notes)
        return replace(line, fit=Fit(rhythm, _spend(buyers, where, notes)), taken=taken)
    except NoFit as error:
        notes.append(Note("no_fit", {**where, "reason": str(error)}))
        return line


def _rhythm(buyers: Buyers, taken: Taken, where: dict[str, object], notes: list[Note]) -> tuple[BuyTillYouDie, Taken]:
    """The fit of the model taken, or of the BG/NBD where that finds none. Raises NoFit."""
    if not taken.is_plain:
        try:
            return _climbed(taken, buyers, where, notes), taken
        except NoFit as error:
            notes.append(Note("fell_back", {**where, "of": taken.model.TITLE, "reason": str(error)}))
            taken = taken.without_fit()
    return _climbed(taken, buyers, where, notes), taken


def _climbed(taken: Taken, buyers: Buyers, where: Mapping[str, object], notes: list[Note]) -> BuyTillYouDie:
    for penalty in (0.0, MILD):
        try:
            fit = _fit(taken, penalty, buyers)
        except BadSummary as error:
            raise NoFit(str(error)) from error
        except (NotConverged, BeyondNumbers) as error:
            reason = str(error)
            continue
        if penalty:
            notes.append(Note("penalised", {**where, "of": taken.model.TITLE, "reason": reason}))
        return fit
    raise NoFit(reason)


def _fit(taken: Taken, penalty: float, buyers: Buyers) -> BuyTillYouDie:
    """Days for certain, also of a shop where everybody fell silent long ago."""
    if issubclass(taken.model, BetaGeoCNBD):
        regular = taken.model(taken.beats, penalty=penalty)
        return regular.fit(buyers.x, buyers.t_x, buyers.T, litt=buyers.litt, same_unit=True)
    return taken.model(penalty=penalty).fit(buyers.x, buyers.t_x, buyers.T, same_unit=True)


def _spend(buyers: Buyers, where: Mapping[str, object], notes: list[Note]) -> GammaGamma:
    for penalty in (0.0, MILD):
        try:
            fit = GammaGamma(penalty=penalty).fit(buyers.purchases, buyers.mean_spend)
            fit.expected_spend(buyers.purchases, buyers.mean_spend)
        except BadSummary as error:
            raise NoFit(str(error)) from error
        except (NotConverged, NoFiniteMean, BeyondNumbers) as error:
            reason = str(error)
            continue
        if penalty:
            notes.append(Note("penalised", {**where, "of": "Gamma-Gamma", "reason": reason}))
        return fit
    raise NoFit(reason)
