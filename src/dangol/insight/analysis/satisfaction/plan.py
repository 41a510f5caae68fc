"""What a path model is made of: blocks of items, each for one thing not seen itself, and the paths between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from dangol.lib.errors import DangolError

type Mask = npt.NDArray[np.bool_]


class BadPlan(DangolError):
    """Blocks and paths do not make a path model; the message says what would be accepted."""


class Mode(StrEnum):
    """How a block is measured: its items mirror the thing (A), or the thing is made of its items (B)."""

    REFLECTIVE = "A"
    FORMATIVE = "B"


class Scheme(StrEnum):
    """How neighbours pull at each other while weights are sought: by sign, by correlation, or along the paths."""

    CENTROID = "centroid"
    FACTORIAL = "factorial"
    PATH = "path"


@dataclass(frozen=True)
class Block:
    """One thing that is not seen itself, and the items that were asked about it."""

    name: str
    items: tuple[str, ...]
    mode: Mode = Mode.REFLECTIVE


@dataclass(frozen=True)
class Plan:
    """Blocks in an order in which every path leads from an earlier one to a later one.

    member (items, blocks): which item belongs to which block; paths (blocks, blocks): paths[to, from].
    """

    blocks: tuple[Block, ...]
    items: tuple[str, ...]
    member: Mask
    paths: Mask

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(block.name for block in self.blocks)

    @property
    def most_arrows(self) -> int:
        """The most that one regression of the model has to tell apart."""
        formative = [len(block.items) for block in self.blocks if block.mode is Mode.FORMATIVE]
        return max([1, *formative, *(int(row.sum()) for row in self.paths)])


def planned(blocks: Sequence[Block], paths: Sequence[tuple[str, str]]) -> Plan:
    """The plan of these blocks and these paths (from, to). Raises BadPlan."""
    _refuse_bad_blocks(blocks)
    names = [block.name for block in blocks]
    if unknown := sorted({name for path in paths for name in path} - set(names)):
        raise BadPlan(f"A path names {', '.join(unknown)}; the blocks are {', '.join(names)}.")
    if alone := [name for name in names if not any(name in path for path in paths)]:
        raise BadPlan(f"No path leads to or from {', '.join(alone)}; connect it or leave it out.")
    ordered = [next(block for block in blocks if block.name == name) for name in _in_order(names, paths)]
    place = {block.name: number for number, block in enumerate(ordered)}
    items = tuple(item for block in ordered for item in block.items)
    member = np.array([[item in block.items for block in ordered] for item in items])
    leads = np.zeros((len(ordered), len(ordered)), bool)
    for begin, end in paths:
        leads[place[end], place[begin]] = True
    return Plan(tuple(ordered), items, member, leads)


def _refuse_bad_blocks(blocks: Sequence[Block]) -> None:
    if len(blocks) < 2:
        raise BadPlan(f"{len(blocks)} blocks: a path needs two at least.")
    if empty := [block.name for block in blocks if not block.items]:
        raise BadPlan(f"The block {empty[0]} has no items; give it one at least.")
    for what, names in (
        ("block", [block.name for block in blocks]),
        ("item", [item for block in blocks for item in block.items]),
    ):
        if twice := [name for name, times in Counter(names).items() if times > 1]:
            raise BadPlan(f"The {what} {twice[0]} stands there twice; each stands once.")


def _in_order(names: list[str], paths: Sequence[tuple[str, str]]) -> list[str]:
    """The blocks so that every path leads on; as they were given where the paths do not say."""
    left, order = list(names), []
    while left:
        free = [name for name in left if not any(end == name and begin in left for begin, end in paths)]
        if not free:
            raise BadPlan(f"The paths go round in a circle among {', '.join(left)}; take one of them out.")
        order.append(free[0])
        left.remove(free[0])
    return order
