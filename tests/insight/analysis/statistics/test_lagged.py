"""One number going with another some months later: as published, found where it is, and not found where it is not."""

from __future__ import annotations

import numpy as np
import pytest

from dangol.insight.analysis.statistics.findings import CannotSay
from dangol.insight.analysis.statistics.lagged import filtered, lagged, lags_of, memory_of

WEIGHTS = (1.97, -1.37, 0.34)  # the autoregression of Series J as Box and Jenkins (1976) give it
# The answer of their furnace to one impulse, (−.53 − .37B − .51B²) ÷ (1 − .57B) three readings later, lag by lag.
IMPULSE = {3: -0.53, 4: -0.6721, 5: -0.893097, 6: -0.50906529}


def test_series_made_by_the_published_model_go_together_as_it_says() -> None:
    """Prewhitened, the correlation at a lag is the impulse there over the spread of all: theory, not our arithmetic."""
    draw = np.random.default_rng(11)
    alone, noise = draw.normal(size=(2, 20_000))
    answer = sum(weight * np.roll(alone, lag) for lag, weight in IMPULSE.items()) + noise
    gas, carbon = remembering(alone), remembering(answer)
    weights = memory_of(gas, 3)
    assert weights == pytest.approx(WEIGHTS, abs=0.04)
    assert filtered(gas, weights).var() == pytest.approx(1, abs=0.04)
    found = {one.lag: one for one in lags_of(gas, carbon, weights, most=8)}
    spread = np.sqrt(1 + sum(weight**2 for weight in IMPULSE.values()))
    expected = {lag: IMPULSE.get(lag, 0.0) / spread for lag in found}
    assert [one.strength.value for one in found.values()] == pytest.approx(list(expected.values()), abs=0.04)
    assert max(found.values(), key=lambda one: abs(one.strength.value)).lag == 5 and found[5].p_among < 0.001


def test_two_series_with_memory_and_nothing_in_common_are_seldom_said_to_go_together() -> None:
    """By the plain correlation of such series every third would be called unlikely to be chance."""
    plain, said = 0, 0
    for seed in range(120):
        first, second = walking(48, 2 * seed), walking(48, 2 * seed + 1)
        r = np.corrcoef(first, second)[0, 1]
        plain += abs(r) > 1.96 / np.sqrt(48)
        said += lagged(first, second).strongest.p_among <= 0.05
    assert plain >= 36 and said <= 12


@pytest.mark.parametrize("months", [30, 60])
def test_what_follows_two_months_later_is_found_beside_seasons_and_trends(months: int) -> None:
    draw = np.random.default_rng(months)
    first, at = walking(months + 2, 7), np.arange(months)
    seasons = 30 * np.sin(2 * np.pi * at / 12) if months >= 36 else 0.0
    second = 3 * first[:-2] + 5 * at + seasons + draw.normal(0, 1, months)
    found = lagged(first[2:], second)
    assert found.strongest.lag == 2 and found.strongest.strength.low > 0.3 and found.strongest.p_among < 0.01
    turned = lagged(second, first[2:]).strongest
    assert turned.lag == -2 and turned.strength.value > 0.3


@pytest.mark.parametrize(
    ("first", "second", "code"),
    [
        (np.arange(23.0) ** 2, np.arange(23.0), "short"), (np.ones(30), np.arange(30.0), "all_equal"),
        ([np.nan, *range(29)], np.arange(30.0), "gap"), (np.arange(30.0), np.arange(30.0) ** 2, "nothing_left"),
    ],
)  # fmt: skip
def test_refuses_what_cannot_tell_anything(first: np.ndarray, second: np.ndarray, code: str) -> None:
    with pytest.raises(CannotSay) as refused:
        lagged(first, second)
    assert refused.value.code == code


def walking(months: int, seed: int) -> np.ndarray:
    draw, made = np.random.default_rng(seed), np.zeros(months)
    for month in range(1, months):
        made[month] = 0.8 * made[month - 1] + draw.normal()
    return made


def remembering(shocks: np.ndarray) -> np.ndarray:
    """The series that such an autoregression makes of shocks."""
    made = np.zeros(len(shocks) + 3)
    for at, shock in enumerate(shocks, 3):
        made[at] = shock + sum(weight * made[at - lag] for lag, weight in enumerate(WEIGHTS, 1))
    return made[3:]
