"""A list written into a file for another system: people and columns of the list, masked and noted as on the page."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from openpyxl import load_workbook

from dangol.contact.intake.actions import import_file
from dangol.records.customers.models import Customer
from dangol.records.customers.saved_views import save_view
from dangol.records.staff.access import store
from dangol.records.staff.access.entries import Verb
from dangol.records.staff.access.queries import Wanted, every_line
from dangol.records.staff.models import User
from dangol.records.staff.roles import Role
from dangol.web.customers.list_files import CannotWriteList, NoSuchList, write_list
from dangol.web.shell.viewer import Viewer, of_user
from tests import once
from tests.records.staff.office import staff
from tests.web.business import NOW, business

pytestmark = pytest.mark.django_db
WHY = "market research"


@pytest.fixture(scope="module")
def made(django_db_setup: Any, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    yield from once.made(django_db_blocker, tmp_path_factory.mktemp("made"), shop)


@pytest.fixture(autouse=True)
def owner(made: once.Made[User], settings: Any, tmp_path: Path) -> User:
    return once.found(made, settings, tmp_path)


def shop() -> User:
    business()
    Customer.objects.filter(full_name="정다은").update(full_name="=정다은")
    owner = User.objects.create(username="owner", role=Role.OWNER)
    save_view("Mothers", "line=mothers_club&show=name,line&sort=name", by=owner, at=NOW)
    return owner


def rows(path: Path) -> list[list[str]]:
    return list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))


def write(name: str, path: Path, mine: Viewer, *, reason: str = WHY, marked: bool = False) -> int:
    return write_list(name, path, reason=reason, marked=marked, mine=mine)


class TestWriteList:
    def test_writes_those_of_a_saved_list_and_notes_whose_data_left_and_why(self, owner: User, tmp_path: Path) -> None:
        path = tmp_path / "mothers.csv"
        path.write_text("an older one", encoding="utf-8")
        assert write("Mothers", path, of_user(owner, place="terminal", page="dangol export")) == 4
        _heads, *people = rows(path)
        assert [one[2] for one in people] == ["김도윤", "배수아", "오세훈", "황보라"]
        assert [one.name for one in tmp_path.iterdir() if "mothers" in one.name] == ["mothers.csv"]
        store.seal()
        (line,) = every_line(Wanted(verbs=(Verb.TOOK.value,)))
        assert (line.entry.reason, line.entry.page, len(line.entry.subjects)) == (WHY, "dangol export", 4)

    def test_tells_lines_fees_and_points_as_a_file_of_ones_own_told_them(self, owner: User, tmp_path: Path) -> None:
        file = tmp_path / "sales.csv"
        for kind, text in (
            ("customers", "고객번호,성명,거래방식\nN1,새벽,가정배달\n"),
            ("transactions", "고객번호,일시,금액,배송비,적립포인트,사용포인트\n"
                             f"N1,{NOW:%Y-%m-%d},9000,3000,90,\nN1,{NOW:%Y-%m-%d},5000,500,50,40\n"),
        ):  # fmt: skip
            file.write_text(text, encoding="utf-8")
            import_file(file, kind=kind, by=None, at=NOW)
        save_view("Fees", "q=새벽&show=name,line,fees_year,points_left", by=owner, at=NOW)
        with translation.override("en"):
            assert write("Fees", tmp_path / "fees.csv", of_user(owner)) == 1
        heads, told = rows(tmp_path / "fees.csv")
        assert heads[2:] == ["Name", "Line of business", "Fees in a year", "Points left"]
        assert told[2:] == ["새벽", "Home delivery", "3500", "100"]

    def test_writes_everybody_as_a_workbook_with_who_took_it(self, owner: User, tmp_path: Path) -> None:
        assert write("customers", tmp_path / "all.XLSX", of_user(owner), marked=True) == 8
        sheet = load_workbook(tmp_path / "all.XLSX").worksheets[0]
        assert sheet.max_row == 11 and WHY in str(sheet.cell(11, 1).value)

    def test_never_writes_a_formula(self, owner: User, tmp_path: Path) -> None:
        write("customers", tmp_path / "all.csv", of_user(owner))
        assert "'=정다은" in {one[2] for one in rows(tmp_path / "all.csv")}

    def test_masks_names_for_who_sees_them_masked_and_has_no_list_of_others(self, tmp_path: Path) -> None:
        marketer = of_user(staff(Role.MARKETER))
        assert write("customers", tmp_path / "all.csv", marketer) == 8
        assert not {"오세훈", "한지민"} & {one[2] for one in rows(tmp_path / "all.csv")}
        with pytest.raises(NoSuchList, match="customers"):
            write("Mothers", tmp_path / "mothers.csv", marketer)

    def test_finds_the_owners_lists_at_the_terminal(self, tmp_path: Path) -> None:
        terminal = of_user(User(username="terminal:kim", role=Role.OWNER))
        assert write("Mothers", tmp_path / "mothers.csv", terminal) == 4

    @pytest.mark.parametrize(("name", "reason"), [("list.txt", WHY), ("list.csv", " x ")])
    def test_refuses_another_ending_and_no_reason(self, owner: User, tmp_path: Path, name: str, reason: str) -> None:
        with pytest.raises(CannotWriteList):
            write("customers", tmp_path / name, of_user(owner), reason=reason)
        assert not (tmp_path / name).exists()
