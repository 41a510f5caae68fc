"""Imports by the API: as quick for many files as for few, and no folder is looked into that nobody asked about."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dangol.contact.intake import profiles, regular
from dangol.contact.intake.models import Batch, Undoing, Wrote
from dangol.records.permission.models import Consent
from dangol.records.staff.models import User
from dangol.records.staff.roles import Role
from tests.records.staff.office import staff
from tests.web.api.shop import Shop, key, send
from tests.web.business import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(here: Shop) -> str:
    return key(staff(Role.OWNER))


def undone(number: int) -> None:
    """Put an import on record that was undone, and whose refusal stayed."""
    at = NOW - timedelta(days=number)
    batch = Batch.objects.create(kind="consents", source="file", file_name="no.csv", started_at=at, finished_at=at)
    Wrote.objects.create(batch=batch, table=Consent._meta.db_table, first_key=number, last_key=number)
    Undoing.objects.create(batch=batch, refusals=1, at=at)


class TestListImports:
    def test_asks_no_more_for_many_that_were_undone_than_for_one(self, owner: str) -> None:
        asked = []
        for numbers in (range(1, 2), range(2, 9)):
            for number in numbers:
                undone(number)
            with CaptureQueriesContext(connection) as caught:
                told = send("GET", "/imports", owner).json()["imports"]
            asked.append(len(caught))
        assert asked[0] == asked[1]
        assert [one["undone"]["refusals"] for one in told if one["undone"]] == [1] * 8


class TestTakeRegularly:
    def test_looks_into_no_other_folder(self, owner: str, monkeypatch: pytest.MonkeyPatch) -> None:
        by, seen = User.objects.filter(role=Role.OWNER).latest("pk"), list[Path]()
        for name in ("one", "two"):
            made = profiles.save(name, kind="customers", headings=["이름"], mapping={}, by=by, at=NOW)
            regular.switch_on(made, rhythm="", language="en", by=by, at=NOW)
        files = regular.files

        def looked(folder: Path) -> dict[str, Path]:
            seen.append(folder)
            return files(folder)

        monkeypatch.setattr(regular, "files", looked)
        told: Any = send("POST", f"/import-profiles/{made.pk}/regular", owner, {"rhythm": "day"}).json()
        assert told["comes_by_itself"]["folder"] == str(regular.folder_of(made))
        assert seen == [regular.folder_of(made)]


class TestSaveProfile:
    @pytest.mark.parametrize(("field", "status"), [("customer", 200), ("amount", 400)])
    def test_takes_that_no_column_holds_what_a_file_may_lack(self, owner: str, field: str, status: int) -> None:
        mapping = {"time": "일자", "amount": "금액"} | {field: ""}
        wished = {"name": "포스", "kind": "transactions", "headings": ["일자", "금액"], "mapping": mapping}
        answer: Any = send("POST", "/import-profiles", owner, wished)
        assert answer.status_code == status, answer.content
        assert status != 200 or answer.json()["mapping"] == mapping
