"""How long contracts last, in the words of somebody who runs a business."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dangol.insight.analysis.contracts.queries import Found, Lasting, Test, Tried, last_found
from dangol.records.catalog.models import Product
from dangol.web.insight.answers import Answer
from dangol.web.shell.figures import count, decimals, percent
from dangol.web.shell.templatetags.shell import line_name

MODELS: dict[str, str | Promise] = {
    "weibull": gettext_lazy("Ending becomes rarer, or likelier, steadily with age"),
    "boosted": gettext_lazy("Ending month by month, as trees found it"),
    "age": gettext_lazy("By age alone: what anybody would guess"),
}
TITLES = {"weibull": "Weibull", "boosted": "Gradient boosting", "age": "Kaplan–Meier"}
FEW = 200  # contracts


@dataclass(frozen=True)
class Row:
    """One model as the table shows it."""

    name: str | Promise
    title: str
    taken: bool
    problem: str
    expected: str = "–"
    brier: str = "–"
    pairs: str = "–"


@dataclass(frozen=True)
class PartRow:
    """A line or plan as the table shows it."""

    name: str
    contracts: int
    ended: int
    half: str
    year: str


def answer() -> Answer | None:
    """The row of the index."""
    found = last_found()
    return Answer(verdict(found.whole), found.run.as_of) if found else None


def verdict(whole: Lasting) -> str:
    """How long half of the contracts last, or how far one can see."""
    if whole.half is not None:
        names = {"half": decimals(whole.half, 1), "interval": _between(whole)}
        return _("Half of the contracts last longer than %(half)s months (%(interval)s).") % names
    last = whole.points[-1]
    if last.month == 0:
        return _("Fewer than ten contracts were seen for a whole month: too short to tell how long they last.")
    names = {
        "months": str(last.month),
        "share": percent(last.stay),
        "low": percent(last.low),
        "high": percent(last.high),
    }
    return ngettext(
        "After %(months)s month %(share)s of the contracts still run (%(low)s to %(high)s); further nobody can see "
        "yet.",
        "After %(months)s months %(share)s of the contracts still run (%(low)s to %(high)s); further nobody can see "
        "yet.",
        last.month,
    ) % names  # fmt: skip


def after_a_year(whole: Lasting) -> str:
    """Which part still runs after twelve months; empty where the curve does not say."""
    point = whole.after(12)
    if point is None:
        return ""
    names = {"share": percent(point.stay), "low": percent(point.low), "high": percent(point.high)}
    return _("After 12 months %(share)s still run (%(low)s to %(high)s).") % names


def parts(found: Found, kind: str) -> list[PartRow]:
    """The lines, or the plans, the most frequent first."""
    mine = [one for one in found.parts if one.kind == kind]
    names = plan_names(found) if kind == "plan" else {}
    return [
        PartRow(
            names.get(one.name, "") if kind == "plan" else str(line_name(str(one.name))), one.contracts, one.ended,
            _half(one), _year(one),
        )
        for one in mine
    ]  # fmt: skip


def plan_names(found: Found) -> Mapping[str | int, str]:
    """The products that are the plans, by number."""
    keys = [int(one.name) for one in found.parts if one.kind == "plan"]
    known = {product.pk: product.name for product in Product.objects.filter(pk__in=keys)}
    return {key: known.get(key, _("No plan named") if key == 0 else f"#{key}") for key in keys}


def rows(test: Test) -> list[Row]:
    """What was tried, and the guess it was held against."""
    taken = test.choice.name if test.choice else ""
    return [_row(one, taken=one.name == taken) for one in (*test.tried, test.naive)]


def tested(test: Test) -> str:
    """What was held back and what came of it."""
    return ngettext(
        "On %(day)s %(customers)s contracts ran. In the %(months)s month after it %(left)s of them ended, which no "
        "model had seen.",
        "On %(day)s %(customers)s contracts ran. In the %(months)s months after it %(left)s of them ended, which no "
        "model had seen.",
        test.months,
    ) % {
        "day": date_format(test.cut_off, "DATE_FORMAT"), "customers": count(test.customers), "months": test.months,
        "left": count(test.left),
    }  # fmt: skip


def why(test: Test) -> str:
    """Why the model was taken."""
    choice = test.choice
    if choice is None:
        return _("No model could be fitted to these contracts, so nothing is foretold.")
    return {
        "only": _("It is the only one that could be fitted."),
        "clear": _("Its chances came closer to what then happened than those of the other, by more than chance."),
        "plainer": _(
            "The other came as close, as far as chance lets one see. Of two that are as good the plainer one is taken: "
            "it also says how ending goes on beyond what has been seen."
        ),
    }[choice.reason]


def against_naive(test: Test) -> str:
    """How much is won over the guess by age alone."""
    choice = test.choice
    if choice is None or not test.naive.brier:
        return ""
    share = choice.gain / test.naive.brier
    if choice.beats_naive:
        return _("Its error is %(share)s smaller than that of the guess by age alone.") % {"share": percent(share)}
    return _(
        "It cannot be told from the guess by age alone: what is known of contracts tells little of who ends. Take the "
        "order of the list with care."
    )


def ahead(found: Found) -> list[str]:
    """What is expected of those that run."""
    told = found.ahead
    if told is None:
        return []
    leave = {months: told.running - stay for months, stay in told.stay.items()}
    share = percent(told.commitment)
    return [
        _(
            "%(running)s contracts run. Of these about %(soon)s are expected to end within 3 months, and %(year)s "
            "within 12."
        )
        % {"running": count(told.running), "soon": count(leave[3]), "year": count(leave[12])},
        ngettext(
            "Of the next %(months)s month they are expected to stay %(share)s, as values are reckoned.",
            "Of the next %(months)s months they are expected to stay %(share)s, as values are reckoned.",
            int(found.run.parameters["horizon"]),
        )
        % {"months": found.run.parameters["horizon"], "share": share},
    ]


def doubts(found: Found) -> Iterator[str]:
    """What to keep in mind, before anybody trusts it."""
    if found.whole.contracts < FEW:
        yield _("There are few to learn from: %(contracts)s contracts, of which %(ended)s ended.") % {
            "contracts": count(found.whole.contracts), "ended": count(found.whole.ended),
        }  # fmt: skip
    if found.before:
        yield _begun_before(found) % {"count": count(found.before), "day": date_format(found.since, "DATE_FORMAT")}
    if found.wrong:
        yield ngettext(
            "%(count)s subscription ends before it begins and was left out.",
            "%(count)s subscriptions end before they begin and were left out.",
            found.wrong,
        ) % {"count": count(found.wrong)}
    if found.ahead and found.ahead.told:
        yield ngettext(
            "The end of %(count)s running contract is on record already: it is not estimated.",
            "The ends of %(count)s running contracts are on record already: they are not estimated.",
            found.ahead.told,
        ) % {"count": count(found.ahead.told)}
    if found.ahead and found.ahead.told > found.ahead.running / 2:
        yield _(
            "Most contracts that run have an end on record. If it is the day on which a term is renewed, nobody has "
            "given up then, and what lies ahead looks worse than it is."
        )
    yield from _untold(found)


def _begun_before(found: Found) -> str:
    if found.late:
        return ngettext(
            "%(count)s contract began before %(day)s, from when on ends are written down. It counts from the age that "
            "it had by then: others of its time may have ended before ends were written down.",
            "%(count)s contracts began before %(day)s, from when on ends are written down. They count from the age "
            "that they had by then: others of their time may have ended before ends were written down.",
            found.before,
        )
    return ngettext(
        "%(count)s contract began before %(day)s, from when on ends are written down. Too few came since to tell how "
        "the first months go, so all count from their beginning: if ends were not written down before, the curve is "
        "too good.",
        "%(count)s contracts began before %(day)s, from when on ends are written down. Too few came since to tell how "
        "the first months go, so all count from their beginning: if ends were not written down before, the curve is "
        "too good.",
        found.before,
    )


def _untold(found: Found) -> Iterator[str]:
    if found.test is None:
        yield _(
            "Too little is on record to hold some months back and test a model on them, so nobody's end is foretold. "
            "50 contracts that ran three months ago are needed, 10 of which ended since, and 20 that ended before."
        )
    elif found.test.choice is not None and found.ahead is None:
        yield _("No contract runs now, or no model could be fitted again: nobody's end is foretold.")


def _row(one: Tried, *, taken: bool) -> Row:
    if one.brier is None:
        return Row(MODELS[one.name], TITLES[one.name], taken, one.problem)
    pairs = "–" if one.concordance is None else count(100 * one.concordance)
    return Row(
        MODELS[one.name], TITLES[one.name], taken, "", percent(one.expected), decimals(one.brier, 3), pairs
    )  # fmt: skip


def _between(one: Lasting) -> str:
    if one.half_low is None:
        return ""
    if one.half_high is None:
        return _("at least %(low)s") % {"low": decimals(one.half_low, 1)}
    return _("%(low)s to %(high)s") % {"low": decimals(one.half_low, 1), "high": decimals(one.half_high, 1)}


def _half(one: Lasting) -> str:
    if one.half is not None:
        return f"{decimals(one.half, 1)} ({_between(one)})"
    return _("more than %(months)s") % {"months": one.points[-1].month}


def _year(one: Lasting) -> str:
    point = one.after(12)
    return "–" if point is None else f"{percent(point.stay)} ({percent(point.low)} ~ {percent(point.high)})"
