"""A group is named after what sets it apart: a code made of words that mean the same in every run."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.groups.words import MIDDLE, POLES

type Array = npt.NDArray[np.float64]

TELLING = 0.4  # standard deviations from everybody's middle, from which on a feature belongs to the name
MOST_WORDS = 3


def codes(profile: Array, names: Sequence[str]) -> list[str]:
    """A code for each group (a row of `profile`, a column a feature), no two alike.

    The features farthest from the middle make the name, three at most, in an order that is always the same. Where two
    groups would be called alike, each takes the next word along; where even that tells nothing, a number.
    """
    found = [_code(row, names, MOST_WORDS, TELLING) for row in profile]
    for number, row in enumerate(profile):
        if found.count(found[number]) > 1:
            found[number] = _code(row, names, len(names), TELLING / 4)
    return _numbered(found)


def _code(row: Array, names: Sequence[str], most: int, least: float) -> str:
    strongest = [place for place in np.argsort(-np.abs(row)).tolist() if abs(row[place]) >= least][:most]
    words = {names[place]: POLES[names[place]][0 if row[place] > 0 else 1] for place in strongest}
    return "-".join(words[name] for name in ("frequency", "recency", "basket", "discount") if name in words) or MIDDLE


def _numbered(found: list[str]) -> list[str]:
    told: list[str] = []
    for code in found:
        same = sum(one == code or (one.startswith(f"{code}-") and one[len(code) + 1 :].isdigit()) for one in told)
        told.append(f"{code}-{same + 1}" if same else code)
    return told
