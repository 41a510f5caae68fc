"""What winning, keeping and winning back cost, in plain sentences."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dangol.insight.analysis.acquiring import Costs, Side
from dangol.records.ledger.models import Purpose
from dangol.web.shell.figures import decimals

UNKNOWN = {
    "win": gettext_lazy("What winning a customer costs is not known: enter costs spent for “Winning customers”."),
    "keep": gettext_lazy("What keeping a customer costs is not known: enter costs spent for “Keeping customers”."),
    "win_back": gettext_lazy(
        "What winning a customer back costs is not known: enter costs spent for “Winning customers back”."
    ),
}
NOBODY = {
    "win": gettext_lazy("Nobody was won in this time."),
    "keep": gettext_lazy("Nobody bought again in this time."),
    "win_back": gettext_lazy("Nobody was won back in this time."),
}


def sentences(costs: Costs) -> list[str]:
    """How the three compare, and what is not known and why."""
    return [*_compared(costs), *(why_not(side) for side in costs.sides if side.all_each is None)]


def why_not(side: Side) -> str:
    """Why there is no cost for each customer; "" where there is."""
    if side.all_each is not None:
        return ""
    return str(UNKNOWN[side.purpose] if not side.spent else NOBODY[side.purpose])


def label(purpose: str) -> str:
    """A purpose in words."""
    return str(Purpose(purpose).label)


def _compared(costs: Costs) -> list[str]:
    won, back = costs.times_as_dear("win"), costs.times_as_dear("win_back")
    if won is not None and back is not None:
        told = _("Winning a customer cost %(won)s times what keeping one cost, winning one back %(back)s times.")
        return [told % {"won": decimals(won, 1), "back": decimals(back, 1)}]
    if won is not None:
        return [_("Winning a customer cost %(times)s times what keeping one cost.") % {"times": decimals(won, 1)}]
    if back is not None:
        return [_("Winning a customer back cost %(times)s times what keeping one cost.") % {"times": decimals(back, 1)}]
    return []
