"""What the test of values found, in the words of somebody who runs a shop."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dangol.insight.analysis.models import Run
from dangol.insight.relationship.back_test.chances import Chances
from dangol.insight.relationship.back_test.commitments import Commitments
from dangol.insight.relationship.back_test.money import Money
from dangol.insight.relationship.back_test.outcome import Outcome
from dangol.insight.relationship.back_test.queries import BackTest, last_back_test
from dangol.insight.relationship.back_test.ratios import Span
from dangol.insight.relationship.back_test.verdicts import Apart, Verdict
from dangol.insight.relationship.counted_in import is_by_use
from dangol.web.insight.answers import Answer
from dangol.web.shell.figures import count, decimals, people, percent, worth_about

type Word = str | Promise

HEADLINES: dict[Verdict, Word] = {
    Verdict.RIGHT: gettext_lazy("Value comes true, as far as chance lets one see"),
    Verdict.HOPEFUL: gettext_lazy("Values were too hopeful: less came than they promised"),
    Verdict.GLOOMY: gettext_lazy("Values were too gloomy: more came than they promised"),
    Verdict.UNEVEN: gettext_lazy("In sum value comes true, but not for every kind of customer"),
    Verdict.OPEN: gettext_lazy("Too little is known to tell whether value comes true"),
}
COMMITMENT: dict[Verdict, Word] = {
    Verdict.RIGHT: gettext_lazy(
        "Commitment was right: of 100 purchases expected, %(came)s were made (95%% interval %(low)s ~ %(high)s)."
    ),
    Verdict.HOPEFUL: gettext_lazy(
        "Commitment was too high: of 100 purchases expected, only %(came)s were made "
        "(95%% interval %(low)s ~ %(high)s)."
    ),
    Verdict.GLOOMY: gettext_lazy(
        "Commitment was too low: where 100 purchases were expected, %(came)s were made "
        "(95%% interval %(low)s ~ %(high)s)."
    ),
    Verdict.UNEVEN: gettext_lazy(
        "Commitment was right in sum: of 100 purchases expected, %(came)s were made (95%% interval %(low)s ~ %(high)s)."
    ),
    Verdict.OPEN: gettext_lazy(
        "Of 100 purchases expected, %(came)s were made. With so few the truth may lie anywhere from %(low)s to "
        "%(high)s."
    ),
}
# The same where nothing is sold: what is expected of somebody is days on which they use something.
COMMITMENT_OF_USE: dict[Verdict, Word] = {
    Verdict.RIGHT: gettext_lazy(
        "Commitment was right: of 100 days of use expected, %(came)s came (95%% interval %(low)s ~ %(high)s)."
    ),
    Verdict.HOPEFUL: gettext_lazy(
        "Commitment was too high: of 100 days of use expected, only %(came)s came (95%% interval %(low)s ~ %(high)s)."
    ),
    Verdict.GLOOMY: gettext_lazy(
        "Commitment was too low: where 100 days of use were expected, %(came)s came (95%% interval %(low)s ~ %(high)s)."
    ),
    Verdict.UNEVEN: gettext_lazy(
        "Commitment was right in sum: of 100 days of use expected, %(came)s came (95%% interval %(low)s ~ %(high)s)."
    ),
    Verdict.OPEN: gettext_lazy(
        "Of 100 days of use expected, %(came)s came. With so few the truth may lie anywhere from %(low)s to %(high)s."
    ),
}
APART: dict[Apart, Word] = {
    Apart.RIGHT: gettext_lazy(
        "The chances of single customers lie as far apart as what they did (slope %(slope)s, %(low)s ~ %(high)s)."
    ),
    Apart.TOO_FAR: gettext_lazy(
        "The chances of single customers lie too far apart (slope %(slope)s, %(low)s ~ %(high)s; right is 1): who was "
        "said to be sure is less sure, and who was written off comes back more often."
    ),
    Apart.TOO_NEAR: gettext_lazy(
        "The chances of single customers lie too close together (slope %(slope)s, %(low)s ~ %(high)s; right is 1): the "
        "faithful are more faithful, and leavers leave more often, than was said."
    ),
}
NO_SLOPE: Word = gettext_lazy(
    "How far apart the chances should lie cannot be seen here: too many customers did the same, or were said the same."
)
MONEY: dict[Verdict, Word] = {
    Verdict.RIGHT: gettext_lazy(
        "%(came)s of margin came, %(said)s was expected: %(share)s (95%% interval %(interval)s)."
    ),
    Verdict.HOPEFUL: gettext_lazy(
        "Only %(came)s of margin came, %(said)s was expected: %(share)s (95%% interval %(interval)s)."
    ),
    Verdict.GLOOMY: gettext_lazy(
        "More margin came than was expected, %(came)s instead of %(said)s: %(share)s (95%% interval %(interval)s)."
    ),
}  # fmt: skip
OF_USES: dict[Verdict, Word] = {
    Verdict.RIGHT: gettext_lazy("%(came)s came, %(said)s were expected: %(share)s (95%% interval %(interval)s)."),
    Verdict.HOPEFUL: gettext_lazy(
        "Only %(came)s came, %(said)s were expected: %(share)s (95%% interval %(interval)s)."
    ),
    Verdict.GLOOMY: gettext_lazy(
        "More came than was expected, %(came)s instead of %(said)s: %(share)s (95%% interval %(interval)s)."
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Told:
    """A group of customers in sentences."""

    headline: str
    right: bool
    sentences: list[str]
    warnings: list[str]


def answer() -> Answer | None:
    """The row of the index."""
    found = last_back_test()
    return Answer(headline(found.all) + ".", found.run.as_of) if found else None


def headline(one: Outcome) -> str:
    """The verdict in one line."""
    return str(HEADLINES[one.verdict])


def told(one: Outcome, run: Run) -> Told:
    """Everything the page says of these customers before the pictures."""
    parts: list[str] = []
    by_use = is_by_use(run)
    if one.commitment:
        parts.append(commitment(one.commitment, by_use=by_use))
    if one.chance:
        parts += [bought(one.chance, by_use=by_use), apart(one.chance)]
    if one.money:
        parts.append(money(one.money, run))
    return Told(headline(one), one.verdict is Verdict.RIGHT, parts, list(_warnings(one, by_use=by_use)))


def commitment(one: Commitments, *, by_use: bool) -> str:
    """Purchases, or days of use, against those expected."""
    if one.ratio is None:
        return str(HEADLINES[Verdict.OPEN])
    known = COMMITMENT_OF_USE if by_use else COMMITMENT
    return str(known[one.verdict]) % _hundreds(one.ratio) + _but(one.verdict, [each.off for each in one.tenths])


def bought(one: Chances, *, by_use: bool) -> str:
    """Who bought, or used anything, at least once, against the chances."""
    sentence = _("%(came)s of %(people)s customers bought at least once; %(said)s were expected to.")
    if by_use:
        sentence = _("%(came)s of %(people)s customers came at least once; %(said)s were expected to.")
    sentence %= {
        "came": count(one.bought), "people": people(one.customers), "said": count(one.said * one.customers),
    }  # fmt: skip
    return sentence + _but(one.verdict, [each.off for each in one.groups])


def apart(one: Chances) -> str:
    """The slope."""
    if one.line is None:
        return str(NO_SLOPE)
    slope = one.line.slope
    return str(APART[one.apart]) % {
        "slope": decimals(slope.value), "low": decimals(slope.low), "high": decimals(slope.high),
    }  # fmt: skip


def skill(one: Chances) -> list[str]:
    """How much smaller the error is than without a model, once for each base."""
    return [sentence for sentence in (_over_before(one), _over_own(one)) if sentence]


def money(one: Money, run: Run) -> str:
    """The margin that came, or the uses."""
    if one.ratio is None:
        return ""
    known = OF_USES if is_by_use(run) else MONEY
    return str(known.get(one.verdict, known[Verdict.RIGHT])) % {
        "came": worth_about(one.came, run), "said": worth_about(one.expected, run), "share": percent(one.ratio.value),
        "interval": interval(one.ratio),
    } + _but(one.verdict, one.off)  # fmt: skip


def against_naive(one: Money, run: Run) -> str:
    """Customer by customer, beside the same as before."""
    if one.gain is None:
        return ""
    names = {"model": worth_about(one.errors.rmse, run), "naive": worth_about(one.errors_before.rmse, run)}
    if one.gain.low > 0:
        return _("Customer by customer values were off by %(model)s, “the same as before” by %(naive)s.") % names
    if one.gain.high < 0:
        return _(
            "Customer by customer “the same as before” was closer (off by %(naive)s) than values (%(model)s)."
        ) % names  # fmt: skip
    return _(
        "Customer by customer values were off by %(model)s. “The same as before” (%(naive)s) cannot be told from it."
    ) % names  # fmt: skip


def order(one: Money) -> str:
    """Whether those who were worth more brought more."""
    if one.order is None or one.order_before is None:
        return ""
    return _(
        "Rank correlation of what was expected with what came: %(model)s (%(low)s ~ %(high)s); of “the same as "
        "before”: %(naive)s."
    ) % {
        "model": decimals(one.order.value), "low": decimals(one.order.low), "high": decimals(one.order.high),
        "naive": decimals(one.order_before.value),
    }  # fmt: skip


def interval(span: Span) -> str:
    """Both ends of a share."""
    return f"{percent(span.low)} ~ {percent(span.high)}"


def weeks(found: BackTest) -> str:
    """How many weeks were held back."""
    return ngettext("%(n)s week", "%(n)s weeks", found.weeks) % {"n": found.weeks}


def _warnings(one: Outcome, *, by_use: bool) -> Iterator[str]:
    if not one.customers:
        yield (
            _("Nobody on record had used anything by the first day of these weeks.")
            if by_use
            else _("Nobody on record had bought by the first day of these weeks.")
        )
    elif not one.foretold:
        yield _("No fit could be made of these customers, so no value was promised. Below stands why.")
    elif one.foretold < one.customers:
        yield _("For %(people)s customers without a fit nothing was promised; they are in no figure here.") % {
            "people": people(one.customers - one.foretold)
        }
    if one.customers and not one.bought:
        yield (
            _("Nobody came in the weeks held back. Were you closed, or are loans and visits missing?")
            if by_use
            else _("Nobody bought in the weeks held back. Were you closed, or are sales missing?")
        )
    elif one.customers and one.bought == one.customers:
        yield (
            _("Everybody came in the weeks held back. Hold back fewer weeks to tell customers apart.")
            if by_use
            else _("Everybody bought in the weeks held back. Hold back fewer weeks to tell customers apart.")
        )


def _over_before(one: Chances) -> str:
    if one.over_before is None or one.before is None:
        return _("Nobody was a customer long enough for a share of the weeks before, so nothing is compared with it.")
    names = {"share": percent(one.before, 1), "skill": percent(one.over_before.value),
             "interval": interval(one.over_before)}  # fmt: skip
    if one.over_before.low > 0:
        return _(
            "The error of the chances is %(skill)s smaller (%(interval)s) than giving everybody the share of the weeks "
            "before, %(share)s."
        ) % names  # fmt: skip
    return _(
        "The error of the chances is not surely smaller (%(skill)s, %(interval)s) than giving everybody the share of "
        "the weeks before, %(share)s."
    ) % names  # fmt: skip


def _over_own(one: Chances) -> str:
    if one.over_own is None:
        return ""
    return _("Against the share of these weeks themselves, which nobody could know: %(skill)s (%(interval)s).") % {
        "skill": percent(one.over_own.value), "interval": interval(one.over_own),
    }  # fmt: skip


def _but(verdict: Verdict, outside: list[bool]) -> str:
    """What a right sum hides."""
    if verdict is not Verdict.UNEVEN:
        return ""
    sentence = _("But %(off)s of %(all)s groups of customers came otherwise than was said of them.")
    return " " + sentence % {"off": sum(outside), "all": len(outside)}


def _hundreds(span: Span) -> dict[str, str]:
    return {"came": count(span.value * 100), "low": count(span.low * 100), "high": count(span.high * 100)}
