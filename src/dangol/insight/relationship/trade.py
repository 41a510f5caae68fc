"""A trade without money: where nothing is sold, what customers are worth to the business is how much they use it.

The rule: where customers borrowed things and none of them ever bought anything, values are counted in uses (loans,
visits, questions); everywhere else in money. Whoever knows better sets it (`trade` of the home). In uses

- a purchase is a day with a use, and what it brings is how many there were: one loan, visit or question is one use, and
  all of it counts, so there is no margin. Renewals are none;
- equity = uses expected over the horizon of somebody who stays × commitment, by the same models;
- variety, the number of different classes borrowed from in the year, stands beside equity and is not in it;
- what it costs the customer is told in minutes: of their own time, and a fee as the minutes it is worth.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.queries import latest_run
from dangol.insight.relationship.counted_in import USES, is_by_use
from dangol.insight.relationship.settings import ValueSettings
from dangol.insight.relationship.value_columns import VALUATION
from dangol.insight.warehouse.queries import Lake
from dangol.insight.warehouse.uses import lends_and_sells_nothing

OTHER_TRADE = "other trade"  # why scales were frozen anew: what values are counted in is another


def counted(lake: Lake, settings: ValueSettings, *, as_of: date) -> Lake:
    """The lake as values are to be counted: in uses where the settings or the records say so."""
    by_use = settings.trade == USES or (not settings.trade and lends_and_sells_nothing(lake, as_of=as_of))
    return lake.in_uses() if by_use else lake


def as_valued(lake: Lake, *, as_of: date, trade: str = "") -> Lake:
    """The lake as the newest valuation counted it; before there is one as the home says (`trade`), or its records."""
    valued = latest_run(VALUATION)
    if valued is None:
        return counted(lake, ValueSettings(trade=trade), as_of=as_of)
    return lake.in_uses() if is_by_use(valued) else lake


def applied(settings: ValueSettings, *, by_use: bool) -> ValueSettings:
    """What the formulas take: where uses are counted, all of a use stays and a minute is a minute."""
    return replace(settings, margin_rate=1.0, minute_value=1) if by_use else settings


def fees_in_minutes[Amount: (float, npt.NDArray[np.float64])](fees: Amount, settings: ValueSettings) -> Amount:
    """Fees (minor units) as the minutes they are worth; where a minute is worth nothing, they are not told: 0."""
    return fees / settings.minute_value if settings.minute_value else fees * 0.0
