"""What the page says of stages: names, what they mean, and the list of customers behind each number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dangol.insight.relationship.stages import words
from dangol.insight.relationship.stages.models import State, Step, Track
from dangol.insight.relationship.stages.names import ITEM
from dangol.insight.relationship.stages.queries import Move, Told, course_of
from dangol.insight.relationship.stages.rules import StageRules
from dangol.records.customers.using import Use, used
from dangol.web import clock
from dangol.web.shell.figures import percent

HEADINGS: dict[str, str | Promise] = {
    Track.STAGE.value: gettext_lazy("Stages of the relationship"), Track.CYCLE.value: gettext_lazy("Life cycle"),
}  # fmt: skip
FIRST = 4  # moves that stand open on the page


@dataclass(frozen=True)
class Line:
    """A state: its name, how one comes to stand in it, how many do, their part, their list."""

    state: str
    name: str
    means: str
    customers: int
    share: float
    address: str


@dataclass(frozen=True)
class Moved:
    """Who went from one state to another in the month; share: of those who stood in the first, with its interval."""

    was: str
    now: str
    customers: int
    among: int
    share: str
    interval: str
    address: str


@dataclass(frozen=True)
class Shown:
    """One track as the page shows it."""

    track: str
    heading: str
    customers: int
    lines: Sequence[Line]
    moves: Sequence[Moved]

    @property
    def first_moves(self) -> Sequence[Moved]:
        """Those of most customers."""
        return self.moves[:FIRST]

    @property
    def more_moves(self) -> Sequence[Moved]:
        """The others."""
        return self.moves[FIRST:]


@dataclass(frozen=True)
class Entry:
    """One step of a customer's course: the track and the state in words, since when, why."""

    track: str
    state: str
    step: Step
    why: str


def shown(told: Told, rules: StageRules, *, by_use: bool = False) -> Shown:
    """One track; by_use: of a business that sells nothing."""
    means = meanings(rules, by_use=by_use)
    lines = [
        Line(one.state, name(one.state), means[one.state], one.customers, one.share,
             address(**{told.track: one.state}))
        for one in told.states
    ]  # fmt: skip
    moves = [_moved(told.track, one) for one in told.moves]
    return Shown(told.track, str(HEADINGS[told.track]), told.customers, lines, moves)


def name(state: str) -> str:
    """A state in words; "" is of whom there was nothing to tell yet."""
    return str(State(state).label) if state else _("Not here yet")


def address(**wanted: str) -> str:
    """The list of customers filtered so."""
    return f"{reverse('customers')}?{urlencode(wanted)}"


def entries(customer_id: int, *, by_use: bool = False) -> list[Entry]:
    """The course of one customer, the newest step first; looking at it is a use of what is kept.

    by_use: of a business that sells nothing.
    """
    found = [
        Entry(str(Track(step.track).label), name(step.state), step, words.why(step, by_use=by_use))
        for step in course_of(customer_id)
    ]
    if found:
        used([ITEM], Use.MEETING, at=clock.as_of())
    return found


def _moved(track: str, move: Move) -> Moved:
    share = interval = ""
    if move.share is not None and move.low is not None and move.high is not None:
        share, interval = percent(move.share, 1), f"{percent(move.low, 1)} ~ {percent(move.high, 1)}"
    wanted = {f"{track}_then": move.was or "~", track: move.now}
    return Moved(name(move.was), name(move.now), move.customers, move.among, share, interval, address(**wanted))


def meanings(rules: StageRules, *, by_use: bool = False) -> dict[str, str]:
    """How one comes to stand in each state, by these rules; by_use: of a business that sells nothing."""
    facts: dict[str, Any] = {
        **rules.as_parameters(), "quiet_gaps": f"{rules.quiet_gaps:g}", "lost_gaps": f"{rules.lost_gaps:g}",
        "growth": percent(rules.growth_share),
    }  # fmt: skip
    found = {
        State.AWARENESS: _("On record, nothing bought yet"),
        State.EXPLORATION: _("From the first purchase on, or the first after being lost"),
        State.EXPANSION: ngettext(
            "%(expansion_purchases)s purchases over %(expansion_categories)s category",
            "%(expansion_purchases)s purchases over %(expansion_categories)s categories", rules.expansion_categories,
        ),
        State.COMMITMENT: _("%(commitment_days)s days without being lost, with %(commitment_purchases)s purchases"),
        State.ENDED: _("Lost; the stages begin anew when they come back"),
        State.NEW: _("One purchase so far"),
        State.KEPT: _("Came again"),
        State.GROWING: _("Spends %(growth)s more in %(growth_days)s days than in as many before"),
        State.QUIET: _("Silent longer than %(quiet_gaps)s of their usual gaps, at least %(quiet_days)s days"),
        State.LIFELONG: _("%(lifelong_days)s days without being lost"),
        State.LOST: _("Silent longer than %(lost_gaps)s of their usual gaps, at least %(lost_days)s days"),
        State.WON_BACK: _("Bought again after being lost; kept from the second time on"),
    }  # fmt: skip
    if by_use:
        found |= _of_uses(rules)
    return {state.value: text % facts for state, text in found.items()}


def _of_uses(rules: StageRules) -> dict[State, str]:
    """What is said otherwise where a purchase is a day with a use."""
    return {
        State.AWARENESS: _("On record, nothing used yet"),
        State.EXPLORATION: _("From the first use on, or the first after being lost"),
        State.EXPANSION: ngettext(
            "%(expansion_purchases)s days of use over %(expansion_categories)s class",
            "%(expansion_purchases)s days of use over %(expansion_categories)s classes", rules.expansion_categories,
        ),
        State.COMMITMENT: _("%(commitment_days)s days without being lost, with %(commitment_purchases)s days of use"),
        State.NEW: _("One day of use so far"),
        State.GROWING: _("Uses us %(growth)s more in %(growth_days)s days than in as many before"),
        State.WON_BACK: _("Used us again after being lost; kept from the second time on"),
    }  # fmt: skip
