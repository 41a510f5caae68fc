"""What the pages of series show: the list, one series with its issues and what all of it changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from dangol.decisions.campaigns import queries
from dangol.decisions.campaigns.expectation_guard import Guard
from dangol.decisions.campaigns.judged_by import why_unsold
from dangol.decisions.campaigns.models import FairnessSeen, Series, SeriesText
from dangol.decisions.campaigns.repeating.queries import PLANNED, Standing, all_series
from dangol.insight.relationship.queries import current_run
from dangol.lib.errors import DangolError
from dangol.web import clock
from dangol.web.campaigns import audience, channels, expected, fairness, listing, pages, results
from dangol.web.campaigns.choice import of_rule
from dangol.web.campaigns.forms import audience_words, offer_words
from dangol.web.campaigns.repeating.words import STATES, comes
from dangol.web.shell.viewer import Viewer


@dataclass(frozen=True)
class Row:
    """One series as the list shows it."""

    standing: Standing
    state: str
    comes: str
    next: date | None


def rows() -> list[Row]:
    """Every series, the latest first."""
    return [row_of(one) for one in all_series()]


def row_of(one: Standing) -> Row:
    """How one stands, in words. Nothing falls due where the home's clock stands still."""
    following = one.next(clock.day()) if clock.runs() else None
    return Row(one, str(STATES[one.step]), comes(one.series.every, one.series.day), following)


def page_of(one: Standing, viewer: Viewer) -> dict[str, Any]:
    """What the page of a series needs."""
    series, text, run = one.series, one.text, current_run()
    found = looked_at(text) if one.step == PLANNED else None
    guard = expected_by(series, text.segment.rule, viewer) if one.step == PLANNED else None
    result = queries.result(series)
    choice = of_rule(text.segment.rule)
    issues = [row for row in listing.rows(run=run, of=series.pk) if row.campaign.launched_at]
    return {
        "series": series, "text": text, "row": row_of(one), "choice": choice, "who": audience_words(choice),
        "offer": offer_words(text.offer), "channel": channels.chosen(series.channel),
        "about_words": pages.about_words(series.goods, series.topic), "issues": issues,
        "fairness": fairness.shown(found, text), "expected": expected.shown(guard), "seen": seen(one),
        "outcome": series.outcome, "unsold": why_unsold(series.outcome, run), "runs": clock.runs(),
        "today": one.issued == clock.day(), **reached(text, viewer, planned=one.step == PLANNED), **_measured(result),
    }  # fmt: skip


def reached(text: SeriesText, viewer: Viewer, *, planned: bool) -> dict[str, Any]:
    """Whom the next issue would reach now and one real letter; while it is planned what is on record of them, too:
    among very many customers that takes long.
    """
    series, rule = text.series, text.segment.rule
    channel = channels.chosen(series.channel)
    plan: dict[str, Any] = {"run": current_run(), "channel": channel, "at": clock.as_of(), "about": series.about}
    try:
        reach = audience.counted(rule, holdout_share=series.holdout_share, **plan)
        letter = audience.letter(
            rule, offer_code=text.offer.code, subject=text.subject, body=text.body, viewer=viewer, **plan
        )
        body = text.subject + text.body
        told = pages.on_record(rule, body, channel=channel, about=series.about) if planned else {}
    except DangolError as problem:
        return {"reach": None, "letter": None, "problem": str(problem)}
    return {"reach": reach, "letter": letter, **told}


def looked_at(text: SeriesText) -> Any:
    """How the text as it stands would treat the groups now; None where nobody can be picked by it."""
    series = text.series
    return fairness.looked_at(text.segment.rule, channel=channels.chosen(series.channel), about=series.about)


def expected_by(series: Series, rule: dict[str, Any], viewer: Viewer) -> Guard | None:
    """What an issue to these would do now to those served below what they expect."""
    channel = channels.chosen(series.channel)
    return expected.looked_at(rule, channel=channel, about=series.about, viewer=viewer)


def seen(one: Standing) -> list[fairness.Seen]:
    """Who said of which of its texts that they saw who comes off worse."""
    rows = FairnessSeen.objects.filter(Q(text__series=one.series)).select_related("by").order_by("pk")
    return fairness.told_of(rows)


def _measured(result: queries.Result | None) -> dict[str, Any]:
    if result is None:
        return {"result": None}
    _since, until, complete = results.window(result)
    sound = bool(result.run.summary.get("sample_ratio_sound", True))
    return {
        "result": result, "sound": sound, "until": until,
        "headline": results.headline(result.declared, sound=sound, final=complete),
    }  # fmt: skip
