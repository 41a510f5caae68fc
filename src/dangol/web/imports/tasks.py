"""Long work of imports: the trial, the real thing, and taking it back. Each is safe to run twice."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.tasks import task

from dangol.contact.intake.actions import as_json
from dangol.contact.intake.details import import_details
from dangol.contact.intake.models import Batch, Reject
from dangol.contact.intake.nobodys import Same
from dangol.lib.money import exponent
from dangol.records.customers.partners import Statement
from dangol.records.staff.models import User
from dangol.web import clock
from dangol.web.imports import uploads
from dangol.web.imports.columns import of_task
from dangol.web.imports.taking import take_details, take_file, undo_file
from dangol.web.start.work import at_work, look


@task
def attempt(key: str, token: str, kind: str, taking: Mapping[str, Any], language: str) -> None:
    """Say what taking the file in would do, without doing it."""
    with at_work(key, language=language) as (progress, answer):
        told = of_task(taking)
        found = take_file(
            uploads.path_of(token), kind=kind, mapping=told.mapping, kept=told.kept, dry_run=True, by=None,
            progress=progress,
        )  # fmt: skip
        minor = round((found.get("amount_total") or 0) * 10 ** exponent(clock.home().currency))
        answer.update({**found, "amount": minor})


@task
def take(
    key: str, token: str, kind: str, taking: Mapping[str, Any], asked_at: str, user_id: int, language: str,
    mends: Mapping[str, Any] | None = None, same: str = Same.ASK.value,
) -> None:  # fmt: skip
    """Take the file in, move the home's clock to its last day, value everybody, and let go of the upload.

    mends: the batch and those of its rows that were mended: they are no longer rows to be mended. same: what becomes of
    sales that stand already as nobody's.
    """
    if look(key).state == "done":  # killed between the last word and the end of the task
        return
    with at_work(key, language=language) as (progress, answer):
        by = User.objects.filter(pk=user_id).first()
        told = of_task(taking)
        found = take_file(
            uploads.path_of(token), kind=kind, mapping=told.mapping, kept=told.kept, by=by,
            at=datetime.fromisoformat(asked_at), mended=bool(mends), same=Same(same), progress=progress,
        )  # fmt: skip
        if mends:
            Batch.objects.filter(pk=found["batch"]).update(mends=mends["batch"])
            Reject.objects.filter(batch=mends["batch"], row__in=mends["rows"]).delete()
        answer.update(found)
    if answer:
        uploads.forget(token)


@task
def undo(key: str, number: int, user_id: int, language: str) -> None:
    """Take a batch back, move the clock, value everybody anew."""
    if look(key).state == "done":
        return
    with at_work(key, language=language) as (progress, answer):
        by = User.objects.filter(pk=user_id).first()
        done = undo_file(number, by=by, progress=progress)
        answer.update(
            {"batch": number, "removed": done.removed, "restored": done.restored, "stayed": done.stayed,
             "overwritten": done.overwritten}
        )  # fmt: skip


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
