"""From pairs to people: whoever is alike belongs together, but no chain may run through a town.

A is like B and B is like C, so A and C would be one person, and with one wrong link two families are. So a group is
joined to another only where the pairs between them are likely one person on the whole, and nothing between them says
that they are two people. Links that are alike enough and yet do not join are bridges: they are cut, and shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

type Ids = npt.NDArray[np.int64]
type Chances = npt.NDArray[np.float64]

LARGEST = 40  # rows of one list that may be one person; larger tangles are cut at their weakest links first
MOST = 0.5  # how likely the pairs between two groups must be one person on average for the groups to be one


def tangles(left: Ids, right: Ids, chance: Chances) -> list[Ids]:
    """The customers that links lead between, tangle by tangle, each in order; none of more than `LARGEST`."""
    found: list[Ids] = []
    open_ = [np.arange(len(left))]
    while open_:
        links = open_.pop()
        for members, within in components(left[links], right[links]):
            if len(members) <= LARGEST:
                found.append(members)
                continue
            mine = links[within]
            # At least one link goes each time, so this ends.
            weakest = np.quantile(chance[mine], 0.25)
            kept = mine[chance[mine] > weakest]
            open_.append(kept if len(kept) < len(mine) else mine[:0])
    return sorted(found, key=lambda members: int(members[0]))


def people(
    members: Sequence[int], alike: Mapping[tuple[int, int], float], barred: set[tuple[int, int]], least: float
) -> list[list[int]]:
    """The members of one tangle as people. `alike`: every pair → its probability; `barred`: pairs that are two people.

    The most alike come together first; ties go by number, so the same list makes the same people.
    """
    of = {member: number for number, member in enumerate(members)}
    groups = {number: [member] for member, number in of.items()}
    links = sorted((pair for pair in alike if alike[pair] >= least and pair not in barred),
                   key=lambda pair: (-alike[pair], pair))  # fmt: skip
    changed = True
    while changed:
        changed = False
        for left, right in links:
            mine, other = of[left], of[right]
            if mine != other and _are_one(groups[mine], groups[other], alike, barred):
                for member in groups[other]:
                    of[member] = mine
                groups[mine] += groups.pop(other)
                changed = True
    return sorted(sorted(group) for group in groups.values())


def _are_one(
    some: list[int], others: list[int], alike: Mapping[tuple[int, int], float], barred: set[tuple[int, int]]
) -> bool:
    between = [(min(a, b), max(a, b)) for a in some for b in others]
    if any(pair in barred for pair in between):
        return False
    return sum(alike.get(pair, 0.0) for pair in between) >= MOST * len(between)


def components(left: Ids, right: Ids) -> list[tuple[Ids, Ids]]:
    """Connected customers, with the positions of their links."""
    if not len(left):
        return []
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    ids, where = np.unique(np.concatenate([left, right]), return_inverse=True)
    size = len(left)
    graph = coo_array((np.ones(size, np.int8), (where[:size], where[size:])), shape=(len(ids), len(ids)))
    count, labels = connected_components(graph, directed=False)
    by_label, by_link = np.argsort(labels, kind="stable"), np.argsort(labels[where[:size]], kind="stable")
    ends = np.cumsum(np.bincount(labels, minlength=count))[:-1]
    link_ends = np.cumsum(np.bincount(labels[where[:size]], minlength=count))[:-1]
    return list(zip(np.split(ids[by_label], ends), np.split(by_link, link_ends), strict=True))
