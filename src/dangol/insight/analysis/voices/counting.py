"""Texts as rows of numbers: how often each feature occurs in each text."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

type Counts = Any  # scipy.sparse.csr_matrix of float32 (texts, features)


def counted(
    read: Iterable[Sequence[str]], *, fewest_texts: int, people: Sequence[int] | None = None
) -> tuple[Counts, list[str]]:
    """Count every feature that occurs in texts of at least so many people; the features sorted by name.

    read: the features of each text; people: who wrote each, without them each is of somebody of its own. What few
    people say tells little, and might say who they are.
    """
    index: dict[str, int] = {}
    columns, ends = array("i"), array("q", [0])
    for features in read:
        columns.extend([index.setdefault(feature, len(index)) for feature in features])
        ends.append(len(columns))
    counts = _matrix(columns, ends, len(index))
    names = np.fromiter(index, dtype=object, count=len(index))
    often = np.flatnonzero(people_with(counts, people) >= fewest_texts)
    kept = often[np.argsort(names[often])] if len(often) else often
    return counts[:, kept].tocsr(), [str(name) for name in names[kept]]


def counted_against(read: Iterable[Sequence[str]], index: dict[str, int]) -> Counts:
    """Count the features that are known, each in the column `index` gives it."""
    columns, ends = array("i"), array("q", [0])
    for features in read:
        columns.extend([column for feature in features if (column := index.get(feature)) is not None])
        ends.append(len(columns))
    return _matrix(columns, ends, len(index))


def texts_with(counts: Counts) -> Any:
    """In how many texts each feature occurs (int64, features)."""
    return np.bincount(counts.indices, minlength=counts.shape[1])


def people_with(counts: Counts, people: Sequence[int] | None) -> Any:
    """How many people's texts each feature occurs in (int64, features); without people, in how many texts."""
    if people is None:
        return texts_with(counts)
    from scipy.sparse import csr_matrix

    _numbers, whose = np.unique(np.asarray(people, np.int64), return_inverse=True)
    texts = np.arange(len(whose))
    of_each = csr_matrix((np.ones(len(whose), np.float32), (whose, texts)), shape=(len(_numbers), len(whose)))
    return texts_with(of_each @ counts)


def _matrix(columns: array[int], ends: array[int], width: int) -> Counts:
    from scipy.sparse import csr_matrix

    data = np.ones(len(columns), np.float32)
    parts = (data, np.frombuffer(columns, np.int32), np.frombuffer(ends, np.int64))
    counts = csr_matrix(
        parts if len(columns) else (len(ends) - 1, width), shape=(len(ends) - 1, width), dtype=np.float32
    )
    counts.sum_duplicates()
    return counts
