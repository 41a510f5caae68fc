"""A linear rule from counts to labels: what each feature weighs for each label.

The margin of label c in text i is Σⱼ vᵢⱼ sⱼc wⱼc ÷ √(Σⱼ (vᵢⱼ sⱼc)²) + b_c. v is 1 for presence or 1 + ln(count); s the
inverse document frequency ln((1 + n) ÷ (1 + nⱼ)) + 1, by label multiplied by the logarithm of how much more often the
feature occurs with the label than without (Wang and Manning 2012, "Baselines and bigrams"); w and b are learned one
label against the rest with the squared hinge loss (Fan et al. 2008, LIBLINEAR).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from django.utils.translation import gettext as _

from dangol.insight.analysis.voices.counting import Counts, texts_with
from dangol.lib.errors import DangolError

type Array = npt.NDArray[np.float64]
type Whole = npt.NDArray[np.int64]
SMOOTHING = 1.0  # texts more in which every feature is taken to occur
ROUNDS = 20_000


class NotSettled(DangolError):
    """The weights did not come to rest, so none are returned."""


@dataclass(frozen=True)
class Manner:
    """How counts become weights.

    presence: whether a feature occurs is what counts, not how often. by_label: features that go with the label count
    more. cost: of a text on the wrong side (C of LIBLINEAR); more follows the examples more closely. fewest_texts: with
    fewer than so many examples a feature weighs nothing. most_features: keep those that tell most; None keeps all.
    """

    presence: bool
    by_label: bool
    cost: float
    fewest_texts: int = 2
    most_features: int | None = None


@dataclass(frozen=True)
class Weights:
    """What was learned. scale (features, 1 or labels), weight (features, 1 or labels), offset (1 or labels).

    Of two labels one column is kept: that of the second, the first is its negative.
    """

    presence: bool
    scale: Array
    weight: Array
    offset: Array

    def margins(self, counts: Counts) -> Array:
        """How far each text lies on the side of each label (texts, labels); 0 says nothing. No unit."""
        values = valued(counts, presence=self.presence)
        length = np.sqrt(values.power(2) @ self.scale**2)
        found = values @ (self.scale * self.weight) / np.where(length > 0, length, 1) + self.offset
        return np.concatenate((-found, found), axis=1) if found.shape[1] == 1 else found

    def speaking(self, counts: Counts, label: int) -> Array:
        """What each feature adds to the margin of a label in these texts, in the mean (features)."""
        side = self.weight.shape[1] > 1
        column, sign = (label, 1.0) if side else (0, 1.0 if label else -1.0)
        scale = self.scale[:, column if self.scale.shape[1] > 1 else 0]
        values = valued(counts, presence=self.presence)
        length = np.sqrt(values.power(2) @ scale**2)
        shares = values.T @ (1 / np.where(length > 0, length, 1)) / max(1, counts.shape[0])
        return np.asarray(shares * scale * self.weight[:, column] * sign)


def weighed(counts: Counts, labels: Whole, n_labels: int, manner: Manner) -> Weights:
    """Learn from texts whose label is known.

    labels (texts): numbers from 0; each of `n_labels` occurs. The same texts in the same order give the same
    weights. Raises NotSettled.
    """
    sides = range(n_labels) if n_labels > 2 else range(1, 2)
    scale = _scale(counts, labels, sides, manner)
    values = valued(counts, presence=manner.presence)
    weight, offset = np.zeros((counts.shape[1], len(sides))), np.zeros(len(sides))
    for column, label in enumerate(sides):
        if manner.by_label or column == 0:
            kept = np.flatnonzero(scale[:, min(column, scale.shape[1] - 1)])
            rows = _of_length_one(values, scale[:, min(column, scale.shape[1] - 1)])[:, kept]
        weight[kept, column], offset[column] = _separated(rows, labels == label, manner.cost)
    return Weights(manner.presence, scale, weight, offset)


def valued(counts: Counts, *, presence: bool) -> Any:
    """v of the formula above, as sparse as the counts."""
    values = counts.copy()
    values.data = np.ones_like(counts.data) if presence else 1 + np.log(counts.data)
    return values


def _scale(counts: Counts, labels: Whole, sides: range, manner: Manner) -> Array:
    n, among = counts.shape[0], texts_with(counts)
    rarity = np.log((1 + n) / (1 + among)) + 1
    strengths = [_log_ratio(counts, labels == label) for label in sides] if manner.by_label else [np.ones(len(rarity))]
    scale = np.stack([rarity * one for one in strengths], axis=1)
    scale[among < manner.fewest_texts] = 0
    if manner.most_features is not None and manner.most_features < np.count_nonzero(scale.any(axis=1)):
        telling = np.abs(scale / rarity[:, None]).max(axis=1) * np.sqrt(among)
        scale[np.argsort(-telling, kind="stable")[manner.most_features :]] = 0
    return scale


def _log_ratio(counts: Counts, here: npt.NDArray[np.bool_]) -> Array:
    having = SMOOTHING + texts_with(counts[here])
    lacking = SMOOTHING + texts_with(counts[~here])
    return np.asarray(np.log(having / having.sum()) - np.log(lacking / lacking.sum()))


def _of_length_one(values: Any, scale: Array) -> Any:
    from scipy.sparse import diags
    from sklearn.preprocessing import normalize

    scaled = values @ diags(scale)
    return normalize(scaled, copy=False) if scaled.shape[1] else scaled


def _separated(rows: Any, here: npt.NDArray[np.bool_], cost: float) -> tuple[Array, float]:
    from sklearn.svm import LinearSVC

    if here.all() or not here.any() or not rows.shape[1]:
        # The label is never or always here, or the texts have nothing in common: only how common it is counts.
        return np.zeros(rows.shape[1]), 2 * float(here.mean()) - 1
    found = LinearSVC(C=cost, dual=True, random_state=0, max_iter=ROUNDS).fit(rows, here)
    if found.n_iter_ >= ROUNDS:
        raise NotSettled(
            _("After %(rounds)d rounds the weights of %(texts)d texts still moved; take other texts or fewer labels.")
            % {"rounds": ROUNDS, "texts": len(here)}
        )
    return found.coef_[0], float(found.intercept_[0])
