"""Ready readings for how a text sounds and what it is about, and learning a business's own labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from django.utils.translation import gettext as _

from dangol.insight.analysis.voices.labelling import FEWEST_SAID, TextLabeller, TooFewLabels, refuse_too_few
from dangol.insight.analysis.voices.reading import Reading, refuse_unfit
from dangol.insight.analysis.voices.validation import Validation, fingerprint
from dangol.insight.analysis.voices.weighing import Manner
from dangol.lib.errors import DangolError

SOUNDS = Reading(content_only=False, in_a_row=2, apart=2, letters=3)
SOUNDS_MANNER = Manner(presence=True, by_label=True, cost=0.2)
ABOUT = Reading(content_only=True, in_a_row=2, subject_counts=3)
ABOUT_MANNER = Manner(presence=False, by_label=False, cost=0.6, fewest_texts=3)
FEWEST = 20  # different texts of each label: with fewer, five parts of it hold next to none
FEWEST_TEXTS = FEWEST_SAID  # of different people, of own texts


class NothingLearned(DangolError):
    """What the texts say does not tell their labels: always telling the commonest would be as good."""


def by_sound() -> TextLabeller:
    """A labeller for how texts sound: endings, particles and letters count, whether a thing is said, not how often."""
    return TextLabeller(SOUNDS, SOUNDS_MANNER)


def by_subject() -> TextLabeller:
    """A labeller for what texts are about: the words that carry meaning count, a subject three times."""
    return TextLabeller(ABOUT, ABOUT_MANNER)


def train(
    texts: Sequence[str],
    labels: Sequence[str],
    *,
    subjects: Sequence[str] | None = None,
    people: Sequence[int] | None = None,
    sound: bool = False,
) -> TextLabeller:
    """Learn a business's own labels, and refuse where nothing can be learned.

    people: a number of who wrote each; what fewer than three of them say is not learned.
    sound: the labels say how a text sounds (good or bad), not what it is about. `validation_` tells how well it
    does on texts it was not taught. Raises BadTexts, TooFewLabels (fewer than 20 different texts of a label) and
    NothingLearned.
    """
    refuse_unfit(texts, labels, subjects)
    names = sorted(set(labels))
    truth = np.array([names.index(label) for label in labels], np.int64)
    refuse_too_few([fingerprint(text) for text in texts], truth, names, fewest=FEWEST)
    ready = by_sound() if sound else by_subject()
    manner = replace(ready.manner, fewest_texts=FEWEST_TEXTS)
    taught = TextLabeller(ready.reading, manner).fit(texts, labels, subjects=subjects, people=people)
    assert taught.validation_ is not None
    refuse_empty(taught.validation_)
    return taught


def refuse_empty(found: Validation) -> None:
    """Raise NothingLearned where the share right might as well be that of the commonest label alone."""
    if found.interval[0] <= found.commonest:
        raise NothingLearned(
            _(
                "The texts do not tell their labels: %(right)d of 100 would be right, and always saying the commonest "
                "label gives %(commonest)d. Label more texts, or labels that differ more."
            )
            % {"right": round(100 * found.accuracy), "commonest": round(100 * found.commonest)}
        )


__all__ = ["FEWEST", "NothingLearned", "TooFewLabels", "by_sound", "by_subject", "train"]
