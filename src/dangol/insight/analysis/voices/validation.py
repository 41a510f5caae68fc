"""How well labels are told of texts that were not learned from: five parts, each told by what the others taught.

Parts are dealt out by what the texts say, not by their order: the same texts give the same parts, and copies of one
text, also such as differ in signs or after the first 200 letters alone, lie in one part. Without that, whoever sends
the same petition twice would be foretold from the first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.intervals import wilson
from dangol.insight.analysis.voices.certainty import (
    STEPS,
    Array,
    Calibration,
    Trade,
    Whole,
    calibrated,
    calibration_error,
    trades,
)
from dangol.insight.analysis.voices.counting import Counts
from dangol.insight.analysis.voices.weighing import Manner, weighed

PARTS = 5
SAME = 200  # letters by which two texts are one


@dataclass(frozen=True)
class Validation:
    """Labels told of texts not learned from. truth (texts): numbers of `labels`; told (texts, labels): how likely."""

    labels: tuple[str, ...]
    truth: Whole
    told: Array

    @property
    def right(self) -> npt.NDArray[np.bool_]:
        """Whether the likeliest label is the true one (texts)."""
        return np.asarray(self.told.argmax(axis=1) == self.truth)

    @property
    def accuracy(self) -> float:
        """Share of all texts whose likeliest label is right: nothing is left out."""
        return float(self.right.mean())

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval of `accuracy` (Wilson)."""
        return wilson(int(self.right.sum()), len(self.truth))

    @property
    def commonest(self) -> float:
        """What would be right if the commonest label were always told."""
        return float(np.bincount(self.truth).max() / len(self.truth))

    @property
    def macro_f1(self) -> float:
        """Mean of F1 = 2 · right ÷ (told + true) over the labels, each counting the same; 0 for a label never told."""
        return float(np.mean([self.f1(label) for label in self.labels]))

    def f1(self, label: str) -> float:
        """F1 of one label."""
        number = self.labels.index(label)
        told, true = self.told.argmax(axis=1) == number, self.truth == number
        return float(2 * (told & true).sum() / max(1, told.sum() + true.sum()))

    @property
    def calibration_error(self) -> float:
        """How far what is promised lies from what comes true, in the mean (share)."""
        return calibration_error(self.told.max(axis=1), self.right)

    def trades(self, steps: tuple[float, ...] = STEPS) -> list[Trade]:
        """What each least certainty brings; the first answers everything."""
        return trades(self.told.max(axis=1), self.right, steps)

    def certainty_for(self, accuracy: float) -> float | None:
        """The mildest certainty of `trades` with which so many of the answers are right, their interval considered."""
        fit = (trade.certainty for trade in self.trades() if trade.interval[0] >= accuracy)
        return next(fit, None)


def validated(
    counts: Counts, truth: Whole, parts: Whole, labels: tuple[str, ...], manner: Manner
) -> tuple[Validation, Calibration]:
    """Tell each part by what the others teach; the validation, and the calibration for what all of them teach.

    parts (texts): the part each text lies in. The probabilities of a part use the calibration of the other parts.
    """
    margins = np.zeros((len(truth), len(labels)))
    for part in range(PARTS):
        rest = parts != part
        margins[~rest] = weighed(counts[rest], truth[rest], len(labels), manner).margins(counts[~rest])
    told = np.zeros_like(margins)
    for part in range(PARTS):
        here = parts == part
        told[here] = calibrated(margins[~here], truth[~here]).probabilities(margins[here])
    return Validation(labels, truth, told), calibrated(margins, truth)


def fingerprint(text: str) -> str:
    """What a text and its copies have in common."""
    said = "".join(char for char in text.lower() if char.isalnum())[:SAME]
    return sha256((said or text).encode("utf-8", "replace")).hexdigest()


def parts_of(fingerprints: Sequence[str], truth: Whole) -> Whole:
    """Deal texts out to parts, label by label, copies together; independent of their order."""
    label_of: dict[str, int] = {}
    for one, label in zip(fingerprints, truth.tolist(), strict=True):
        label_of[one] = min(label, label_of.get(one, label))
    dealt = {one: at % PARTS for at, one in enumerate(sorted(label_of, key=lambda one: (label_of[one], one)))}
    return np.array([dealt[one] for one in fingerprints], np.int64)
