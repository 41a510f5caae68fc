"""A campaign's result put together: what it changed, what it cost, how far it went, and why some got nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from dangol.decisions.campaigns.effects import buyers
from dangol.decisions.campaigns.judged_by import Outcome
from dangol.decisions.campaigns.models import Campaign
from dangol.decisions.campaigns.queries import Result, Standing
from dangol.insight.analysis.models import Effect
from dangol.insight.relationship.positioning.worth_of_a_use import said_last
from dangol.records.ledger.costs import spent_on
from dangol.records.ledger.models import Assignment
from dangol.web.campaigns import channels
from dangol.web.shell.figures import amount
from dangol.web.start.rounds import value_settings


@dataclass(frozen=True)
class Sum:
    """Money, minor units, or uses, with its 95 % interval."""

    value: float
    low: float
    high: float

    @property
    def sure(self) -> bool:
        """Whether the interval leaves zero out."""
        return not self.low <= 0 <= self.high


@dataclass(frozen=True)
class Account:
    """What it cost in money, what it brought more, and what stays in money.

    outcome: what `brought` is counted in. rate: money that stays for one of it, the margin rate, which is assumed, or
    what somebody said a use is worth (minor units); where nobody did both it and `profit` are None.
    """

    cost: float
    outcome: str
    brought: Sum
    profit: Sum | None
    rate: float | None

    @property
    def for_one(self) -> float | None:
        """What one use more cost, minor units; None where none is sure."""
        return self.cost / self.brought.value if self.brought.low > 0 else None


@dataclass(frozen=True)
class Missed:
    """People who got nothing, by reason: name, number, and what can be done."""

    name: channels.Word
    number: int
    way_out: channels.Word


@dataclass(frozen=True)
class Strip:
    """From plan to purchase or use. `bought`: of the treated, within the window; None before it can be known."""

    planned: int
    assigned: int
    held_out: int
    sent: int
    waiting: int
    stopped: int
    bought: int | None
    bought_held_out: int | None

    def share(self, number: int | None) -> float:
        """Of the planned, as a length 0–100."""
        return round(100 * (number or 0) / self.planned, 1) if self.planned else 0.0

    @property
    def bars(self) -> dict[str, float]:
        return {name: self.share(getattr(self, name)) for name in ("planned", "assigned", "sent", "bought")}


def headline(effect: Effect, *, sound: bool, final: bool) -> str:
    """What the campaign changed, in one plain sentence; that nothing can be read where the arms are not as planned.

    Before its weeks are over a result is a first look: every further look could find something by chance.
    """
    if not sound:
        return _("No effect can be read off this result.")
    told = _change(effect)
    return told if final else _("A first look, not a result yet: %(told)s") % {"told": told}


def _change(effect: Effect) -> str:
    if not Sum(effect.effect, effect.ci_low, effect.ci_high).sure:
        return _("We cannot tell whether anything changed: the interval includes zero.")
    told = {"amount": amount(abs(effect.effect), effect.outcome)}
    if effect.outcome == Outcome.USES:
        if effect.effect > 0:
            return _("Each customer we planned to reach had %(amount)s more.") % told
        return _("Each customer we planned to reach had %(amount)s fewer.") % told
    if effect.effect > 0:
        return _("Each customer we planned to reach bought %(amount)s more.") % told
    return _("Each customer we planned to reach bought %(amount)s less.") % told


def account(campaign: Campaign, effect: Effect, sent: int) -> Account:
    """Over everybody assigned to be sent to: brought = effect × people; what stays = its worth to us less the cost.

    The worth of what was sold is the margin on it, that of uses what somebody said one is worth. The cost is that of
    the offer for everybody who got it, and whatever was entered as spent on the campaign.
    """
    people = effect.treated
    rate = said_last() if effect.outcome == Outcome.USES else value_settings().margin_rate
    cost = float(campaign.offer.cost * sent + spent_on(campaign.source_ref, campaign.name))
    brought = Sum(effect.effect * people, effect.ci_low * people, effect.ci_high * people)
    profit = None if rate is None else Sum(*(each * rate - cost for each in (brought.value, brought.low, brought.high)))
    return Account(cost, effect.outcome, brought, profit, rate)


def verdict(found: Account) -> str:
    """Whether it paid, in one sentence; "" where nobody said what a use is worth."""
    if found.profit is None:
        return ""
    if found.outcome == Outcome.USES:
        return _verdict_of_use(found.profit)
    if found.profit.low > 0:
        return _("It earned more than it cost.")
    if found.profit.high < 0:
        return _("It cost more than it earned.")
    return _("Whether it earned its cost cannot be said yet.")


def _verdict_of_use(worth: Sum) -> str:
    if worth.low > 0:
        return _("By what a use is worth to you it brought more than it cost.")
    if worth.high < 0:
        return _("By what a use is worth to you it cost more than it brought.")
    return _("Whether it was worth its cost cannot be said yet.")


def strip(campaign: Campaign, standing: Standing, until: datetime | None) -> Strip:
    """The counts from plan to purchase or use."""
    stopped = max(standing.treated - standing.sent - standing.waiting, 0)
    planned = standing.audience + sum(standing.withheld.values()) - stopped
    bought = buyers(campaign, until) if until else {}
    return Strip(
        planned=planned,
        assigned=standing.audience,
        held_out=standing.held_out,
        sent=standing.sent,
        waiting=standing.waiting,
        stopped=stopped,
        bought=bought.get(Assignment.Arm.TREATED, 0) if until else None,
        bought_held_out=bought.get(Assignment.Arm.HELD_OUT, 0) if until else None,
    )


def missed(standing: Standing) -> list[Missed]:
    """Why some got nothing, and what can be done about it; the holdout first."""
    counts = {"held_out": standing.held_out, **dict(sorted(standing.withheld.items(), key=lambda one: -one[1]))}
    found = [(channels.REASONS.get(code, (code, "")), number) for code, number in counts.items() if number]
    return [Missed(name, number, way_out) for (name, way_out), number in found]


def window(result: Result) -> tuple[datetime | None, datetime | None, bool]:
    """When it was counted: (since, until, whether the weeks are complete)."""
    told: dict[str, Any] = result.run.summary
    since, until = (parse_datetime(told[end]) if told.get(end) else None for end in ("since", "until"))
    return since, until, bool(told.get("complete", True))


def ends_at(campaign: Campaign) -> datetime | None:
    """When the last purchase or use of a launched campaign is counted."""
    return campaign.launched_at + timedelta(weeks=campaign.weeks) if campaign.launched_at else None
