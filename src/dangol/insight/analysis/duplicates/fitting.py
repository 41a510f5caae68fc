"""What each level weighs in this shop's data: u by drawing pairs at random, m by expectation maximisation, and how many
pairs are one person at all.

A shop of 300 customers shows too little to learn from, and a list without duplicates would teach that families are one
person. So everything that is counted is held against what was expected before (comparing.py), as if that many pairs had
been seen before: few data move it little, many move it far.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.duplicates import comparing, contradictions

if TYPE_CHECKING:
    from splink import DuckDBAPI, Linker

type Array = npt.NDArray[np.float64]
type Weights = dict[str, list[tuple[float, float]]]

SEED = 20261126
PAIRS_DRAWN = 500_000
PAIRS_TRAINED_ON = 400_000
PAIRS_GUESSED_BY = 300_000
LEAST_ODDS = 10  # log2, below which a pair is not looked at again
EXPECTED = 0.005  # customers with a second row, before anything is seen
SEEN_BEFORE_M = 300  # pairs of one person that what was expected counts for
SEEN_BEFORE_U = 20_000  # pairs of two people
LEAST_U = 20  # times that u may be rarer than expected
ENOUGH = 100  # pairs of one person that a round of training must find to be believed
BELIEVED = 3.0  # times that training may move m away from what was expected
# Families share phones and homes: there only those count who are called alike.
CALLED_ALIKE = "jaro_winkler_similarity(l.called, r.called) >= 0.8"
TRAINED_ON = {"birth": "", "name": "", "phone": CALLED_ALIKE, "email": ""}


def fitted(api: DuckDBAPI, *, customers: int) -> Weights:
    """m and u of every level, for the pairs of the table `blocked`."""
    weights = comparing.priors()
    untaught = linker(api, weights, prior=prior_of(customers, EXPECTED * customers))
    prior = prior_of(customers, _guessed(api, untaught, customers))
    weights = _with_u(untaught, weights, customers, prior)
    return _with_m(api, weights, prior)


def same_among(weights_of_pairs: Array, *, customers: int, prior: float) -> float:
    """How many of all pairs are one person, given log2 odds at `prior`: the share that explains the odds it makes."""
    base = weights_of_pairs - np.log2(prior / (1 - prior))
    same = EXPECTED * customers
    for _ in range(50):
        now = prior_of(customers, same)
        odds = base + np.log2(now / (1 - now))
        # Pairs that are rather not one person are many, and what little each adds is mostly what the model gets wrong.
        found = float((1 / (1 + np.exp2(-odds[odds > 0]))).sum()) + EXPECTED * customers
        if abs(found - same) < 0.001 * same:
            break
        same = found
    return same


def scored(api: DuckDBAPI, made: Linker, pairs: str) -> str:
    """Score the pairs of this table; the name of the table of scores."""
    made.table_management.register_blocked_pairs_for_predict(api.register(pairs))
    return str(made.inference.predict(warning_mode="never").physical_name)


def _guessed(api: DuckDBAPI, untaught: Linker, customers: int) -> float:
    """How many pairs are one person, as far as what was expected before tells: of some customers, for all."""
    engine = api.duckdb_con
    total = engine.execute("SELECT count(*) FROM blocked").fetchone()[0]
    of = max(1, total // PAIRS_GUESSED_BY)
    engine.execute(f"CREATE OR REPLACE TABLE guessed_by AS SELECT * FROM blocked WHERE hash(join_key_l) % {of} = 0")
    contradictions.look(engine, scored(api, untaught, "guessed_by"), least=-LEAST_ODDS)
    odds = engine.execute("SELECT weight FROM likely WHERE cut = ''").fetchnumpy()["weight"]
    return same_among(np.repeat(odds, of), customers=customers, prior=prior_of(customers, EXPECTED * customers))


def prior_of(customers: int, same: float) -> float:
    """The probability that two customers drawn at random are one person, where `same` pairs are."""
    return min(0.3, max(same, 0.5) / max(1.0, customers * (customers - 1) / 2))


def linker(api: DuckDBAPI, weights: Weights, *, prior: float) -> Linker:
    """Splink with these weights over the table `people`, and how common each value is among the others."""
    from splink import Linker

    made = Linker(
        api.register("people"), comparing.settings(weights, prior=prior), log_level=None, validate_settings=False
    )
    for column in comparing.RARITIES:
        made.table_management.register_term_frequency_lookup(api.register(f"rarity_{column}"), column)
    return made


def count_rarity(engine: Any) -> None:
    """How common each value is among everybody but the two who are compared.

    A name that only those two bear among 300 customers is not borne by one in 150 people: what was expected before
    stands in for the many who are no customers, as if one had been seen.
    """
    for column, expected in comparing.RARITIES.items():
        engine.execute(
            f"CREATE OR REPLACE TABLE rarity_{column} AS"
            f" SELECT {column}, (greatest(count(*) - 2, 0) + 1) / (sum(count(*)) OVER () + {1 / expected})"
            f" AS tf_{column}"
            f" FROM people WHERE {column} IS NOT NULL GROUP BY {column}"
        )


def _with_u(made: Linker, weights: Weights, customers: int, prior: float) -> Weights:
    drawn = min(PAIRS_DRAWN, customers * (customers - 1) // 2)
    made.training.estimate_u_using_random_sampling(max_pairs=drawn, seed=SEED, min_count_per_level=None, num_chunks=1)
    counted, both = _read(made, "u"), _said_by_both(made._db_api.duckdb_con)
    return {name: _held_against(levels, counted[name], drawn * both[name], prior) for name, levels in weights.items()}


def _said_by_both(engine: Any) -> dict[str, float]:
    """In what part of all pairs both rows say something, by comparison: what is counted is counted there alone."""
    parts = ", ".join(f"count({one.said}) / count(*)" for one in comparing.COMPARISONS)
    shares = engine.execute(f"SELECT {parts} FROM people").fetchone()
    return {one.name: float(share) ** 2 for one, share in zip(comparing.COMPARISONS, shares, strict=True)}


def _held_against(
    levels: list[tuple[float, float]], counted: list[float], drawn: float, prior: float
) -> list[tuple[float, float]]:
    if not sum(counted):
        return levels
    us = []
    for (m, u), seen in zip(levels, counted, strict=True):
        # Some of the pairs drawn are one person.
        of_two = max(0.0, (seen - prior * m) / (1 - prior))
        us.append(max(u / LEAST_U, (of_two * drawn + u * SEEN_BEFORE_U) / (drawn + SEEN_BEFORE_U)))
    return [(m, u / sum(us)) for (m, _u), u in zip(levels, us, strict=True)]


def _with_m(api: DuckDBAPI, weights: Weights, prior: float) -> Weights:
    from splink.internals.exceptions import SplinkException

    seen: dict[str, list[tuple[float, list[float]]]] = {name: [] for name in weights}
    made = linker(api, weights, prior=prior)
    for column, only in TRAINED_ON.items():
        if _pairs_with_one(api.duckdb_con, column, only) < ENOUGH:
            continue
        try:
            told = _trained(made, column, only)
        except (SplinkException, ValueError):
            # Nobody among them is one person, or nobody is called alike: the estimate ran out of numbers, and left
            # the linker half taught.
            made, told = linker(api, weights, prior=prior), {}
        for name, estimate in told.items():
            seen[name].append(estimate)
    both = _said_by_both(api.duckdb_con)
    return {
        name: _blended(levels, [(same * both[name], m) for same, m in seen[name]]) for name, levels in weights.items()
    }


def _pairs_with_one(engine: Any, column: str, only: str) -> float:
    """How many pairs of customers share a value of this column, as far as `only` holds of them."""
    if only:
        pairs = f"people l JOIN people r ON l.{column} = r.{column} AND l.unique_id < r.unique_id AND {only}"
        return float(
            engine.execute(f"SELECT count(*) FROM (SELECT 1 FROM {pairs} LIMIT {PAIRS_TRAINED_ON})").fetchone()[0]
        )
    shared = f"SELECT count(*) AS n FROM people WHERE {column} IS NOT NULL GROUP BY {column}"
    return float(engine.execute(f"SELECT coalesce(sum(n * (n - 1) / 2), 0) FROM ({shared})").fetchone()[0])


def _trained(made: Linker, column: str, only: str) -> dict[str, tuple[float, list[float]]]:
    """Of customers who share a value of this column: how many pairs are one person, and m of every comparison.

    Raises what Splink raises where there is nothing to learn from.
    """
    session = made.training.estimate_parameters_using_expectation_maximisation(
        f"l.{column} = r.{column}" + (f" AND {only}" if only else ""),
        estimate_without_term_frequencies=True,
        max_pairs=PAIRS_TRAINED_ON,
    )
    core = session.core_model_settings
    pairs = min(_pairs_with_one(made._db_api.duckdb_con, column, only), PAIRS_TRAINED_ON)
    same = pairs * core.probability_two_random_records_match
    if same < ENOUGH:
        return {}
    return {one.output_column_name: (same, _of(one, "m")) for one in core.comparisons}


def _blended(levels: list[tuple[float, float]], seen: list[tuple[float, list[float]]]) -> list[tuple[float, float]]:
    total = SEEN_BEFORE_M + sum(same for same, _ in seen)
    ms = []
    for number, (m, _u) in enumerate(levels):
        counted = m * SEEN_BEFORE_M + sum(same * told[number] for same, told in seen)
        ms.append(min(m * BELIEVED, max(m / BELIEVED, counted / total)))
    return [(m / sum(ms), u) for m, (_m, u) in zip(ms, levels, strict=True)]


def _read(made: Linker, which: str) -> dict[str, list[float]]:
    return {one.output_column_name: _of(one, which) for one in made._settings_obj.core_model_settings.comparisons}


def _of(comparison: Any, which: str) -> list[float]:
    """m or u of the levels, the best first; 0 where nothing was counted."""
    told = []
    for level in comparison._comparison_levels_excluding_null:
        value = getattr(level, f"_{which}_probability")
        told.append(float(value) if isinstance(value, float | int) else 0.0)
    return told
