"""Keeps how long contracts last, where leaving is seen: arrays in, numbers out; learned names end in `_`.

Called by: analysis runs, measurement and relationship.
Must never know: Django, a database, the clock, or what a customer is called.
"""

from dangol.insight.analysis.survival.boosted_hazard import BoostedHazard
from dangol.insight.analysis.survival.calibration import (
    CalibrationGroup,
    brier_of,
    calibration_of,
    concordance_of,
)
from dangol.insight.analysis.survival.commitment import commitment_of, discounted_months
from dangol.insight.analysis.survival.contracts import BadContracts, Contracts, NoFit, contracts
from dangol.insight.analysis.survival.kaplan_meier import BeyondSeen, KaplanMeier
from dangol.insight.analysis.survival.weibull import WeibullLeaving

__all__ = [
    "BadContracts",
    "BeyondSeen",
    "BoostedHazard",
    "CalibrationGroup",
    "Contracts",
    "KaplanMeier",
    "NoFit",
    "WeibullLeaving",
    "brier_of",
    "calibration_of",
    "commitment_of",
    "concordance_of",
    "contracts",
    "discounted_months",
]
