"""Rectangles side by side, each as large as its number and as near to a square as it comes (Bruls and others 2000).

The greatest stands first. A row along the shorter side takes the next number for as long as that makes its worst
rectangle no longer; then the rest of the space takes the rest of the numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Box:
    """A rectangle: its corner nearest to the origin, and how far it reaches from there."""

    x: float
    y: float
    width: float
    height: float

    @property
    def area(self) -> float:
        return self.width * self.height


def squarified(sizes: Sequence[float], within: Box) -> list[Box]:
    """A box for each size, in their order: together they fill the space, and no two overlap. Sizes are above 0."""
    order = sorted(range(len(sizes)), key=lambda at: (-sizes[at], at))
    whole = sum(sizes)
    areas = [sizes[at] / whole * within.area for at in order]
    found: list[Box] = []
    space, left = within, areas
    while left:
        row = _row(left, min(space.width, space.height))
        last = len(row) == len(left)
        boxes, space = _laid(row, space, last=last)
        found += boxes
        left = left[len(row) :]
    placed = dict(zip(order, found, strict=True))
    return [placed[at] for at in range(len(sizes))]


def _row(areas: Sequence[float], side: float) -> Sequence[float]:
    """The first few that make the squarest row along a side."""
    size, total, worst = 0, 0.0, float("inf")
    for area in areas:
        longer = _worst(areas[0], area, total + area, side)
        if size and longer > worst:
            break
        size, total, worst = size + 1, total + area, longer
    return areas[:size]


def _worst(greatest: float, least: float, total: float, side: float) -> float:
    """How long the longest of a row's rectangles is for its width: 1 for a square."""
    deep = total / side
    return max(greatest / deep**2, deep**2 / least) if least > 0 and deep > 0 else float("inf")


def _laid(row: Sequence[float], space: Box, *, last: bool) -> tuple[list[Box], Box]:
    """A row along the shorter side of the space, and what is left of that. The last row takes all of it."""
    upright = space.width >= space.height
    side, reach = (space.height, space.width) if upright else (space.width, space.height)
    total = sum(row)
    deep = reach if last else min(total / side, reach)
    boxes, at = [], 0.0
    for area in row:
        long = area / total * side
        boxes.append(Box(space.x, space.y + at, deep, long) if upright else Box(space.x + at, space.y, long, deep))
        at += long
    if upright:
        return boxes, Box(space.x + deep, space.y, space.width - deep, space.height)
    return boxes, Box(space.x, space.y + deep, space.width, space.height - deep)
