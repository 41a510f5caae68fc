"""Who asked stands with a run as a number: the name is read from the staff, and goes with it."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps

from dangol.insight.analysis.actions import asked_by
from dangol.insight.analysis.models import Run
from dangol.insight.analysis.queries import asker
from dangol.records.staff.models import User
from dangol.records.staff.roles import Role
from tests.records.staff.office import AT, staff

pytestmark = pytest.mark.django_db


def run_by(by: object) -> Run:
    """Keep a run that somebody asked for."""
    return Run.objects.create(kind="groups", as_of=AT, started_at=AT, finished_at=AT, parameters={"by": by, "bins": 3})


def test_is_told_by_the_name_they_carry_now() -> None:
    user = staff(Role.OWNER)
    run = run_by(asked_by(user))
    User.objects.filter(pk=user.pk).update(first_name="Ara", last_name="Kim")
    assert str(asker(run)) == "Ara Kim"


def test_is_nobody_where_a_program_asked() -> None:
    assert asker(run_by(asked_by(None))) is None
    assert asker(Run(parameters={})) is None


def test_names_kept_by_runs_of_before_become_numbers() -> None:
    user = staff(Role.OWNER)
    named, gone, numbered, program = (run_by(by) for by in (str(user), "somebody else", user.pk, "None"))
    import_module("dangol.insight.analysis.migrations.0003_who_asked_is_a_number").number(apps, None)
    told = {run.pk: run.parameters for run in Run.objects.all()}
    assert [told[one.pk]["by"] for one in (named, gone, numbered, program)] == [user.pk, None, user.pk, None]
    assert all(one["bins"] == 3 for one in told.values())


def test_a_name_that_two_people_carry_is_nobodys() -> None:
    for number, username in enumerate(("first", "second")):
        User.objects.create(username=username, first_name="Ara", last_name="Kim", email=f"{number}@example.com")
    run = run_by("Ara Kim")
    import_module("dangol.insight.analysis.migrations.0003_who_asked_is_a_number").number(apps, None)
    run.refresh_from_db()
    assert run.parameters["by"] is None
