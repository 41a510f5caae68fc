"""An answer as a treemap: a box for each value, as large as its part of the whole, with its own parts within."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from dangol.insight.warehouse.metrics import DIMENSIONS, METRICS, Unit
from dangol.web.insight.cube.adding import added_up
from dangol.web.insight.cube.asked import Asked
from dangol.web.insight.cube.pivot import Numbers, Place, in_order
from dangol.web.insight.cube.squarified import Box, squarified
from dangol.web.insight.cube.written import Names, number, share
from dangol.web.shell.charts import Spec

GROUPS, PARTS = 24, 30  # the most boxes, and the most within one; what is left shares a box
SPACE = Box(0, 0, 720, 400)  # as wide and high as files draw it; pages stretch it
WASHES = ("var(--r1-wash)", "var(--r3-wash)", "var(--r2-wash)", "var(--r0-wash)")
LETTER, LINE, EDGE = 6.3, 18, 12  # pixels: of a letter, of a line of writing, of the space beside it
LEAST = 40  # pixels across, below which a box is not named
WIDE = f"(datum.x2 - datum.x) * width / {SPACE.width}"


@dataclass(frozen=True)
class Part:
    """One value, or several small ones together (`more` of them): where it stands, its number, its share."""

    values: tuple[str, ...]
    more: int
    amount: float
    box: Box


def dimensions_of(asked: Asked) -> tuple[str, ...]:
    """What the boxes are of, and what their parts are."""
    return asked.by[:2]


def why_not(asked: Asked) -> str:
    """Why there is no treemap of what is asked; empty where there is one, or nobody would look for it."""
    by, metric = dimensions_of(asked), asked.metrics[0]
    if not by or any(in_order(name) for name in by):
        return ""
    if METRICS[metric].unit not in (Unit.MONEY, Unit.COUNT) or not added_up(metric, asked.by):
        return _("No treemap: an area is a part of a whole, and the parts of “%(figure)s” do not add up to one.") % {
            "figure": METRICS[metric].label
        }
    return ""


def fits(asked: Asked) -> bool:
    """Whether a treemap says something of what is asked."""
    by = dimensions_of(asked)
    return bool(by) and not any(in_order(name) for name in by) and not why_not(asked)


def points(asked: Asked, numbers: Numbers) -> tuple[list[tuple[Place, Any]], int]:
    """What has an area: the places with their numbers, the greatest first; and how many have none (0 or below)."""
    whole: Place = (None,) * len(asked.by)
    found: list[tuple[Place, Any]] = []
    for first in numbers.values(0, whole):
        place = (first, *whole[1:])
        inner = [(first, second) for second in numbers.values(1, place)] if len(asked.by) > 1 else [(first,)]
        found += [(at, numbers.at((*at, *whole[len(at) :]), asked.metrics[0])) for at in inner]
    above = [(at, amount) for at, amount in found if amount and amount > 0]
    return above, len(found) - len(above)


def parts(found: list[tuple[Place, Any]]) -> list[list[Part]]:
    """The boxes, group by group: each group fills its own box."""
    groups: dict[str, list[tuple[Place, Any]]] = {}
    for at, amount in found:
        groups.setdefault(str(at[0]), []).append((at, amount))
    gathered = _gathered(list(groups.items()))
    boxes = squarified([sum(amount for _at, amount in rows) for _more, rows in gathered], SPACE)
    return [
        [Part(("",), more, sum(amount for _at, amount in rows), box)] if more else _within(rows, box)
        for (more, rows), box in zip(gathered, boxes, strict=True)
    ]  # fmt: skip


def _gathered(groups: list[tuple[str, list[tuple[Place, Any]]]]) -> list[tuple[int, list[tuple[Place, Any]]]]:
    """The greatest groups each, then all others as one: how many groups that is (0: it is one by itself), its rows."""
    ordered = sorted(groups, key=lambda group: -sum(amount for _at, amount in group[1]))
    kept, rest = (ordered, []) if len(ordered) <= GROUPS else (ordered[: GROUPS - 1], ordered[GROUPS - 1 :])
    together = [(len(rest), [row for _name, rows in rest for row in rows])] if rest else []
    return [*((0, rows) for _name, rows in kept), *together]


def _within(rows: list[tuple[Place, Any]], box: Box) -> list[Part]:
    """The parts of one group."""
    ordered = sorted(rows, key=lambda row: -row[1])
    kept, rest = (ordered, []) if len(ordered) <= PARTS else (ordered[: PARTS - 1], ordered[PARTS - 1 :])
    told = [(tuple(map(str, at)), 0, amount) for at, amount in kept]
    if rest:
        told.append(((str(rest[0][0][0]),), len(rest), sum(amount for _at, amount in rest)))
    boxes = squarified([amount for _values, _more, amount in told], box)
    return [Part(values, more, amount, at) for (values, more, amount), at in zip(told, boxes, strict=True)]


def spec(asked: Asked, groups: list[list[Part]], names: Names) -> Spec:
    """The drawing: boxes of one group in one colour, with their names where there is room."""
    by, metric = dimensions_of(asked), asked.metrics[0]
    whole = sum(part.amount for group in groups for part in group)
    rows = [
        _row(part, by, metric, names, whole, WASHES[place % len(WASHES)] if len(by) > 1 else WASHES[0], first=not at)
        for place, group in enumerate(groups)
        for at, part in enumerate(group)
    ]
    across, up = _axis(SPACE.width, reverse=False), _axis(SPACE.height, reverse=True)
    tips = [
        {"field": "name", "title": " › ".join(str(DIMENSIONS[name].label) for name in by)},
        {"field": "said", "title": str(METRICS[metric].label)},
        {"field": "part", "title": _("Share of the whole")},
    ]
    place = {"x": {**across, "field": "x"}, "y": {**up, "field": "y"}}
    written = [
        _writing("label", place, f"{WIDE} > {LEAST}", down=EDGE / 2, high=LINE + 6),
        _writing("said", place, _room("said"), down=EDGE / 2 + LINE, high=2 * LINE + 8, quiet=True),
    ]
    edges = {"stroke": "var(--surface)", "strokeWidth": 1.5}
    boxes = {
        "mark": {"type": "rect", **edges},
        "encoding": {
            **place, "x2": {"field": "x2"}, "y2": {"field": "y2"}, "tooltip": tips,
            "color": {"field": "wash", "type": "nominal", "scale": None},
        },
    }  # fmt: skip
    return {
        "data": {"values": rows}, "width": "container", "height": SPACE.height, "layer": [boxes, *written],
        "autosize": {"type": "fit-x", "contains": "padding"},
    }  # fmt: skip


def _axis(end: float, *, reverse: bool) -> dict[str, Any]:
    """From 0 to the end of the space, with nothing drawn at it; reversed where it goes down the page."""
    return {
        "type": "quantitative", "axis": None, "scale": {"domain": [0, end], "nice": False, "reverse": reverse}
    }  # fmt: skip


def _writing(field: str, place: dict[str, Any], room: str, *, down: float, high: float, quiet: bool = False) -> Spec:
    """What stands in the boxes that have room for it, one line of it, cut where it is too long for its box."""
    mark = {"type": "text", "align": "left", "baseline": "top", "dx": EDGE / 2, "dy": down, "tooltip": None,
            "limit": {"expr": f"{WIDE} - {EDGE}"},
            "color": "var(--ink-2)" if quiet else "var(--ink)", "fontWeight": 400 if quiet else 600}  # fmt: skip
    test = f"{room} && datum.y2 - datum.y > {high}"
    return {
        "mark": mark,
        "encoding": {**place, "text": {"condition": {"test": test, "field": field, "type": "nominal"}, "value": ""}},
    }


def _room(field: str) -> str:
    return f"{WIDE} > {EDGE} + {LETTER} * datum.{field}_letters"


def _row(
    part: Part, by: tuple[str, ...], metric: str, names: Names, whole: float, wash: str, *, first: bool
) -> dict[str, Any]:
    told = [names.short(name, value) for name, value in zip(by, part.values, strict=False)]
    if part.more:
        others = _("%(number)s smaller ones") % {"number": part.more}
        told = [told[0], others] if len(by) > 1 and part.values != ("",) else [others]
    # 경기 › 부천시 and not 경기 › 경기 부천시; 우유 › 흰우유 and not 우유 › 우유 / 흰우유
    inner = [told[0], told[1].removeprefix(f"{told[0]} ").removeprefix("/ ")] if len(told) > 1 else told
    said, label = number(metric, part.amount), " › ".join(inner) if first else inner[-1]
    return {
        "x": part.box.x, "y": part.box.y, "x2": part.box.x + part.box.width, "y2": part.box.y + part.box.height,
        "name": " › ".join(inner), "label": label, "said": said,
        "part": share(part.amount / whole), "wash": wash, "said_letters": _width(said),
    }  # fmt: skip


def _width(text: str) -> int:
    """How wide a text is, in letters of the alphabet: 한글 takes about twice one."""
    return sum(2 if ord(letter) > 0x1100 else 1 for letter in text)
