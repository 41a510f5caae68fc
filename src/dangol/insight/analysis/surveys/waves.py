"""Answers told apart into waves: one survey, asked within one stretch of time, a sheet a customer.

A pause of 60 days begins another wave. A survey that never pauses is told by quarter. Who answers an item twice in a
wave is counted by the later answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from dangol.insight.analysis.surveys.asked import Item, Role, role_of

type Array = npt.NDArray[np.float64]
type Whole = npt.NDArray[np.int64]

PAUSE = 60  # days without an answer
LONG = 120  # days from which on a wave is told by quarter
GROUPS = ("line", "unit_code")
BEFORE = 45  # days before the first answer in which an invitation counts


@dataclass(frozen=True)
class Wave:
    """One wave. sheets (people, items): the answers, NaN where there is none; people: keys of who answered.

    invited: how many were asked to, None where that is not known; responded: those of them who answered. groups: by
    what people can be told apart, of each person the group (empty: none).
    """

    survey: str
    first: date
    last: date
    people: Whole
    items: tuple[Item, ...]
    sheets: Array
    invited: int | None = None
    responded: int = 0
    groups: Mapping[str, npt.NDArray[np.object_]] = field(default_factory=dict)

    def among(self, who: npt.NDArray[np.bool_]) -> Wave:
        """The same wave of these people alone; how many of them were asked is not told."""
        groups = {by: names[who] for by, names in self.groups.items()}
        return replace(
            self, people=self.people[who], sheets=self.sheets[who], invited=None, responded=0, groups=groups
        )  # fmt: skip

    def of(self, *roles: Role) -> list[Item]:
        """The items that ask this, those most answered first."""
        found = [item for item in self.items if item.role in roles]
        return sorted(found, key=lambda item: -item.answers)

    def elements(self) -> dict[str, list[Item]]:
        """The items of each dimension, by name."""
        found: dict[str, list[Item]] = {}
        for item in self.items:
            if item.role is Role.ELEMENT:
                found.setdefault(item.dimension, []).append(item)
        return dict(sorted(found.items()))

    def answers(self, items: list[Item]) -> Array:
        """The columns of these items."""
        return self.sheets[:, [self.items.index(item) for item in items]]


def waves(answers: pa.Table, invitations: pa.Table, said: Mapping[str, str]) -> list[Wave]:
    """The waves, the oldest first. answers and invitations: as `warehouse/surveys` gives them."""
    days = answers["day"].cast(pa.int32()).to_numpy()
    names, surveys = _coded(answers["survey"])
    found = []
    for number, survey in enumerate(names):
        for part in _stretches(np.flatnonzero(surveys == number), days):
            found.append(_wave(survey, answers.take(pa.array(part)), said))
    found.sort(key=lambda wave: (wave.first, wave.survey))
    return [_with_invited(wave, found, invitations) for wave in found]


def _coded(column: pa.ChunkedArray) -> tuple[list[str], npt.NDArray[np.int32]]:
    """The texts of a column, each once in the order in which they come, and the place of each row's."""
    coded = column.combine_chunks().dictionary_encode()
    return coded.dictionary.to_pylist(), coded.indices.to_numpy(zero_copy_only=False)


def _stretches(mine: Whole, days: npt.NDArray[np.int32]) -> Iterator[Whole]:
    """Rows of one survey, told apart by pauses, and long stretches by quarter."""
    told = np.unique(days[mine])
    breaks = told[1:][np.diff(told) >= PAUSE]
    number = np.searchsorted(breaks, days[mine], side="right")
    for place in range(len(breaks) + 1):
        part = mine[number == place]
        if days[part].max() - days[part].min() < LONG:
            yield part
        else:
            months = days[part].astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
            for quarter in np.unique(months // 3):
                yield part[months // 3 == quarter]


def _wave(survey: str, rows: pa.Table, said: Mapping[str, str]) -> Wave:
    people, first, who = np.unique(rows["customer_key"].to_numpy(), return_index=True, return_inverse=True)
    groups = {by: np.array(rows[by].take(pa.array(first)).to_pylist(), dtype=object) for by in GROUPS}
    names, asked = _coded(rows["item"])
    scores, low, high = (rows[name].to_numpy() for name in ("score", "scale_min", "scale_max"))
    items, columns = [], []
    for number, name in enumerate(names):
        mine = np.flatnonzero(asked == number)
        kept = mine[_usual(low[mine], high[mine])]
        column = np.full(len(people), np.nan)
        column[who[kept]] = scores[kept]  # rows rise in time: the later answer stays
        dimension = rows["dimension"][int(kept[-1])].as_py()
        ends = float(low[kept[0]]), float(high[kept[0]])
        items.append(Item(name, role_of(name, dimension, said), dimension, *ends, int((~np.isnan(column)).sum())))
        columns.append(column)
    days = pc.min_max(rows["day"]).as_py()
    return Wave(
        survey, days["min"], days["max"], people.astype(np.int64), tuple(items), np.column_stack(columns),
        groups=groups,
    )  # fmt: skip


def _usual(low: Array, high: Array) -> npt.NDArray[np.bool_]:
    """Where the scale is the one on which most answered: answers on another one cannot be set beside them."""
    kinds, count = np.unique(np.column_stack([low, high]), axis=0, return_counts=True)
    least, most = kinds[count.argmax()]
    return np.asarray((low == least) & (high == most))


def _with_invited(wave: Wave, all_waves: list[Wave], invitations: pa.Table) -> Wave:
    """How many were asked: not known where nobody wrote it down, or where two waves could have asked."""
    since = wave.first - timedelta(days=BEFORE)
    others = [other for other in all_waves if other is not wave]
    if any(other.first - timedelta(days=BEFORE) <= wave.last and other.last >= since for other in others):
        return wave
    days = invitations["day"].cast(pa.int32()).to_numpy()
    since_number, last_number = ((day - date(1970, 1, 1)).days for day in (since, wave.last))
    asked = np.unique(invitations["customer_key"].to_numpy()[(days >= since_number) & (days <= last_number)])
    if not len(asked):
        return wave
    responded = int(np.isin(wave.people, asked).sum())
    return replace(wave, invited=len(asked), responded=responded)
