"""Patterns in plain words: of a hundred who take this, how many take that, and how many would by chance."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import batched
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dangol.insight.analysis.baskets.report import CONFIDENCE, MOST, WINDOW, Part, Pattern, Report, last_report
from dangol.insight.analysis.baskets.whom import Kind, Proposals
from dangol.records.catalog.models import Product
from dangol.records.customers.models import Customer
from dangol.web.customers.belongings import main_numbers, numbered
from dangol.web.insight.answers import Answer
from dangol.web.shell.figures import count, decimals
from dangol.web.shell.viewer import Viewer

AT_FIRST = 30  # patterns of a part that a page shows at once
AT_ONCE = 2000  # customers whose names are fetched together


@dataclass(frozen=True)
class Row:
    """One pattern as it is shown; `place` is where it stands in its part."""

    pattern: Pattern
    place: int
    first: str
    then: str
    sentence: str

    @property
    def times(self) -> str:
        """How many times as often as by chance."""
        lift = self.pattern.lift
        return _("hardly ever otherwise") if lift is None else _("%(n)s times") % {"n": decimals(lift, 1)}

    @property
    def range(self) -> str:
        """Between which the truth lies, as far as that can be said."""
        low, high = self.pattern.lift_low, self.pattern.lift_high
        if high is None:
            return _("at least %(low)s") % {"low": decimals(low, 1)}
        return _("%(low)s to %(high)s") % {"low": decimals(low, 1), "high": decimals(high, 1)}


@dataclass(frozen=True)
class Shown:
    """A part of the report as a page shows it."""

    name: str
    part: Part
    rows: list[Row]
    left_out: list[str]

    @property
    def first_rows(self) -> list[Row]:
        return self.rows[:AT_FIRST]

    @property
    def more_rows(self) -> list[Row]:
        return self.rows[AT_FIRST:]


def shown(found: Report) -> list[Shown]:
    """What was found of both parts, and what is not shown of it."""
    parts = [("together", found.together), ("following", found.following)]
    return [Shown(name, part, rows(name, part), left_out(name, part)) for name, part in parts if part is not None]


def row(name: str, part: Part, place: int) -> Row:
    """One pattern of a part."""
    pattern = part.patterns[place]
    return _row(name, place, pattern, product_names(pattern.products))


def rows(name: str, part: Part) -> list[Row]:
    """The patterns of a part; of one that goes both ways together, only the surer way."""
    names = product_names({product for one in part.patterns for product in one.products})
    every = [_row(name, place, one, names) for place, one in enumerate(part.patterns)]
    if name == "following":
        return every
    surest: dict[frozenset[int], Row] = {}
    for one in every:
        known = surest.get(one.pattern.products)
        if known is None or known.pattern.share < one.pattern.share:
            surest[one.pattern.products] = one
    return sorted(surest.values(), key=lambda one: -one.pattern.lift_low)


def _row(name: str, place: int, one: Pattern, names: dict[int, str]) -> Row:
    return Row(one, place, joined(one.because, names), names[one.product], sentence(name, one))


def sentence(name: str, one: Pattern) -> str:
    """Of a hundred, how many: the share with its interval."""
    numbers = {part: decimals(value * 100, 0 if value >= 0.1 else 1) for part, value in
               (("n", one.share), ("low", one.low), ("high", one.high))}  # fmt: skip
    if name == "together":
        return _("Of 100 baskets with the first, %(n)s hold the second, too (%(low)s to %(high)s).") % numbers
    words = _(
        "Of 100 customers who bought the first, %(n)s bought the second within %(days)s days (%(low)s to %(high)s)."
    )
    return words % {**numbers, "days": WINDOW}


def left_out(name: str, part: Part) -> list[str]:
    """What was not shown, and why."""
    numbers = {"looked_at": count(part.looked_at), "often": count(part.often), "fewest": count(part.fewest)}
    if name == "together":
        words = _(
            "%(looked_at)s patterns could have come. Most came in fewer than %(fewest)s baskets, or in fewer than"
            " %(least)s of 100 with the first; %(often)s came often enough."
        )
        told = [words % {**numbers, "least": round(CONFIDENCE * 100)}]
    else:
        words = _(
            "%(looked_at)s patterns could have come. Most came with fewer than %(fewest)s customers; %(often)s came"
            " often enough."
        )
        told = [words % numbers]
    told.append(_doubtful(part))
    if part.redundant:
        told.append(ngettext(
            "%(n)s says no more than a shorter one and was left out.",
            "%(n)s say no more than a shorter one and were left out.",
            part.redundant,
        ) % {"n": count(part.redundant)})  # fmt: skip
    if part.holding > MOST:
        told.append(_("Of the %(n)s that are sure enough, the strongest %(most)s are kept.") % {
            "n": count(part.holding), "most": count(MOST)
        })  # fmt: skip
    return told


def _doubtful(part: Part) -> str:
    why = _(
        "Whoever looks at so many patterns finds some by chance alone, so each must be surer than if it were the only"
        " one: of those shown, at most 5 of 100 may be chance."
    )
    if not part.doubtful:
        return why
    words = ngettext(
        "%(n)s of them is not shown, because it may be chance.",
        "%(n)s of them are not shown, because they may be chance.",
        part.doubtful,
    )
    return f"{words % {'n': count(part.doubtful)}} {why}"


def answer() -> Answer | None:
    """The strongest pattern in one sentence, for the index of questions."""
    found = last_report()
    if found is None:
        return None
    together = found.together
    if not together.patterns:
        return Answer(_("Nothing is bought together more often than by chance."), found.run.as_of)
    first = rows("together", together)[0]
    words = _("%(first)s and %(then)s are bought together most of all beyond chance: %(times)s as often.")
    told = {"first": first.first, "then": first.then, "times": first.times}
    return Answer(words % told, found.run.as_of)


def product_names(ids: Collection[int]) -> dict[int, str]:
    """What products are called; with their code where two are called the same, a number where one is gone."""
    known = Product.objects.in_bulk(list(ids))
    often: dict[str, int] = {}
    for one in known.values():
        often[one.name] = often.get(one.name, 0) + 1
    names = {pk: f"{one.name} ({one.code})" if often[one.name] > 1 else one.name for pk, one in known.items()}
    return {pk: names.get(pk, f"#{pk}") for pk in ids}


def joined(products: Iterable[int], names: dict[int, str]) -> str:
    """Several products as one text."""
    return " + ".join(names[product] for product in products)


def kind_words(kind: Kind) -> str:
    """What sort of proposal it is."""
    return _("Goes with it") if kind == "cross" else _("The better one")


def columns() -> list[str]:
    """What stands above a list of proposals."""
    return [
        *numbered(), _("Name"), _("What to propose"), _("Kind of proposal"), _("Because they still buy"),
        _("Of 100, at least so many take it"),
    ]  # fmt: skip


def lines(proposals: Proposals, mine: Viewer) -> Iterable[list[Any]]:
    """Proposals, one a row, the customers' names as the viewer sees them."""
    names = product_names(proposals.products)
    for part in batched(proposals, AT_ONCE):
        people = Customer.objects.in_bulk({one.customer for one in part})
        numbers = main_numbers(people, mine)
        for one in part:
            yield [
                one.customer, numbers.get(one.customer, ""), mine.name(people[one.customer]), names[one.product],
                kind_words(one.kind), joined(one.because, names), round(one.strength * 100, 1),
            ]  # fmt: skip
