"""Files for teams: whom they hold and whom not, each once whatever is killed, taken back, and told after an erasure."""

from __future__ import annotations

import csv
import hashlib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest
from django.test import Client
from django.utils import translation

from dangol.decisions.segments.models import Segment
from dangol.records.customers.columns import COLUMNS
from dangol.records.customers.identities import add_identities
from dangol.records.customers.models import ContactPoint, Customer, FieldUse
from dangol.records.customers.saved_views import save_view
from dangol.records.customers.schemes import Scheme
from dangol.records.customers.using import Use
from dangol.records.outbox import files
from dangol.records.outbox.files import CannotExtract
from dangol.records.outbox.models import Extract, OutgoingFile
from dangol.records.permission.actions import suppress
from dangol.records.permission.models import Consent
from dangol.records.staff.access import store
from dangol.records.staff.models import User
from dangol.records.staff.roles import Role
from dangol.web import clock
from dangol.web.customers.cells import Told, Words
from dangol.web.imports import extracted, outgoing
from dangol.web.shell.viewer import of_user
from tests.records.staff.office import staff

pytestmark = pytest.mark.django_db
SHOW = "show=name,mobile,place,gender,birth_date,registered_at"


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> Path:
    settings.DANGOL_HOME = tmp_path
    settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}
    return tmp_path


@pytest.fixture
def owner() -> User:
    return staff(Role.OWNER)


@pytest.fixture
def people() -> list[Customer]:
    """Two who may be in it, and one each who stopped it, who objects, who is a child, and who was forgotten."""
    born = {"다은": 1985, "민서": 1992, "멈춤": 1990, "거부": 1990, "아이": clock.today().year - 5, "잊힘": 1990}
    made = [
        Customer.objects.create(
            full_name=name, birth_date=clock.today().replace(year=year, day=1), place="마포구", gender="f",
            registered_at=clock.now(), erased_at=clock.now() if name == "잊힘" else None,
        )
        for name, year in born.items()
    ]  # fmt: skip
    ContactPoint.objects.create(
        customer=made[0], kind="mobile", value="+821055501234", tail="1234", valid_from=clock.now()
    )
    suppress(made[2], reason="asked", by=None, at=clock.now())
    Consent.objects.create(customer=made[3], purpose="automated", granted=False, answered_at=clock.now(), how="web")
    return made


def extract(owner: User, **told: Any) -> Extract:
    """What goes out, of a list that shows names, numbers, districts and births."""
    view = save_view("list", SHOW, by=owner, at=clock.now())
    about: dict[str, Any] = {
        "name": "조사", "what": "people", "view": view, "team": "research", "purpose": "the yearly study",
        "direct": False, "ground": "", "form": "csv", "rhythm": "week", "folder": "research", "language": "en",
    }  # fmt: skip
    return files.begin(**(about | told), by=owner, at=clock.now())


def made(one: Extract, mark: str = "1") -> OutgoingFile:
    file = files.ask(one, mark, by=None, at=clock.now())
    outgoing.make_waiting(at=clock.now())
    file.refresh_from_db()
    return file


def rows(file: OutgoingFile) -> list[list[str]]:
    return list(csv.reader(outgoing.path_of(file).read_text("utf-8-sig").splitlines()))


def test_research_gets_marks_and_coarse_columns_of_whoever_may_be_in_it(owner: User, people: list[Customer]) -> None:
    one = extract(owner)
    file = made(one)
    head, *body = rows(file)
    assert head == ["Mark", "District", "Gender", "Registered on", "Age band"]
    assert sorted(row[4] for row in body) == ["30-39", "40-49"]
    assert {row[3] for row in body} == {f"{clock.today():%Y-%m}"}
    assert (file.rows, file.left_out) == (2, 3)
    text = outgoing.path_of(file).read_text("utf-8")
    assert not [one.full_name for one in people if one.full_name in text] and "5550" not in text
    assert file.digest == hashlib.sha256(outgoing.path_of(file).read_bytes()).hexdigest()
    assert oct(outgoing.path_of(file).stat().st_mode)[-3:] == "600"
    again = [row[0] for row in rows(made(one, "2"))[1:]]
    other = [row[0] for row in rows(made(extract(owner, name="다른 조사")))[1:]]
    assert sorted(again) == sorted(row[0] for row in body) and not set(other) & set(again)


