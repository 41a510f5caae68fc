"""What a partner knows of our customers: taken in with its ground, for people who are here, and for nobody else."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from dangol.contact.intake import alliance, details, rejects
from dangol.contact.intake.headers import WrongMapping
from dangol.contact.intake.models import Batch, Reject
from dangol.records.customers import partners
from dangol.records.customers.models import ContactPoint, Customer, Identity, PartnerDetail, PartnerSet
from dangol.records.customers.partners import AnotherGround, CannotTakeDetails, EndedAlready, Statement
from dangol.records.rights import chain
from dangol.records.rights.erasure import erase
from dangol.records.rights.models import Destruction
from dangol.records.staff.roles import Role
from tests.records.staff.office import office, staff
from tests.stores import tried

pytestmark = [pytest.mark.django_db, pytest.mark.store]

AT = datetime(2026, 11, 22, 3, tzinfo=UTC)
CARD = Statement(
    partner="하나카드", dataset="회원 등급 2026-11", received_on=date(2026, 11, 1), purpose="등급에 맞는 혜택 안내",
    basis="consent", evidence="하나카드 제3자 제공 동의서 v3, 2026-02-01부터",
)  # fmt: skip
FILE = "회원번호,고객명,등급,선호 지점\nA1,김단골,골드,은평\nA2,이웃,실버,\nX9,모르는 이,골드,마포\n"


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> Path:
    """A home of its own, with its own ledger of what was destroyed and its own keys."""
    settings.DANGOL_HOME, settings.DANGOL_KEYS = tmp_path / "home", tmp_path / "keys.json"
    settings.DANGOL_HOME.mkdir()
    return settings.DANGOL_HOME  # type: ignore[no-any-return]


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Read what is told in English."""
    with translation.override("en"):
        yield


@pytest.fixture
def people() -> dict[str, Customer]:
    made = {}
    for number, (mark, name) in enumerate((("A1", "김단골"), ("A2", "이웃"), ("A3", "단골손님"))):
        made[mark] = Customer.objects.create(full_name=name, registered_at=AT, attributes={"등급": "우리 VIP"})
        Identity.objects.create(customer=made[mark], source="own", external_id=mark)
        for kind, value in (("mobile", f"+82101234000{number}"), ("email", f"{mark.lower()}@example.com")):
            ContactPoint.objects.create(customer=made[mark], kind=kind, value=value, valid_from=AT)
    return made


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        path = tmp_path / "card.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def taken(path: Path, statement: Statement | None = CARD, **more: Any) -> Batch:
    return details.import_details(path, statement=statement, by=None, at=AT, **more)


def told() -> dict[str, dict[str, str]]:
    """What is on record of whom: number → heading → text."""
    rows = PartnerDetail.objects.values_list("customer__identities__external_id", "told")
    return dict(rows)


def counts(batch: Batch) -> tuple[int, int, int, int, int, int]:
    return batch.rows, batch.accepted, batch.rejected, batch.created, batch.updated, batch.unchanged


