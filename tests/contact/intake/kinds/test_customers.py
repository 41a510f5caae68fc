"""A file of people: read as shops write it, joined with what purchases told, nobody lost and nobody confused."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from dangol.contact.intake import actions
from dangol.contact.intake.headers import WrongMapping, guessed
from dangol.contact.intake.kinds.customers import CUSTOMERS
from dangol.contact.intake.kinds.kind import Kept
from dangol.contact.intake.models import Batch
from dangol.contact.intake.undoing import undo
from dangol.records.customers.line_names import line_code, line_name
from dangol.records.customers.models import ContactPoint, Customer, Identity, StatedAttribute
from dangol.records.customers.queries import found
from dangol.records.ledger.models import Transaction
from dangol.records.staff.models import Unit

AT = datetime(2026, 11, 22, 3, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    def write(text: str, name: str = "people.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return path

    return write


def taken(path: Path, kind: str = "customers", **more: Any) -> Batch:
    with translation.override("en"):
        return actions.import_file(path, kind=kind, by=None, at=AT, **more)


def counted(batch: Batch) -> tuple[int, int, int, int]:
    return batch.created, batch.updated, batch.unchanged, batch.rejected


MESSY = (
    "2026년 고객 명부,,,,,,,,,,,,,\r\n"
    "고객번호,고객명,생년월일,성별,휴대폰,이메일,주소,우편번호,직업,회원번호,가구,대리점,가입경로,가입일\r\n"
    "17850.0,김단골,900301,여,1012345678,Kim@Shop.kr,서울특별시 마포구 1,3925,교사,M1,H1,강남점,소개,2020-03-02\r\n"
    "C2,이웃,1985.7.9,남자,02-123-4567,이메일없음,경기도 성남시 분당구 1,13561,,M2,H1,강남점,,2021.1.5\r\n"
    "C3,박미래,2031-01-01,?,0502-1234-9999,,,,,,,,,\r\n"
    "C4,최숫자,32874,M,없음,a@b.kr,,,,,,,,20220103\r\n"
    ",,,,,,,,,,,,소개,\r\n"
    "합계,4명,,,,,,,,,,,,\r\n"
)  # fmt: skip


@pytest.mark.store
class TestMessyFile:
    def test_is_understood_as_a_shop_wrote_it(self, file: Callable[..., Path]) -> None:
        batch = taken(file(MESSY, encoding="cp949"))
        told = actions.as_json(batch)
        assert {key: told[key] for key in ("kind", "rows", "accepted", "rejected", "created", "amount_total")} == {
            "kind": "customers", "rows": 5, "accepted": 4, "rejected": 1, "created": 4, "amount_total": 0,
        }  # fmt: skip
        people = {one.full_name: one for one in Customer.objects.select_related("unit", "household")}
        kim, neighbour = people["김단골"], people["이웃"]
        assert (kim.birth_date, kim.gender, kim.postcode, kim.place) == (date(1990, 3, 1), "f", "03925", "서울 마포구")
        assert (kim.occupation, kim.source, kim.registered_at.isoformat()) == (
            "교사", "소개", "2020-03-01T15:00:00+00:00",
        )  # fmt: skip
        assert kim.household is not None and kim.household == neighbour.household
        assert kim.unit is not None and kim.unit == neighbour.unit == Unit.objects.get(code="강남점")
        assert dict(kim.contact_points.values_list("kind", "value")) == {
            "mobile": "+821012345678", "email": "kim@shop.kr", "address": "서울특별시 마포구 1",
        }  # fmt: skip
        assert set(kim.identities.values_list("scheme", "external_id")) == {("customer", "17850"), ("member", "M1")}
        assert (neighbour.birth_date, people["최숫자"].birth_date) == (date(1985, 7, 9), date(1990, 1, 1))
        assert list(found("5678", among=Customer.objects.known())) == [kim]

    def test_warns_of_what_it_left_empty_and_refuses_nobody_for_it(self, file: Callable[..., Path]) -> None:
        batch = taken(file(MESSY, encoding="cp949"))
        assert batch.warnings == [
            "1 row of totals was left out.",
            "1 phone number was lent by a marketplace (050): it is kept to call, but nobody is known by it.",
            "1 cell of “생년월일” could not be read and was left empty: row 5, “2031-01-01”.",
            "1 cell of “성별” could not be read and was left empty: row 5, “?”.",
            "1 cell of “휴대폰” could not be read and was left empty: row 6, “없음”.",
            "1 cell of “이메일” could not be read and was left empty: row 4, “이메일없음”.",
        ]
        assert batch.rejects.get().reason == (
            "Row 7: nothing says who this is. Give a customer number, a phone number, an e-mail address or a name."
        )

    def test_is_told_exactly_by_a_dry_run_and_changes_nothing_the_second_time(self, file: Callable[..., Path]) -> None:
        path = file(MESSY, encoding="cp949")
        assert counted(taken(path, dry_run=True)) == (4, 0, 0, 1)
        assert not Customer.objects.exists()
        assert counted(taken(path)) == (4, 0, 0, 1)
        assert counted(taken(path)) == (0, 0, 4, 1)
        changed = file("고객번호,고객명,직업,가입일\n17850,김단골,약사,\nC2,이웃,,\nC9,새손님,,2026-01-01\n")
        assert counted(taken(changed, dry_run=True)) == (1, 1, 1, 0)
        assert counted(taken(changed)) == (1, 1, 1, 0)
        kim = Customer.objects.get(full_name="김단골")
        assert (kim.occupation, kim.birth_date) == ("약사", date(1990, 3, 1))


@pytest.mark.store
class TestNumbers:
    def test_stand_in_for_one_another_and_that_is_said(self, file: Callable[..., Path]) -> None:
        rows = "M1,가,010-1111-1111,\n,나,010-2222-2222,\n,다,,da@b.kr\n,라,,\n,마,010-3333-3333,\n,바,010-3333-3333,\n"
        batch = taken(file(f"회원번호,성명,연락처,이메일\n{rows}"))
        assert counted(batch) == (6, 0, 0, 0)
        assert dict(Identity.objects.values_list("customer__full_name", "scheme")) == {
            "가": "member", "나": "phone", "다": "email", "라": "customer", "마": "customer", "바": "customer",
        }  # fmt: skip
        assert [warning.split(" and ")[0] for warning in batch.warnings] == [
            "1 person has no customer number", "1 person has no customer number", "1 person has no customer number",
            "3 people have no number of their own",
        ]  # fmt: skip
        assert counted(taken(file(f"회원번호,성명,연락처,이메일\n{rows}"))) == (0, 0, 6, 0)

    def test_shared_with_somebody_of_another_name_rename_nobody(self, file: Callable[..., Path]) -> None:
        taken(file("성명,연락처\n어머니,010-1111-1111\n"))
        assert counted(taken(file("성명,연락처\n아들,010-1111-1111\n"))) == (1, 0, 0, 0)
        assert counted(taken(file("성명,연락처\n아들,010-1111-1111\n"))) == (0, 0, 1, 0)
        assert set(Customer.objects.values_list("full_name", flat=True)) == {"어머니", "아들"}

    def test_of_members_that_somebody_else_has_stay_there_and_are_told(self, file: Callable[..., Path]) -> None:
        batch = taken(file("고객번호,성명,회원번호\nC1,가,M1\nC2,나,M1\n"))
        assert Identity.objects.get(scheme="member").customer.full_name == "가"
        assert "1 member number stays with the customer who has it already." in batch.warnings

    @pytest.mark.parametrize("sales_first", [True, False])
    @pytest.mark.parametrize(
        ("heading", "cells"),
        [("회원번호", ("M1", "M2")), ("휴대폰", ("1012345678", "010-2222-3333")), ("고객번호", ("C1", "C2.0")),
         ("고객", ("kim@b.kr", "lee@b.kr"))],
    )  # fmt: skip
    def test_join_purchases_to_people_in_either_order(
        self, file: Callable[..., Path], heading: str, cells: tuple[str, str], sales_first: bool
    ) -> None:
        sales = file(f"{heading},일자,금액\n{cells[0]},2026-11-01,100\n{cells[1]},2026-11-02,50\n", name="sales.csv")
        people = file(
            "고객번호,성명,회원번호,휴대폰,이메일\nC1,김,M1,010-1234-5678,kim@b.kr\nC2,이,M2,010-2222-3333,lee@b.kr\n"
        )
        for path in (sales, people) if sales_first else (people, sales):
            taken(path, "customers" if path == people else "transactions")
        bought = Transaction.objects.values_list("identity__customer__full_name", "amount")
        expected = {("김", 100), ("이", 50)} if heading != "고객번호" else {("김", 100)}
        assert expected <= set(bought)
        assert Customer.objects.count() == (2 if heading != "고객번호" else 3)

    def test_lent_by_a_marketplace_are_nobodys_key(self, file: Callable[..., Path]) -> None:
        batch = taken(file("휴대폰,일자,금액\n0502-1234-5678,2026-11-01,100\n"), "transactions")
        assert (batch.accepted, Transaction.objects.get().identity_id, Customer.objects.count()) == (1, None, 0)


class TestFurtherColumns:
    def test_are_named_and_left_out_unless_somebody_says_what_for(self, file: Callable[..., Path]) -> None:
        path = file("고객번호,성명,등급,메모\nC1,김,VIP,단골\n")
        batch = taken(path)
        assert batch.warnings == [
            "Not taken in: 등급, 메모. To keep one as a further detail, say what it is kept for and on which ground."
        ]
        kept = taken(path, kept={"등급": Kept("등급에 맞는 혜택", "contract")})
        assert (counted(kept), Customer.objects.get().attributes) == ((0, 1, 0, 0), {"등급": "VIP"})
        assert StatedAttribute.objects.get().purpose == "등급에 맞는 혜택"
        assert kept.warnings[0].startswith("Not taken in: 메모.")

    def test_that_say_what_people_agreed_to_are_told_where_they_belong(self, file: Callable[..., Path]) -> None:
        path = file("고객번호,성명,등급,문자수신,이메일 수신여부\nC1,김,VIP,N,\n,합계,,,\n")
        told = "문자수신, 이메일 수신여부: what people agreed to is not taken in with customers."
        assert taken(path).warnings[-1].startswith(told)
        answers = taken(path, "consents")
        assert (answers.accepted, answers.rejected, answers.warnings[0]) == (1, 0, "1 row of totals was left out.")
        kept = {one: Kept("메시지를 보낼 방법", "consent") for one in ("문자수신", "이메일 수신여부")}
        assert not [one for one in taken(path, kept=kept).warnings if "agreed to" in one]

    def test_are_kept_by_themselves_once_it_was_said(self, file: Callable[..., Path]) -> None:
        taken(file("고객번호,등급\nC1,VIP\n"), kept={"등급": Kept("등급에 맞는 혜택", "contract")})
        taken(file("고객번호,등급\nC1,일반\n"))
        assert Customer.objects.get().attributes == {"등급": "일반"}
        assert StatedAttribute.objects.count() == 1

    def test_cannot_be_those_of_resident_numbers(self, file: Callable[..., Path]) -> None:
        with pytest.raises(WrongMapping, match="cannot be kept"):
            taken(file("고객번호,주민등록번호\nC1,9\n"), kept={"주민등록번호": Kept("본인 확인", "law")})


CAME = """고객번호,성명,등록매체,가입캠페인,가입일
C1,김단골,hospital,2026 맘스페어,2026-03-02
C2,이웃,web,,2026-03-03
"""


@pytest.mark.store
class TestHowTheyCame:
    def test_is_kept_as_medium_campaign_and_day_and_told_by_the_dry_run(self, file: Callable[..., Path]) -> None:
        path = file(CAME)
        assert counted(taken(path, dry_run=True)) == counted(taken(path)) == (2, 0, 0, 0)
        assert counted(taken(path)) == (0, 0, 2, 0)
        kim = Customer.objects.get(full_name="김단골")
        assert (kim.source, kim.came_by, kim.registered_at.date().isoformat()) == (
            "hospital", "2026 맘스페어", "2026-03-01",
        )  # fmt: skip

    def test_is_learned_later_erased_by_nothing_empty_and_taken_back_with_its_file(
        self, file: Callable[..., Path]
    ) -> None:
        taken(file(CAME))
        later = taken(file("고객번호,utm_campaign\nC1,\nC2,봄 전단\n"))
        assert counted(later) == (0, 1, 1, 0)
        came = dict(Customer.objects.values_list("full_name", "came_by"))
        assert came == {"김단골": "2026 맘스페어", "이웃": "봄 전단"}
        assert undo(later, by=None, at=AT).restored == 1
        assert Customer.objects.get(full_name="이웃").came_by == ""


class TestLineOfBusiness:
    def test_is_kept_by_its_code_in_whatever_way_it_is_written(self, file: Callable[..., Path]) -> None:
        rows = "C1,하나,가정배달\nC2,둘,Home delivery\nC3,셋,도매/특판\nC4,넷,\nC5,다섯,WHOLE-SALE\n"
        path = file("고객번호,성명,거래방식\n" + rows)
        assert counted(taken(path, dry_run=True)) == counted(taken(path)) == (5, 0, 0, 0)
        assert counted(taken(path)) == (0, 0, 5, 0)
        assert dict(Customer.objects.values_list("full_name", "line")) == {
            "하나": "home_delivery", "둘": "home_delivery", "셋": "도매_특판", "넷": "", "다섯": "whole_sale",
        }  # fmt: skip

    def test_is_learned_later_and_taken_back_with_its_file(self, file: Callable[..., Path]) -> None:
        taken(file("고객번호,성명\nC1,하나\n"))
        later = taken(file("고객번호,사업부문\nC1,도매\n"))
        assert counted(later) == (0, 1, 0, 0)
        assert Customer.objects.get().line == "도매"
        assert counted(taken(file("고객번호,사업부문\nC1,\n"))) == (0, 0, 1, 0)
        undo(later, by=None, at=AT)
        assert Customer.objects.get().line == ""

    def test_comes_back_as_it_was_written_into_a_list(self) -> None:
        for code in ("mothers_club", "home_delivery", "whole_sale", "도매"):
            for language in ("ko", "en"):
                with translation.override(language):
                    assert line_code(str(line_name(code))) == code


@pytest.mark.parametrize(
    ("written", "born"),
    [("85.3.2", date(1985, 3, 2)), ("05. 3. 2.", date(2005, 3, 2)), ("85년 3월 2일", date(1985, 3, 2)),
     ("45-3-2", date(1945, 3, 2)), ("85.13.2", None)],
)  # fmt: skip
def test_a_birth_date_of_two_figures_is_read(file: Callable[..., Path], written: str, born: date | None) -> None:
    batch = taken(file(f"고객번호,성명,생년월일\nC1,김단골,{written}\n"))
    assert Customer.objects.get().birth_date == born
    assert len(batch.warnings) == (born is None)


def test_names_in_two_columns_are_one_in_the_order_of_their_language(file: Callable[..., Path]) -> None:
    batch = taken(file(
        "Customer ID,First Name,Last Name,Email,Default Address City\n"
        "1,Ada,Lovelace,ada@example.com,London\n2,단골,김,kim@example.com,Seoul\n"
            "3,Prince,,p@example.com,\n4,,,q@example.com,\n"
    ))  # fmt: skip
    assert counted(batch) == (4, 0, 0, 0)
    names = Customer.objects.order_by("pk").values_list("full_name", "place")
    assert list(names) == [("Ada Lovelace", "London"), ("김단골", "Seoul"), ("Prince", ""), ("", "")]


def test_people_of_one_number_and_other_names_in_two_columns_stay_apart(file: Callable[..., Path]) -> None:
    taken(file("First Name,Last Name,Phone\nAda,Lovelace,010-2000-3000\nCharles,Lovelace,010-2000-3000\n"))
    assert set(Customer.objects.values_list("full_name", flat=True)) == {"Ada Lovelace", "Charles Lovelace"}


def test_lunar_dates_of_birth_are_doubted() -> None:
    with translation.override("en"):
        assert CUSTOMERS.doubts({"external_id": "고객번호", "birth_date": "생년월일(음력)"}) == [
            "“생년월일(음력)” says lunar dates: they are read as they stand, which is up to seven weeks early."
        ]
        assert CUSTOMERS.doubts({"external_id": "고객번호", "birth_date": "생년월일(양력)"}) == []


class TestHeadings:
    def test_are_recognised_in_english(self) -> None:
        headings = ["Customer ID", "Full Name", "First Name", "Last Name", "Date of birth", "Gender", "Phone", "E-mail",
                    "Address", "Zip code", "City", "Occupation", "Member No.", "Household", "Dealer",
                    "Line of business", "Source", "utm_campaign", "Registered at"]  # fmt: skip
        assert list(guessed(CUSTOMERS, headings).values()) == headings
        assert set(guessed(CUSTOMERS, headings)) == set(CUSTOMERS.labels)

    def test_of_nobody_are_refused(self, file: Callable[..., Path]) -> None:
        with pytest.raises(WrongMapping, match="Say which column is: Customer number"):
            taken(file("성별,직업,주소\n남,교사,서울\n"))


def test_a_file_asks_the_store_as_often_however_long_it_is(
    file: Callable[..., Path], django_assert_max_num_queries: Any
) -> None:
    rows = "".join(f"C{row},고객{row},010-{row:04d}-0000\n" for row in range(3000))
    path = file(f"고객번호,성명,휴대폰\n{rows}")
    with django_assert_max_num_queries(120):
        taken(path)
    changed = file(f"고객번호,성명,휴대폰\n{rows}".replace("고객", "단골").replace("단골번호", "고객번호"))
    with django_assert_max_num_queries(120):
        assert taken(changed).updated == 3000
    assert ContactPoint.objects.count() == 3000
