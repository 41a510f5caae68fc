"""Files that come by themselves: each once, whole or refused with the reason, for somebody who may."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from dangol.contact.intake import actions, profiles, regular
from dangol.contact.intake.models import Batch, Profile
from dangol.insight.warehouse.refresh import refresh
from dangol.records.customers.duties import Traces
from dangol.records.ledger.models import Transaction
from dangol.records.rights.keeping_rules import Moment
from dangol.records.staff.models import User
from dangol.web import clock
from dangol.web.imports import forgetting, incoming, taking
from dangol.web.shell.viewer import of_user
from dangol.web.today.coming import coming
from tests.web.business import signed_in

pytestmark = pytest.mark.django_db
EN = {"Accept-Language": "en"}
AT = datetime(2026, 11, 25, 3, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SALES = "번호,언제,얼마\nA1,2026-10-01,12000\nA2,2026-10-02,8000\n"


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a home of one's own, where long work happens at once and nobody is valued."""
    settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}
    settings.DANGOL_HOME, settings.DANGOL_KEYS = tmp_path, tmp_path / "keys.json"
    monkeypatch.setattr(incoming, "bring_up_to_date", lambda **_: None)
    return tmp_path


@pytest.fixture
def valuing(settings: Any, home: Path, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Return the calls by which everybody is valued, as in earnest."""
    settings.DANGOL_LAKE = home / "lake"
    calls: list[Any] = []

    def counted(**told: Any) -> None:
        calls.append(told)
        taking.bring_up_to_date(**told)

    monkeypatch.setattr(incoming, "bring_up_to_date", counted)
    return calls


@pytest.fixture
def owner() -> User:
    return User.objects.create(username="owner", role=User.Role.OWNER)


@pytest.fixture
def till(owner: User) -> Profile:
    """Return the profile of a till, whose files come by themselves every day."""
    made = profiles.save(
        "POS 매출", kind="transactions", headings=["번호", "언제", "얼마"],
        mapping={"customer": "번호", "time": "언제", "amount": "얼마"}, by=owner, at=AT,
    )  # fmt: skip
    return regular.switch_on(made, rhythm="day", language="en", by=owner, at=AT)


def drop(till: Profile, name: str, text: str = SALES) -> Path:
    """Let another system put a file into the folder."""
    path = regular.folder_of(till) / name
    path.write_text(text, encoding="utf-8")
    return path


def together(till: Profile, *fates: str) -> list[int]:
    """Claim files that came together: good, bad, or changed since it was claimed; the numbers of their imports."""
    numbers = []
    for place, fate in enumerate(fates):
        path = drop(till, f"{place}.csv", "이름,나이\n가,3\n" if fate == "bad" else SALES.replace("A", f"{place}A"))
        numbers.append(regular.claim(till, path, regular.mark_of(path), at=AT).pk)
        if fate == "changed":
            os.utime(path, (1, 1))
    return numbers


def two_looks(at: datetime = AT) -> int:
    """Look twice, a minute apart; how many files were new to be taken in."""
    return incoming.look(at=at) + incoming.look(at=at + MINUTE)


def lying(home: Path) -> set[str]:
    """All files that lie in the folders."""
    return {str(path.relative_to(home / "incoming")) for path in (home / "incoming").rglob("*") if path.is_file()}


class TestFolder:
    def test_has_the_name_of_its_profile_and_nobody_elses(self, till: Profile, owner: User) -> None:
        assert till.folder == "POS-매출" and regular.folder_of(till).is_dir()
        for name in ("POS/매출", "../..", "pos 매출"):
            other = profiles.save(name, kind="customers", headings=["이름"], mapping={}, by=owner, at=AT)
            regular.switch_on(other, rhythm="", language="en", by=owner, at=AT)
        found = sorted(Profile.objects.values_list("folder", flat=True))
        assert found == ["POS-매출", "POS-매출-2", "customers", "pos-매출-3"]


class TestLook:
    @pytest.mark.store
    def test_takes_in_what_is_still_in_order_of_name_and_deletes_it(self, till: Profile, home: Path) -> None:
        drop(till, "b.csv", SALES.replace("2026-10", "2026-09"))
        drop(till, "a.csv")
        assert incoming.look(at=AT) == 0 and not Batch.objects.exists()
        assert incoming.look(at=AT + MINUTE) == 2
        first, second = Batch.objects.order_by("pk")
        assert (first.file_name, second.file_name, first.state) == ("a.csv", "b.csv", "taken_in")
        assert (first.profile, first.by, first.created, first.digest != "") == (till, till.taken_by, 2, True)
        assert Transaction.objects.count() == 4 and lying(home) == set()

    def test_leaves_a_file_alone_that_is_being_written(self, till: Profile, home: Path) -> None:
        path = drop(till, "a.csv")
        drop(till, "whole.csv.part"), drop(till, ".hidden.csv")
        (regular.folder_of(till) / "link.csv").symlink_to("/etc/hostname")
        incoming.look(at=AT)
        with path.open("a", encoding="utf-8") as file:
            file.write("A3,2026-10-03,1000\n")
        assert incoming.look(at=AT + MINUTE) == 0
        assert incoming.look(at=AT + 2 * MINUTE) == 1
        assert Batch.objects.get().accepted == 3
        assert lying(home) == {"POS-매출/whole.csv.part", "POS-매출/.hidden.csv", "POS-매출/link.csv"}

    def test_changes_nothing_when_the_same_file_comes_again(self, till: Profile) -> None:
        for number in range(2):
            drop(till, "a.csv")
            assert two_looks(AT + number * DAY) == 1
        again = Batch.objects.latest("pk")
        assert (again.created, again.unchanged, Transaction.objects.count()) == (0, 2, 2)

    def test_does_nothing_in_a_demo(self, till: Profile, settings: Any) -> None:
        settings.DANGOL = replace(settings.DANGOL, source="dairy")
        drop(till, "a.csv")
        assert two_looks() == 0


class TestRefused:
    def test_lies_aside_with_one_sentence_and_the_rest_is_taken_in(self, till: Profile, home: Path) -> None:
        drop(till, "a.csv", "이름,나이\n가,3\n")
        drop(till, "b.csv")
        two_looks()
        failed, taken = Batch.objects.order_by("pk")
        assert (failed.state, taken.state) == ("failed", "taken_in")
        name = f"POS-매출/refused/{failed.pk}-a.csv"
        assert lying(home) == {name, f"{name}.txt"}
        why = (home / "incoming" / f"{name}.txt").read_text(encoding="utf-8")
        assert why.strip() == failed.problem and "번호" in why and why.count("\n") == 1

    def test_tells_when_not_one_row_of_it_came_in(self, till: Profile) -> None:
        drop(till, "a.csv", "번호,언제,얼마\nA1,어제,1000\n")
        two_looks()
        standing = next(iter(regular.standings(at=AT)))
        assert standing.failed and standing.last and standing.last.state == "nothing_in"
        with translation.override("en"):
            assert standing.problem.startswith("Nothing was taken in: its only row was left out. Row 2")

    def test_is_kept_for_thirty_days_and_no_longer_than_who_is_forgotten(self, till: Profile, home: Path) -> None:
        drop(till, "a.csv", "이름,나이\n가,3\n")
        two_looks()
        now = clock.now()
        assert forgetting.older_incoming(30, Moment(as_of=now, at=now + 29 * DAY)) == 0
        assert forgetting.let_go_of_incoming(30, Moment(as_of=now, at=now + 31 * DAY)) == 2
        drop(till, "b.csv", "이름,나이\n가,3\n")
        two_looks(AT + DAY)
        drop(till, "waits.csv")
        assert forgetting.forget_incoming(Traces(1)) == 2
        assert lying(home) == {"POS-매출/waits.csv"}
        regular.switch_off(till)
        assert forgetting.forget_incoming(Traces(1)) == 1 and lying(home) == set()

    def test_is_told_of_what_cannot_be_taken_out_of_its_folder(self, till: Profile, home: Path) -> None:
        drop(till, "sales.csv")
        (home / "incoming" / ".taking").write_text("in the way")
        assert two_looks() == 1
        batch = Batch.objects.get()
        assert batch.problem == "sales.csv could not be taken out of its folder: Not a directory."
        assert lying(home) == {".taking", f"{till.folder}/sales.csv"}
        (home / "incoming" / ".taking").unlink()
        assert two_looks(AT + 2 * HOUR) == 1
        assert Transaction.objects.count() == 2

    def test_is_told_of_a_folder_that_cannot_be_read_and_stops_no_other(
        self, till: Profile, owner: User, home: Path
    ) -> None:
        other = profiles.save("전화", kind=till.kind, headings=[], mapping=till.mapping, by=owner, at=AT)
        regular.switch_on(other, rhythm="day", language="en", by=owner, at=AT)
        regular.folder_of(till).rmdir()
        regular.folder_of(till).write_text("no folder")
        drop(other, "calls.csv")
        assert two_looks() == 1
        assert Transaction.objects.count() == 2
        with translation.override("en"):
            stills = {one.profile: one.still for one in regular.standings(at=AT)}
        assert stills == {till: "The folder cannot be read: Not a directory.", other: ""}

    def test_left_by_a_claim_that_is_gone_goes_when_somebody_is_forgotten(self, till: Profile, home: Path) -> None:
        (left := home / "incoming" / ".taking" / "77").mkdir(parents=True)
        (left / "old.csv").write_text(SALES)
        regular.forget_lying(at=AT)
        assert lying(home) == set()

    def test_is_nothing_that_a_full_disk_stopped(self, till: Profile, monkeypatch: pytest.MonkeyPatch) -> None:
        drop(till, "a.csv")
        full = actions.DiskFull("The disk is full.")
        with monkeypatch.context() as patch:
            patch.setattr(actions, "opened", lambda *_, **__: (_ for _ in ()).throw(full))
            assert two_looks() == 1
        assert Batch.objects.get().problem == "The disk is full."
        assert incoming.look(at=AT + 2 * MINUTE) == 0
        assert incoming.look(at=AT + timedelta(hours=2)) == 1
        assert Batch.objects.latest("pk").state == "taken_in"

    def test_goes_with_what_is_never_taken_in_when_somebody_is_forgotten(self, till: Profile, home: Path) -> None:
        drop(till, "whole.csv"), drop(till, "left.csv.part"), drop(till, ".hidden.csv")
        folder = regular.folder_of(till)
        (folder / "link.csv").symlink_to("nowhere")
        (folder / till.folder).mkdir()
        (folder / till.folder / "below.csv").write_text(SALES, encoding="utf-8")
        now = clock.now()
        assert regular.forget_lying(at=now) == 1  # what lies below; the others may be written to this moment
        assert regular.older(now + HOUR) == 4
        assert regular.forget_lying(at=now + HOUR + MINUTE) == 3
        assert lying(home) == {"POS-매출/whole.csv"} and not (folder / "link.csv").is_symlink()


class TestValues:
    """Everybody is valued after the last of the files that came together, whatever became of that one."""

    @pytest.mark.parametrize(
        ("fates", "valued"),
        [
            (("good", "bad"), 1), (("good", "changed"), 1), (("bad", "good"), 1), (("good", "good"), 1),
            (("bad", "changed"), 0),
        ],
    )  # fmt: skip
    def test_follow_once_what_was_taken_in(self, valuing: list[Any], till: Profile, fates: Any, valued: int) -> None:
        for number in together(till, *fates):
            incoming.take_regular.func(number, till.folder)
        assert len(valuing) == valued
        assert not incoming.behind()

    def test_follow_where_the_process_was_killed_before_they_did(
        self, valuing: list[Any], till: Profile, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        numbers = together(till, "good", "changed")
        with monkeypatch.context() as killed:
            killed.setattr(incoming, "bring_up_to_date", lambda **_: refresh(at=AT))
            for number in numbers:
                incoming.take_regular.func(number, till.folder)
        for number in (numbers[-1], *together(till, "bad")):  # the second finds nothing to do
            incoming.take_regular.func(number, till.folder)
        assert len(valuing) == 1 and not incoming.behind()

    def test_that_could_not_follow_are_told_and_follow_the_next_file(
        self, valuing: list[Any], till: Profile, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        here = signed_in(client)

        def told() -> bool:
            page = here.get("/import/profiles/", headers=EN).content.decode()
            return "The disk is full." in page and "not valued" in page

        (number,) = together(till, "good")
        with monkeypatch.context() as patch:
            full = actions.DiskFull("The disk is full.")
            patch.setattr(incoming, "bring_up_to_date", lambda **_: (_ for _ in ()).throw(full))
            incoming.take_regular.func(number, till.folder)
        assert told() and Batch.objects.get().state == "taken_in"
        (number,) = together(till, "bad")
        incoming.take_regular.func(number, till.folder)
        assert not told() and len(valuing) == 1


class TestPermission:
    def test_withdrawn_lets_it_stand_still_and_say_so(self, till: Profile, owner: User, home: Path) -> None:
        drop(till, "a.csv")
        incoming.look(at=AT)
        User.objects.filter(pk=owner.pk).update(is_active=False)
        assert incoming.look(at=AT + MINUTE) == 0 and not Batch.objects.exists()
        assert lying(home) == {"POS-매출/a.csv"}
        (one,) = regular.standings(at=AT)
        assert one.still and one.waiting == 1

    def test_withdrawn_after_it_was_claimed_leaves_the_file_where_it_was(
        self, till: Profile, owner: User, home: Path
    ) -> None:
        path = drop(till, "a.csv")
        batch = regular.claim(till, path, regular.mark_of(path), at=AT)
        assert regular.hold(batch, till.folder) and lying(home) == {f".taking/{batch.pk}/a.csv"}
        User.objects.filter(pk=owner.pk).update(role="agent")
        incoming.take_regular.func(batch.pk, till.folder)
        assert lying(home) == {"POS-매출/a.csv"} and not Batch.objects.exists()


class TestWriting:
    def test_goes_on_after_the_file_was_claimed(self, till: Profile, home: Path) -> None:
        path = drop(till, "a.csv")
        batch = regular.claim(till, path, regular.mark_of(path), at=AT)
        os.utime(path, (1, 1))
        incoming.take_regular.func(batch.pk, till.folder)
        assert lying(home) == {"POS-매출/a.csv"} and not Batch.objects.exists()

    def test_to_a_file_that_was_taken_in_brings_it_back(self, till: Profile, home: Path) -> None:
        path = drop(till, "a.csv")
        batch = regular.claim(till, path, regular.mark_of(path), at=AT)
        held = regular.hold(batch, till.folder)
        drop(till, "a.csv", "the next one")
        assert held is not None
        held.write_text(f"{SALES}A3,2026-10-03,1000\n", encoding="utf-8")
        regular.let_go(batch, till.folder)
        assert lying(home) == {"POS-매출/a.csv", f"POS-매출/{batch.pk}-a.csv"}


class TestRhythm:
    def test_tells_when_none_has_come(self, till: Profile, owner: User) -> None:
        def told(at: datetime) -> list[str]:
            with translation.override("en"):
                return [one.title for one in coming(of_user(owner), at=at)]

        assert told(AT + DAY) == []
        assert told(AT + 2 * DAY) == ["No file of “POS 매출” has come"]
        drop(till, "a.csv")
        two_looks(AT + 2 * DAY)
        assert told(AT + 2 * DAY) == []
        drop(till, "b.csv", "이름,나이\n가,3\n")
        two_looks(AT + 3 * DAY)
        assert told(AT + 3 * DAY) == ["A file of “POS 매출” failed"]
        User.objects.filter(pk=owner.pk).update(role="analyst")
        assert told(AT + 3 * DAY) == ["Files of “POS 매출” are not taken in"]


class TestPage:
    def test_switches_it_on_tells_how_it_stands_and_stops_it(self, client: Client, home: Path) -> None:
        here = signed_in(client)
        made = profiles.save("till", kind="transactions", headings=["a"], mapping={}, by=None, at=AT)
        address = f"/import/profiles/{made.pk}/regular/"
        assert here.post(address, {"rhythm": "hour"}, headers=EN).status_code == 422
        assert here.post(address, {"rhythm": "week"}, headers=EN).status_code == 302
        made.refresh_from_db()
        told = here.get("/import/profiles/", headers=EN).content.decode()
        assert str(home / "incoming" / "till") in told and "None has come yet" in told
        drop(made, "a.csv", "이름,나이\n가,3\n")
        two_looks(clock.now())
        told = here.get("/import/profiles/", headers=EN).content.decode()
        assert "in the folder “refused” with the reason beside it" in told
        result = f"/import/result/{Batch.objects.get().pk}/"
        assert "It came by itself, by the profile “till”." in here.get(result, headers=EN).content.decode()
        assert here.post(address, {"do": "stop"}, headers=EN).status_code == 302
        assert not regular.switched_on().exists()


class TestKill:
    def test_at_any_point_takes_nothing_twice_and_loses_nothing(self, tmp_path: Path) -> None:
        script = Path(__file__).with_name("killed_incoming.py")
        here = os.environ | {
            "DANGOL_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "dangol.config.settings",
            "PYTHONPATH": str(script.parents[3]),
        }  # fmt: skip
        here.pop("DATABASE_URL", None)
        done = subprocess.run([sys.executable, str(script)], env=here, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        told = json.loads(done.stdout.splitlines()[-1])
        assert [one["phase"] for one in told] == ["claimed", "held", "writing", "committed"]
        for number, one in enumerate(told, 1):
            assert one["killed"]["lines"] == 120 * (number - (one["phase"] != "committed")), one
            assert one["killed"]["files"] == 1, one
            assert one["done"] == {"lines": 120 * number, "files": 0, "batches": number, "open": 0}, one