class TestTake:
    def test_puts_details_beside_what_customers_said_themselves(
        self, people: dict[str, Customer], file: Callable[[str], Path]
    ) -> None:
        batch = taken(file(FILE))
        assert counts(batch) == (3, 2, 1, 2, 0, 0)
        assert told() == {"A1": {"등급": "골드", "선호 지점": "은평"}, "A2": {"등급": "실버"}}
        assert {one.attributes["등급"] for one in Customer.objects.all()} == {"우리 VIP"}
        kept = PartnerSet.objects.get()
        assert (kept.partner, kept.dataset, kept.basis) == ("하나카드", "회원 등급 2026-11", "consent")
        assert kept.told == ["등급", "선호 지점"]
        assert batch.partner_set == kept

    def test_makes_nobody_a_customer(self, people: dict[str, Customer], file: Callable[[str], Path]) -> None:
        batch = taken(file(FILE))
        assert (Customer.objects.count(), Identity.objects.count()) == (3, 3)
        assert batch.rejects.get().reason == (
            "Row 4: no customer has “X9” (“회원번호”). A partner's file makes nobody a customer: enter them first and"
            " import this row again, or drop it."
        )

    def test_gives_rows_back_that_can_be_mended(self, people: dict[str, Customer], file: Callable[[str], Path]) -> None:
        batch = taken(file(FILE))
        rows = list(csv.reader(io.StringIO(rejects.file_of(batch).read_text(encoding="utf-8-sig"))))
        assert rows[0] == ["회원번호", "고객명", "등급", "선호 지점", "Reason"]
        assert rows[1][:4] == ["X9", "모르는 이", "골드", "마포"]
        Identity.objects.filter(external_id="A3").update(external_id="X9")
        mended = taken(rejects.file_of(batch), mapping={"customer": "회원번호"}, only=["등급", "선호 지점"])
        assert counts(mended) == (1, 1, 0, 1, 0, 0)
        assert told()["X9"] == {"등급": "골드", "선호 지점": "마포"}

    def test_leaves_out_what_says_once_more_who_it_is_and_names_it(
        self, people: dict[str, Customer], file: Callable[[str], Path]
    ) -> None:
        assert taken(file(FILE)).warnings == ["Not taken in: 고객명."]

    def test_takes_the_same_file_twice_and_changes_nothing(
        self, people: dict[str, Customer], file: Callable[[str], Path]
    ) -> None:
        taken(file(FILE))
        before = told()
        again = taken(file(FILE))
        assert counts(again) == (3, 2, 1, 0, 0, 2)
        assert told() == before
        assert PartnerSet.objects.count() == 1

    def test_learns_what_is_new_and_lets_nothing_be_erased_by_an_empty_cell(
        self, people: dict[str, Customer], file: Callable[[str], Path]
    ) -> None:
        taken(file(FILE))
        batch = taken(file("회원번호,등급,선호 지점,취미\nA1,플래티넘,,등산\nA2,실버,,\n"))
        assert counts(batch) == (2, 2, 0, 0, 1, 1)
        assert told()["A1"] == {"등급": "플래티넘", "선호 지점": "은평", "취미": "등산"}
        assert PartnerSet.objects.get().told == ["등급", "선호 지점", "취미"]

    @pytest.mark.parametrize(
        ("column", "cells"),
        [("휴대폰", ["1012340000", "010-1234-0001"]), ("이메일", ["A1@Example.com", "a2@example.com"])],
    )
    def test_finds_people_by_phone_or_address_however_it_is_written(
        self, people: dict[str, Customer], file: Callable[[str], Path], column: str, cells: list[str]
    ) -> None:
        batch = taken(file(f"{column},등급\n{cells[0]},골드\n{cells[1]},실버\n"))
        assert counts(batch)[:3] == (2, 2, 0)
        assert told() == {"A1": {"등급": "골드"}, "A2": {"등급": "실버"}}

    def test_asks_for_the_number_where_two_people_share_a_phone(
        self, people: dict[str, Customer], file: Callable[[str], Path]
    ) -> None:
        ContactPoint.objects.create(customer=people["A2"], kind="mobile", value="+821012340000", valid_from=AT)
        reason = taken(file("휴대폰,등급\n010-1234-0000,골드\n")).rejects.get().reason
        assert reason == (
            "Row 2: several customers have “010-1234-0000” (“휴대폰”). Give the customer number in its place."
        )
        assert told() == {}

    def test_does_not_find_people_by_a_number_they_no_longer_have(
        self, people: dict[str, Customer], file: Callable[[str], Path]
    ) -> None:
        ContactPoint.objects.filter(customer=people["A1"]).update(valid_to=AT)
        assert counts(taken(file("휴대폰,등급\n010-1234-0000,골드\n")))[:3] == (1, 0, 1)

    @pytest.mark.parametrize(
        ("row", "words"),
        [
            (",골드", "Row 2: “회원번호” is empty. It has to say whose details these are."),
            (f"A1,{'가' * 201}", "Row 2: the text in “등급” is longer than 200 letters. Shorten it."),
            (f"{'9' * 121},골드", "is too long for a number or code."),
            ("900301-1234567,골드", "Row 2: “회원번호” held a resident registration number, which may not be kept."),
            ("A1,골드,덤", "Row 2: there are 3 cells under 2 headings."),
        ],
    )  # fmt: skip
    def test_refuses_a_row_by_its_number_column_and_way_out(
        self, people: dict[str, Customer], file: Callable[[str], Path], row: str, words: str
    ) -> None:
        batch = taken(file(f"회원번호,등급\n{row}\n"))
        assert counts(batch)[:3] == (1, 0, 1)
        assert words in batch.rejects.get().reason

    def test_makes_resident_numbers_unreadable(self, people: dict[str, Customer], file: Callable[[str], Path]) -> None:
        batch = taken(file("회원번호,주민번호,메모\nA1,900301-1234567,자녀 150101-3234567 있음\n"))
        assert told() == {"A1": {"메모": "자녀 ******-******* 있음"}}
        assert batch.warnings[0].startswith("2 resident numbers were made unreadable")
        assert "Not taken in: 주민번호." in batch.warnings
        assert PartnerSet.objects.get().told == ["메모"]

    def test_keeps_nothing_of_who_was_forgotten(self, people: dict[str, Customer], file: Callable[[str], Path]) -> None:
        taken(file(FILE))
        erase(people["A1"].pk, reason="asked", by=None, at=AT)
        assert set(told()) == {"A2"}
        batch = taken(file(FILE))
        gone = batch.rejects.get(row=2)
        assert "was forgotten, so nothing of the row is kept" in gone.reason
        assert gone.original == ["", "", "", ""]
        assert "골드" not in rejects.file_of(batch).read_text(encoding="utf-8").splitlines()[1]

    def test_lets_the_last_row_of_a_person_count_and_says_so(
        self, people: dict[str, Customer], file: Callable[[str], Path]
    ) -> None:
        batch = taken(file("회원번호,등급,취미\nA1,골드,등산\nA2,은,\nA1,플래티넘,\n"))
        assert counts(batch) == (3, 3, 0, 2, 0, 1)
        assert told()["A1"] == {"등급": "플래티넘", "취미": "등산"}
        assert "1 person comes more than once: where the rows differ, the last one counts." in batch.warnings

    def test_tries_without_writing_anything(self, people: dict[str, Customer], file: Callable[[str], Path]) -> None:
        for statement in (CARD, None):
            batch = taken(file(FILE), statement, dry_run=True)
            assert counts(batch) == (3, 2, 1, 2, 0, 0)
            assert batch.pk is None
        assert not any(model.objects.exists() for model in (Batch, Reject, PartnerSet, PartnerDetail))

    def test_asks_the_same_however_many_rows_and_customers_there_are(
        self, people: dict[str, Customer], file: Callable[[str], Path]
    ) -> None:
        asked = []
        for count in (2, 400):
            known = Identity.objects.count()
            made = Customer.objects.bulk_create(Customer(registered_at=AT) for _number in range(count))
            Identity.objects.bulk_create(
                Identity(customer=one, source="own", external_id=f"B{known + place}") for place, one in enumerate(made)
            )
            rows = "".join(f"B{known + place},골드\n" for place in range(count))
            with CaptureQueriesContext(connection) as caught:
                batch = taken(file(f"회원번호,등급\n{rows}"), replace(CARD, dataset=f"{count} rows"))
            assert batch.created == count
            asked.append(len(caught))
        assert asked[0] == asked[1]


