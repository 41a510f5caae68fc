"""Rows in, people out: clean, block, weigh, compare, take apart, group.

Nothing here knows a store. The engine is the one that Splink opens for itself, in this process; it is told to fetch
nothing, and it is gone when the search is.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from django.utils.translation import gettext as _

from dangol.insight.analysis.duplicates import blocking, cleaning, comparing, contradictions, fitting, grouping
from dangol.insight.analysis.duplicates.blocking import Capped
from dangol.insight.analysis.duplicates.contradictions import Cut
from dangol.lib.errors import WrongUse
from dangol.lib.progress import Progress, silent

if TYPE_CHECKING:
    from splink import DuckDBAPI

type Pair = tuple[int, int]
type Ids = npt.NDArray[np.int64]

THRESHOLD = 0.9
LEAST, MOST = 0.5, 0.999999
PAIRS_A_CUSTOMER = 8  # compared at most, about
PAIRS_ANYWAY = 2_000_000  # that are compared whatever the number of customers
SETTINGS = {
    "threads": "2", "memory_limit": "'4GB'", "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false", "enable_progress_bar": "false",
}  # fmt: skip
STEPS = 5


class BadThreshold(WrongUse):
    """A threshold at which every pair, or none, would be one person."""


@dataclass(frozen=True)
class Likeness:
    """Two customers who are alike. `person`: the number of the one they are proposed to be; None where they were taken
    apart, and then `cut` says why.
    """

    left: int
    right: int
    probability: float
    person: int | None
    cut: str = ""
    agreed: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Found:
    """Likenesses, in order of the customers; `sizes`: how many customers each proposed person is; `compared`: pairs
    that were looked at.
    """

    pairs: list[Likeness] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    compared: int = 0
    capped: list[Capped] = field(default_factory=list)

    @property
    def proposed(self) -> list[Likeness]:
        """Every two customers who are proposed to be one person."""
        return [pair for pair in self.pairs if pair.person is not None]

    @property
    def bridges(self) -> list[Likeness]:
        """Those who are alike enough and were taken apart."""
        return [pair for pair in self.pairs if pair.person is None]

    def among(self, known: Collection[int]) -> Found:
        """The same without pairs of others: who is proposed with nobody any more is not proposed. Where whoever held
        several together is gone, they are as many proposals as there are parts left.
        """
        pairs = [pair for pair in self.pairs if pair.left in known and pair.right in known]
        links = [(pair.left, pair.right) for pair in pairs if pair.person is not None]
        left, right = np.array(links, np.int64).reshape(-1, 2).T
        parts = [ids.tolist() for ids, _links in grouping.components(left, right)]
        number = {one: place for place, part in enumerate(parts) for one in part}
        return replace(
            self,
            pairs=[replace(pair, person=None if pair.person is None else number[pair.left]) for pair in pairs],
            sizes=[len(part) for part in parts],
        )


def search(
    told: pa.Table, *, threshold: float = THRESHOLD, never: Collection[Pair] = (), progress: Progress = silent
) -> Found:
    """Who of these customers (columns: `cleaning.TOLD`) is likely one person. `never`: pairs that are two, the smaller
    number first. The same rows make the same answer. Raises BadThreshold.
    """
    check(threshold)
    if told.num_rows < 2:
        return Found()
    with engine_of_its_own() as api:
        return _Search(api, told.num_rows, threshold, frozenset(never), progress).found(told)


def check(threshold: float) -> None:
    """Raise BadThreshold unless two can be told from one by it."""
    if not LEAST <= threshold <= MOST:
        raise BadThreshold(
            _("The threshold is a probability from %(least)s to %(most)s; %(threshold)s is not.")
            % {"least": LEAST, "most": MOST, "threshold": threshold}
        )


@contextmanager
def engine_of_its_own() -> Iterator[DuckDBAPI]:
    """An engine in memory for one search, which fetches nothing; gone at the end."""
    from splink import DuckDBAPI

    # Splink says on its log what it has not been taught; what that means here stands in fitting.py.
    log = logging.getLogger("splink")
    level = log.level
    log.setLevel(logging.CRITICAL)
    api = DuckDBAPI(":memory:")
    try:
        for name, value in SETTINGS.items():
            api.duckdb_con.execute(f"SET {name} = {value}")
        yield api
    finally:
        api.duckdb_con.close()
        log.setLevel(level)


class _Search:
    """One search; its tables live in the engine: people, blocked, likely, inner."""

    def __init__(
        self, api: DuckDBAPI, customers: int, threshold: float, never: frozenset[Pair], progress: Progress
    ) -> None:
        self.api, self.engine, self.customers, self.threshold = api, api.duckdb_con, customers, threshold
        self.never, self.progress = never, progress

    def found(self, told: pa.Table) -> Found:
        self._tell(0)
        cleaning.lay_out(self.engine, told)
        fitting.count_rarity(self.engine)
        capped = blocking.pairs(self.engine, budget=max(PAIRS_ANYWAY, PAIRS_A_CUSTOMER * self.customers))
        compared = int(self.engine.execute("SELECT count(*) FROM blocked").fetchone()[0])
        self._tell(1)
        if not compared:
            self._tell(STEPS)
            return Found(capped=capped)
        weights = fitting.fitted(self.api, customers=self.customers)
        self._tell(2)
        self._compare(weights)
        self._tell(3)
        pairs, sizes = self._grouped()
        self._tell(4)
        found = Found(self._with_agreement(pairs), sizes, compared, capped)
        self._tell(STEPS)
        return found

    def _tell(self, done: int) -> None:
        self.progress(_("Find duplicates"), done, STEPS)

    def _compare(self, weights: fitting.Weights) -> None:
        """Score what was blocked, and see how many are one person: by so much the odds of everybody move."""
        prior = fitting.prior_of(self.customers, fitting.EXPECTED * self.customers)
        self.linker = fitting.linker(self.api, weights, prior=prior)
        scores = fitting.scored(self.api, self.linker, "blocked")
        contradictions.look(self.engine, scores, least=-fitting.LEAST_ODDS)
        odds = self.engine.execute("SELECT weight FROM likely WHERE cut = ''").fetchnumpy()["weight"]
        now = fitting.prior_of(self.customers, fitting.same_among(odds, customers=self.customers, prior=prior))
        self.moved = float(np.log2(now / (1 - now)) - np.log2(prior / (1 - prior)))

    def _grouped(self) -> tuple[list[Likeness], list[int]]:
        """The pairs of every proposed person, and those that were taken apart."""
        least = float(np.log2(self.threshold / (1 - self.threshold))) - self.moved
        alike = self._read("likely", least)
        links = [(pair, chance) for pair, (chance, cut) in alike.items() if not cut]
        ends = np.array([pair for pair, _chance in links], np.int64).reshape(-1, 2)
        tangles = grouping.tangles(ends[:, 0], ends[:, 1], np.array([chance for _pair, chance in links]))
        inner = self._inner([members for members in tangles if len(members) > 2])
        groups = [group for members in tangles for group in self._people(members.tolist(), inner) if len(group) > 1]
        person = {member: number for number, group in enumerate(groups) for member in group}
        within = [
            Likeness(*pair, (inner.get(pair) or alike[pair])[0], number)
            for number, group in enumerate(groups)
            for pair in combinations(group, 2)
        ]
        apart = [
            Likeness(*pair, chance, None, cut or Cut.CHAIN)
            for pair, (chance, cut) in alike.items()
            if cut or person.get(pair[0], -1) != person.get(pair[1], -2)
        ]
        return sorted(within + apart, key=lambda pair: (pair.left, pair.right)), [len(group) for group in groups]

    def _people(self, members: list[int], inner: dict[Pair, tuple[float, str]]) -> list[list[int]]:
        if len(members) == 2:
            return [members]
        between = {pair: inner[pair] for pair in combinations(members, 2) if pair in inner}
        barred = {pair for pair, (_chance, cut) in between.items() if cut}
        return grouping.people(
            members, {pair: chance for pair, (chance, _cut) in between.items()}, barred, self.threshold
        )

    def _inner(self, tangles: list[Ids]) -> dict[Pair, tuple[float, str]]:
        """Every pair within these tangles, also those that no rule had brought together."""
        pairs = [pair for members in tangles for pair in combinations(members.tolist(), 2)]
        if not pairs:
            return {}
        ends = np.array(pairs, np.int64)
        within = pa.table({"match_key": ["0"] * len(pairs), "join_key_l": ends[:, 0], "join_key_r": ends[:, 1]})
        self.engine.register("within", within)
        self.engine.execute("CREATE OR REPLACE TABLE to_score AS SELECT * FROM within")
        scores = fitting.scored(self.api, self.linker, "to_score")
        contradictions.look(self.engine, scores, least=-1000.0, into="inner_pairs")
        return self._read("inner_pairs", -1000.0)

    def _read(self, table: str, least: float) -> dict[Pair, tuple[float, str]]:
        """Pair → its probability, and why it is two people after all."""
        rows = self.engine.execute(
            f"SELECT l, r, weight, cut FROM {table} WHERE weight >= {least} ORDER BY l, r"
        ).to_arrow_table()
        chances = 1 / (1 + np.exp2(-np.clip(rows["weight"].to_numpy() + self.moved, -500, 500)))
        ends = zip(rows["l"].to_pylist(), rows["r"].to_pylist(), strict=True)
        return {
            pair: (chance, Cut.NEVER if pair in self.never else cut)
            for pair, chance, cut in zip(ends, chances.tolist(), rows["cut"].to_pylist(), strict=True)
        }

    def _with_agreement(self, pairs: list[Likeness]) -> list[Likeness]:
        """The same pairs, each with what of it agrees, and how."""
        ends = pa.table({
            "place": np.arange(len(pairs)),
            "l": pa.array([pair.left for pair in pairs], pa.int64()),
            "r": pa.array([pair.right for pair in pairs], pa.int64()),
        })  # fmt: skip
        self.engine.register("to_tell", ends)
        agreements = comparing.agreements()
        told = ", ".join(f"{sql} AS {name}" for name, sql in agreements.items())
        rows = self.engine.execute(
            f"SELECT {told} FROM to_tell JOIN people l ON l.unique_id = to_tell.l"
            " JOIN people r ON r.unique_id = to_tell.r ORDER BY to_tell.place"
        ).to_arrow_table()
        columns = [rows[name].to_pylist() for name in agreements]
        return [
            Likeness(
                pair.left, pair.right, pair.probability, pair.person, str(pair.cut),
                {name: how for name, how in zip(agreements, hows, strict=True) if how},
            )
            for pair, hows in zip(pairs, zip(*columns, strict=True), strict=True)
        ]  # fmt: skip
