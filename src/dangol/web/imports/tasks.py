"""Long work of imports: the trial and the real thing. Each is safe to run twice."""

from datetime import date
from typing import Any

from django.tasks import task

from dangol.contact.intake.actions import as_json
from dangol.contact.intake.details import import_details
from dangol.lib.money import exponent
from dangol.records.customers.partners import Statement
from dangol.records.staff.models import User
from dangol.web import clock
from dangol.web.imports import uploads
from dangol.web.imports.taking import take_details, take_file
from dangol.web.start.work import at_work, look


@task
def attempt(key: str, token: str, mapping: dict[str, str], language: str) -> None:
    """Say what taking the file in would do, without doing it."""
    with at_work(key, language=language) as (progress, answer):
        found = take_file(uploads.path_of(token), mapping=mapping, dry_run=True, by=None, progress=progress)
        minor = round(found["amount_total"] * 10 ** exponent(clock.home().currency))
        answer.update({**found, "amount": minor})


@task
def take(key: str, token: str, mapping: dict[str, str], user_id: int, language: str) -> None:
    """Take the file in, move the home's clock to its last day, value everybody, and let go of the upload."""
    if look(key).state == "done":  # killed between the last word and the end of the task
        return
    with at_work(key, language=language) as (progress, answer):
        by = User.objects.filter(pk=user_id).first()
        answer.update(take_file(uploads.path_of(token), mapping=mapping, by=by, progress=progress))
    if answer:
        uploads.forget(token)


@task
def attempt_details(key: str, token: str, mapping: dict[str, str], only: list[str], language: str) -> None:
    """Say what taking a partner's details in would do, before anybody has said whose they are."""
    with at_work(key, language=language) as (progress, answer):
        tried = import_details(
            uploads.path_of(token), statement=None, mapping=mapping, only=only, dry_run=True, by=None, at=clock.now(),
            progress=progress,
        )  # fmt: skip
        answer.update({**as_json(tried), "partner": "", "dataset": ""})


@task
def take_details_in(
    key: str, token: str, told: dict[str, str], mapping: dict[str, str], only: list[str], user_id: int, language: str
) -> None:
    """Take a partner's details in, and let go of the upload. told: the statement, its day as ISO text."""
    if look(key).state == "done":
        return
    statement: dict[str, Any] = {**told, "received_on": date.fromisoformat(told["received_on"])}
    with at_work(key, language=language) as (progress, answer):
        by = User.objects.filter(pk=user_id).first()
        answer.update(
            take_details(
                uploads.path_of(token), statement=Statement(**statement), mapping=mapping, only=only, by=by,
                progress=progress,
            )
        )  # fmt: skip
    if answer:
        uploads.forget(token)