def test_nobody_leaves_where_a_filter_of_the_list_is_gone(owner: User, people: list[Customer]) -> None:
    view = save_view("gold", f"{SHOW}&attributes.grade=gold", by=owner, at=clock.now())
    file = made(extract(owner, view=view))
    assert (file.rows, file.handed_over_at) == (0, None)
    assert "filtered by grade" in file.problem


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_day_is_told_by_its_month_however_it_is_written(owner: User, language: str) -> None:
    """Columns that know days alone, such as since when somebody is in a stage."""
    column, day = COLUMNS["stage_since"], date(2025, 12, 15)
    cell = Told(column, Words.of(column), {1: day})
    with translation.override(language):
        assert extracted.told_coarsely(cell.plain(1, of_user(owner, page="extracts")), column) == "2025-12"
        assert extracted.told_coarsely("Dec. 15, 2025", column) == ""


def test_names_leave_on_a_ground_alone_and_only_for_whoever_sees_them(owner: User, people: list[Customer]) -> None:
    with pytest.raises(CannotExtract):
        extract(owner, direct=True)
    file = made(extract(owner, direct=True, ground="contract", team="crm"))
    assert {row[2] for row in rows(file)[1:]} == {"다은", "민서"}
    User.objects.filter(pk=owner.pk).update(role=Role.MARKETER)
    late = made(file.extract, "2")
    assert late.handed_over_at is None and "no names go out" in late.problem


def test_names_leave_with_the_number_by_which_the_business_knows_each_beside_ours(
    owner: User, people: list[Customer]
) -> None:
    add_identities([(people[0].pk, "00123")], source="till", scheme=Scheme.CUSTOMER, at=clock.now())
    head, *body = rows(made(extract(owner, direct=True, ground="contract", team="crm")))
    assert head[:3] == ["Number in Dangol", "Customer number", "Name"]
    assert {tuple(row[:3]) for row in body} == {
        (str(people[0].pk), "00123", people[0].full_name), (str(people[1].pk), "", people[1].full_name),
    }  # fmt: skip
    assert FieldUse.objects.filter(name="external_id", use=Use.TEAMS).exists()


def test_a_formula_stays_a_text_in_every_form(owner: User, people: list[Customer]) -> None:
    Customer.objects.filter(pk=people[0].pk).update(place="=1+1")
    assert "'=1+1" in {row[1] for row in rows(made(extract(owner)))}
    book = made(extract(owner, name="xlsx", form="xlsx"))
    sheet = openpyxl.load_workbook(outgoing.path_of(book)).active
    assert ("=1+1", "s") in {(row[1].value, row[1].data_type) for row in sheet.iter_rows()}  # type: ignore[union-attr]
    table = pq.read_table(outgoing.path_of(made(extract(owner, name="parquet", form="parquet"))))
    assert table.num_rows == 2 and "=1+1" in table["District"].to_pylist()


def test_segments_are_counted_and_few_people_are_not_told(owner: User, people: list[Customer]) -> None:
    Segment.objects.create(name="everybody", rule={}, saved_at=clock.now())
    assert rows(made(extract(owner, what="counts"))) == [
        ["Segment", "Customers", "Note"], ["everybody", "", "fewer than 10"],
    ]  # fmt: skip


def test_goes_out_once_in_its_week(owner: User, people: list[Customer]) -> None:
    extract(owner)
    for _day in range(2):
        outgoing.ask_due(at=clock.now())
        outgoing.make_waiting(at=clock.now())
    assert OutgoingFile.objects.count() == 1
    file = OutgoingFile.objects.get()
    assert [path.name for path in outgoing.folder_of(file.extract).iterdir()] == [file.name]


