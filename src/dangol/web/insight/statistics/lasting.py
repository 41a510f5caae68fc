"""How long contracts last, by what is known of the customers: a curve for each group."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
from django.utils.translation import gettext as _

from dangol.insight.analysis.contracts.lives import MONTH, Lives, late_curve
from dangol.insight.analysis.statistics.curves import Curve, Curves, curves_by
from dangol.insight.analysis.statistics.findings import CannotSay
from dangol.insight.analysis.who_counts import shops_day
from dangol.insight.warehouse.contracts import contracts_begun, day_number, held
from dangol.insight.warehouse.queries import lake
from dangol.web.insight.statistics import drawing, judging
from dangol.web.insight.statistics.checks import in_words, refusal
from dangol.web.insight.statistics.crowd import Crowd
from dangol.web.insight.statistics.judging import Asking, CannotAnswer, made_of_the_same
from dangol.web.insight.statistics.made_of import PURCHASES
from dangol.web.insight.statistics.said import Answer, Figure, Picture
from dangol.web.shell.figures import count, decimals, percent
from dangol.web.shell.said import Parts, span

MOST = 6  # groups in a picture
OUTCOME = "contracts"


def lasting(crowd: Crowd, *, by: str, asking: Asking) -> Answer:
    """by: the name of a column of words. Raises CannotAnswer, NoSuchThing, NoLake."""
    choice = crowd.choice(by)
    here, today = lake(), shops_day(crowd.asked.at)
    if not held(here):
        raise CannotAnswer(_("No subscription is on record yet. Import a file of subscriptions first."))
    table = contracts_begun(here.seen_by(crowd.mine.scope), as_of=today)
    keys = table.column("customer_key").to_numpy().astype(np.int64)
    places = crowd.places(keys)
    lives = Lives.of(table)
    words = np.where(places >= 0, choice.words[np.maximum(places, 0)], "") if len(crowd.ids) else np.array([], object)
    known = words != ""
    if not known.any():
        raise CannotAnswer(_("No subscription is on record yet. Import a file of subscriptions first."))
    end = day_number(today)
    first = lives.told_from(end)
    late = first is not None and late_curve(lives, today=end) is not None
    ended = lives.ended <= end
    months = np.maximum(np.minimum(lives.ended, end) - lives.began, np.where(ended, 1, 0)) / MONTH
    entered = (
        np.minimum(np.maximum((first or 0) - 1 - lives.began, 0) / MONTH, months) if late else np.zeros(len(months))
    )
    seen = known & ((entered < months) | (entered == 0))
    try:
        found = curves_by(
            months[seen], ended[seen], [str(word) for word in words[seen]], entered=entered[seen]
        )  # fmt: skip
    except CannotSay as error:
        raise CannotAnswer(refusal(error)) from error
    verdict = judging.judged(
        found.p, OUTCOME, asking, built_in=made_of_the_same(choice.sources, frozenset({PURCHASES}))
    )  # fmt: skip
    sentence = sentence_of(found, choice.label)
    warnings = judging.missing(known, np.ones(len(known), bool))
    return Answer(
        sentence=sentence, verdict=verdict.code, judged=verdict.sentence, warnings=warnings,
        figures=[Figure(one.name, half_in_words(one), _("%(n)s contracts, %(ends)s ended") % {
            "n": count(one.n), "ends": count(one.ends)}) for one in found.curves[:MOST]] + verdict.figures,
        checks=in_words(found.checks),
        notes=[
            _(
                "Groups are those of today: whoever stayed long had more time to become what they are now. Take what "
                "was fixed at the beginning, such as the district, before what came later."
            ),
            *judging.notes(verdict.among),
        ],
        picture=_picture(found, choice.label, sentence),
        numbers={"method": "log_rank", "p": found.p, "p_adjusted": verdict.among.p, "asked": verdict.among.asked,
                 "groups": [asdict(one) for one in found.curves]},
    )  # fmt: skip


def sentence_of(found: Curves, label: str) -> str:
    """Which lasts longest, and which ends first."""
    longest, shortest = found.curves[0], found.curves[-1]
    told = {"by": label, "longest": longest.name, "shortest": shortest.name}
    if shortest.half is None:
        return _("By “%(by)s”: in no group half of the contracts have ended yet.") % told
    told |= {"short": decimals(shortest.half, 1)}
    if longest.half is None:
        return _(
            "By “%(by)s”: contracts last longest with “%(longest)s”, where half have not ended yet; with "
            "“%(shortest)s” "
            "half last longer than %(short)s months."
        ) % told  # fmt: skip
    return _(
        "By “%(by)s”: half of the contracts of “%(longest)s” last longer than %(long)s months, of "
        "“%(shortest)s” longer "
        "than %(short)s."
    ) % (told | {"long": decimals(longest.half, 1)})  # fmt: skip


def half_in_words(one: Curve) -> str:
    """The half-life of a group, with its interval."""
    if one.half is None:
        return _("more than half still run")
    low, high = (decimals(end, 1) for end in (one.half_low, one.half_high))
    half = decimals(one.half, 1)
    told = _("half after %(n)s months (%(low)s ~ %(high)s)") % {"n": half, "low": low, "high": high}
    return Parts(told, [(_("months"), half), *span(low, high).parts])


def _picture(found: Curves, label: str, sentence: str) -> Picture:
    shown = found.curves[:MOST]
    rows = [
        {"group": one.name, "month": round(month, 2), "part": 100 * part, "low": 100 * low, "high": 100 * high}
        for one in shown for month, part, low, high in ((0.0, 1.0, 1.0, 1.0), *_thinned(one))
    ]  # fmt: skip
    table = [
        [one.name, count(one.n), count(one.ends), half_in_words(one), _after(one, 12), _after(one, 24)] for one in shown
    ]
    return Picture(
        sentence, _("Share of contracts that still run after so many months, %%, by “%(by)s”") % {"by": label},
        drawing.curves(rows, [one.name for one in shown], _("Months"), label),
        [label, _("Contracts"), _("Ended"), _("Half"), _("After 12 months"), _("After 24 months")], table, [1, 2],
    )  # fmt: skip


def _thinned(one: Curve) -> list[tuple[float, float, float, float]]:
    """At most some hundred points: a picture shows no more."""
    step = max(1, len(one.points) // 120)
    return [*one.points[::step], *(one.points[-1:] if (len(one.points) - 1) % step else ())]


def _after(one: Curve, months: int) -> str:
    seen = [point for point in one.points if point[0] <= months]
    if not one.points or one.points[-1][0] < months or not seen:
        return decimals(None)
    share, low, high = (percent(part) for part in seen[-1][1:4])
    ends = span(low, high)
    return Parts(f"{share} ({ends})", [(_("share"), share), *ends.parts])