class TestGround:
    @pytest.mark.parametrize(
        ("changed", "words"),
        [
            ({"evidence": ""}, "These data are said to rest on consent, and nothing shows it."),
            ({"evidence": "", "basis": "contract"}, "Name what shows the ground"),
            ({"partner": " "}, "Say which partner the data came from."),
            ({"dataset": ""}, "Say which data of the partner they are"),
            ({"purpose": "-"}, "What serves nothing should not be kept."),
            ({"basis": "hope"}, "on which ground it is kept."),
            ({"received_on": None}, "Say on which day the data came to us"),
            ({"received_on": date(2026, 11, 23)}, "Say on which day the data came to us: today or before."),
            ({"evidence": "가" * 301}, "is too long: write it in at most 300 letters."),
        ],
        ids=str,
    )
    def test_has_to_be_stated_before_anything_is_written(
        self, people: dict[str, Customer], file: Callable[[str], Path], changed: dict[str, Any], words: str
    ) -> None:
        with pytest.raises(CannotTakeDetails, match=words.replace("(", r"\(")):
            taken(file(FILE), replace(CARD, **changed))
        assert not any(model.objects.exists() for model in (Batch, PartnerSet, PartnerDetail))

    def test_is_kept_from_being_empty_by_the_database(self) -> None:
        from django.db import IntegrityError
        from django.db.transaction import atomic

        for empty in ("partner", "dataset", "purpose", "evidence"):
            with pytest.raises(IntegrityError), atomic():
                PartnerSet.objects.create(**{**vars(CARD), empty: ""}, at=AT)

    def test_of_a_data_set_that_stands_is_not_changed_by_a_later_file(
        self, people: dict[str, Customer], file: Callable[[str], Path]
    ) -> None:
        taken(file(FILE))
        before = told()
        with pytest.raises(AnotherGround, match="“회원 등급 2026-11” of 하나카드 is here already: received on"):
            taken(file("회원번호,등급\nA1,브론즈\n"), replace(CARD, purpose="다른 목적으로"))
        assert told() == before
        assert Batch.objects.latest("pk").problem

    def test_needs_a_column_that_says_who_and_one_that_says_something(
        self, people: dict[str, Customer], file: Callable[[str], Path]
    ) -> None:
        for text, mapping, words in (
            ("등급,취미,동네\n골드,등산,은평\n", {}, "Say which column is: customer number, phone or e-mail."),
            ("회원번호,휴대폰\nA1,010-1234-0000\n", {}, "There is no detail in the file"),
            (FILE, {"customer": "번호"}, "There is no column “번호” in the file"),
            (FILE, {"name": "고객명"}, "There is no field “name”; the fields are customer, phone, email."),
            (FILE, {"customer": "회원번호", "phone": "고객명"}, "Name one column that says who it is"),
            (f"회원번호,{'가' * 81}\nA1,1\n", {}, "is too long: shorten it to 80 letters."),
        ):
            with pytest.raises(WrongMapping, match=words):
                taken(file(text), mapping=mapping)
        assert not PartnerSet.objects.exists()


