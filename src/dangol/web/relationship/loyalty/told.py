"""What was measured, as the page and programs are told: waves, groups of the latest, contact in numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from dangol.insight.analysis.models import Run
from dangol.records.permission.reasons import MEDIA
from dangol.records.staff.models import Unit
from dangol.web.insight.satisfaction.told import MOST_GROUPS
from dangol.web.insight.satisfaction.words import GROUPS
from dangol.web.relationship.loyalty import words
from dangol.web.shell.figures import count, decimals, people, percent
from dangol.web.shell.templatetags.shell import line_name

PER = 1000  # complaints are told of so many customers


@dataclass(frozen=True)
class Figure:
    """One figure of one wave or group; value: None where there is none, and then why."""

    name: str
    label: str
    provenance: str
    value: float | None = None
    low: float = 0.0
    high: float = 0.0
    n: int = 0
    change: str = ""
    why: str = ""
    apart: bool = False

    @property
    def words(self) -> str:
        return "–" if self.value is None else words.shown(self.name, self.value)

    @property
    def ends(self) -> str:
        return "" if self.value is None else words.ends({"low": self.low, "high": self.high})

    @property
    def whose(self) -> str:
        return "" if self.value is None else words.of_how_many(self.name, self.n)


@dataclass(frozen=True)
class Wave:
    """One wave: what was said, done and expected by its last day."""

    title: str
    first: date
    last: date
    respondents: int
    invited: int | None
    rate: dict[str, float] | None
    other_items: bool
    since: date | None
    figures: list[Figure]

    @property
    def response(self) -> str:
        """How many of those asked answered, in words."""
        if self.rate is None or self.invited is None:
            return _("How many were asked is not known.")
        return _("%(rate)s%% of %(people)s who were asked") % {
            "rate": decimals(self.rate["value"], 1), "people": people(self.invited)
        }  # fmt: skip

    def of(self, name: str) -> Figure:
        return next(one for one in self.figures if one.name == name)

    @property
    def there(self) -> list[Figure]:
        return [one for one in self.figures if one.value is not None]

    @property
    def lacking(self) -> list[Figure]:
        return [one for one in self.figures if one.value is None]


@dataclass(frozen=True)
class Row:
    """One group of the latest wave."""

    name: str
    figures: list[Figure]


@dataclass(frozen=True)
class Groups:
    """Groups of one kind, those who say the least loyal first; more: how many are not shown."""

    title: str
    columns: list[Figure]
    rows: list[Row]
    more: int


def waves(run: Run) -> list[Wave]:
    """The oldest first."""
    by_use = run.summary["by_use"]
    return [_wave(one, by_use=by_use) for one in run.summary["waves"]]


def columns(found: list[Wave]) -> list[Figure]:
    """The figures that some wave has."""
    there = {one.name for wave in found for one in wave.there}
    return [one for one in found[-1].figures if one.name in there] if found else []


def _wave(told: dict[str, Any], *, by_use: bool) -> Wave:
    figures = [
        figure(name, told[name], by_use=by_use, change=words.change(told["changes"].get(name)))
        if _there(told[name])
        else Figure(name, words.label(name, by_use=by_use), words.provenance(name),
                    why=words.why_none(name, told, by_use=by_use))
        for name in words.FIGURES
    ]  # fmt: skip
    again = told["again"]
    return Wave(
        told["survey"] or _("A survey without a name"), date.fromisoformat(told["first"]),
        date.fromisoformat(told["last"]), told["respondents"], told["invited"], told["rate"], told["other_items"],
        date.fromisoformat(again["since"]) if again else None, figures,
    )  # fmt: skip


def _there(told: dict[str, Any] | None) -> bool:
    return told is not None and "value" in told


def figure(name: str, told: dict[str, Any], *, by_use: bool, change: str = "") -> Figure:
    """A figure as a run keeps it."""
    return Figure(
        name, words.label(name, by_use=by_use), words.provenance(name), told["value"], told["low"], told["high"],
        told.get("n", told.get("respondents", 0)), change,
    )  # fmt: skip


def groups(run: Run) -> list[Groups]:
    """The latest wave by line of business and by shop or dealer, where there is more than one."""
    found = run.summary["groups"]
    units = dict(Unit.objects.filter(code__in=found.get("unit_code", ())).values_list("code", "name"))
    names: dict[str, Callable[[str], str]] = {"line": line_name, "unit_code": lambda code: units.get(code, code)}
    last = waves(run)[-1] if found else None
    return [_groups(by, found[by], names[by], last) for by in GROUPS if last and by in found]


def _groups(by: str, parts: dict[str, dict[str, Any]], name_of: Callable[[str], str], last: Wave) -> Groups:
    columns = [one for one in last.there if any(one.name in part for part in parts.values())]
    ordered = sorted(parts, key=lambda code: parts[code].get(columns[0].name, {}).get("value", 0.0) if columns else 0.0)
    rows = [Row(str(name_of(code)), [_cell(one, parts[code].get(one.name)) for one in columns]) for code in ordered]
    return Groups(str(GROUPS[by]), columns, rows[:MOST_GROUPS], max(0, len(rows) - MOST_GROUPS))


def _cell(whole: Figure, told: dict[str, Any] | None) -> Figure:
    if told is None:
        return Figure(whole.name, whole.label, whole.provenance)
    apart = whole.value is not None and not told["low"] <= whole.value <= told["high"]
    return Figure(
        whole.name, whole.label, whole.provenance, told["value"], told["low"], told["high"],
        told.get("n", told.get("respondents", 0)), apart=apart,
    )  # fmt: skip


@dataclass(frozen=True)
class Way:
    """By what customers can be reached: how many, and how many of them by advertising, too ("" where unknown)."""

    label: str
    address: str
    address_share: str
    agreed: str
    agreed_share: str


def ways(run: Run) -> list[Way]:
    """How many of the customers can be reached, and by what."""
    told = run.summary["reach"]
    all_ = told["customers"]

    def share(number: int | None) -> str:
        return "" if number is None or not all_ else percent(number / all_)

    return [
        Way(str(MEDIA[medium]), count(one["address"]), share(one["address"]),
            "" if one["agreed"] is None else count(one["agreed"]), share(one["agreed"]))
        for medium, one in told["ways"].items()
    ]  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """One number of contact: text "" where nothing of the sort is on record; of: what it is of."""

    text: str
    of: str = ""


def contact_labels() -> list[str]:
    """What the rows of contact are called."""
    return [
        _("Customers"), _("Contacts from us, a customer"), _("Contacts from them, a customer"),
        _("Answered what was sent"), _("Complaints of 1,000 customers"), _("Complaints answered"),
        _("Complaints settled"), _("Days to the answer, median"), _("Deliveries that came late"),
        _("Came back undelivered"),
    ]  # fmt: skip


def quarters(run: Run) -> list[tuple[date, date]]:
    """From when to when each quarter goes, the oldest first."""
    return [
        (date.fromisoformat(one["first"]), date.fromisoformat(one["ends"])) for one in run.summary["quarters"]
    ]  # fmt: skip


def contact(run: Run) -> list[tuple[str, list[Cell], bool]]:
    """Each number of contact over the quarters, and whether anything of the sort is on record."""
    columns = [list(_cells(one)) for one in run.summary["quarters"]]
    rows = [list(row) for row in zip(*columns, strict=True)]
    return [
        (label, row, any(cell.text or cell.of for cell in row))
        for label, row in zip(contact_labels(), rows, strict=True)
    ]


def units(run: Run) -> list[tuple[str, list[Cell]]]:
    """Contact by shop or dealer over the last four quarters: those with most complaints first."""
    found = run.summary["units"]
    names = dict(Unit.objects.filter(code__in=found).values_list("code", "name"))
    order = sorted(found, key=lambda code: -(found[code]["complaints"] or 0) / found[code]["customers"])
    return [(names.get(code, code), list(_short(found[code]))) for code in order[:MOST_GROUPS]]


def unit_labels() -> list[str]:
    """What the columns of `units` are called."""
    return contact_labels()[:5]


def complaints(told: dict[str, Any]) -> int | None:
    """All complaints of a stretch: contacts of that sort, and what was told in words; what both tell counts once."""
    both = [told["complaints"], told.get("voiced")]
    known = [one for one in both if one is not None]
    return sum(known) - told.get("told_twice", 0) if known else None


def _short(told: dict[str, Any]) -> Iterator[Cell]:
    customers = told["customers"]
    yield Cell(count(customers))
    yield _per(told["out"], customers)
    yield _per(told["in"], customers)
    yield _share(told["answers"], told["sent"])
    yield _per(complaints(told), customers, each=PER, places=1)


def _cells(told: dict[str, Any]) -> Iterator[Cell]:
    yield from _short(told)
    yield _share(told["voiced_answered"], told["voiced"])
    yield _share(told["voiced_settled"], told["voiced"])
    days = told["days_to_answer"]
    yield Cell("") if days is None else Cell(decimals(days, 1), count(told["timed"]))
    yield _late(told)
    yield _share(told["bounced"], told["sent"])


def _late(told: dict[str, Any]) -> Cell:
    """The share of deliveries; where these are not on record, the number of late ones alone."""
    if told["late"] is not None and not told["deliveries"]:
        return Cell("", _("%(n)s late") % {"n": count(told["late"])})
    return _share(told["late"], told["deliveries"])


def _per(number: int | None, customers: int, *, each: int = 1, places: int = 2) -> Cell:
    if number is None or not customers:
        return Cell("")
    return Cell(decimals(each * number / customers, places), count(number))


def _share(number: int | None, among: int | None) -> Cell:
    if number is None or not among:
        return Cell("")
    return Cell(percent(number / among, 1), f"{count(number)} / {count(among)}")


def verdict(run: Run) -> str:
    """How it stands, in one sentence."""
    found = waves(run)
    if not found:
        return _("There are no answers to surveys yet.")
    last = found[-1]
    said = last.of(words.SAID)
    if said.value is None:
        return _("“%(survey)s” cannot say how loyal customers are: %(why)s") % {"survey": last.title, "why": said.why}
    told = _("Loyalty, as %(people)s people said in “%(survey)s”, stands at %(value)s of 100 (%(ends)s).") % {
        "people": people(said.n), "survey": last.title, "value": said.words, "ends": said.ends
    }  # fmt: skip
    return f"{told} {_since(said.change)}" if said.change else told


def _since(change: str) -> str:
    return _("Since the wave before: %(change)s.") % {"change": change[0].lower() + change[1:]}
