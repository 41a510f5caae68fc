"""Long work of campaigns: sending, living on, measuring. Each is safe to run twice."""

from datetime import datetime

from django.tasks import task

from dangol.contact.delivery.actions import carry
from dangol.contact.delivery.queries import channel as channel_named
from dangol.decisions.campaigns import actions
from dangol.decisions.campaigns.models import Campaign
from dangol.records.staff.models import User
from dangol.web import clock
from dangol.web.start import rounds
from dangol.web.start.work import at_work


def key_of(campaign: Campaign) -> str:
    """The name of a campaign's work: one piece at a time."""
    return f"campaign-{campaign.pk}"


@task
def send(campaign_id: int, user_id: int, language: str) -> None:
    """Freeze the audience, hold some out, and hand the messages to the channel."""
    campaign = Campaign.objects.get(pk=campaign_id)
    with at_work(key_of(campaign), language=language) as (progress, _answer):
        at, by = clock.as_of(), User.objects.filter(pk=user_id).first()
        progress("audience", 0, 0)
        if campaign.launched_at is None:
            actions.launch(campaign, channel=channel_named(campaign.channel).facts, by=by, at=at)
        carry(at=clock.leaving, progress=progress)


@task
def live_on(campaign_id: int, until: str, user_id: int, language: str) -> None:
    """Move a simulated home's clock to a moment, take in what happened meanwhile, and measure."""
    campaign = Campaign.objects.get(pk=campaign_id)
    with at_work(key_of(campaign), language=language) as (progress, _answer):
        end = datetime.fromisoformat(until)
        hands = rounds.Hands(by=User.objects.filter(pk=user_id).first(), progress=progress)
        weeks = round((end - clock.as_of()).days / 7)
        progress("living", 0, 0)
        if weeks > 0:
            rounds.later(campaign, weeks=weeks, hands=hands)
        else:  # killed after the clock moved: what is left is to value and measure
            _measure(campaign, hands)


@task
def measure(campaign_id: int, user_id: int, language: str) -> None:
    """Measure the effect up to the home's clock."""
    campaign = Campaign.objects.get(pk=campaign_id)
    with at_work(key_of(campaign), language=language) as (progress, _answer):
        _measure(campaign, rounds.Hands(by=User.objects.filter(pk=user_id).first(), progress=progress))


def _measure(campaign: Campaign, hands: rounds.Hands) -> None:
    at = clock.as_of()
    rounds.bring_up_to_date(at=at, hands=hands)
    hands.progress("measuring", 0, 0)
    actions.measure(campaign, as_of=at, at=at)
