"""Sending letters about a leak: long work beside the pages, safe to run twice."""

from django.tasks import task

from dangol.contact.delivery.actions import carry
from dangol.contact.delivery.queries import channel as channel_named
from dangol.records.staff.breach import actions
from dangol.records.staff.breach.models import Decision, Incident
from dangol.records.staff.breach.queries import state
from dangol.records.staff.models import User
from dangol.web import clock
from dangol.web.privacy import breach_letters
from dangol.web.start.work import at_work


def key_of(incident: Incident) -> str:
    """The name of an incident's work: one piece at a time."""
    return f"breach-{incident.pk}"


@task
def send(incident_id: int, user_id: int, channel: str, letter_language: str, language: str) -> None:
    """Put the letters into the outbox, write that down, and hand them to the channel."""
    incident = Incident.objects.get(pk=incident_id)
    with at_work(key_of(incident), language=language) as (progress, answer):
        told, at = state(incident, jurisdiction=clock.home().law), clock.as_of()
        letter = breach_letters.written(told, language=letter_language)
        new = breach_letters.put_in(told, letter, channel_named(channel), at=at, progress=progress)
        answer["letters"] = new
        if new:
            actions.decide(
                incident, Decision.Kind.LETTERS, finding=told.finding, text=letter.subject, people=new,
                law=told.law.id, by=User.objects.get(pk=user_id), at=clock.now(),
            )  # fmt: skip
        carry(at=at, progress=progress)
