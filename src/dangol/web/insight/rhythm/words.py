"""What was found, in the words of somebody who runs a shop."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dangol.insight.analysis.rhythm.doubts import Doubt
from dangol.insight.analysis.rhythm.judging import Candidate
from dangol.insight.analysis.rhythm.queries import Foreseen, Line, Rhythm, last_rhythm
from dangol.web.insight.answers import Answer
from dangol.web.shell.figures import count, decimals, people, percent

MODELS: dict[str, str | Promise] = {
    "NBD": gettext_lazy("Everybody has a rate of their own and stays"),
    "BetaGeoNBD": gettext_lazy("Some leave for good after a purchase"),
    "ModifiedBetaGeoNBD": gettext_lazy("Some leave for good after a purchase, even the first"),
    "ParetoNBD": gettext_lazy("Some leave for good, at any time"),
    "GammaGompertzNBD": gettext_lazy("Leaving becomes likelier, or rarer, with time"),
    "BetaGeoCNBD": gettext_lazy("Regular buyers, of whom some leave after a purchase"),
    "ModifiedBetaGeoCNBD": gettext_lazy("Regular buyers, of whom some leave, even after the first purchase"),
    "DriftingNBD": gettext_lazy("Nobody leaves for good, but habits drift"),
}


@dataclass(frozen=True)
class Row:
    """One model as the table shows it."""

    name: str | Promise
    title: str
    taken: bool
    problem: str
    total: str = ""
    off: str = ""
    each: str = ""
    pulled: bool = False


@dataclass(frozen=True)
class Told:
    """A line of business in sentences; empty where there is nothing to say."""

    why: str
    against_naive: str
    better: bool
    ahead: str
    ahead_interval: str
    rows: list[Row]
    naive: Row | None
    doubts: list[str]


def answer() -> Answer | None:
    """The row of the index: what is expected of all lines together."""
    found = last_rhythm()
    if found is None:
        return None
    lines = [line for line in found.lines if line.choice]
    if not lines:
        return Answer(_("Too little is known to foresee anything yet."), found.run.as_of)
    return Answer(_expected(found, lines), found.run.as_of)


def told(found: Rhythm, line: Line) -> Told:
    """Everything the page says of a line."""
    return Told(
        why=_why(line),
        against_naive=_against_naive(line),
        better=bool(line.choice and line.choice.beats_naive),
        ahead=_expected(found, [line]) if line.choice else "",
        ahead_interval=_interval(found, line) if line.choice else "",
        rows=[_row(one, line) for one in line.tried],
        naive=_naive(line),
        doubts=[_doubt(one) for one in line.doubts],
    )  # fmt: skip


def since_then(check: Foreseen) -> dict[str, Any]:
    """How what was foreseen earlier came to pass."""
    names = {
        "weeks": check.weeks, "actual": count(check.actual), "low": count(check.low), "high": count(check.high),
    }  # fmt: skip
    sentence = ngettext(
        "In the %(weeks)s week since an earlier answer %(actual)s purchases came; %(low)s to %(high)s were expected.",
        "In the %(weeks)s weeks since an earlier answer %(actual)s purchases came; %(low)s to %(high)s were expected.",
        check.weeks,
    )
    return {"sentence": sentence % names, "drifts": check.drifts}


def model_name(name: str) -> str:
    """A model in words."""
    return str(MODELS[name])


def _expected(found: Rhythm, lines: list[Line]) -> str:
    expected = sum(line.ahead[-1] for line in lines)
    return ngettext(
        "About %(purchases)s purchases are expected of %(people)s customers in the next %(weeks)s week.",
        "About %(purchases)s purchases are expected of %(people)s customers in the next %(weeks)s weeks.",
        found.weeks,
    ) % {"purchases": count(expected), "people": people(sum(line.customers for line in lines)), "weeks": found.weeks}


def _interval(found: Rhythm, line: Line) -> str:
    expected, reach = line.ahead[-1], found.reach([line], found.weeks)
    return _("%(low)s to %(high)s by chance alone (95%%), if habits stay as they are.") % {
        "low": count(max(expected - reach, 0)), "high": count(expected + reach),
    }  # fmt: skip


def _why(line: Line) -> str:
    choice = line.choice
    if choice is None:
        return _("No model could be fitted to these customers, so nothing is foreseen.")
    if choice.reason == "only":
        return _("It is the only one that could be fitted.")
    if choice.reason == "clear":
        return _("It came closest to what each customer then bought, closer than every other by more than chance.")
    return ngettext(
        "%(n)s other came as close, as far as chance lets one see. Of these it fits the purchases before best.",
        "%(n)s others came as close, as far as chance lets one see. Of these it fits the purchases before best.",
        len(choice.tied),
    ) % {"n": len(choice.tied)}


def _against_naive(line: Line) -> str:
    choice, chosen, naive = line.choice, line.chosen, line.naive
    if choice is None or chosen is None or chosen.errors is None or naive is None:
        return ""
    names = {"model": decimals(chosen.errors.mae), "naive": decimals(naive.mae)}
    if choice.beats_naive:
        return _("Off by %(model)s purchases a customer on average; “the same as before” by %(naive)s.") % names
    return (
        _(
            "Off by %(model)s purchases a customer on average. “The same as before” (%(naive)s) cannot be told from "
            "it: foresee with care."
        )
        % names
    )


def _row(one: Candidate, line: Line) -> Row:
    taken = bool(line.choice and one.name == line.choice.name)
    if one.errors is None:
        return Row(MODELS[one.name], one.title, taken, one.problem)
    total = one.errors.total
    return Row(
        MODELS[one.name], one.title, taken, "", count(total), _off(total, line.actual), decimals(one.errors.mae),
        pulled=bool(one.penalty),
    )  # fmt: skip


def _naive(line: Line) -> Row | None:
    naive = line.naive
    if naive is None:
        return None
    name = _("The same as in the weeks before")
    off = _off(naive.total, line.actual)
    return Row(name, "", taken=False, problem="", total=count(naive.total), off=off, each=decimals(naive.mae))


def _off(total: float, actual: float) -> str:
    return f"{total / actual - 1:+.1%}".replace("-", "−") if actual else ""


def _doubt(doubt: Doubt) -> str:
    return str(DOUBTS[doubt.code]) % dict(_numbers(doubt))


def _numbers(doubt: Doubt) -> Iterator[tuple[str, str]]:
    for place, number in enumerate(doubt.numbers):
        yield f"n{place}", percent(number) if doubt.code in SHARES else count(number)


SHARES = frozenset({"once", "middle", "seasonal"})
DOUBTS: dict[str, str | Promise] = {
    "few": gettext_lazy("There are few to learn from: %(n0)s customers, of whom %(n1)s bought again."),
    "once": gettext_lazy(
        "%(n0)s of the customers bought once only. Of them nobody can say who will come back; look at the models that "
        "let people leave after the first purchase."
    ),
    "middle": gettext_lazy(
        "%(n0)s of the customers seem to begin in the first month of the data. Most of them were customers before, so "
        "“new” does not mean new here."
    ),
    "under_a_year": gettext_lazy("The data cover %(n0)s weeks, less than a year: no season can be seen in them."),
    "few_years": gettext_lazy(
        "The data cover %(n0)s weeks. Below three years a season cannot be told from growth, and none is allowed for."
    ),
    "seasonal": gettext_lazy(
        "There is a season: the strongest month lies %(n0)s above the mean. The models know nothing of it; compare "
        "with the same weeks of another year."
    ),
    "pulled": gettext_lazy("The model had no plain best fit and was drawn mildly to the data's own scale."),
}
