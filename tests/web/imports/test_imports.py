"""Bringing in a file of one's own: look, try, take in, mend, and on to the map."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from dangol.contact.intake import actions
from dangol.contact.intake.actions import Preview
from dangol.contact.intake.models import Batch
from dangol.records.ledger.models import Transaction
from dangol.web.imports import columns, uploads
from dangol.web.shell import arriving
from dangol.web.start import homes, work
from tests.web.business import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.store]
EN = {"Accept-Language": "en"}
FILE = "고객번호,일자,금액,상품명\nA1,2026-10-01,12000,우유\nA2,어제,3000,빵\nA1,2026-10-09,8000,우유\n".encode("cp949")


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> Path:
    """Return a home of one's own, where long work happens at once and nobody is valued."""
    settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}
    settings.DANGOL_HOME = tmp_path
    settings.DANGOL_LAKE = tmp_path / "lake"
    return tmp_path


def post(client: Client, path: str, data: Any = None) -> Any:
    return signed_in(client).post(path, data or {}, headers=EN)


def get(client: Client, path: str) -> str:
    answer = signed_in(client).get(path, headers=EN)
    assert answer.status_code == 200
    return answer.content.decode()


def upload(client: Client, content: bytes = FILE, name: str = "매출 10월.csv") -> Any:
    return post(client, "/import/", {"file": SimpleUploadedFile(name, content)})


class TestUpload:
    def test_teaches_what_is_needed(self, client: Client) -> None:
        told = get(client, "/import/")
        assert "Customer number, date and amount are needed." in told
        example = signed_in(client).get("/import/example.csv", headers=EN).content.decode("utf-8-sig")
        assert example.startswith("Customer number,Date,Amount")

    def test_its_own_example_can_be_taken_in(self, client: Client) -> None:
        example = signed_in(client).get("/import/example.csv", headers={"Accept-Language": "ko"}).content
        assert "Would be taken in" in get(client, upload(client, example)["Location"] + "trial/")

    @pytest.mark.parametrize("content", [b"", b"\x00\x01\x02\x03" * 99, b"one two three"])
    def test_refuses_what_is_no_table(self, client: Client, content: bytes) -> None:
        answer = upload(client, content, "sales.csv")
        assert answer.status_code == 422
        assert "sales.csv" in answer.content.decode()
        assert not Batch.objects.exists()

    def test_says_when_no_file_was_chosen(self, client: Client) -> None:
        assert "Choose a file first." in post(client, "/import/").content.decode()

    def test_keeps_the_file_under_a_name_that_leads_nowhere_else(self, client: Client, home: Path) -> None:
        upload(client, FILE, "../../etc/매출.csv")
        kept = [path for path in (home / "uploads").rglob("*") if path.is_file()]
        assert [path.name for path in kept] == ["매출.csv"]
        assert kept[0].resolve().is_relative_to(home.resolve())
        assert kept[0].read_bytes().startswith(b"PAR1")

    @pytest.mark.parametrize("name", ["a/b\\c:d.csv", "\x00.csv", "한" * 300 + ".xlsx", "...", ""])
    def test_names_any_file_safely(self, name: str) -> None:
        made = arriving.file_name(name)
        assert made
        assert not set(made) & set("/\\:\x00")
        assert len(made.encode()) < 500

    def test_forgets_nothing_it_was_not_given(self, client: Client) -> None:
        answer = signed_in(client).get("/import/abc/", headers=EN)
        assert answer.status_code == 422
        assert "This file is no longer here. Upload it again." in answer.content.decode()


class TestSweep:
    def test_lets_go_of_what_nobody_took_in_within_a_day(self, client: Client, home: Path) -> None:
        upload(client)
        uploads.sweep(at=timezone.now() + timedelta(hours=23))
        assert list((home / "uploads").iterdir())
        uploads.sweep(at=timezone.now() + timedelta(hours=25))
        assert not list((home / "uploads").iterdir())


