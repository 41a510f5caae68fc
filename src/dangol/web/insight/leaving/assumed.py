"""What the owner assumes about contacting customers: worth of one who stays, share kept, cost of a contact."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Self

from django.http import QueryDict
from django.utils.translation import gettext as _

from dangol.insight.analysis.leaving.queries import Foretold
from dangol.insight.analysis.prediction.profit import Curve, profit_curve
from dangol.lib.errors import WrongUse
from dangol.lib.money import exponent, major
from dangol.web import clock
from dangol.web.start.rounds import value_settings

KEPT = Decimal(10)  # per cent
COST_SHARE = Decimal("0.02")  # of the value, where nobody said
MOST = Decimal(10) ** 12


class BadAssumption(WrongUse):
    """A field does not hold a number that can be reckoned with."""


@dataclass(frozen=True)
class Assumed:
    """value and cost in minor units, kept as a share; `texts`: as they stand in the fields; problem: what is wrong."""

    value: float
    kept: float
    cost: float
    texts: dict[str, str]
    problem: str = ""

    @classmethod
    def read(cls, query: QueryDict, found: Foretold) -> Self:
        """From the address; what is not there is assumed: the margin of what who came back spent in these days."""
        currency = clock.home().currency
        margin = round(found.told["spent_by_who_returned"] * value_settings().margin_rate)
        value = major(margin, currency)
        usual = {"value": value, "kept": KEPT, "cost": round(value * COST_SHARE, exponent(currency))}
        texts = {name: query.get(name, "").strip()[:20] or f"{number:f}" for name, number in usual.items()}
        try:
            read, problem = {name: _number(name, text) for name, text in texts.items()}, ""
        except BadAssumption as error:
            read, problem = usual, str(error)
        scale = 10 ** exponent(currency)
        return cls(float(read["value"]) * scale, float(read["kept"]) / 100, float(read["cost"]) * scale, texts, problem)

    def curve(self, found: Foretold) -> Curve:
        """What it would earn at each cut-off, if that is so."""
        return profit_curve(found.ranking, value=self.value, kept_share=self.kept, cost=self.cost)


def _number(name: str, text: str) -> Decimal:
    most = Decimal(100) if name == "kept" else MOST
    try:
        number = Decimal(text.replace(",", ""))
    except InvalidOperation:
        raise BadAssumption(_("‘%(text)s’ is not a number. Write it like 12000.") % {"text": text}) from None
    if not number.is_finite() or not 0 <= number <= most:
        raise BadAssumption(
            _("‘%(text)s’ cannot be right: write a number from 0 to %(most)s.") % {"text": text, "most": f"{most:,}"}
        )
    return number
