"""Bringing in a file of one's own: look, try, take in, mend, and on to the map."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.test import Client
from django.utils import timezone, translation

from dangol.contact.intake import actions, headers, likely, profiles
from dangol.contact.intake.actions import Preview
from dangol.contact.intake.kinds import KINDS
from dangol.contact.intake.models import Batch, Profile, Reject
from dangol.records.customers.attributes import stated
from dangol.records.customers.models import Customer
from dangol.records.ledger.models import Transaction
from dangol.web.imports import columns, examples, tasks, uploads
from dangol.web.shell import arriving
from dangol.web.start import homes, work
from dangol.web.today.standing import standing
from tests.web.business import signed_in

pytestmark = pytest.mark.django_db
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


def upload(client: Client, content: bytes = FILE, name: str = "매출 10월.csv", kind: str = "guess") -> Any:
    return post(client, "/import/", {"file": SimpleUploadedFile(name, content), "kind": kind})


def waits(client: Client, content: bytes = FILE, name: str = "매출 10월.csv") -> str:
    """Upload a file and return the address under which it waits."""
    address: str = upload(client, content, name)["Location"]
    return address.partition("?")[0]


def taken(client: Client, content: bytes = FILE, name: str = "매출 10월.csv", **said: str) -> Batch:
    """Take a file in as a browser does."""
    post(client, waits(client, content, name) + "take/", said)
    return Batch.objects.latest("pk")


class TestUpload:
    def test_teaches_what_is_needed(self, client: Client) -> None:
        told = get(client, "/import/")
        assert "Needed: Date, Amount. Also taken: Customer number," in told
        example = signed_in(client).get("/import/example/transactions.csv", headers=EN).content.decode("utf-8-sig")
        assert example.startswith("Customer number,Date,Amount")

    @pytest.mark.parametrize("language", ["ko", "en"])
    def test_its_own_examples_are_of_the_kind_they_show_and_lack_nothing(self, language: str) -> None:
        with translation.override(language):
            for one in examples.tables():
                mapping = headers.guessed(one.kind, one.headings)
                assert one.kind.missing(mapping) == [], one.kind.name
                assert likely.kind_of(one.headings).name == one.kind.name

    def test_tells_by_the_headings_what_the_file_holds(self, client: Client) -> None:
        people = "고객번호,성명,휴대폰,생년월일\nA1,김지우,010-1234-5678,1990-01-02\n".encode("cp949")
        assert "?kind=customers" in upload(client, people, "명부.csv")["Location"]
        assert "?kind=transactions" in upload(client)["Location"]
        assert "?kind=customers" in upload(client, kind="customers")["Location"]

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
        told = get(client, waits(client) + "trial/")
        assert "Would be left out" in told
        assert "₩20,000" in told
        assert not Transaction.objects.exists()
        assert not Batch.objects.exists()

    def test_tells_what_a_wrong_mapping_lacks(self, client: Client) -> None:
        address = waits(client)
        told = get(client, f"{address}trial/?column-0=customer&column-1=time")
        assert "Say which column is: Amount." in told
        told = get(client, f"{address}trial/?column-0=customer&column-1=time&column-2=amount&column-3=amount")
        assert "Two columns are taken as Amount." in told

    def test_refuses_to_take_a_wrong_mapping_in_and_keeps_it(self, client: Client) -> None:
        answer = post(client, waits(client) + "take/", {"column-0": "customer", "column-3": "description"})
        assert answer.status_code == 422
        assert "Say which column is: Date, Amount." in answer.content.decode()
        assert '<option value="description" selected>' in answer.content.decode()

    def test_of_sales_can_be_taken_as_nobodys(self, client: Client) -> None:
        address = waits(client)
        without = {"column-0": "", "column-1": "time", "column-2": "amount"}
        told = get(client, f"{address}trial/?{urlencode(without)}")
        assert "No column of the file says who bought: 2 rows belong to nobody known" in told
        assert "choose it as the customer number: 고객번호" in told and "--map" not in told
        assert told.count("No column of the file says who bought") == 1
        assert 'name="wished" value="0"' in told
        post(client, address + "take/", without)
        assert set(Transaction.objects.values_list("identity", flat=True)) == {None}
        assert Batch.objects.get().mapping["customer"] == ""

    def test_takes_the_column_that_was_pressed_as_that_of_the_customers(self, client: Client) -> None:
        address = waits(client)
        pressed = {"column-0": "", "column-1": "time", "column-2": "amount", "wished": "0"}
        assert '<option value="customer" selected>' in get(client, f"{address}?{urlencode(pressed)}")

    def test_asks_whether_sales_that_stand_as_nobodys_make_room(self, client: Client) -> None:
        known = {"column-0": "customer", "column-1": "time", "column-2": "amount", "column-3": "description"}
        before = taken(client, **known | {"column-0": ""})
        address = waits(client)
        told = get(client, f"{address}trial/?{urlencode(known)}")
        assert (
            f"2 rows of this file stand already as sales of nobody known, from 매출 10월.csv (import {before.pk})"
            in told
        )
        assert 'name="same" value="instead" form="columns"' in told
        refused = post(client, f"{address}take/", known)
        assert refused.status_code == 422
        assert "Say whether this file takes the place of that one" in refused.content.decode()
        assert '<option value="customer" selected>' in refused.content.decode()
        assert set(Transaction.objects.values_list("identity", flat=True)) == {None}
        post(client, f"{address}take/", known | {"same": "instead"})
        assert sorted(Transaction.objects.values_list("identity__external_id", flat=True)) == ["A1", "A1"]
        assert "Undone" in get(client, "/import/")

    def test_asks_so_too_where_nobody_waited_for_the_trial(self, client: Client) -> None:
        known = {"column-0": "customer", "column-1": "time", "column-2": "amount", "column-3": "description"}
        taken(client, **known | {"column-0": ""})
        address = waits(client)
        post(client, f"{address}take/", known)
        assert "Say whether this file takes the place of that one" in get(client, f"{address}run/")

    def test_reads_the_form_it_wrote(self) -> None:
        seen = Preview(["a", "b"], [["1", "2"], ["", "4"]], {"customer": "b"}, "utf-8", 1)
        assert [column.samples for column in columns.columns(seen, {"customer": "b"})] == [["1"], ["2", "4"]]
        sales = KINDS["transactions"]
        said = columns.read(QueryDict("column-0=time&column-1=customer"), seen, sales)
        assert said.mapping == {"time": "a", "customer": "b"}
        assert columns.read(QueryDict(""), seen, sales).mapping == {"customer": "b"}


class TestTake:
    @pytest.mark.store
    def test_takes_in_shows_the_result_and_leads_to_the_map(self, client: Client, home: Path) -> None:
        address = waits(client)
        assert post(client, f"{address}take/")["Location"] == f"{address}run/"
        result = signed_in(client).get(f"{address}run/", headers=EN)["Location"]
        told = get(client, result)
        assert "2 rows are in. 1 row was left out" in told
        assert "₩20,000" in told
        assert 'href="/map/"' in told
        assert "어제" in told
        assert Transaction.objects.count() == 2
        assert "as_of = 2026-10-09T23:59:59+09:00" in (home / "dangol.toml").read_text()

    def test_says_so_where_not_one_row_came_in(self, client: Client) -> None:
        batch = taken(client, "고객번호,일자,금액\nA1,어제,1000\nA2,그제,2000\n".encode(), "빈.csv")
        told = get(client, f"/import/result/{batch.pk}/")
        assert "Nothing was taken in: all 2 rows were left out. Why stands below" in told
        assert "rows are in" not in told and "See the map" not in told
        assert '<span class="tag bad">Nothing taken in</span>' in told
        assert '<span class="tag bad">Nothing taken in</span>' in get(client, "/import/")

    def test_says_so_where_the_file_has_headings_alone(self, client: Client) -> None:
        batch = taken(client, "고객번호,일자,금액\n".encode(), "제목만.csv")
        assert "there was no row to take in" in get(client, f"/import/result/{batch.pk}/")

    def test_keeps_no_copy_of_what_is_in_the_records(self, client: Client, home: Path) -> None:
        address = waits(client)
        post(client, address + "take/")
        assert not [path for path in (home / "uploads").rglob("*") if path.is_file()]
        assert "no longer here" in signed_in(client).get(address, headers=EN).content.decode()

    def test_gives_the_rows_left_out_to_be_mended(self, client: Client) -> None:
        address = waits(client)
        post(client, f"{address}take/")
        batch = Batch.objects.get()
        answer: Any = signed_in(client).get(f"/import/result/{batch.pk}/left-out.csv", headers=EN)
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
        assert text.splitlines()[0] == "고객번호,일자,금액,상품명,Reason"
        assert "A2,어제,3000,빵" in text

    @pytest.mark.store
    def test_the_same_file_twice_changes_nothing(self, client: Client) -> None:
        for _ in range(2):
            post(client, waits(client) + "take/")
        assert Transaction.objects.count() == 2
        assert "매출 10월.csv" in get(client, "/import/")

    @pytest.mark.store
    def test_shows_progress_and_then_why_it_failed(self, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        address = waits(client)
        key = f"import-{address.split('/')[-2]}"
        work.begin(key)
        assert "<progress" in get(client, f"{address}run/")
        work.forget(key)

        def refuse(*_: object, **__: object) -> None:
            raise actions.DiskFull("The disk is full: nothing was taken in.")

        monkeypatch.setattr(actions, "import_file", refuse)
        post(client, f"{address}take/")
        assert "The disk is full: nothing was taken in." in get(client, f"{address}run/")

    def test_speaks_of_no_row_of_headings_where_a_file_has_none(self, client: Client) -> None:
        told = get(client, waits(client, b'[{"customer": "A1", "date": "2026-10-01", "amount": 5}]', "sales.json"))
        assert "Read as JSON" in told and "Headings in row" not in told
        assert "Headings in row 1" in get(client, waits(client))


class TestCalledOff:
    HEAD = "주문번호,고객번호,주문일시,금액,주문상태\n"
    ROWS = "1,A1,2026-11-01,100,구매확정\n2,A1,2026-11-02,50,취소\n"

    def test_is_told_apart_from_what_is_to_mend(self, client: Client) -> None:
        batch = taken(client, f"{self.HEAD}{self.ROWS}3,A1,어제,70,구매확정\n".encode())
        told = get(client, f"/import/result/{batch.pk}/")
        assert "1 row was left out; mend it and take it in again. 1 row is of an order that was called off" in told
        assert "1 called off · 1 still to mend" in told
        assert 'name="row-4-2"' in told and 'name="row-3-' not in told
        assert "1 called off" in get(client, "/import/")

    def test_alone_asks_for_nothing_and_is_in_the_file_with_its_reason(self, client: Client) -> None:
        batch = taken(client, f"{self.HEAD}{self.ROWS}".encode())
        told = get(client, f"/import/result/{batch.pk}/")
        assert "to mend" not in told.replace("nothing to mend", "") and "Take in what I mended" not in told
        assert "Rows of orders that were called off stand in the CSV file alone, each with its reason." in told
        left: Any = signed_in(client).get(f"/import/result/{batch.pk}/left-out.csv", headers=EN)
        assert "is no sale" in b"".join(left.streaming_content).decode()
        assert standing().rejected is None


class TestMend:
    @pytest.mark.store
    def test_takes_in_what_was_changed_in_the_page_and_leaves_the_rest(self, client: Client) -> None:
        batch = taken(client, FILE + "A3,2026-10-03,만원,빵\n".encode("cp949"))
        wrong = batch.rejects.get(row=3)
        answer = post(client, f"/import/result/{batch.pk}/mend/", {f"row-{wrong.row}-1": "2026-10-02"})
        assert answer.status_code == 302
        mended = Batch.objects.latest("pk")
        assert (mended.mends, mended.accepted, mended.rejected) == (batch, 1, 0)
        assert Transaction.objects.filter(amount=3000).count() == 1
        assert list(batch.rejects.values_list("row", flat=True)) == [5]
        assert "1 still to mend" in get(client, f"/import/result/{batch.pk}/")

    def test_marks_the_cell_that_is_wrong_and_keeps_what_was_typed(self, client: Client) -> None:
        batch = taken(client)
        told = get(client, f"/import/result/{batch.pk}/")
        assert 'name="row-3-1" value="어제" autocomplete="off" aria-invalid="true"' in told
        answer = post(client, f"/import/result/{batch.pk}/mend/", {"row-3-1": "어제"})
        assert answer.status_code == 422
        assert "Change a cell of the rows you want to take in first." in answer.content.decode()

    def test_takes_in_a_row_that_was_too_wide_once_its_cells_are_moved(self, client: Client) -> None:
        batch = taken(client, FILE + 'A4,2026-10-03,"4,000",빵,우유\n'.replace('"', "").encode("cp949"))
        (wide,) = [one for one in batch.rejects.all() if len(one.original) > 4]
        told = get(client, f"/import/result/{batch.pk}/")
        assert "Beyond the last column" in told and "leave what is beyond the last one empty" in told
        row = f"row-{wide.row}-"
        moved = {f"{row}2": "4000", f"{row}3": "빵, 우유", f"{row}4": "", f"{row}5": ""}
        post(client, f"/import/result/{batch.pk}/mend/", moved)
        assert Transaction.objects.get(amount=4000).lines.get().description == "빵, 우유"
        assert not batch.rejects.filter(row=wide.row).exists()

    def test_knows_its_own_file_of_rows_left_out_when_it_comes_back(self, client: Client) -> None:
        batch = taken(client, FILE.replace("일자".encode("cp949"), "언제".encode("cp949")), **{
            "column-0": "customer", "column-1": "time", "column-2": "amount", "kind": "transactions",
        })  # fmt: skip
        left: Any = signed_in(client).get(f"/import/result/{batch.pk}/left-out.csv", headers=EN)
        text = b"".join(left.streaming_content).decode("utf-8-sig").replace("어제", "2026-10-02")
        told = get(client, waits(client, b"\xef\xbb\xbf" + text.encode(), "left-out.csv"))
        assert "These are rows that were left out of 매출 10월.csv." in told
        assert '<option value="time" selected>' in told
        assert taken(client, b"\xef\xbb\xbf" + text.encode(), "left-out.csv").accepted == 1


@pytest.mark.store
class TestUndo:
    def test_says_what_will_go_takes_it_back_and_says_what_went(self, client: Client) -> None:
        batch = taken(client)
        assert f'href="/import/result/{batch.pk}/undo/"' in get(client, f"/import/result/{batch.pk}/")
        before = get(client, f"/import/result/{batch.pk}/undo/")
        assert "Undo this import?" in before and "Receipts" in before
        assert Transaction.objects.exists()
        assert post(client, f"/import/result/{batch.pk}/undo/").status_code == 302
        assert not Transaction.objects.exists() and not Customer.objects.exists() and not Reject.objects.exists()
        told = get(client, f"/import/result/{batch.pk}/")
        assert "The records are as if this file had never come." in told and "Take in what I mended" not in told
        assert "Undone" in get(client, "/import/")

    def test_is_done_once_and_the_file_may_come_again(self, client: Client) -> None:
        batch = taken(client)
        post(client, f"/import/result/{batch.pk}/undo/")
        again = post(client, f"/import/result/{batch.pk}/undo/")
        assert again.status_code == 409
        assert "This file was undone already." in again.content.decode()
        assert taken(client).created == 2


@pytest.mark.store
class TestProfiles:
    NAMED = {"column-0": "customer", "column-1": "time", "column-2": "amount", "profile_name": " 포스  매출 "}

    def test_are_kept_with_a_file_and_offered_for_the_next_like_it(self, client: Client) -> None:
        taken(client, **self.NAMED)
        assert Profile.objects.get().name == "포스 매출"
        other = FILE.replace(b"A1", b"B1")
        told = get(client, waits(client, other))
        assert "Taken by the profile “포스 매출”" in told
        assert '<option value="description" selected>' not in told
        assert '<option value="description" selected>' in get(client, waits(client, other) + "?profile=guess")

    def test_keep_that_no_column_says_who_bought(self, client: Client) -> None:
        taken(client, **self.NAMED | {"column-0": ""})
        address = waits(client, FILE.replace(b"A1", b"B1"))
        assert '<option value="customer" selected>' not in get(client, address)
        assert "No column of the file says who bought" in get(client, f"{address}trial/")

    def test_are_renamed_and_deleted(self, client: Client) -> None:
        taken(client, **self.NAMED)
        profile = Profile.objects.get()
        profiles.save("다른 것", kind="transactions", headings=["x"], mapping={"time": "x"}, by=None, at=timezone.now())
        taken_name = post(client, f"/import/profiles/{profile.pk}/rename/", {"name": "다른 것"})
        assert taken_name.status_code == 422
        post(client, f"/import/profiles/{profile.pk}/rename/", {"name": "본점 포스"})
        assert "본점 포스" in get(client, "/import/profiles/")
        post(client, f"/import/profiles/{profile.pk}/delete/")
        assert not Profile.objects.filter(pk=profile.pk).exists()

    def test_keep_why_a_further_column_is_kept(self, client: Client) -> None:
        people = "고객번호,성명,등급\nA1,김지우,골드\n".encode("cp949")
        said = {"column-0": "external_id", "column-1": "full_name", "column-2": "kept", "kind": "customers"}
        address = waits(client, people, "명부.csv")
        answer = post(client, address + "take/", said)
        assert answer.status_code == 422
        assert "Say what you keep 등급 for, or do not take it in." in answer.content.decode()
        post(
            client,
            address + "take/",
            {**said, "purpose-2": "등급에 맞는 안내", "basis-2": "contract", "profile_name": "명부"},
        )
        assert Customer.objects.get().attributes == {"등급": "골드"}
        assert [(one.key, one.purpose, one.basis) for one in stated().values()] == [
            ("등급", "등급에 맞는 안내", "contract")
        ]
        assert Profile.objects.get().details == {"등급": ["등급에 맞는 안내", "contract"]}


@pytest.mark.store
class TestTwice:
    def test_work_a_kill_interrupted_after_the_commit_takes_nothing_in_twice(self, client: Client) -> None:
        """The worker takes the same task up again: the batch is there, and only what comes after is done."""
        address = waits(client)
        asked_at, token = timezone.now().isoformat(), address.split("/")[-2]
        taking = columns.Taking({"customer": "고객번호", "time": "일자", "amount": "금액"}).plain
        user = signed_in(client).session["_auth_user_id"]
        for _ in range(2):
            work.forget(f"import-{token}")
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(uploads, "forget", lambda token: None)
                tasks.take.enqueue(f"import-{token}", token, "transactions", taking, asked_at, int(user), "en")
            assert work.look(f"import-{token}").answer["created"] == 2
        assert Batch.objects.count() == 1


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
        monkeypatch.setattr(homes, "refuse_switch", lambda name: None)
        told = post(client, "/import/own/").content.decode()
        assert 'data-next="/import/"' in told
        assert 'data-home="own"' in told


def _demo(settings: Any) -> Any:
    from dataclasses import replace

    return replace(settings.DANGOL, source="dairy", simulated=True)


@pytest.mark.parametrize(
    "said", [{"column-0": "customer"}, {"column-0": "time", "column-1": "time", "column-2": "amount"}]
)
def test_a_trial_that_cannot_begin_says_why_and_takes_the_choices_away(client: Client, said: dict[str, str]) -> None:
    told = get(client, f"{waits(client)}trial/?{urlencode(said)}")
    assert 'class="err"' in told and '<div id="choices" class="stack" hx-swap-oob="true"></div>' in told