@pytest.mark.parametrize("killed", ["writing", "before the last step", "after it", "picked up meanwhile"])
def test_a_kill_at_any_point_repeats_nothing(
    owner: User, people: list[Customer], killed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, at = extract(owner), clock.now()
    file = files.ask(one, "1", by=None, at=at)
    place = {"writing": (outgoing, "write"), "before the last step": (Path, "replace")}
    target, name = place.get(killed, (files, "handed_over"))
    with monkeypatch.context() as dying:
        dying.setattr(target, name, _dies)
        with pytest.raises(KeyboardInterrupt):
            outgoing.make(file, at=at)
    lies = {path.name: path.read_bytes() for path in outgoing.folder_of(one).glob("[!.]*")}
    assert len(lies) == (1 if name == "handed_over" else 0)
    if killed == "picked up meanwhile":
        for path in outgoing.folder_of(one).iterdir():
            path.unlink()
    assert outgoing.make_waiting(at=at) == 0  # somebody may be at it still
    assert outgoing.make_waiting(at=at + timedelta(hours=2)) == 1
    file.refresh_from_db()
    now = {path.name: path.read_bytes() for path in outgoing.folder_of(one).iterdir()}
    assert file.handed_over_at is not None
    assert now == ({} if killed == "picked up meanwhile" else lies or now) and len(now) <= 1


def test_one_that_nobody_foresaw_holds_no_other_back(
    owner: User, people: list[Customer], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (files.ask(extract(owner, name=name), "1", by=None, at=clock.now()) for name in ("A", "B"))
    usual = outgoing.content_of

    def odd(one: Extract, *args: Any, **more: Any) -> Any:
        if one.name == "A":
            raise ValueError("odd")
        return usual(one, *args, **more)

    monkeypatch.setattr(outgoing, "content_of", odd)
    assert outgoing.make_waiting(at=clock.now()) == 1
    for file in (first, second):
        file.refresh_from_db()
    assert "ValueError: odd" in first.problem and second.handed_over_at is not None


def _dies(*_args: object, **_more: object) -> None:
    raise KeyboardInterrupt


def test_says_which_files_hold_whoever_was_forgotten_since(owner: User, people: list[Customer], client: Client) -> None:
    one = extract(owner)
    file = made(one)
    store.seal()
    assert outgoing.forgotten_since([file]) == {}
    Customer.objects.filter(pk=people[0].pk).update(erased_at=clock.now())
    assert outgoing.forgotten_since([file]) == {file.pk: 1}
    assert len(rows(made(one, "2"))) == 2
    client.force_login(owner)
    page = client.get(f"/import/out/{one.pk}/", headers={"Accept-Language": "en"}).content.decode()
    assert "1 person in this file was forgotten since" in page
    path = outgoing.path_of(file)
    assert client.post(f"/import/out/file/{file.pk}/delete/").status_code == 302
    file.refresh_from_db()
    assert not path.exists() and file.removed_by == owner
    assert outgoing.forgotten_since([file]) == {}


def test_the_page_begins_makes_and_ends_one(owner: User, people: list[Customer], client: Client) -> None:
    client.force_login(owner)
    told = {
        "name": "CRM 명단",
        "team": "crm",
        "purpose": "정기 점검",
        "what": "people",
        "form": "csv",
        "rhythm": "hand",
    }
    with translation.override("ko"):
        assert client.post("/import/out/", told | {"folder": "../../etc"}).status_code == 302
    one = Extract.objects.get()
    assert one.folder == "etc" and outgoing.folder_of(one).parent == outgoing.place()
    assert client.post(f"/import/out/{one.pk}/make/").status_code == 302
    assert one.files.get().handed_over_at is not None
    assert client.post(f"/import/out/{one.pk}/end/").status_code == 302
    one.refresh_from_db()
    assert one.ended_by == owner and not files.standing().exists()
    assert client.post("/import/out/", told | {"purpose": ""}).status_code == 422
