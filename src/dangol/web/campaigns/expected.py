"""What a plan does to those served below what they expect, in words: looked at before it is sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dangol.contact.delivery.parcel import Channel
from dangol.decisions.campaigns.expectation_guard import (
    BEST_BELOW,
    LEFT_OUT,
    Concerned,
    Guard,
    expectation_guard,
)  # fmt: skip
from dangol.decisions.campaigns.models import Campaign
from dangol.insight.relationship.expectation.excluded import COMPLAINED
from dangol.insight.relationship.expectation.gaps import BEST
from dangol.insight.relationship.queries import current_run
from dangol.lib.errors import DangolError
from dangol.records.permission.asking import About
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.campaigns import channels
from dangol.web.shell.figures import people
from dangol.web.shell.viewer import Viewer

type Word = str | Promise

NAMES: dict[str, Word] = {
    BEST_BELOW: gettext_lazy("Best customers below expectation"),
    LEFT_OUT: gettext_lazy("Left out before, then complained"),
}
LISTS = {BEST_BELOW: ("expectation", BEST), LEFT_OUT: ("left_out", COMPLAINED)}  # the filter of the list of customers


@dataclass(frozen=True)
class Row:
    """One group with what it is called and where its people are listed."""

    name: Word
    url: str
    counts: Concerned


@dataclass(frozen=True)
class Shown:
    """What the page shows. unknown: what cannot be said, "" where all can."""

    guard: Guard
    finding: str
    unknown: str
    rows: list[Row]


def looked_at(rule: dict[str, Any], *, channel: Channel, about: About, viewer: Viewer) -> Guard | None:
    """What a plan would do as it would be sent now; None where nobody can be picked by it, before expectations were
    looked at, and for whoever may not see what values say.
    """
    if not viewer.may(May.SEE_VALUES):
        return None
    try:
        return expectation_guard(rule, run=current_run(), channel=channel.facts, at=clock.as_of(), about=about)
    except DangolError:  # the audience beside it says why
        return None


def of_campaign(one: Campaign, viewer: Viewer) -> Guard | None:
    """The same of a campaign that is planned; None once it is sent."""
    if one.launched_at is not None:
        return None
    return looked_at(one.segment.rule, channel=channels.chosen(one.channel), about=one.about, viewer=viewer)


def shown(guard: Guard | None) -> Shown | None:
    """In words."""
    if guard is None:
        return None
    rows = [Row(NAMES[one.group], _listed(one.group), one) for one in guard.groups]
    return Shown(guard, finding(guard), " ".join(_unknown(guard)), rows)


def finding(guard: Guard) -> str:
    """Whom it leaves out, in a sentence for each group."""
    return " ".join(_found(guard))


def _found(guard: Guard) -> Iterator[str]:
    best, left_out = guard.best_below, guard.left_out
    if best.people:
        yield ngettext(
            "%(missed)s of the %(people)s best customers below expectation does not get it.",
            "%(missed)s of the %(people)s best customers below expectation do not get it.",
            best.missed,
        ) % {"missed": people(best.missed), "people": people(best.people)}
    else:
        yield _("None of the best customers is known to be below expectation.")
    if left_out is None:
        return
    if left_out.people:
        yield ngettext(
            "%(missed)s of the %(people)s who complained after being left out is left out again.",
            "%(missed)s of the %(people)s who complained after being left out are left out again.",
            left_out.missed,
        ) % {"missed": people(left_out.missed), "people": people(left_out.people)}
    else:
        yield _("Nobody complained after being left out.")


def _unknown(guard: Guard) -> Iterator[str]:
    counts = guard.found.counts
    if unknown := counts["best"] - counts["best_known"]:
        told = ngettext(
            "Of %(n)s of the %(best)s best customers it is not known whether they get what they expect.",
            "Of %(n)s of the %(best)s best customers it is not known whether they get what they expect.",
            unknown,
        )
        yield told % {"n": people(unknown), "best": people(counts["best"])}
    if guard.left_out is None:
        yield _(
            "Who complained after being left out is not counted yet."
            " Under See who and why stands how to have it counted."
        )


def _listed(group: str) -> str:
    column, word = LISTS[group]
    return f"{reverse('customers')}?{column}={word}"
