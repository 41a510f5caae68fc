"""Values come from the model that came closest to what customers bought, and from the BG/NBD where none did."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangol.insight.analysis.estimators import (
    BetaGeoCNBD,
    BetaGeoNBD,
    ModifiedBetaGeoNBD,
    NotConverged,
    ParetoNBD,
)
from dangol.insight.analysis.estimators.asked import BeyondNumbers
from dangol.insight.analysis.estimators.buy_till_you_die import BuyTillYouDie
from dangol.insight.analysis.estimators.fitted import Fitted
from dangol.insight.analysis.estimators.gamma_gamma import GammaGamma
from dangol.insight.analysis.models import Run
from dangol.insight.analysis.rhythm import names
from dangol.insight.analysis.rhythm.judging import FAMILY
from dangol.insight.analysis.rhythm.queries import Rhythm, rhythm_of
from dangol.insight.relationship import model_changes, queries
from dangol.insight.relationship.commitment import commitment, equity
from dangol.insight.relationship.company_side import CompanySide, company_side, discounted_purchases
from dangol.insight.relationship.fits import Buyers, Fit
from dangol.insight.relationship.notes import Note
from dangol.insight.relationship.settings import DAYS_PER_MONTH, DAYS_PER_YEAR, ValueSettings
from dangol.insight.relationship.valued_models import (
    LEAST_ERROR,
    MOST_BEATS,
    NO_FIT,
    NOT_ASKED,
    NOT_JUDGED,
    POOLED,
    VALUED,
    Model,
    Models,
    Taken,
    models_of,
)
from dangol.lib.errors import DangolError
from tests.insight.relationship.test_company_side import buyers, joined
from tests.insight.relationship.world import TODAY, open_shop

SETTINGS = ValueSettings()
# further than any data: from certain staying to leaving at once
logs = st.floats(-2.5, 2.5)
valued_models = pytest.mark.parametrize("model", VALUED, ids=lambda model: model.__name__)


SPEND = GammaGamma.from_params({"p": 6.0, "q": 4.0, "v": 15.0})


def by(model: Model, **about: Any) -> Models:
    beats = 2 if issubclass(model, BetaGeoCNBD) else None
    return Models({"": replace(Taken(model, LEAST_ERROR, run=1, judged="2026-01-01", beats=beats), **about)})


def of(model: Model, params: dict[str, float], k: int) -> BuyTillYouDie:
    """The model with these parameters; k: beats, where it counts any."""
    return model.from_params(params | ({"k": k} if issubclass(model, BetaGeoCNBD) else {}))


def stays(rhythm: BuyTillYouDie, some: Buyers) -> npt.NDArray[np.float64]:
    """Discounted purchases of the horizon of those who stay."""
    return rhythm.discounted_purchases_if_alive(
        some.x, some.t_x, some.T,
        horizon=36 * DAYS_PER_MONTH, step=DAYS_PER_MONTH, discount=0.1, year=DAYS_PER_YEAR,
    )  # fmt: skip


def valued(some: Buyers, models: Models) -> tuple[CompanySide, list[Note]]:
    notes: list[Note] = []
    return company_side(some, SETTINGS, notes, models), notes


def asked(errors: dict[str, dict[str, float]], *, day: datetime = TODAY) -> Run:
    """A finished answer of Insight with these errors by line and model."""
    return Run.objects.create(
        kind=names.KIND, as_of=day, started_at=day, finished_at=day,
        parameters={"cut_off": "2025-09-01", "until": "2025-12-31", "weeks": 13, "by": "test"},
        summary={"first": "2025-01-01", "lines": [told(line, of) for line, of in errors.items()]},
    )  # fmt: skip


def told(line: str, errors: dict[str, float], k: float = 2.0) -> dict[str, Any]:
    tried = [
        {"name": model.__name__, "title": model.TITLE, "params": {"k": k} if issubclass(model, BetaGeoCNBD) else {},
         "errors": {"total": 1.0, "mae": 0.1, "rmse": errors[model.__name__]} if model.__name__ in errors else None}
        for model in FAMILY
    ]  # fmt: skip
    choice = {"name": "GammaGompertzNBD", "reason": "clear", "tied": [], "gain_low": 0.1, "gain_high": 0.2}
    return {"line": line, "customers": 120, "known": 100, "tried": tried, "doubts": [], "choice": choice}


NO_TOP, NO_NUMBERS = NotConverged("There is no top.", ()), BeyondNumbers("No finite number comes of it.")


def without_top(monkeypatch: pytest.MonkeyPatch, model: type[BuyTillYouDie], error: DangolError = NO_TOP) -> None:
    """The model finds no fit, whatever the data."""

    def refuse(self: BuyTillYouDie, *columns: object, **more: object) -> BuyTillYouDie:
        if type(self) is model:
            raise error
        return plain(self, *columns, **more)  # type: ignore[arg-type]

    plain = BuyTillYouDie.fit
    monkeypatch.setattr(BuyTillYouDie, "fit", refuse)


class TestIdentities:
    @valued_models
    @given(logs=st.lists(logs, min_size=4, max_size=4), k=st.integers(2, MOST_BEATS), x=st.integers(0, 300),
           share=st.floats(0.01, 1), T=st.floats(1, 3000))  # fmt: skip
    def test_equity_is_the_discounted_residual_value_and_commitment_a_share(
        self, model: type[BuyTillYouDie], logs: list[float], k: int, x: int, share: float, T: float
    ) -> None:
        params = {name: 10.0**log for name, log in zip(model.NAMES, logs, strict=True)}
        rhythm = of(model, params, k)
        one = Buyers(np.array([""]), *(np.array([float(v)]) for v in (x, share * T if x else 0, T, x + 1, 9000)))
        expected, whole = discounted_purchases(Fit(rhythm, SPEND), one, SETTINGS), stays(rhythm, one)
        assert -1e-12 <= (expected / whole)[0] <= 1 + 1e-9
        assert equity(whole, commitment(expected, whole)) == pytest.approx(expected, rel=1e-9)

    @valued_models
    def test_whoever_cannot_leave_realises_the_whole_potential(self, model: type[BuyTillYouDie]) -> None:
        staying = {"s": 1e-9, "beta": 1.0} if model is ParetoNBD else {"a": 1e-9, "b": 1.0}
        rhythm, world = of(model, {"r": 1.5, "alpha": 40.0} | staying, 3), buyers(100)
        alive = rhythm.p_alive(world.x, world.t_x, world.T) > 1 - 1e-6
        share = commitment(discounted_purchases(Fit(rhythm, SPEND), world, SETTINGS), stays(rhythm, world))
        assert alive.sum() > 50
        assert share[alive] == pytest.approx(1.0, abs=1e-5)

    @valued_models
    def test_a_valuation_holds_them_whole(self, model: type[BuyTillYouDie]) -> None:
        world = buyers(400)
        side, notes = valued(world, by(model))
        if issubclass(model, BetaGeoCNBD):
            rhythm: BuyTillYouDie = model(2).fit(world.x, world.t_x, world.T, litt=world.litt)
        else:
            rhythm = model().fit(world.x, world.t_x, world.T)
        spend = GammaGamma().fit(world.purchases, world.mean_spend)
        margin = spend.expected_spend(world.purchases, world.mean_spend) * SETTINGS.margin_rate
        expected = discounted_purchases(Fit(rhythm, spend), world, SETTINGS)
        assert not notes
        assert side.fits[0]["model"] == model.__name__
        assert side.equity == pytest.approx(margin * expected, rel=1e-9)
        assert ((side.commitment >= 0) & (side.commitment <= side.p_alive + 1e-9)).all()
        assert (side.equity_low < side.equity).all()
        assert (side.equity < side.equity_high).all()
        assert 0 < side.parameter_sd[""] < 0.3 * side.equity.sum()

    def test_no_model_that_values_may_use_lets_everybody_stay(self) -> None:
        assert set(VALUED) < set(FAMILY)
        assert {model.TITLE for model in FAMILY if model not in VALUED} == {
            "NBD", "NBD with drifting rates", "GGom/NBD",
        }  # fmt: skip


@pytest.mark.django_db
class TestChoice:
    def test_is_the_least_error_of_those_that_values_may_use(self) -> None:
        errors = {"NBD": 0.1, "GammaGompertzNBD": 0.2, "ParetoNBD": 0.3, "ModifiedBetaGeoNBD": 0.4, "BetaGeoNBD": 0.5}
        run = asked({"club": errors})
        taken = models_of(rhythm_of(run)).of("club")
        assert taken == Taken(
            ParetoNBD,
            LEAST_ERROR,
            run=run.pk,
            judged="2026-01-01",
            error=0.3,
            plain_error=0.5,
            foreseen_by="GammaGompertzNBD",
        )

    def test_of_equals_is_the_simplest(self) -> None:
        found = models_of(rhythm_of(asked({"club": dict.fromkeys(("ParetoNBD", "ModifiedBetaGeoNBD"), 0.3)})))
        assert found.of("club").model is ModifiedBetaGeoNBD

    @pytest.mark.parametrize(
        ("k", "taken"), [(1.0, BetaGeoNBD), (2.0, BetaGeoCNBD), (4.0, BetaGeoCNBD), (5.0, BetaGeoNBD)]
    )
    def test_is_of_a_regular_clock_with_few_beats_alone(self, k: float, taken: Model) -> None:
        run = asked({"club": {}})
        run.summary["lines"] = [told("club", {"BetaGeoNBD": 0.5, "BetaGeoCNBD": 0.4}, k)]
        found = models_of(rhythm_of(run))
        assert found.of("club").model is taken
        assert found.of("club").beats == (int(k) if taken is BetaGeoCNBD else None)
        assert found.need_gaps == (taken is BetaGeoCNBD)

    def test_of_a_line_nobody_judged_is_the_plain_one(self) -> None:
        found = models_of(rhythm_of(asked({"club": {"ParetoNBD": 0.3}, "kiosk": {"NBD": 0.1}})))
        assert [(found.of(line).model, found.of(line).reason) for line in ("kiosk", "new")] == [
            (BetaGeoNBD, NOT_JUDGED), (BetaGeoNBD, NOT_JUDGED),
        ]  # fmt: skip

    def test_without_an_answer_is_the_plain_one(self) -> None:
        assert models_of(None).of("club") == Taken(BetaGeoNBD, NOT_ASKED)


class TestWayBack:
    @pytest.mark.parametrize("error", [NO_TOP, NO_NUMBERS])
    def test_is_the_plain_model_where_the_closest_finds_no_fit_and_is_told(
        self, error: DangolError, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        without_top(monkeypatch, ParetoNBD, error)
        world = buyers(300)
        side, notes = valued(world, by(ParetoNBD, error=0.2, plain_error=0.3))
        plain, _ = valued(world, Models())
        assert [note.code for note in notes] == ["fell_back"]
        assert notes[0].told() == (
            "All customers: the Pareto/NBD came closest to what customers bought, but finds no fit on these purchases. "
            "Values come from the BG/NBD."
        )
        kept = side.fits[0]
        assert (kept["model"], kept["reason"], kept["instead_of"], kept["error"]) == (
            "BetaGeoNBD", NO_FIT, "Pareto/NBD", 0.3,
        )  # fmt: skip
        assert side.equity.tolist() == plain.equity.tolist()

    @pytest.mark.parametrize("what", ["p_alive", "_ahead"])
    def test_is_the_plain_model_where_no_finite_numbers_come_of_the_closest(
        self, what: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        beyond(monkeypatch, ParetoNBD, what)
        side, notes = valued(buyers(300), by(ParetoNBD))
        assert [note.code for note in notes] == ["fell_back"]
        assert side.fits[0]["model"] == "BetaGeoNBD"
        assert np.isfinite(side.equity).all()

    def test_leaves_the_line_unknown_where_none_come_of_the_plain_one_either(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for model in (ParetoNBD, BetaGeoNBD):
            beyond(monkeypatch, model, "p_alive")
        side, notes = valued(buyers(300), by(ParetoNBD))
        assert [note.code for note in notes] == ["fell_back", "no_fit", "no_equity"]
        assert [note.told() for note in notes[1:]] == [
            "All customers: the rhythm of purchases could not be fitted.",
            "All customers: the equity of 300 customers is unknown.",
        ]
        assert np.isnan(side.equity).all()
        assert np.isnan(side.potential).all()
        assert side.fits == []
        assert side.total()["value"] == 0

    def test_does_not_exist_for_spend_of_which_no_finite_numbers_come(self, monkeypatch: pytest.MonkeyPatch) -> None:
        beyond(monkeypatch, GammaGamma, "expected_spend")
        side, notes = valued(buyers(300), Models())
        assert [note.code for note in notes] == ["no_fit", "no_equity"]
        assert np.isnan(side.equity).all()

    def test_concerns_its_line_alone(self, monkeypatch: pytest.MonkeyPatch) -> None:
        without_top(monkeypatch, ParetoNBD)
        both = joined(buyers(300, line="club"), buyers(300, line="delivery", seed=2), buyers(10, line="kiosk", seed=3))
        found = Models({"club": Taken(ParetoNBD, LEAST_ERROR), "delivery": Taken(ModifiedBetaGeoNBD, LEAST_ERROR)})
        side, notes = valued(both, found)
        assert [(fit["line"], fit["model"], fit["reason"]) for fit in side.fits] == [
            ("club", "BetaGeoNBD", NO_FIT), ("delivery", "ModifiedBetaGeoNBD", LEAST_ERROR),
            ("kiosk", "BetaGeoNBD", POOLED),
        ]  # fmt: skip
        assert [note.code for note in notes] == ["fell_back", "too_few", "pooled"]
        assert not np.isnan(side.equity).any()


class TestClosedShop:
    @valued_models
    @pytest.mark.parametrize("times", [7.0, 30.0])
    def test_is_valued_though_t_x_looks_like_another_unit_than_T(
        self, model: type[BuyTillYouDie], times: float
    ) -> None:
        world = buyers(300)
        closed = replace(world, T=np.full(300, times * world.t_x.max()))
        side, notes = valued(closed, by(model))
        assert np.isfinite(side.equity).all()
        assert np.isfinite(side.total()["high"])
        assert {note.code for note in notes} <= {"fell_back", "penalised"}
        assert side.p_alive[world.x > 5].max() < 0.05


def beyond(monkeypatch: pytest.MonkeyPatch, model: type[Fitted], what: str) -> None:
    """No finite numbers come of the model when it is asked this."""

    def refuse(*_: object, **more: object) -> npt.NDArray[np.float64]:
        raise NO_NUMBERS

    monkeypatch.setattr(model, what, refuse)


class TestChange:
    def test_of_model_is_told_like_that_of_settings(self) -> None:
        before = Run(summary={"fits": [{"line": "club", "model": "ParetoNBD", "title": "Pareto/NBD"}]})
        now = [{"line": "club", "model": "BetaGeoNBD", "title": "BG/NBD"}, {"line": "new", "model": "ParetoNBD"}]
        (note,) = model_changes.changed(now, before)
        assert note.told() == (
            "club: the scales were frozen when values came from the Pareto/NBD; now they come from the BG/NBD. Re-base "
            "to compare like with like."
        )

    def test_is_none_where_the_model_stayed_or_nothing_was_frozen(self) -> None:
        old = Run(summary={"fits": [{"line": "club", "beta_geo": {}}]})
        assert model_changes.changed([{"line": "club", "model": "BetaGeoNBD", "title": "BG/NBD"}], old) == []
        assert model_changes.changed([{"line": "club", "model": "ParetoNBD", "title": "Pareto/NBD"}], None) == []

    def test_begins_the_days_of_a_model_anew(self) -> None:
        previous = Run(
            as_of=datetime(2026, 1, 1, 12, tzinfo=UTC),
            summary={"fits": [{"line": "a", "model": "ParetoNBD", "since": "2025-11-01"},
                              {"line": "b", "model": "ParetoNBD", "since": "2025-11-01"}, {"line": "c"}]},
        )  # fmt: skip
        now = [{"line": "a", "model": "ParetoNBD"}, *({"line": line, "model": "BetaGeoNBD"} for line in "bcd")]
        assert [fit["since"] for fit in model_changes.dated(now, previous, day="2026-02-01")] == [
            "2025-11-01", "2026-02-01", "2026-01-01", "2026-02-01",
        ]  # fmt: skip


@pytest.mark.usefixtures("lake_folder")
@pytest.mark.django_db(transaction=True)
class TestValuation:
    def test_needs_no_answer_of_insight_and_says_what_one_would_change(self) -> None:
        run = open_shop().valued()
        assert [(one.line, one.told) for one in queries.models(run)] == [
            ("club", "BG/NBD, since Jan. 1, 2026"), ("delivery", "BG/NBD, since Jan. 1, 2026"),
        ]  # fmt: skip
        assert "has not been asked in Insight" in queries.models(run)[0].why

    @pytest.mark.store
    def test_takes_the_model_that_came_closest_and_tells_the_change(self) -> None:
        shop = open_shop()
        shop.valued()
        asked({"club": {"BetaGeoNBD": 0.5, "ParetoNBD": 0.4}, "delivery": {"BetaGeoNBD": 0.3, "ParetoNBD": 0.4}})
        run = shop.valued(TODAY + timedelta(days=1))
        club, delivery = queries.models(run)
        assert (club.title, club.since, delivery.title, delivery.since) == (
            "Pareto/NBD", "Jan. 2, 2026", "BG/NBD", "Jan. 1, 2026",
        )  # fmt: skip
        assert club.why.endswith(
            "off by 0.40 purchases, judged on Jan. 1, 2026 (root mean square; BG/NBD 0.50). "
            "Insight foresees with the GGom/NBD, from which no values can be made."
        )
        assert "off by 0.30 purchases, judged on Jan. 1, 2026 (root mean square)." in delivery.why
        changes = [note for note in queries.notes(run) if "values came from" in note]
        assert [note.split(":")[0] for note in changes] == ["club"]
        assert run.summary["fits"][0]["run"] == Run.objects.get(kind=names.KIND).pk

    def test_learns_regular_buyers_from_the_times_between_their_purchases(self) -> None:
        shop = open_shop()
        asked({line: {"BetaGeoNBD": 0.5, "BetaGeoCNBD": 0.4} for line in ("club", "delivery")})
        run = shop.valued()
        assert {one.title for one in queries.models(run)} == {"BG/CNBD-k"}
        assert {fit["rhythm"]["params"]["k"] for fit in run.summary["fits"]} == {2.0}
        assert not [note for note in queries.notes(run) if "finds no fit" in note]

    def test_knows_nothing_of_an_answer_from_later_days(self) -> None:
        shop = open_shop()
        asked({"club": {"BetaGeoNBD": 0.5, "ParetoNBD": 0.4}}, day=TODAY + timedelta(days=30))
        assert {one.title for one in queries.models(shop.valued())} == {"BG/NBD"}


def test_another_model_by_which_purchases_are_foreseen_is_named() -> None:
    kept = {"line": "", "customers": 3, "model": "BetaGeoNBD", "reason": LEAST_ERROR, "error": 0.3}
    (one,) = queries.models(Run(summary={"fits": [kept | {"foreseen_by": "ParetoNBD"}]}))
    assert one.why.endswith("Insight foresees with the Pareto/NBD, which came as close, as far as chance lets one see.")


def test_a_clock_of_too_many_beats_is_not_said_to_have_come_as_close() -> None:
    """It was closer beyond chance, and is left out for the time that values would take."""
    (line,) = rhythm_of(
        Run(as_of=TODAY, parameters={"cut_off": "2025-09-01", "until": "2025-12-31", "weeks": 13},
            summary={"first": "2025-01-01", "lines": [
                told("club", {"BetaGeoNBD": 0.5, "BetaGeoCNBD": 0.4}, 6.0)
                | {"choice": {"name": "BetaGeoCNBD", "reason": "clear", "tied": [], "gain_low": 0.1, "gain_high": 0.2}}
            ]})
    ).lines  # fmt: skip
    taken = models_of(Rhythm(Run(pk=1, as_of=TODAY), *[TODAY.date()] * 3, 13, [line])).of("club")
    side, _ = valued(buyers(300), Models({"": taken}))
    (one,) = queries.models(Run(summary={"fits": side.fits}))
    assert one.title == "BG/NBD"
    assert one.why.endswith("Insight foresees with the BG/CNBD-k, from which no values can be made.")


def test_a_line_that_shares_the_fit_of_all_is_not_said_to_be_small(monkeypatch: pytest.MonkeyPatch) -> None:
    """It may be large, and its own purchases bear no fit."""
    plain = BuyTillYouDie.fit

    def refuse(self: BuyTillYouDie, x: Any, *columns: object, **more: object) -> BuyTillYouDie:
        if len(x) == 300:
            raise NO_TOP
        return plain(self, x, *columns, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(BuyTillYouDie, "fit", refuse)
    side, notes = valued(joined(buyers(300, line="club"), buyers(200, line="delivery", seed=2)), Models())
    assert [note.code for note in notes] == ["no_fit", "pooled"]
    club = queries.models(Run(summary={"fits": side.fits}))[0]
    assert (
        club.why == "These customers alone bear no fit of their own; it was fitted to all lines of business together."
    )


def test_old_valuations_are_read_as_they_were_kept() -> None:
    (one,) = queries.models(Run(summary={"fits": [{"line": "", "customers": 3, "beta_geo": {}}]}))
    assert (one.told, one.why) == ("BG/NBD", "")
