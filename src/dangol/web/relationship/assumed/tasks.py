"""Trying other numbers where it takes long: work beside the pages, safe to run twice; nothing but its answer stays."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.tasks import task

from dangol.insight.analysis.models import Run
from dangol.insight.analysis.queries import finished_run
from dangol.insight.relationship.actions import KIND
from dangol.insight.relationship.assumed.compared import Preview
from dangol.insight.relationship.assumed.preview import preview
from dangol.insight.relationship.queries import current_run
from dangol.insight.relationship.settings import ValueSettings
from dangol.insight.relationship.why.queries import settings_of
from dangol.records.customers.models import Customer
from dangol.web.relationship.assumed.forgetting import KEY
from dangol.web.start.work import Work, at_work, look, start


@task
def work_out(run_id: int, then: dict[str, Any], language: str) -> None:
    """What these settings would change in that run."""
    with at_work(KEY, language=language) as (progress, answer):
        run = finished_run(KIND, run_id)
        if run is not None:
            found = of_known(preview(run, now=settings_of(run), then=ValueSettings(**then), progress=progress))
            answer |= {"run": run_id, "then": then, "preview": found.as_json()}


def begin(run: Run, then: ValueSettings, *, language: str) -> None:
    """Begin it, unless other numbers are being tried."""
    start(KEY, work_out, run.pk, then.as_parameters(), language)


def answered(work: Work, run: Run, then: ValueSettings) -> Preview | None:
    """What was found for just these, None where it was not asked, or for others."""
    told = work.answer
    if work.state != "done" or (told.get("run"), told.get("then")) != (run.pk, then.as_parameters()):
        return None
    return Preview.kept(told["preview"])


def tried() -> dict[str, Any]:
    """What was found last with what was asked; empty where nothing was, or by another valuation than the current."""
    work, run = look(KEY), current_run()
    return work.answer if work.state == "done" and run is not None and work.answer.get("run") == run.pk else {}


def of_known(found: Preview) -> Preview:
    """The same, with nobody among those who move who was forgotten."""
    people = Customer.objects.known().filter(pk__in=[one.customer for one in found.moved])
    known = set(people.values_list("pk", flat=True))
    return replace(found, moved=tuple(one for one in found.moved if one.customer in known))
