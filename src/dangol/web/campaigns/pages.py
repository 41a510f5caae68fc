"""What a campaign's page needs in each of its states."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Min
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dangol.contact.delivery.parcel import Channel
from dangol.decisions.campaigns import queries
from dangol.decisions.campaigns.judged_by import Outcome, why_unsold
from dangol.decisions.campaigns.merge_fields import MERGE_FIELDS
from dangol.decisions.campaigns.models import Campaign
from dangol.decisions.campaigns.personal_facts import shortened
from dangol.decisions.campaigns.queries import Result, Standing
from dangol.insight.relationship.queries import current_run
from dangol.lib.errors import DangolError
from dangol.lib.languages import speaks
from dangol.records.catalog.models import Category, Topic
from dangol.records.ledger.points_account import points_are_kept
from dangol.records.outbox.queries import waiting
from dangol.records.permission.asking import About
from dangol.web import clock
from dangol.web.campaigns import audience, channels, effect_chart, results
from dangol.web.campaigns.audience import Reach
from dangol.web.campaigns.choice import of_rule
from dangol.web.campaigns.forms import audience_words, offer_words
from dangol.web.campaigns.listing import STATES, state_of
from dangol.web.shell.figures import day, percent
from dangol.web.shell.frame import address_of
from dangol.web.shell.viewer import Viewer


def about(campaign: Campaign) -> dict[str, Any]:
    """What holds in every state."""
    choice, run = of_rule(campaign.segment.rule), current_run()
    return {
        "state": STATES[state_of(campaign, run=run)],
        "who": audience_words(choice),
        "choice": choice,
        "channel": channels.chosen(campaign.channel),
        "offer": offer_words(campaign.offer),
        "about_words": about_words(campaign.goods, campaign.topic),
        "messages_url": address_of("messages"),
        "outcome": campaign.outcome,
        "unsold": why_unsold(campaign.outcome, run),
    }


def planned(campaign: Campaign, viewer: Viewer) -> dict[str, Any]:
    """Before it is sent: how many get it if it is sent now."""
    channel = channels.chosen(campaign.channel)
    plan: dict[str, Any] = {"run": current_run(), "channel": channel, "at": clock.as_of(), "about": campaign.about}
    rule, subject, body = campaign.segment.rule, campaign.subject, campaign.body
    try:
        reach = audience.drawn(rule, salt=campaign.salt, holdout_share=campaign.holdout_share, **plan)
        letter = audience.letter(
            rule, offer_code=campaign.offer.code, subject=subject, body=body, viewer=viewer, **plan
        )
    except DangolError as problem:
        return {"reach": Reach(0, 0, 0, {}), "letter": None, "problem": str(problem)}
    both = bool(reach.treated and reach.held_out)
    told = on_record(rule, subject + body, channel=channel, about=campaign.about)
    return {"reach": reach, "letter": letter, "problem": "" if both else too_few(reach), **told}


def on_record(rule: dict[str, Any], text: str, *, channel: Channel, about: About) -> dict[str, Any]:
    """What the words of a message find on record: for how many nothing, and why lines about points are left out."""
    (kept,) = shortened(text)
    points = kept == text or points_are_kept()
    known: dict[str, Any] = {"run": current_run(), "channel": channel, "at": clock.as_of(), "about": about}
    return {
        "unknown": audience.unknown(rule, text=kept, **known),
        "no_points": not points,
        "no_end": points and kept != text,
    }


def running(campaign: Campaign) -> dict[str, Any]:
    """Once it is sent: how far it went, and, as soon as it is measured, what it changed."""
    standing, result, as_of = queries.standing(campaign), queries.result(campaign), clock.as_of()
    assert campaign.launched_at is not None
    until = results.window(result)[1] if result else None
    strip = results.strip(campaign, standing, until)
    return {
        "standing": standing,
        "strip": strip,
        "bought_words": _bought(strip, standing),
        "missed": results.missed(standing),
        "waits_until": _waits_until(campaign) if standing.waiting else None,
        "ends_at": results.ends_at(campaign),
        "weeks_left": weeks_left(campaign),
        "later_data": as_of > (until or campaign.launched_at),
        **(_measured(campaign, standing, result) if result else {"result": None}),
    }


def weeks_left(campaign: Campaign) -> int:
    """Weeks until the campaign's end by the home's clock, begun ones counted whole."""
    end = results.ends_at(campaign)
    return max(-((clock.as_of() - end) // timedelta(weeks=1)), 0) if end else 0


def weeks_end(campaign: Campaign) -> datetime | None:
    """The moment the clock is moved to so that all weeks have passed; None where they have."""
    left = weeks_left(campaign)
    return clock.as_of() + timedelta(weeks=left) if left else None


def merge_fields() -> list[str]:
    """The fields a message may use, in braces: those of the language in use first."""
    korean = speaks() == "ko"
    names = sorted(MERGE_FIELDS, key=lambda name: name.isascii() == korean)
    return [f"{{{{{name}}}}}" for name in names[: len(names) // 2]]


def too_few(reach: Reach) -> str:
    """Why nothing could be measured with these numbers."""
    if not reach.may_send:
        return _("Nobody picked may be sent this. Pick others, or another channel.")
    return ngettext(
        "Only %(n)s customer may be sent this: too few to hold somebody out. Pick more, or raise the share.",
        "Only %(n)s customers may be sent this: too few to hold somebody out. Pick more, or raise the share.",
        reach.may_send,
    ) % {"n": reach.may_send}


def _measured(campaign: Campaign, standing: Standing, result: Result) -> dict[str, Any]:
    account = results.account(campaign, result.declared, standing.sent)
    since, until, complete = results.window(result)
    sound = bool(result.run.summary.get("sample_ratio_sound", True))
    final = complete or not (clock.home().simulated or clock.home().source == "own")  # a real shop's data end
    return {
        "result": result,
        "headline": results.headline(result.declared, sound=sound, final=final),
        "account": account,
        "verdict": results.verdict(account) if sound and final else "",
        "complete": complete,
        "until": until,
        "sound": sound,
        "chart": effect_chart.chart(campaign, result, provenance=_provenance(result, since, until)),
    }


def about_words(goods: Category | None, topic: Topic | None) -> list[str]:
    """What a campaign is about, in words."""
    return [str(one) for one in (goods.name if goods else "", topic or "") if one]


def _waits_until(campaign: Campaign) -> datetime | None:
    """When the messages that wait for the morning leave."""
    mine: datetime | None = waiting().filter(source_ref=campaign.source_ref).aggregate(at=Min("not_before"))["at"]
    return mine


def _bought(strip: results.Strip, standing: Standing) -> str:
    """The share of buyers, or of those who came, in each arm."""
    if strip.bought is None or not standing.treated or not standing.held_out:
        return ""
    shares = (strip.bought / standing.treated, (strip.bought_held_out or 0) / standing.held_out)
    return _("%(treated)s of those treated, %(held_out)s of those held out") % {
        "treated": percent(shares[0], 1), "held_out": percent(shares[1], 1),
    }  # fmt: skip


def _provenance(result: Result, since: datetime | None, until: datetime | None) -> list[str]:
    told = [_("Everybody assigned is counted"), _("Run %(number)s") % {"number": result.run.pk}]
    if gone := int(result.run.summary.get("forgotten", 0)):
        words = ngettext(
            "%(n)s was forgotten since and is in neither arm", "%(n)s were forgotten since and are in neither arm", gone
        )
        told[0] = f"{told[0]}; {words % {'n': gone}}"
    if both := int(result.run.summary.get("both_arms", 0)):
        words = ngettext(
            "%(n)s turned out to be in both arms (merged since) and counts in neither",
            "%(n)s turned out to be in both arms (merged since) and count in neither",
            both,
        )
        told.append(words % {"n": both})
    if since and until:
        last = localtime(until - timedelta(seconds=1))
        ends = {"since": date_format(localtime(since), "DATE_FORMAT"), "until": day(last)}
        by_use = result.declared.outcome == Outcome.USES
        words = _("Uses from %(since)s to %(until)s") if by_use else _("Purchases from %(since)s to %(until)s")
        told.insert(0, words % ends)
    return told
