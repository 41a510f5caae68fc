"""What the recommended portfolio truly brings against the best there is, and a year of the loop against plain rules."""

import numpy as np
import numpy.typing as npt

from dangol.contact.intake.sources.dairy.proof import months
from dangol.contact.intake.sources.dairy.proof.assumptions import CUT_OFF, QUARTERS
from dangol.contact.intake.sources.dairy.proof.drifting import Drifting
from dangol.contact.intake.sources.dairy.proof.programmes import (
    BALANCES,
    COSTS,
    MONTHS_FELT,
    expected_month,
    strengths,
    true_gains,
)
from dangol.contact.intake.sources.dairy.proof.true import Baskets
from dangol.insight.relationship.positioning.portfolio import choose
from dangol.web.start.looping import Loop, expectations
from dangol.web.start.rounds import value_settings

type Array = npt.NDArray[np.float64]

SCARCE = 0.10  # of what a voucher for everybody costs
HALF = 0.50  # the same, each month of the loop
TRIAL = (
    3  # months in which lots decided who got which programme and who none, a quarter each: effects are learned of it
)


def portfolio_share(of: Drifting, who: npt.NDArray[np.int64], moved: Array) -> float:
    """True gain of the portfolio recommended for the customers `who` ÷ that of the oracle's, in money of both sides.

    moved: won that a programme at full strength brings, as the oracle expects it. Dangol expects purchases by its own
    fits, and learned the effects from a trial.
    """
    loop = _loop(of, SCARCE)
    record = months.opening(of)
    purchases, margin = expectations(record, loop.settings)
    lot = loop.random.integers(0, len(COSTS) + 1, len(record.line))  # the last: held out
    given = np.where(lot == len(COSTS), months.NOBODY, lot)
    loop.learn(record.line, lot, TRIAL * purchases, months.tried(of, given, months=TRIAL))
    here = (of.of.gone > CUT_OFF) * of.of.rate * expected_month(of.drift[:, QUARTERS - 1])
    true = true_gains(of.of, here, Baskets(of).of(of.of.people.line, of.of.spend))[who]
    recommended = loop.gains(record.line, purchases * margin)[who]
    best = strengths(of.of.people.line[who]) * moved[:, None] + BALANCES
    gains = [_gained(true, choose(asked, COSTS, budget=loop.budget).chosen) for asked in (recommended, best)]
    return gains[0] / gains[1] if gains[1] > 0 else float("nan")


def loop_gain(of: Drifting) -> dict[str, Array]:
    """Money of both sides less costs, won a month, by policy and with the same luck for all."""
    return {
        "dangol": months.lived(of, _loop(of, HALF)),
        "nothing": months.lived(of, months.nothing),
        "discounts_for_all": months.lived(of, months.discounts_for_all),
    }


def _loop(of: Drifting, share: float) -> Loop:
    budget = int(share * len(of.of.rate) * COSTS[0])
    random = np.random.default_rng(of.of.seed)
    return Loop(COSTS, BALANCES, budget, MONTHS_FELT, value_settings(), random)


def _gained(true: Array, chosen: npt.NDArray[np.int16]) -> float:
    some = np.flatnonzero(chosen >= 0)
    return float(true[some, chosen[some]].sum())
