"""Values tested on a real supermarket, a year of 2,469 households: what came out, whichever way it fell."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from dangol.contact.intake.sources.retail import tills
from dangol.insight.relationship.back_test.foretelling import foretold
from dangol.insight.relationship.back_test.outcome import Outcome, outcome
from dangol.insight.relationship.back_test.past import Past
from dangol.insight.relationship.back_test.verdicts import Apart, Verdict, in_sum
from dangol.insight.relationship.fits import Buyers
from dangol.insight.relationship.settings import ValueSettings

CUT_OFF, UNTIL = 273, 364  # days since the beginning of the year
DAYS = UNTIL - CUT_OFF
type Array = np.typing.NDArray[np.float64]


def the_year() -> Past:
    """Nine months known, three held back, counted here without the warehouse."""
    lines = tills.journal()
    days = pc.days_between(pa.scalar(date(2017, 1, 1)), lines["time"].cast(pa.date32()))
    rows = pa.table({"who": lines["household_id"], "day": days, "amount": pc.multiply(lines["sales_value"], 100.0)})
    net = rows.group_by(["who", "day"]).aggregate([("amount", "sum")])
    who, day, amount = (net[name].to_numpy() for name in ("who", "day", "amount_sum"))
    keys = np.unique(who[(day <= CUT_OFF) & (amount > 0)])
    known = np.isin(who, keys)
    at, day, amount = np.searchsorted(keys, who[known]), day[known], amount[known]

    def of_each(rows: np.typing.NDArray[np.bool_], weights: Array | None = None) -> Array:
        some = None if weights is None else weights[rows]
        return np.bincount(at[rows], some, minlength=len(keys)).astype(np.float64)

    bought, before = amount > 0, day <= CUT_OFF
    first, last = np.full(len(keys), np.inf), np.full(len(keys), -np.inf)
    np.minimum.at(first, at[bought & before], day[bought & before])
    np.maximum.at(last, at[bought & before], day[bought & before])
    purchases = of_each(bought & before)
    held, previous = ~before & (day <= UNTIL), before & (day > CUT_OFF - DAYS)
    return Past(
        keys.astype(np.int64),
        Buyers(
            np.full(len(keys), ""), purchases - 1, last - first, CUT_OFF - first, purchases,
            of_each(bought & before, amount) / purchases,
        ),
        DAYS, of_each(bought & held), of_each(held, amount), of_each(bought & previous), of_each(previous, amount),
    )  # fmt: skip


@pytest.fixture(scope="module")
def found() -> Outcome:
    seen, settings = the_year(), ValueSettings()
    return outcome("", seen, foretold(seen, settings, [], lambda _done: None), margin_rate=settings.margin_rate)


class TestSupermarket:
    def test_has_as_many_buyers_as_were_expected_but_too_sure_of_each(self, found: Outcome) -> None:
        """Right in sum; but the chances lie twice as far apart as what happened, so the last ones are no certainty."""
        chance = found.chance
        assert chance is not None
        assert (chance.customers, chance.bought) == (2447, 2304)
        assert in_sum(chance.ratio) is Verdict.RIGHT
        assert chance.ratio is not None
        assert chance.ratio.value == pytest.approx(0.999, abs=0.002)
        assert chance.line is not None
        assert chance.line.slope.value == pytest.approx(0.54, abs=0.03)
        assert chance.line.slope.high < 0.7
        assert chance.apart is Apart.TOO_FAR
        assert chance.over_before is not None
        assert chance.over_before.value == pytest.approx(0.157, abs=0.01)
        assert chance.over_before.low > 0

    def test_realises_commitment_in_sum_but_not_in_every_tenth(self, found: Outcome) -> None:
        commitment = found.commitment
        assert commitment is not None
        assert (commitment.purchases, commitment.said) == (31_587, pytest.approx(0.984, abs=0.002))
        assert in_sum(commitment.ratio) is Verdict.RIGHT
        assert sum(one.off for one in commitment.tenths) == 3
        assert found.verdict is commitment.verdict is Verdict.UNEVEN

    def test_brings_the_money_but_ranks_customers_no_better_than_the_quarter_before(self, found: Outcome) -> None:
        money = found.money
        assert money is not None
        assert in_sum(money.ratio) is Verdict.RIGHT
        assert money.ratio is not None
        assert money.ratio.value == pytest.approx(1.024, abs=0.005)
        assert money.gain is not None
        assert not money.gain.low > 0
        assert money.order is not None
        assert money.order_before is not None
        assert money.order.value == pytest.approx(0.806, abs=0.005)
        assert money.order_before.value == pytest.approx(0.815, abs=0.005)
