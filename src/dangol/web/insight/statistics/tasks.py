"""The work of answering a question about very many customers, done beside the pages."""

from django.http import QueryDict
from django.tasks import task

from dangol.records.staff.models import User
from dangol.web.insight.statistics.questions import QUESTIONS, answered
from dangol.web.shell.viewer import of_user
from dangol.web.start.work import at_work


def key_of(user: User) -> str:
    """Of the work of one person: they see what they may, nobody else's answer."""
    return f"statistics-{user.pk}"


@task
def ask(slug: str, words: str, user_id: int, language: str) -> None:
    """Answer, for this person in their language."""
    user = User.objects.get(pk=user_id)
    with at_work(key_of(user), language=language) as (progress, told):
        progress("statistics", 0, 0)
        told["asked"] = asked_as(slug, words, language)
        told["answer"] = answered(QUESTIONS[slug], QueryDict(words), of_user(user), user).kept()


def asked_as(slug: str, words: str, language: str) -> str:
    """What tells the answer to a question from that to another."""
    return f"{language} {slug}?{words}"
