"""R's plspm on the customers of a bank (Sanchez 2013), and Tenenhaus et al. (2005) on those of mobile phones."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from dangol.insight.analysis.satisfaction.path_model import PathModel
from dangol.insight.analysis.satisfaction.plan import Mode, Scheme
from tests.insight.analysis.satisfaction.bank import (
    BANK_PATHS,
    PHONE_PATHS,
    Array,
    bank,
    bank_blocks,
    expected,
    phone_blocks,
    phones,
)

THREE = {"abs": 5e-4}


@cache
def fitted(folder: Path, scheme: Scheme = Scheme.CENTROID, mode: Mode = Mode.REFLECTIVE, draws: int = 0) -> PathModel:
    told, items = bank(folder)
    model = PathModel(bank_blocks(items, mode), BANK_PATHS, scheme=scheme, standardised=False, draws=draws)
    return model.fit(told, items)


def column(table: dict[str, dict[str, str]], name: str) -> Array:
    return np.array([float(row[name]) for row in table.values()])


def own(figures: Array, fit: PathModel) -> Array:
    """Of each item the figure with its own block."""
    return np.asarray((figures * fit.plan_.member).sum(axis=1))


class TestBank:
    @pytest.mark.parametrize(
        ("scheme", "file"),
        [
            (Scheme.CENTROID, ".outer-model"),
            (Scheme.FACTORIAL, ".outer-model-factorial"),
            (Scheme.PATH, ".outer-model-path"),
        ],
    )
    def test_items_weigh_as_much_by_every_scheme(self, real_data: Path, scheme: Scheme, file: str) -> None:
        fit, table = fitted(real_data, scheme), expected(real_data, file)
        assert list(table) == list(fit.plan_.items)
        redundancies = fit.communalities_ * (fit.plan_.member @ fit.r_squared_)
        # R divides by n where we divide by n - 1: scores of variance 1 then want weights larger by this much
        weights = own(fit.weights_, fit) * np.sqrt(fit.n_ / (fit.n_ - 1))
        for name, figures in (
            ("weight", weights),
            ("loading", own(fit.loadings_, fit)),
            ("communality", fit.communalities_),
            ("redundancy", redundancies),
        ):
            assert figures == pytest.approx(column(table, name), abs=2e-6), name
        assert own(fit.weights_, fit) == pytest.approx(column(table, "weight"), **THREE)

    def test_loadings_across_the_blocks_are_the_same(self, real_data: Path) -> None:
        fit, table = fitted(real_data), expected(real_data, ".crossloadings")
        for place, name in enumerate(fit.plan_.names):
            assert fit.loadings_[:, place] == pytest.approx(column(table, name), **THREE)

    def test_scores_are_the_same(self, real_data: Path) -> None:
        fit, file = fitted(real_data), real_data / "plspm_expected_outputs" / "satisfaction.scores.csv"
        table = np.loadtxt(file, delimiter=",", skiprows=1)
        # scores of variance 1 by n - 1 instead of n
        assert fit.scores_ * np.sqrt(fit.n_ / (fit.n_ - 1)) == pytest.approx(table, **THREE)

    def test_effects_are_the_same(self, real_data: Path) -> None:
        fit, table = fitted(real_data), expected(real_data, ".effects")
        place = {name: number for number, name in enumerate(fit.plan_.names)}
        for row in table.values():
            at = place[row["to"]], place[row["from"]]
            found = fit.paths_[at], fit.indirect_effects_[at], fit.total_effects_[at]
            assert found == pytest.approx([float(row[name]) for name in ("direct", "indirect", "total")], **THREE)

    @pytest.mark.parametrize(
        ("mode", "file", "redundancy"),
        [
            (Mode.REFLECTIVE, ".inner-summary", "mean_redundancy"),
            (Mode.FORMATIVE, ".modeb.inner-summary", "mean_Redundancy"),
        ],
    )
    def test_as_much_is_explained_in_both_modes(self, real_data: Path, mode: Mode, file: str, redundancy: str) -> None:
        fit, table = fitted(real_data, mode=mode), expected(real_data, file)
        assert fit.r_squared_ == pytest.approx(column(table, "r_squared"), **THREE)
        assert fit.ave_ == pytest.approx(column(table, "block_communality"), **THREE)
        assert fit.redundancies_ == pytest.approx(column(table, redundancy), **THREE)

    def test_the_whole_fits_as_well(self, real_data: Path) -> None:
        assert fitted(real_data).gof_ == pytest.approx(0.6098, abs=1e-4)  # Sanchez 2013

    def test_blocks_are_as_reliable(self, real_data: Path) -> None:
        fit, table = fitted(real_data), expected(real_data, "_unidim")
        found = [[one.alpha, one.rho, one.first, one.second] for one in fit.reliability_ if one]
        names = ("cronbach_alpha", "dillon_goldstein_rho", "eig_1st", "eig_2nd")
        assert np.array(found, float) == pytest.approx(np.stack([column(table, name) for name in names], 1), **THREE)

    def test_drawing_anew_wanders_as_far(self, real_data: Path) -> None:
        fit, table = fitted(real_data, draws=2000), expected(real_data, "_boot_paths")
        assert fit.intervals_ is not None
        place = {name: number for number, name in enumerate(fit.plan_.names)}
        for path, row in table.items():
            begin, end = path.split(" -> ")
            at = place[end], place[begin]
            # theirs are of 200 draws: a standard error is itself known to about a twentieth, twice over
            assert fit.intervals_.paths.error[at] == pytest.approx(float(row["std.error"]), rel=0.25), path


class TestPhones:
    def test_as_much_is_explained(self, real_data: Path) -> None:
        told, items = phones(real_data)
        model = PathModel(phone_blocks(items), PHONE_PATHS, scheme=Scheme.CENTROID, standardised=False, draws=0)
        fit = model.fit(told, items)
        found = dict(zip(fit.plan_.names, fit.r_squared_.round(3), strict=True))
        assert found == {
            "image": 0, "expectation": 0.243, "quality": 0.297, "value": 0.335, "satisfaction": 0.672,
            "complaints": 0.292, "loyalty": 0.432,
        }  # fmt: skip
