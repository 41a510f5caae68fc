"""Groups that customers fall into by themselves, or the plain answer that there are none.

Every number of groups from two on is tried by two methods, k-means and a mixture of normal distributions, on a sample:
by all habits together, and, lest two that go together drown a third, by every two of them (mixtures). A division counts
where each of its groups is large enough, stands apart from every other (gaps.py) and is found again among customers
drawn anew (stability.py). Of those that count the one with the most groups is taken, of two with as many the one by
more habits, then the one with the clearer silhouette. Methods of this kind always divide; without the conditions every
shop would have groups.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.groups.features import Habits, Scale, scale_of
from dangol.insight.analysis.groups.gaps import Gap, gap
from dangol.insight.analysis.groups.stability import DRAWS, STABLE, stability
from dangol.lib.progress import Progress, silent

type Array = npt.NDArray[np.float64]
type Labels = npt.NDArray[np.intp]

MIXTURE, KMEANS = "mixture", "kmeans"
MOST_GROUPS, MOST_OF_SOME = 6, 3
FEWEST_CUSTOMERS = 200
SAMPLE = 12_000  # half to look, half to count
DRAWN_ANEW = 1_500  # of them for stability and silhouette
LEAST_SHARE, LEAST_MEMBERS = 0.02, 25  # of a group in the half that was looked at
LEVEL = 0.0001  # chance that one division of one crowd seems to have gaps; some twenty are tried
MOST_LEFT = 0.5  # between two groups at most so many customers, beside the smaller crowd
PART = 200_000  # customers placed at once
SEED = 20_07
STAGE = "grouping"


@dataclass(frozen=True)
class Tried:
    """One division that was tried, by some features. p, left: of the two groups least apart; stability: of
    the least stable group, None where it was not asked any more; silhouette: −1 to 1; smallest: share of the smallest.
    """

    method: str
    features: tuple[str, ...]
    groups: int
    silhouette: float
    smallest: float
    p: float
    left: float
    stability: float | None = None

    @property
    def apart(self) -> bool:
        """Whether every two of its groups stand apart."""
        return self.p <= LEVEL and self.left <= MOST_LEFT

    @property
    def counts(self) -> bool:
        """Whether it may be called a division of customers."""
        return self.stability is not None and self.stability >= STABLE


@dataclass(frozen=True)
class Division:
    """The groups found, by these columns of the scale. stability: of each group; profile: the middle of each group's
    members on every feature of the scale, in standard deviations from everybody's middle.
    """

    scale: Scale
    columns: tuple[int, ...]
    method: str
    fitted: Any
    stability: Array
    profile: Array

    def __len__(self) -> int:
        return len(self.stability)

    @property
    def features(self) -> tuple[str, ...]:
        """What they were found by."""
        return tuple(self.scale.names[column] for column in self.columns)

    def placed(self, habits: Habits) -> Labels:
        """The group of each customer, customers in parts."""
        some = (habits.of(np.arange(start, min(start + PART, len(habits)))) for start in range(0, len(habits), PART))
        parts = [self.fitted.predict(self.scale.standardised(part)[:, self.columns]) for part in some]
        return np.concatenate(parts).astype(np.intp) if parts else np.empty(0, np.intp)


@dataclass(frozen=True)
class Search:
    """What was tried, in order, and what was found: None where no groups stand out."""

    tried: tuple[Tried, ...]
    found: Division | None
    customers: int


def search(habits: Habits, *, seed: int = SEED, progress: Progress = silent) -> Search:
    """Look for groups among these customers. The same customers give the same groups."""
    from threadpoolctl import threadpool_limits

    if len(habits) < FEWEST_CUSTOMERS:
        return Search((), None, len(habits))
    random = np.random.default_rng(seed)
    some = habits.of(random.permutation(len(habits))[:SAMPLE])
    scale = scale_of(some, random)
    if not scale.names:
        return Search((), None, len(habits))
    points = scale.drawn(some, random)
    seen, counted = points[: len(points) // 2], points[len(points) // 2 :]
    tried: list[Tried] = []
    best: tuple[tuple[int, int, float], Division] | None = None
    wanted = list(_wanted(len(scale.names)))
    # One thread: several would wait for each other longer than they work on so small a sample.
    with threadpool_limits(limits=1):
        for done, (columns, groups, method) in enumerate(wanted):
            progress(STAGE, done, len(wanted))
            one, division = _try(method, groups, columns, seen, counted, scale, seed)
            tried.append(one)
            rank = (groups, len(columns), one.silhouette)
            if division is not None and (best is None or rank > best[0]):
                best = rank, division
    progress(STAGE, len(wanted), len(wanted))
    return Search(tuple(tried), best[1] if best else None, len(habits))


def _wanted(features: int) -> Iterator[tuple[tuple[int, ...], int, str]]:
    """Which features, how many groups, by which method."""
    everything = tuple(range(features))
    for groups in range(2, MOST_GROUPS + 1):
        yield everything, groups, KMEANS
        yield everything, groups, MIXTURE
    for columns in combinations(everything, 2) if features > 2 else ():
        for groups in range(2, MOST_OF_SOME + 1):
            yield columns, groups, MIXTURE


def _try(
    method: str, groups: int, columns: tuple[int, ...], everything: Array, counted: Array, scale: Scale, seed: int
) -> tuple[Tried, Division | None]:
    seen, counted = everything[:, columns], counted[:, columns]
    fitted = _fitted(method, groups, seen, seed)
    labels = fitted.predict(seen).astype(np.intp)
    sizes = np.bincount(labels, minlength=groups)
    features = tuple(scale.names[column] for column in columns)
    one = Tried(method, features, groups, _silhouette(seen, labels), float(sizes.min() / len(labels)), 1.0, 1.0)
    if sizes.min() < max(LEAST_MEMBERS, LEAST_SHARE * len(labels)):
        return one, None
    apart = _least_apart(fitted, seen, labels, counted, groups)
    one = replace(one, p=apart.p, left=apart.left)
    if not one.apart:
        return one, None
    few = slice(DRAWN_ANEW)
    stable = stability(seen[few], labels[few], _grouper(method, groups), seed=seed, draws=DRAWS)
    one = replace(one, stability=float(stable.min()))
    if not one.counts:
        return one, None
    profile = np.array([np.mean(everything[labels == number], axis=0) for number in range(groups)])
    return one, Division(scale, columns, method, fitted, stable, profile)


def _least_apart(fitted: Any, seen: Array, labels: Labels, counted: Array, groups: int) -> Gap:
    """The pair that stands apart the least; p is paid for all pairs."""
    others = fitted.predict(counted).astype(np.intp)
    middles = np.array([seen[labels == number].mean(axis=0) for number in range(groups)])
    pairs = list(combinations(range(groups), 2))
    p, left = 0.0, 0.0
    for one, other in pairs:
        mine, theirs = (np.isin(which, (one, other)) for which in (labels, others))
        found = gap(seen[mine], counted[theirs], middles[one], middles[other])
        p, left = max(p, found.p), max(left, found.left)
        if p * len(pairs) > LEVEL or left > MOST_LEFT:
            break
    return Gap(min(1.0, p * len(pairs)), left)


def _grouper(method: str, groups: int) -> Callable[[Array, int], Labels]:
    def grouped(points: Array, seed: int) -> Labels:
        labels: Labels = _fitted(method, groups, points, seed, starts=2).predict(points).astype(np.intp)
        return labels

    return grouped


def _fitted(method: str, groups: int, points: Array, seed: int, *, starts: int = 8) -> Any:
    """The method fitted, with a fixed seed."""
    if method == KMEANS:
        from sklearn.cluster import KMeans

        return KMeans(groups, n_init=starts, random_state=seed).fit(points)
    from sklearn.mixture import GaussianMixture

    # A group needs some width in every feature, or it could be a single day or a single share.
    return GaussianMixture(groups, n_init=max(1, starts // 8), reg_covar=0.01, max_iter=200, random_state=seed).fit(
        points
    )


def _silhouette(points: Array, labels: Labels) -> float:
    """How much nearer customers are to their own group than to the next, on a sample: 1 clear, below 0 wrong."""
    from sklearn.metrics import silhouette_score

    few = labels[:DRAWN_ANEW]
    return float(silhouette_score(points[:DRAWN_ANEW], few)) if 1 < len(np.unique(few)) < len(few) else 0.0
