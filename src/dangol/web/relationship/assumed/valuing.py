"""Valuing everybody now: long work beside the pages, so that nobody waits for the next file to see other settings."""

from django.tasks import task

from dangol.records.staff.models import User
from dangol.web import clock
from dangol.web.start import again, rounds, work
from dangol.web.start.work import at_work

KEY = "valued_now"


@task
def value_now(user_id: int, language: str) -> None:
    """Bring the warehouse up to date, value everybody by the settings that stand, and choose what is due."""
    at = clock.as_of()
    with at_work(KEY, language=language) as (progress, answer):
        hands = rounds.Hands(by=User.objects.filter(pk=user_id).first(), progress=progress)
        answer["run"] = rounds.bring_up_to_date(at=at, hands=hands).pk
        again.choose_if_can(as_of=at, progress=progress)


def begin(by: User, *, language: str) -> None:
    """Begin it, unless it is under way."""
    work.start(KEY, value_now, by.pk, language)
