"""What surveys say in plain words and figures, as the page and programs are told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from math import hypot
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dangol.insight.analysis.models import Run
from dangol.insight.analysis.surveys.queries import last_look
from dangol.records.staff.models import Unit
from dangol.web.insight.answers import Answer
from dangol.web.insight.satisfaction.words import GROUPS, MEASURES, SIDES, side, why_no_drivers, why_not
from dangol.web.shell.figures import count, decimals
from dangol.web.shell.said import span
from dangol.web.shell.templatetags.shell import line_name

INDICES = ("acsi", "kcsi", "csat")
MOST_GROUPS = 20
CLOSE = 0.8  # of what mending the first would bring


@dataclass(frozen=True)
class Figure:
    """A measure of one wave: its figure with the 95 % interval and of how many, or why there is none."""

    name: str
    label: str
    value: float | None = None
    low: float = 0.0
    high: float = 0.0
    respondents: int = 0
    why: str = ""

    @property
    def words(self) -> str:
        if self.value is None:
            return "–"
        return ("+" if self.name == "nps" and self.value > 0 else "") + decimals(self.value, 1)

    @property
    def ends(self) -> str:
        return "" if self.value is None else span(decimals(self.low, 1), decimals(self.high, 1))


@dataclass(frozen=True)
class Wave:
    """One wave as it is shown; measures and sides in their order."""

    title: str
    first: date
    last: date
    respondents: int
    rate: Figure | None
    invited: int | None
    measures: list[Figure]
    sides: list[Figure]
    nps: Mapping[str, int]

    @property
    def shown(self) -> list[Figure]:
        """What is there."""
        return [one for one in self.measures if one.value is not None]

    @property
    def lacking(self) -> list[Figure]:
        return [one for one in self.measures if one.value is None]


def waves(run: Run) -> list[Wave]:
    """The waves, the oldest first."""
    return [_wave(told) for told in run.summary["waves"]]


def _wave(told: dict[str, Any]) -> Wave:
    measures = told["measures"]
    return Wave(
        told["survey"] or _("A survey without a name"), date.fromisoformat(told["first"]),
        date.fromisoformat(told["last"]), told["respondents"],
        _figure("rate", "", told["rate"]) if told["rate"] else None, told["invited"],
        [_figure(name, str(label), measures[name]) for name, label in MEASURES.items()],
        [_figure(name, side(name), one) for name, one in sorted(told["dimensions"].items(), key=_in_order)],
        {name: measures["nps"].get(name, 0) for name in ("promoters", "passives", "detractors")},
    )  # fmt: skip


def _in_order(told: tuple[str, Any]) -> tuple[int, str]:
    """Sides as everywhere: those that have a name of ours first."""
    known = list(SIDES)
    return (known.index(told[0]) if told[0] in known else len(known)), told[0]


def _figure(name: str, label: str, told: dict[str, Any]) -> Figure:
    if "value" not in told:
        return Figure(name, label, why=why_not(name, told["missing"]))
    return Figure(name, label, told["value"], told["low"], told["high"], told["respondents"])


@dataclass(frozen=True)
class Group:
    """One group of the latest wave: its figures in the order of the columns, each with whether it differs from all."""

    name: str
    respondents: int
    figures: list[tuple[Figure, bool]]


@dataclass(frozen=True)
class Groups:
    """People told apart by one thing: columns, rows from the worst to the best, and how many rows are not shown."""

    by: str
    title: str
    columns: list[str]
    rows: list[Group]
    more: int = 0


def groups(run: Run, last: Wave) -> list[Groups]:
    """The latest wave by line of business and by shop or dealer, where there is more than one."""
    found = run.summary.get("groups", {})
    units = dict(Unit.objects.filter(code__in=found.get("unit_code", ())).values_list("code", "name"))
    names: dict[str, Callable[[str], str]] = {
        "line": line_name, "unit_code": lambda code: units.get(code, code),
    }  # fmt: skip
    return [_by(by, {names[by](code): part for code, part in parts.items()}, last) for by, parts in found.items()]


def _by(by: str, parts: dict[str, dict[str, Any]], last: Wave) -> Groups:
    columns = [one for one in [*last.shown, *last.sides] if one.value is not None]
    rows = [_group(name, part, columns) for name, part in parts.items()]
    rows.sort(key=lambda row: row.figures[0][0].value or 0 if row.figures else 0)
    return Groups(
        by, str(GROUPS[by]), [one.label for one in columns], rows[:MOST_GROUPS], max(0, len(rows) - MOST_GROUPS)
    )


def _group(name: str, part: dict[str, Any], columns: list[Figure]) -> Group:
    told = part["measures"] | part["dimensions"]
    figures = [(_figure(one.name, one.label, told[one.name]), one.value or 0) for one in columns]
    return Group(
        name, part["respondents"],
        [(one, one.value is not None and not one.low <= of_all <= one.high) for one, of_all in figures],
    )  # fmt: skip


def compared(found: list[Wave]) -> Iterator[tuple[Figure, Figure | None, str]]:
    """The measures and sides of the latest wave, each beside the wave before that has it, and what became of it."""
    for figure in [*found[-1].shown, *(one for one in found[-1].sides if one.value is not None)]:
        before = next((one for wave in reversed(found[:-1]) for one in [*wave.measures, *wave.sides]
                       if one.name == figure.name and one.value is not None), None)  # fmt: skip
        yield figure, before, _change(figure, before)


def _change(now: Figure, before: Figure | None) -> str:
    """Whether it moved by more than chance would move it: the intervals taken for those of two draws of people."""
    if before is None or now.value is None or before.value is None:
        return ""
    moved = now.value - before.value
    if abs(moved) <= hypot(now.high - now.low, before.high - before.low) / 2:
        return _("No more than chance")
    words = _("Up by %(points)s") if moved > 0 else _("Down by %(points)s")
    return words % {"points": decimals(abs(moved), 1)}


def verdict(run: Run) -> str:
    """How it stands, in one sentence."""
    found = waves(run)
    if not found:
        return _("There are no answers to surveys yet.")
    last = found[-1]
    if main := next((one for one in last.shown if one.name in INDICES or one.name == "nps"), None):
        return _("%(measure)s %(value)s (%(ends)s), of %(n)s people in “%(survey)s”.") % {
            "measure": main.label, "value": main.words, "ends": main.ends, "n": count(main.respondents),
            "survey": last.title,
        }  # fmt: skip
    sides = sorted((one for one in last.sides if one.value is not None), key=lambda one: one.value or 0)
    if sides:
        return _(
            "“%(survey)s” asked for sides of the service, not for satisfaction itself: %(best)s stands best with"
            " %(high)s of 100, %(worst)s worst with %(low)s."
        ) % {
            "survey": last.title, "best": sides[-1].label, "high": sides[-1].words, "worst": sides[0].label,
            "low": sides[0].words,
        }  # fmt: skip
    return ngettext(
        "%(n)s person answered “%(survey)s”; its questions allow no measure of satisfaction.",
        "%(n)s people answered “%(survey)s”; its questions allow no measure of satisfaction.",
        last.respondents,
    ) % {"n": count(last.respondents), "survey": last.title}


def mend_first(drivers: dict[str, Any] | None) -> str:
    """What to mend first: where most is to be gained, of what surely moves the goal."""
    if drivers is None:
        return ""
    if "missing" in drivers:
        return why_no_drivers(drivers)
    goal = side(drivers["goal"])
    sure = [one for one in drivers["map"] if one["importance_low"] > 0]
    if not sure:
        return _("No side of the service moves “%(goal)s” beyond doubt; nothing is said about what to mend first.") % {
            "goal": goal
        }
    first, *others = sorted(sure, key=_room, reverse=True)
    told = _(
        "Mend “%(side)s” first: it stands at %(performance)s of 100, and where it is one point higher, “%(goal)s” is"
        " %(points)s points higher (%(low)s ~ %(high)s)."
    ) % {
        "side": side(first["name"]), "performance": decimals(first["performance"], 1), "goal": goal,
        "points": decimals(first["importance"], 2), "low": decimals(first["importance_low"], 2),
        "high": decimals(first["importance_high"], 2),
    }  # fmt: skip
    if close := [side(one["name"]) for one in others if _room(one) >= CLOSE * _room(first)]:
        told += " " + _("Close behind: %(sides)s.") % {"sides": ", ".join(close)}
    return told


def _room(one: dict[str, Any]) -> float:
    """By how many points the goal would be higher were this side at 100, should the paths be causes."""
    return float(one["importance"] * (100 - one["performance"]))


def items(run: Run, chosen: Mapping[str, str]) -> list[dict[str, Any]]:
    """Every question with what it was taken for, or is to be from now on (`chosen`), and its scale in words."""
    return [
        {
            **one, "role": chosen.get(one["item"], one["role"]), "side": side(one["dimension"]),
            "scale": f"{one['low']:g}–{one['high']:g}",
        }
        for one in run.summary["items"]
    ]  # fmt: skip


def answer() -> Answer | None:
    """What was found last in one sentence, and as of when: for the index of questions."""
    run = last_look()
    return Answer(verdict(run), run.as_of) if run else None
