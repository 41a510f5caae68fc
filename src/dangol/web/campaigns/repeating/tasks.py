"""Long work of series: one issue out of turn, and measuring all of it. Each is safe to run twice."""

from django.tasks import task

from dangol.contact.delivery.actions import carry
from dangol.contact.delivery.queries import channel as channel_named
from dangol.decisions.campaigns.models import Series
from dangol.decisions.campaigns.repeating.actions import issue
from dangol.decisions.campaigns.repeating.effect import measure_series
from dangol.records.staff.models import User
from dangol.web import clock
from dangol.web.start import rounds
from dangol.web.start.work import at_work


def key_of(series: Series) -> str:
    """The name of a series's work: one piece at a time."""
    return f"series-{series.pk}"


@task
def send_issue(series_id: int, user_id: int, language: str) -> None:
    """Make the issue of the home's day, and hand its messages to the channel."""
    series = Series.objects.get(pk=series_id)
    with at_work(key_of(series), language=language) as (progress, _answer):
        at, by = clock.as_of(), User.objects.filter(pk=user_id).first()
        progress("audience", 0, 0)
        issue(series, due_on=clock.day(), channel=channel_named(series.channel).facts, by=by, at=at)
        carry(at=clock.leaving, progress=progress)


@task
def measure(series_id: int, user_id: int, language: str) -> None:
    """Measure the effect over all of it up to the home's clock."""
    series = Series.objects.get(pk=series_id)
    with at_work(key_of(series), language=language) as (progress, _answer):
        at, hands = clock.as_of(), rounds.Hands(by=User.objects.filter(pk=user_id).first(), progress=progress)
        rounds.bring_up_to_date(at=at, hands=hands)
        progress("measuring", 0, 0)
        measure_series(series, as_of=at, at=at)
