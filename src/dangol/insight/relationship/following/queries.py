"""Read what was taken over and what became of it, by portfolio and programme; and what is followed of one customer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count

from dangol.insight.analysis.who_counts import shops_day
from dangol.insight.relationship.following.outcome import OUTCOMES, Difference, difference
from dangol.insight.relationship.models import Followed, FollowUp, Position, Takeover
from dangol.insight.relationship.movement.months import month_of
from dangol.lib.languages import speaks

EARLY = timedelta(days=90)  # until then a result is told, but as too early


@dataclass(frozen=True)
class Seen:
    """One month after: counts of both arms by outcome; more: the share that moved as meant, treated less held out;
    value, equity: points gained more by the treated, with intervals."""

    month: date
    early: bool
    treated: Mapping[str, int]
    held_out: Mapping[str, int]
    more: Difference | None
    value: Mapping[str, float] | None
    equity: Mapping[str, float] | None

    @property
    def finding(self) -> str:
        """few, early, more, less, or unclear: what may be said of it."""
        if self.more is None:
            return "few"
        if self.early:
            return "early"
        return "more" if self.more.low > 0 else "less" if self.more.high < 0 else "unclear"


@dataclass(frozen=True)
class Line:
    """One programme of one takeover. treated, held_out: followed today; months: the oldest first."""

    takeover: Takeover
    code: str
    treated: int
    held_out: int
    moves: Mapping[str, int]
    months: Sequence[Seen]

    @property
    def name(self) -> str:
        """As it was called when it was recommended."""
        told: Mapping[str, str] = self.takeover.programmes[self.code]["names"]
        return told["ko" if speaks() == "ko" else "en"]

    @property
    def last(self) -> Seen | None:
        """The newest month."""
        return self.months[-1] if self.months else None


@dataclass(frozen=True)
class Portfolio:
    """What was taken over of one portfolio; run: its number, None where it was let go of."""

    run: int | None
    lines: Sequence[Line]

    @property
    def treated(self) -> Counter[str]:
        """Counts of the newest month of each programme, together."""
        return _sum(one.last.treated for one in self.lines if one.last)

    @property
    def held_out(self) -> Counter[str]:
        """The same of those held out."""
        return _sum(one.last.held_out for one in self.lines if one.last)


@dataclass(frozen=True)
class Own:
    """What is followed of one customer; later: every month's place after it, the oldest first."""

    followed: Followed
    later: Sequence[Position]

    @property
    def name(self) -> str:
        """The programme as it was called then."""
        told: Mapping[str, str] = self.followed.takeover.programmes[self.followed.programme]["names"]
        return told["ko" if speaks() == "ko" else "en"]


def taken_over() -> list[Portfolio]:
    """Every portfolio that somebody acted on, the newest first. Three queries."""
    takeovers = list(Takeover.objects.order_by("-pk"))
    follow_ups: dict[int, list[FollowUp]] = {}
    for one in FollowUp.objects.select_related("snapshot").order_by("snapshot__month"):
        follow_ups.setdefault(one.takeover_id, []).append(one)
    counted = _counted()
    found: dict[int | None, list[Line]] = {}
    for takeover in takeovers:
        for code in takeover.programmes:
            months = [_seen(takeover, one, code) for one in follow_ups.get(takeover.pk, ()) if code in one.summary]
            arms, moves = counted.get((takeover.pk, code), (Counter(), Counter()))
            line = Line(takeover, code, arms[True], arms[False], dict(moves), months)
            found.setdefault(takeover.portfolio_id, []).append(line)
    return [Portfolio(run, lines) for run, lines in found.items()]


def followed_of(customer_id: int) -> list[Own]:
    """What is followed of one customer, the newest first. Two queries, one where nothing is."""
    rows = list(Followed.objects.filter(customer=customer_id).select_related("takeover").order_by("-takeover"))
    if not rows:
        return []
    places = list(Position.objects.filter(customer=customer_id).select_related("snapshot").order_by("snapshot__month"))
    return [Own(one, [place for place in places if _after(place, one.takeover)]) for one in rows]


def _after(place: Position, takeover: Takeover) -> bool:
    snapshot, day = place.snapshot, shops_day(takeover.at)
    return snapshot.yardstick == takeover.yardstick and snapshot.day > day and snapshot.month >= month_of(day)


def _counted() -> dict[tuple[int, str], tuple[Counter[bool], Counter[str]]]:
    found: dict[tuple[int, str], tuple[Counter[bool], Counter[str]]] = {}
    rows = Followed.objects.values_list("takeover", "programme", "treated", "move").annotate(n=Count("pk"))
    for takeover, programme, treated, move, number in rows.order_by():
        arms, moves = found.setdefault((takeover, programme), (Counter(), Counter()))
        arms[treated] += number
        moves[move] += number
    return found


def _seen(takeover: Takeover, one: FollowUp, code: str) -> Seen:
    told: Mapping[str, Any] = one.summary[code]
    early = one.snapshot.day - shops_day(takeover.at) < EARLY
    treated, held_out = told["treated"], told["held_out"]
    return Seen(
        one.snapshot.month, early, treated, held_out, difference(treated, held_out), told["value"], told["equity"]
    )  # fmt: skip


def _sum(counts: Any) -> Counter[str]:
    total: Counter[str] = Counter(dict.fromkeys(OUTCOMES, 0))
    for one in counts:
        total.update(one)
    return total
