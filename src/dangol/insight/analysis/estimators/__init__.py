"""Keeps the estimators: arrays in, numbers out; settings in `__init__`, work in `fit`, learned names end in `_`.

Called by: analysis runs, measurement and relationship.
Must never know: Django, a database, the clock, or what a customer is called.
"""

from dangol.insight.analysis.estimators.asked import BadLevel, BeyondNumbers
from dangol.insight.analysis.estimators.batches import together
from dangol.insight.analysis.estimators.beta_geo_beta_binomial import BetaGeoBetaBinomial
from dangol.insight.analysis.estimators.beta_geo_cnbd import BetaGeoCNBD
from dangol.insight.analysis.estimators.beta_geo_nbd import BetaGeoNBD
from dangol.insight.analysis.estimators.concentration import Concentration, NothingToShare, concentration_of
from dangol.insight.analysis.estimators.drifting_nbd import DriftingNBD
from dangol.insight.analysis.estimators.fitted import CannotSave, NotAFit
from dangol.insight.analysis.estimators.gamma_gamma import GammaGamma, NoFiniteMean
from dangol.insight.analysis.estimators.gamma_gompertz_nbd import GammaGompertzNBD
from dangol.insight.analysis.estimators.horizon import BadHorizon
from dangol.insight.analysis.estimators.maximise import NotConverged, Step
from dangol.insight.analysis.estimators.modified_beta_geo_cnbd import ModifiedBetaGeoCNBD
from dangol.insight.analysis.estimators.modified_beta_geo_nbd import ModifiedBetaGeoNBD
from dangol.insight.analysis.estimators.nbd import NBD
from dangol.insight.analysis.estimators.parameters import BadParameters, NotFitted, ParameterEstimate
from dangol.insight.analysis.estimators.pareto_nbd import ParetoNBD
from dangol.insight.analysis.estimators.percentile import BadReference, BrokenScale, FrozenScale
from dangol.insight.analysis.estimators.summary import BadSummary

__all__ = [
    "NBD",
    "BadHorizon",
    "BadLevel",
    "BadParameters",
    "BadReference",
    "BadSummary",
    "BetaGeoBetaBinomial",
    "BetaGeoCNBD",
    "BetaGeoNBD",
    "BeyondNumbers",
    "BrokenScale",
    "CannotSave",
    "Concentration",
    "DriftingNBD",
    "FrozenScale",
    "GammaGamma",
    "GammaGompertzNBD",
    "ModifiedBetaGeoCNBD",
    "ModifiedBetaGeoNBD",
    "NoFiniteMean",
    "NotAFit",
    "NotConverged",
    "NotFitted",
    "NothingToShare",
    "ParameterEstimate",
    "ParetoNBD",
    "Step",
    "concentration_of",
    "together",
]
