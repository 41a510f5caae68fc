"""Questions that a program asks: the work knows who asked, and says itself what is missing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dangol.records.staff.roles import Role
from tests.records.staff.office import staff
from tests.web.api.shop import key, send

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("path", "missing"),
    [
        ("/insight/contracts/ask", "No subscription is on record yet"),
        ("/values/test/ask", "Nobody has bought anything yet"),
    ],
)
def test_a_question_begins_its_work_with_who_asked(settings: Any, tmp_path: Path, path: str, missing: str) -> None:
    settings.DANGOL_HOME, settings.DANGOL_LAKE = tmp_path, tmp_path / "lake"
    settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}
    told = send("POST", path, key(staff(Role.OWNER)), {}).json()
    assert told["state"] == "failed"
    assert missing in told["problem"]
