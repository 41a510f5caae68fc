"""Tells texts apart by labels it was shown: how likely each is, silence where unsure, the words that speak for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import batched
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from django.utils.translation import gettext as _

from dangol.insight.analysis.voices.certainty import Array, Calibration
from dangol.insight.analysis.voices.counting import Counts, counted, counted_against, people_with, texts_with
from dangol.insight.analysis.voices.reading import BadTexts, Reading, readable, refuse_unfit
from dangol.insight.analysis.voices.validation import Validation, fingerprint, parts_of, validated
from dangol.insight.analysis.voices.weighing import Manner, Weights, weighed
from dangol.lib.errors import DangolError

BATCH = 2_000
WORDS = 30
FEWEST_SAID = 3  # people by whom a word is used that is shown of a business's own: fewer might be told by it


class UnknownLabel(BadTexts):
    """A label that was never learned."""


class NotTaught(DangolError):
    """Nothing was learned yet; call `fit` or `load` first."""


class TooFewLabels(DangolError):
    """One label alone, or too few texts of some: nothing can be learned, or nobody could say how well."""


@dataclass(frozen=True)
class Word:
    """A word that speaks for a label. weight: what it adds to the margin of that label's texts, in the mean.

    texts: texts with the word that were learned from; share: how many of them carry the label.
    """

    word: str
    weight: float
    texts: int
    share: float


@dataclass(frozen=True)
class Told:
    """Labels of texts, in their order. labels: None where it is not sure enough, or where nothing in the text is known.

    probability (texts, labels): rows sum to 1; known (texts): features of the text that were learned of.
    """

    labels: tuple[str | None, ...]
    probability: Array
    known: npt.NDArray[np.int64]


@dataclass
class TextLabeller:
    """Learns to tell texts apart. reading: which features count; manner: how they are weighed.

    Learned by `fit`: labels_ (sorted), features_ (by column), weights_, calibration_ (margins to probabilities), words_
    (by label, most telling first), validation_ (of five parts; None after loading), texts_ (learned from).
    """

    reading: Reading
    manner: Manner
    labels_: tuple[str, ...] = ()
    features_: list[str] = field(default_factory=list, repr=False)
    weights_: Weights | None = field(default=None, repr=False)
    calibration_: Calibration | None = field(default=None, repr=False)
    words_: Mapping[str, tuple[Word, ...]] = field(default_factory=dict, repr=False)
    validation_: Validation | None = field(default=None, repr=False)
    texts_: int = 0
    _index: dict[str, int] = field(default_factory=dict, repr=False)

    def fit(
        self,
        texts: Sequence[str],
        labels: Sequence[str],
        *,
        subjects: Sequence[str] | None = None,
        people: Sequence[int] | None = None,
    ) -> Self:
        """Learn labels of texts. The order of the texts does not matter.

        subjects: what stands above each text, where there is such; people: a number of who wrote each. Raises BadTexts
        and TooFewLabels (fewer than two labels, or fewer different texts of one than there are parts to validate by).
        """
        refuse_unfit(texts, labels, subjects, people)
        order = _order(texts, labels, subjects)
        titles = [subjects[at] for at in order] if subjects is not None else None
        ordered = [texts[at] for at in order]
        self.labels_ = tuple(sorted(set(labels)))
        truth = np.array([self.labels_.index(labels[at]) for at in order], np.int64)
        prints = [fingerprint(text) for text in ordered]
        refuse_too_few(prints, truth, self.labels_)
        read = self.reading.features(ordered, titles)
        whose = [people[at] for at in order] if people is not None else None
        counts, self.features_ = counted(read, fewest_texts=self.manner.fewest_texts, people=whose)
        return self._learn(counts, truth, parts_of(prints, truth))

    def _learn(self, counts: Counts, truth: Any, parts: Any) -> Self:
        self.validation_, self.calibration_ = validated(counts, truth, parts, self.labels_, self.manner)
        weights = weighed(counts, truth, len(self.labels_), self.manner)
        self.words_ = dict(_words(weights, counts, truth, self.labels_, self.features_))
        kept = np.flatnonzero(weights.scale.any(axis=1))
        self.features_ = [self.features_[at] for at in kept]
        self.weights_ = Weights(weights.presence, weights.scale[kept], weights.weight[kept], weights.offset)
        self.texts_ = counts.shape[0]
        self.know(self.features_)
        return self

    def know(self, features: Iterable[str]) -> None:
        """Take these features as those of the columns."""
        self._index = {feature: at for at, feature in enumerate(features)}

    def tell(self, texts: Iterable[str], *, subjects: Iterable[str] | None = None, certainty: float = 0.0) -> Told:
        """Label texts; where the likeliest label is less likely than `certainty`, or nothing is known, say nothing.

        Without a certainty only texts in which nothing is known stay without a label.
        """
        parts = list(self._told(texts, subjects))
        probability = np.concatenate([np.zeros((0, len(self.labels_))), *(one for one, _known in parts)])
        known = np.concatenate([np.zeros(0, np.int64), *(known for _one, known in parts)])
        sure = (probability.max(axis=1, initial=0) >= certainty) & (known > 0)
        best = probability.argmax(axis=1)
        labels = tuple(self.labels_[at] if yes else None for at, yes in zip(best.tolist(), sure.tolist(), strict=True))
        return Told(labels, probability, known)

    def probabilities(self, texts: Iterable[str], *, subjects: Iterable[str] | None = None) -> Array:
        """How likely each label is (texts, labels of `labels_`); every row sums to 1."""
        return self.tell(texts, subjects=subjects).probability

    def why(self, text: str, *, subject: str = "", label: str, most: int = 5) -> list[tuple[str, float]]:
        """The words of a text that speak for a label, with what each adds to its margin; the strongest first.

        Raises UnknownLabel.
        """
        weights, _calibration = self.learned()
        if label not in self.labels_:
            raise self._unknown(label)
        counts = counted_against(self.reading.features([text], [subject]), self._index)
        added = weights.speaking(counts, self.labels_.index(label))
        found = ((readable(self.features_[at]), float(added[at])) for at in counts.indices)
        best = {word: weight for word, weight in found if word is not None and weight > 0}
        return sorted(best.items(), key=lambda one: (-one[1], one[0]))[:most]

    def words_among(
        self, texts: Sequence[str], labels: Sequence[str], people: Sequence[int] | None = None
    ) -> Mapping[str, tuple[Word, ...]]:
        """The words of these texts that speak for the label each has, the most telling first; none that few people
        used.

        people: a number of who wrote each. Raises BadTexts and UnknownLabel.
        """
        refuse_unfit(texts, labels, people=people)
        weights, _calibration = self.learned()
        for label in set(labels) - set(self.labels_):
            raise self._unknown(label)
        counts = counted_against(self.reading.features(texts), self._index)
        truth = np.array([self.labels_.index(label) for label in labels], np.int64)
        often = people_with(counts, people) >= FEWEST_SAID
        return dict(_words(weights, counts, truth, self.labels_, self.features_, often=often))

    def _unknown(self, label: str) -> UnknownLabel:
        return UnknownLabel(
            _("%(label)s is no label that was learned; there are: %(known)s.")
            % {"label": label, "known": ", ".join(self.labels_)}
        )

    def _told(
        self, texts: Iterable[str], subjects: Iterable[str] | None
    ) -> Iterator[tuple[Array, npt.NDArray[np.int64]]]:
        weights, calibration = self.learned()
        for batch in batched(self.reading.features(texts, subjects), BATCH):
            counts = counted_against(batch, self._index)
            known = np.diff(counts.indptr).astype(np.int64)
            yield calibration.probabilities(weights.margins(counts)), known

    def learned(self) -> tuple[Weights, Calibration]:
        """What was learned. Raises NotTaught."""
        if self.weights_ is None or self.calibration_ is None:
            raise NotTaught(_("Nothing was learned yet: teach labelled texts first."))
        return self.weights_, self.calibration_


def refuse_too_few(prints: Sequence[str], truth: Any, labels: Sequence[str], *, fewest: int = 5) -> None:
    """Raise TooFewLabels unless there are two labels with so many different texts of each."""
    if len(labels) < 2:
        raise TooFewLabels(_("Two labels at least are needed; there is: %s.") % (labels[0] if labels else _("none")))
    distinct = {label: len({one for one, at in zip(prints, truth.tolist(), strict=True) if at == number})
                for number, label in enumerate(labels)}  # fmt: skip
    if few := {label: count for label, count in distinct.items() if count < fewest}:
        told = ", ".join(f"{label} ({count})" for label, count in few.items())
        raise TooFewLabels(
            _("At least %(fewest)d different texts of each label are needed; there are fewer of: %(told)s.")
            % {"fewest": fewest, "told": told}
        )


def _order(texts: Sequence[str], labels: Sequence[str], subjects: Sequence[str] | None) -> list[int]:
    keys = list(zip(labels, texts, subjects or texts, strict=True))
    return sorted(range(len(texts)), key=keys.__getitem__)


def _words(
    weights: Weights,
    counts: Counts,
    truth: Any,
    labels: Sequence[str],
    features: Sequence[str],
    *,
    often: npt.NDArray[np.bool_] | None = None,
) -> Iterator[tuple[str, tuple[Word, ...]]]:
    everywhere = texts_with(counts)
    for number, label in enumerate(labels):
        among = counts[truth == number]
        here, added = texts_with(among), weights.speaking(among, number)
        best: dict[str, Word] = {}
        for at in np.argsort(-added, kind="stable"):
            if added[at] <= 0 or len(best) == WORDS:
                break
            # Some ten thousand features were learned, of which a few are looked at.
            if (often is None or often[at]) and (word := readable(features[at])) is not None and word not in best:
                share = float(here[at] / everywhere[at])
                best[word] = Word(word, float(added[at]), int(everywhere[at]), share)
        yield label, tuple(best.values())