class TestFile:
    def test_shows_columns_samples_encoding_and_the_guess(self, client: Client) -> None:
        told = get(client, upload(client)["Location"])
        assert "매출 10월.csv" in told
        assert "read as CP949" in told
        assert "A1 · A2 · A1" in told
        assert '<option value="amount" selected>' in told

    def test_tries_without_taking_anything_in(self, client: Client) -> None:
        told = get(client, upload(client)["Location"] + "trial/")
        assert "Would be left out" in told
        assert "₩20,000" in told
        assert not Transaction.objects.exists()
        assert not Batch.objects.exists()

    def test_tells_what_a_wrong_mapping_lacks(self, client: Client) -> None:
        address = upload(client)["Location"]
        told = get(client, f"{address}trial/?column-0=customer&column-1=time")
        assert "Say which column is: Amount." in told
        told = get(client, f"{address}trial/?column-0=customer&column-1=time&column-2=amount&column-3=amount")
        assert "Two columns are taken as Amount." in told

    def test_refuses_to_take_a_wrong_mapping_in_and_keeps_it(self, client: Client) -> None:
        answer = post(client, upload(client)["Location"] + "take/", {"column-0": "customer", "column-3": "description"})
        assert answer.status_code == 422
        assert "Say which column is: Date, Amount." in answer.content.decode()
        assert '<option value="description" selected>' in answer.content.decode()

    def test_reads_the_form_it_wrote(self) -> None:
        seen = Preview(["a", "b"], [["1", "2"], ["", "4"]], {"customer": "b"}, "utf-8", 1)
        assert [column.samples for column in columns.columns(seen, {"customer": "b"})] == [["1"], ["2", "4"]]
        assert columns.read(QueryDict("column-0=time&column-1=customer"), seen) == {"time": "a", "customer": "b"}
        assert columns.read(QueryDict(""), seen) == {"customer": "b"}


class TestTake:
    def test_takes_in_shows_the_result_and_leads_to_the_map(self, client: Client, home: Path) -> None:
        address = upload(client)["Location"]
        assert post(client, f"{address}take/")["Location"] == f"{address}run/"
        result = signed_in(client).get(f"{address}run/", headers=EN)["Location"]
        told = get(client, result)
        assert "2 rows are in. 1 rows were left out" in told
        assert "₩20,000" in told
        assert 'href="/map/"' in told
        assert "어제" in told
        assert Transaction.objects.count() == 2
        assert "as_of = 2026-10-09T23:59:59+09:00" in (home / "dangol.toml").read_text()

    def test_keeps_no_copy_of_what_is_in_the_records(self, client: Client, home: Path) -> None:
        address = upload(client)["Location"]
        post(client, address + "take/")
        assert not [path for path in (home / "uploads").rglob("*") if path.is_file()]
        assert "no longer here" in signed_in(client).get(address, headers=EN).content.decode()

    def test_gives_the_rows_left_out_to_be_mended(self, client: Client) -> None:
        address = upload(client)["Location"]
        post(client, f"{address}take/")
        batch = Batch.objects.get()
        answer: Any = signed_in(client).get(f"/import/result/{batch.pk}/left-out.csv", headers=EN)
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
        assert text.splitlines()[0] == "고객번호,일자,금액,상품명,Reason"
        assert "A2,어제,3000,빵" in text

    def test_the_same_file_twice_changes_nothing(self, client: Client) -> None:
        for _ in range(2):
            post(client, upload(client)["Location"] + "take/")
        assert Transaction.objects.count() == 2
        assert "매출 10월.csv" in get(client, "/import/")

    def test_shows_progress_and_then_why_it_failed(self, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        address = upload(client)["Location"]
        key = f"import-{address.split('/')[-2]}"
        work.begin(key)
        assert "<progress" in get(client, f"{address}run/")
        work.forget(key)

        def refuse(*_: object, **__: object) -> None:
            raise actions.DiskFull("The disk is full: nothing was taken in.")

        monkeypatch.setattr(actions, "import_file", refuse)
        post(client, f"{address}take/")
        assert "The disk is full: nothing was taken in." in get(client, f"{address}run/")


class TestDemoHome:
    def test_leads_to_a_home_of_ones_own(self, client: Client, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
        monkeypatch.setattr("dangol.web.imports.views.settings.DANGOL", _demo(settings))
        told = get(client, "/import/")
        assert "See your own customers" in told
        assert "simulated dairy" in told
        assert "Drop a file here" not in told

    def test_says_what_to_run_when_it_cannot_switch(
        self, client: Client, monkeypatch: pytest.MonkeyPatch, settings: Any, home: Path
    ) -> None:
        monkeypatch.setattr("dangol.web.imports.views.settings.DANGOL", _demo(settings))
        monkeypatch.delenv("DANGOL_ADDRESS", raising=False)
        answer = post(client, "/import/own/")
        assert answer.status_code == 409
        assert f"dangol serve --home {homes.home_path('own')}" in answer.content.decode()
        assert (homes.home_path("own") / "dangol.toml").exists()

    def test_waits_with_the_user_until_the_other_home_answers(
        self, client: Client, monkeypatch: pytest.MonkeyPatch, settings: Any
    ) -> None:
        monkeypatch.setattr("dangol.web.imports.views.settings.DANGOL", _demo(settings))
        monkeypatch.setattr(homes, "switch", lambda name: None)
        told = post(client, "/import/own/").content.decode()
        assert 'data-next="/import/"' in told
        assert 'data-home="own"' in told


def _demo(settings: Any) -> Any:
    from dataclasses import replace

    return replace(settings.DANGOL, source="dairy", simulated=True)
