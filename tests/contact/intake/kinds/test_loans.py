"""Files of what a library lent."""

from pathlib import Path

import pytest
from django.utils import timezone

from dangol.contact.intake.models import Reject
from dangol.records.customers.models import Customer, Identity
from dangol.records.ledger.models import Interaction, Loan, LoanStep, LoanTitle
from dangol.records.permission.actions import give_consent, withdraw_consent
from tests.contact.intake.kinds.shop_files import AT, counts, cp949, reasons, taken, workbook
from tests.records.rights.whole_person import every_text

pytestmark = [pytest.mark.django_db, pytest.mark.store]

HEAD = ["회원번호", "이름", "등록번호", "서명", "KDC", "대출일", "반납예정일", "반납일", "연장횟수", "도서관"]
ROWS = [
    HEAD,
    ["L001", "김단골", "EM0000001", "무진기행", "813.6", "2026-10-01", "2026-10-15", None, 0, "중앙"],
    ["L001", "김단골", "EM0000002", "코스모스", "443.1-세18ㅋ", "2026-10-01", "2026-10-29", "2026-10-20", 1, "중앙"],
    ["L002", "이웃", "EM0000003", "채식주의자", "문학", "2026-10-02", "2026-10-16", "2026-10-02", None, "동네"],
    ["L003", "뷁", "EM0000004", "소년이 온다", None, "2026-10-03", None, "2026-10-01", None, "동네"],
    ["L003", "뷁", "EM0000005", "흰", "8", "2026-10-03", None, None, "두 번", "동네"],
]  # fmt: skip
TITLES = ("무진기행", "코스모스", "채식주의자", "소년이 온다")


@pytest.fixture(autouse=True)
def keys(settings: pytest.FixtureRequest, tmp_path: Path) -> None:
    settings.DANGOL_KEYS = tmp_path / "keys.json"  # type: ignore[attr-defined]


def kept_of(titles: tuple[str, ...] = TITLES) -> set[str]:
    return {f"{place}: {title}" for place, cell in every_text() for title in titles if title in cell}


def test_a_file_becomes_loans_by_class_and_no_title(tmp_path: Path) -> None:
    batch = taken(workbook(tmp_path, ROWS), "loans")
    assert counts(batch) == (5, 3, 2, 3, 0, 0)
    told = Loan.objects.order_by("pk").values_list("identity__external_id", "item_class", "unit__name")
    assert list(told) == [("L001", "8", "중앙"), ("L001", "4", "중앙"), ("L002", "8", "동네")]
    assert list(LoanStep.objects.order_by("pk").values_list("kind", "number")) == [
        ("renewed", 1), ("returned", 1), ("returned", 1),
    ]  # fmt: skip
    assert kept_of() == set()
    assert {cell for _place, cell in every_text() if "EM000" in cell} == set()
    assert reasons(batch) == {
        5: "Row 5: it came back before it was lent. Correct one of the two days.",
        6: "Row 6: cannot read how often it was renewed: “두 번” in “연장횟수”. Write a number from 0 to 99.",
    }
    assert Reject.objects.get(row=5).original[3] == ""  # mended or not, a title is kept of nobody who did not ask
    assert batch.warnings == [
        "Titles and numbers of items are kept of those alone who agreed to it; of all others, the class."
    ]


def test_titles_are_kept_of_whoever_asked_and_go_when_they_withdraw(tmp_path: Path) -> None:
    path = workbook(tmp_path, ROWS)
    taken(path, "loans")
    reader = Identity.objects.get(external_id="L001").customer
    give_consent(reader, purpose="reading", by=None, at=AT, how="counter", evidence="form 3")
    assert counts(taken(path, "loans"))[3:] == (0, 2, 1)
    assert set(LoanTitle.objects.values_list("title", flat=True)) == {"무진기행", "코스모스"}
    withdraw_consent(reader, purpose="reading", by=None, at=AT)
    assert kept_of() == set()
    assert Loan.objects.filter(identity__customer=reader).count() == 2


def test_a_later_file_brings_it_back_and_the_same_file_changes_nothing(tmp_path: Path) -> None:
    path = workbook(tmp_path, ROWS)
    taken(path, "loans")
    assert counts(taken(path, "loans"))[3:] == (0, 0, 3)
    back = [ROWS[0], [*ROWS[1][:7], "2026-10-14", 0, "중앙"], *ROWS[2:]]
    assert counts(taken(workbook(tmp_path, back), "loans"))[3:] == (0, 1, 2)
    loan = LoanStep.objects.get(kind="returned", loan__item_class="8", loan__identity__external_id="L001")
    assert timezone.localdate(loan.at).isoformat() == "2026-10-14"
    assert counts(taken(path, "loans", at=AT.replace(day=28)))[3:] == (0, 0, 3)


def test_a_state_tells_that_it_came_back_or_was_lost(tmp_path: Path) -> None:
    text = "대출번호,이용자번호,분류기호,대출일시,상태\n1,L1,005.1,2026-10-01 10:00,반납\n2,L1,,2026-10-01 10:01,분실\n"
    batch = taken(cp949(tmp_path, text), "loans")
    assert counts(batch) == (2, 2, 0, 2, 0, 0)
    assert set(LoanStep.objects.values_list("kind", "loan__item_class")) == {("returned", "0"), ("lost", "")}
    assert counts(taken(cp949(tmp_path, text), "loans", at=AT.replace(day=23)))[3:] == (0, 0, 2)
    assert batch.warnings[0] == "1 row has no class that could be understood: it counts as a loan of no class."


class TestLibrary:
    """Its own words for a number: who borrows is who is registered."""

    PEOPLE = [["{number}", "이용자명", "휴대전화", "등록일"], ["b1", "김단골", "010-2000-3000", "2026-08-01"],
              ["b2", "이웃", "010-2000-3001", "2026-08-01"]]  # fmt: skip

    @pytest.mark.parametrize("number", ["이용자번호", "대출자번호", "이용자ID", "대출증번호", "도서관회원번호"])
    def test_exports_of_borrowers_loans_and_visits_are_of_the_same_people(self, tmp_path: Path, number: str) -> None:
        people = [[number, *self.PEOPLE[0][1:]], *self.PEOPLE[1:]]
        lent = [["대출번호", number, "대출일시", "분류기호"], ["1", "b1", "2026-10-01 10:00", "813"],
                ["2", "b2", "2026-10-02 10:00", "813"]]  # fmt: skip
        came = [[number, "방문일시", "유형"], ["b1", "2026-10-03 10:00", "방문"], ["b2", "2026-10-03 11:00", "문의"]]
        for kind, rows in (("customers", people), ("loans", lent), ("interactions", came)):
            batch = taken(workbook(tmp_path, rows, f"{kind}.xlsx"), kind)
            assert (batch.accepted, batch.rejected) == (2, 0), kind
        assert list(Customer.objects.order_by("full_name").values_list("full_name", flat=True)) == ["김단골", "이웃"]
        assert Loan.objects.filter(identity__customer__full_name="김단골").count() == 1
        assert Interaction.objects.filter(identity__customer__full_name="이웃").count() == 1
