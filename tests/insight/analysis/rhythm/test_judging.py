"""A model that finds no fit, or says no finite numbers, is told of; the others are judged all the same."""

from __future__ import annotations

import numpy as np
import pytest

from dangol.insight.analysis.estimators import BetaGeoNBD, BeyondNumbers, ModifiedBetaGeoCNBD, ParetoNBD
from dangol.insight.analysis.estimators.buy_till_you_die import BuyTillYouDie
from dangol.insight.analysis.rhythm import judging
from dangol.insight.analysis.rhythm.judging import FAMILY, Model, fitted, judged
from dangol.insight.analysis.rhythm.learning import learned
from tests.insight.analysis.rhythm.shoppers import history, leaving, seen

DAYS = 91


def refuses(*_asked: object, **_how: object) -> np.ndarray:
    raise BeyondNumbers("No finite number comes of it.")


class TestClosedShops:
    @pytest.mark.parametrize("model", [BetaGeoNBD, ParetoNBD, ModifiedBetaGeoCNBD])
    def test_are_judged_though_all_fell_silent_long_ago(self, model: Model) -> None:
        """The latest purchase at a seventh of T: as if ages were in weeks and T in days."""
        customers = [*leaving(400, days=90), np.array([0, 30, 90])]
        found = judged(model, history(customers, 663, 663 + DAYS), DAYS)
        assert found.candidate.problem == ""
        assert found.candidate.errors is not None


class TestBeyondNumbers:
    @pytest.mark.parametrize("method", ["fit", "predict"])
    def test_is_a_problem_of_one_model(self, method: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(BetaGeoNBD, method, refuses)
        found = judged(BetaGeoNBD, history(leaving(300), 364 - DAYS, 364), DAYS)
        assert found.candidate.problem == "No finite number comes of it."
        assert (found.fit, found.predicted, found.candidate.errors) == (None, None, None)

    def test_of_the_plain_fit_is_tried_with_a_mild_pull(self, monkeypatch: pytest.MonkeyPatch) -> None:
        predict = judging.predict

        def plain_refuses(fit: judging.Fit, *rest: object) -> np.ndarray:
            return predict(fit, *rest) if fit.penalty else refuses()  # type: ignore[arg-type]

        monkeypatch.setattr(judging, "predict", plain_refuses)
        found, problem = fitted(BetaGeoNBD, history(leaving(300), 364 - DAYS, 364), DAYS)
        assert problem == ""
        assert found is not None
        assert found.fit.penalty > 0

    def test_of_the_model_taken_leaves_the_next_best(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Newcomers are asked about only once a model is taken."""
        shoppers = seen(leaving(400))
        taken = learned(shoppers, progress=lambda _done: None).told["choice"]["name"]
        model = next(one for one in FAMILY if one.__name__ == taken)
        monkeypatch.setattr(model, "expected_purchases", refuses)
        found = learned(shoppers, progress=lambda _done: None)
        assert found.told["choice"]["name"] != taken
        tried = {one["name"]: one for one in found.told["tried"]}
        assert (tried[taken]["problem"], tried[taken]["errors"]) == ("No finite number comes of it.", None)
        assert np.isfinite(found.expected).all()

    def test_of_all_models_leaves_none(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(BuyTillYouDie, "predict_all", refuses)
        monkeypatch.setattr("dangol.insight.analysis.estimators.drifting_nbd.DriftingNBD.predict_all", refuses)
        found = learned(seen(leaving(300)), progress=lambda _done: None)
        assert found.told["choice"] is None
        assert np.isnan(found.expected).all()
