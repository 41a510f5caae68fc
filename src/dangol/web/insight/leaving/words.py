"""What was foretold, in a shop owner's words: features, conditions, how good it was, what to beware of."""

from __future__ import annotations

from datetime import date
from math import floor
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dangol.insight.analysis.leaving.amounts import amount, label
from dangol.insight.analysis.leaving.queries import Foretold, foretold
from dangol.insight.analysis.leaving.settings import CHOICES
from dangol.insight.analysis.prediction.drawn_tree import Condition
from dangol.insight.analysis.prediction.learners import BOOSTING, NETWORK, TREE
from dangol.insight.analysis.prediction.quality import Span
from dangol.insight.warehouse.features import FEATURES, Unit
from dangol.web.insight.answers import Answer
from dangol.web.shell.figures import count, decimals, percent

LEARNERS: dict[str, str | Promise] = {
    TREE: gettext_lazy("Decision tree"),
    BOOSTING: gettext_lazy("Many small trees (gradient boosting)"),
    NETWORK: gettext_lazy("Neural network"),
}
WHOLE = frozenset({Unit.COUNT, Unit.DAYS})
BROKEN = frozenset({"rhythm"})  # days that are an average
FEW = 100  # of the rarer kind in the period held back, below which figures are rough


def condition(step: Condition) -> str:
    """A stretch of a feature: above `low` up to `high`; whole numbers as they are counted."""
    low, high = step.low, step.high
    if FEATURES[step.column].unit in WHOLE and step.column not in BROKEN:
        low, high = None if low is None else floor(low) + 1, None if high is None else floor(high)
    told = [None if end is None else amount(step.column, end) for end in (low, high)]
    if low is not None and high is not None and low == high:
        return _("%(what)s: %(value)s") % {"what": label(step.column), "value": told[0]}
    if told[0] is None:
        return _("%(what)s: %(high)s or less") % {"what": label(step.column), "high": told[1]}
    if told[1] is None:
        return _("%(what)s: %(low)s or more") % {"what": label(step.column), "low": told[0]}
    return _("%(what)s: %(low)s to %(high)s") % {"what": label(step.column), "low": told[0], "high": told[1]}


def finding(found: Foretold) -> str:
    """What was found, in one sentence."""
    told = found.told
    return _("Of %(all)s customers, about %(back)s are expected to buy again within %(days)s days.") % {
        "all": count(told["customers"]), "back": count(told["likely_to_return"]), "days": found.days,
    }  # fmt: skip


def answer() -> Answer | None:
    """What the index says of it."""
    found = foretold()
    return Answer(finding(found), found.run.as_of) if found else None


def reliability(found: Foretold) -> str:
    """How far what was said lay from what happened, in one sentence."""
    quality = found.quality
    off = sum(abs(one.said - one.share) * one.customers for one in quality.bins) / quality.customers
    if off < 0.05:
        return _("What was said held: of 100 said to come, on average %(off)s more or fewer came.") % {
            "off": decimals(off * 100, 1)
        }
    return _("Read with care: of 100 said to come, on average %(off)s more or fewer came.") % {
        "off": decimals(off * 100, 1)
    }


def good(found: Foretold) -> list[str]:
    """How good it was on the period held back, in sentences."""
    quality, told = found.quality, found.told
    return [
        _("It was taught by what was known on %(learned)s, and tested on %(customers)s customers by what was known on"
          " %(judged)s: %(back)s of them bought within %(days)s days.") % {
            "learned": _day(told["learned"]["day"]), "judged": _day(told["judged"]["day"]),
            "customers": count(quality.customers), "back": count(quality.happened), "days": found.days,
        },
        _("Of two customers, one who came back and one who did not, it put the right one first in %(auc)s of 100 cases"
          " (95%% interval %(low)s ~ %(high)s; tossing a coin: 50).") % _hundreds(quality.auc),
        _("Its error was %(skill)s%% smaller than that of giving everybody the same chance"
          " (95%% interval %(low)s ~ %(high)s%%).") % {
            "skill": decimals(quality.skill.value * 100, 0), "low": decimals(quality.skill.low * 100, 0),
            "high": decimals(quality.skill.high * 100, 0),
        },
    ]  # fmt: skip


def why_chosen(found: Foretold) -> str:
    """Why this learner and no other."""
    best = str(LEARNERS[str(found.told["ahead"]["name"])])
    if found.chosen == TREE:
        return _("The decision tree is used: one can read it, and nothing else was better by more than chance.")
    return _("%(best)s is used: its error was smaller than that of the decision tree by more than chance.") % {
        "best": best
    }


def warnings(found: Foretold) -> list[str]:
    """What to beware of; nothing where all is well."""
    told, quality = [], found.quality
    if not found.useful:
        told.append(_("It tells no more than giving everybody the same chance. Do not act on it."))
    rarer = min(quality.happened, quality.customers - quality.happened)
    if rarer < FEW:
        told.append(
            _("Only %(rarer)s customers of the rarer kind could be tested on, so the figures are rough.")
            % {"rarer": count(rarer)}
        )
    for review in found.reviews[:1]:
        if review["worthless"]:
            told.append(_("The last forecast whose days are over told nothing that came true. Do not act on this one."))
        elif review["off"]:
            told.append(
                _("The last forecast whose days are over said %(said)s, but %(share)s came. Times may have changed.")
                % _said_and_came(review)
            )
    return told


def became_of(review: dict[str, Any]) -> str:
    """What became of a forecast whose days are over, in one sentence."""
    names = {"day": _day(review["day"]), "days": review["days"], **_said_and_came(review)}
    if review["worthless"]:
        return (
            _(
                "Foretold on %(day)s for %(days)s days: %(said)s were said to come back and %(share)s came, but giving "
                "everybody the same chance would have told as much."
            )
            % names
        )
    return _("Foretold on %(day)s for %(days)s days: %(said)s were said to come back, and %(share)s came.") % names


def _said_and_came(review: dict[str, Any]) -> dict[str, str]:
    return {"said": percent(review["said"]), "share": percent(review["share"])}


def _hundreds(span: Span) -> dict[str, str]:
    return {name: decimals(getattr(span, one) * 100, 0) for name, one in (
        ("auc", "value"), ("low", "low"), ("high", "high"))}  # fmt: skip


def _day(iso: str) -> str:
    return date_format(date.fromisoformat(iso), "DATE_FORMAT")


def bad_days(days: int) -> str:
    """That one cannot ask so."""
    return _("Ask about %(choices)s days, not %(days)s.") % {"choices": ", ".join(map(str, CHOICES)), "days": days}