class TestEnd:
    def test_takes_a_data_set_off_everybody_and_tells_the_ledger(
        self, people: dict[str, Customer], file: Callable[[str], Path]
    ) -> None:
        office()
        first, other = taken(file(FILE)), replace(CARD, dataset="취미 조사")
        taken(file("회원번호,취미\nA1,등산\n"), other)
        entry = alliance.end(
            PartnerSet.objects.get(dataset=CARD.dataset), reason="제휴 종료", by=staff(Role.OWNER), at=AT
        )
        assert told() == {"A1": {"취미": "등산"}}
        assert entry.tables == {"customers.PartnerDetail": 2, "intake.Reject": 1}
        assert entry.kind == Destruction.Kind.ALLIANCE
        assert "하나카드" in entry.reason and "제휴 종료" in entry.reason
        assert chain.verify().problem == ""
        assert not first.rejects.exists() and not rejects.file_of(first).exists()
        ended = PartnerSet.objects.get(dataset=CARD.dataset)
        assert (ended.ended_at, ended.ended_by) == (AT, staff(Role.OWNER))

    def test_takes_one_statement_however_many_people_it_tells_of(
        self, people: dict[str, Customer], file: Callable[[str], Path]
    ) -> None:
        taken(file(FILE))
        with CaptureQueriesContext(connection) as caught:
            partners.take_off(PartnerSet.objects.get(), by=None, at=AT)
        assert sum("DELETE" in one["sql"] for one in caught) == 1

    def test_happens_once(self, people: dict[str, Customer], file: Callable[[str], Path]) -> None:
        taken(file(FILE))
        alliance.end(PartnerSet.objects.get(), reason="제휴 종료", by=None, at=AT)
        with pytest.raises(EndedAlready, match="This data set has ended already"):
            alliance.end(PartnerSet.objects.get(), reason="제휴 종료", by=None, at=AT)
        assert Destruction.objects.count() == 1

    def test_asks_why(self, people: dict[str, Customer], file: Callable[[str], Path]) -> None:
        taken(file(FILE))
        with pytest.raises(alliance.CannotEnd, match="Say why the alliance ends"):
            alliance.end(PartnerSet.objects.get(), reason=" ", by=None, at=AT)
        assert set(told()) == {"A1", "A2"}

    def test_is_done_again_after_a_backup_from_before_was_brought_back(
        self, people: dict[str, Customer], file: Callable[[str], Path]
    ) -> None:
        taken(file(FILE))
        ending = PartnerSet.objects.get()
        rows = list(PartnerDetail.objects.values("partner_set_id", "customer_id", "told"))
        alliance.end(ending, reason="제휴 종료", by=None, at=AT)
        PartnerSet.objects.update(ended_at=None)  # as a backup from before has it
        PartnerDetail.objects.bulk_create(PartnerDetail(**row) for row in rows)
        taken(file("회원번호,취미\nA1,등산\n"), replace(CARD, dataset="취미 조사"))
        assert alliance.end_again(at=AT) == 1
        assert told() == {"A1": {"취미": "등산"}}
        assert alliance.end_again(at=AT) == 0

    def test_leaves_the_way_free_for_the_same_data_anew(
        self, people: dict[str, Customer], file: Callable[[str], Path]
    ) -> None:
        taken(file(FILE))
        alliance.end(PartnerSet.objects.get(), reason="제휴 종료", by=None, at=AT)
        assert counts(taken(file(FILE), replace(CARD, purpose="다시 맺은 제휴")))[:3] == (3, 2, 1)
        assert alliance.end_again(at=AT) == 0


cells = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\"',;|\t"), max_size=12
)  # fmt: skip


@given(rows=st.lists(st.tuples(st.sampled_from(["A1", "A2", "A3", "X1", "", "0"]), cells, cells), max_size=12))
@examples(max_examples=tried(25), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_names_or_takes_every_row_whatever_stands_in_it(
    people: dict[str, Customer], tmp_path: Path, rows: list[tuple[str, str, str]]
) -> None:
    PartnerDetail.objects.all().delete()
    path = tmp_path / "any.csv"
    with path.open("w", encoding="utf-8", newline="") as sink:
        csv.writer(sink).writerows([("회원번호", "등급", "취미"), *rows])
    batch = taken(path)
    filled = [row for row in rows if any(cell.strip() for cell in row)]
    assert batch.accepted + batch.rejected == batch.rows == len(filled)
    assert batch.accepted == sum(row[0] in {"A1", "A2", "A3"} for row in filled)
    before = told()
    taken(path)
    assert told() == before
