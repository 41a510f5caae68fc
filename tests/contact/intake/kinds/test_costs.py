"""Files of what was spent to win, keep and win back customers."""

from pathlib import Path

import pytest
from django.utils import translation

from dangol.contact.intake import actions, headers, likely
from dangol.contact.intake.kinds import KINDS
from dangol.contact.intake.likely import kind_of
from dangol.contact.intake.models import Batch
from dangol.contact.intake.undoing import undo
from dangol.records.ledger.costs import standing, take_back
from dangol.records.ledger.models import Cost
from dangol.records.staff.roles import Role
from tests.contact.intake.kinds.shop_files import AT, counts, cp949, reasons, taken, workbook
from tests.records.staff.office import staff

pytestmark = [pytest.mark.django_db, pytest.mark.store]
FILE = """
집행일,종료일,비용목적,매체,비용,캠페인,비고
2026-10,,신규 고객 획득,검색광고,"1,500,000원",,가을
2026.10.12,,단골 유지,문자,120000,campaign:3,
2026-09-21,2026-11-20,휴면 고객 되찾기,우편,6100,,
2026년 9월,2026-10,공통,대행사,61000,,
2026-10-01,,홍보,전단,1000,,
2026-10-01,,신규,,1000,,
2026-10-01,,신규,전단,0,,
2026-10-01,,신규,전단,많이,,
2027-01-01,,신규,전단,1000,,
2026-10-01,2026-09-01,신규,전단,1000,,
언젠가,,신규,전단,1000,,
"""


def test_a_file_becomes_costs_by_month_purpose_and_channel(tmp_path: Path) -> None:
    batch = taken(cp949(tmp_path, FILE), "costs")
    assert counts(batch) == (11, 4, 7, 4, 0, 0)
    told = Cost.objects.order_by("pk").values_list("purpose", "channel", "since", "until", "amount", "campaign", "note")
    assert [(*row[:2], row[2].isoformat(), row[3].isoformat(), *row[4:]) for row in told] == [
        ("win", "검색광고", "2026-10-01", "2026-10-31", 1_500_000, "", "가을"),
        ("keep", "문자", "2026-10-12", "2026-10-12", 120_000, "campaign:3", ""),
        ("win_back", "우편", "2026-09-21", "2026-09-30", 1_000, "", ""),
        ("win_back", "우편", "2026-10-01", "2026-10-31", 3_100, "", ""),
        ("win_back", "우편", "2026-11-01", "2026-11-20", 2_000, "", ""),
        ("joint", "대행사", "2026-09-01", "2026-09-30", 30_000, "", ""),
        ("joint", "대행사", "2026-10-01", "2026-10-31", 31_000, "", ""),
    ]
    why = reasons(batch)
    assert set(why) == {6, 7, 8, 9, 10, 11, 12}
    assert why[6] == (
        "Row 6: “홍보” does not say what it was spent for. Write winning, keeping, winning back, or joint."
    )
    assert why[7] == "Row 7: “매체” is empty. Every row needs it."
    assert why[8].startswith("Row 8: “0” is no amount above 0.")
    assert why[9].startswith("Row 9: “많이” is no amount above 0.")
    assert why[10].startswith("Row 10: “2027-01-01” in “집행일” has not begun yet.")
    assert why[11].startswith("Row 11: the last day “2026-09-01” lies before the first")
    assert why[12].startswith("Row 12: cannot read the date “언젠가”")
    assert batch.warnings == ["1 row serves several purposes: it stands apart and is divided among none of them."]


PURPOSES = {
    "획득": "win", "신규고객 유치": "win", "고객 얻기": "win", "Winning customers": "win", "acquisition": "win",
    "유지": "keep", "기존 고객": "keep", "단골": "keep", "고객 지키기": "keep", "Keeping customers": "keep",
    "retention": "keep", "renewal": "keep",
    "재획득": "win_back", "이탈 고객": "win_back", "휴면": "win_back", "고객 되찾기": "win_back",
    "Winning customers back": "win_back", "win-back": "win_back", "reactivation": "win_back",
    "공통": "joint", "획득 및 유지": "joint", "Several of these together": "joint",
}  # fmt: skip


def test_what_it_was_spent_for_is_told_by_words_in_both_languages_and_those_of_the_pages(tmp_path: Path) -> None:
    rows = [["date", "purpose", "channel", "cost"], *(["2026-10-01", word, "ads", 1000] for word in PURPOSES)]
    taken(workbook(tmp_path, rows), "costs")
    assert dict(zip(PURPOSES, Cost.objects.order_by("pk").values_list("purpose", flat=True), strict=True)) == PURPOSES


def test_the_same_file_changes_nothing_and_undoing_takes_it_away(tmp_path: Path) -> None:
    path = cp949(tmp_path, FILE)
    first = taken(path, "costs")
    assert counts(taken(path, "costs"))[3:] == (0, 0, 4)
    undo(Batch.objects.get(pk=first.pk), by=None, at=AT)
    assert not Cost.objects.exists()


def test_a_cost_that_was_taken_back_stays_so_when_its_file_is_undone(tmp_path: Path) -> None:
    batch = taken(cp949(tmp_path, FILE), "costs")
    take_back(Cost.objects.get(channel="문자"), by=staff(Role.OWNER), at=AT)
    undo(Batch.objects.get(pk=batch.pk), by=None, at=AT)
    assert [one.channel for one in Cost.objects.all()] == ["문자"]
    assert not standing().exists()


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    batch = taken(cp949(tmp_path, FILE), "costs", dry_run=True)
    assert (batch.accepted, batch.rejected) == (4, 7)
    assert not Cost.objects.exists()


@pytest.mark.parametrize(
    "heading", ["집행월,비용목적,매체,집행금액", "date,purpose,channel,cost", "연월,용도,채널,비용,비고"]
)
def test_headings_tell_the_kind_in_both_languages(heading: str) -> None:
    names = heading.split(",")
    assert kind_of(names).name == "costs"
    assert not KINDS["costs"].missing(headers.guessed(KINDS["costs"], names))


@pytest.mark.parametrize(
    "headings",
    [
        "날짜,지출항목,금액",
        "날짜,구분,지출금액,메모",
        "일자,계정과목,금액,비고",
        "날짜,내용,지출",
        "date,category,expense",
    ],
)
def test_what_the_shop_spent_is_never_guessed_to_be_sales(headings: str) -> None:
    columns = headings.split(",")
    assert likely.kind_of(columns).name == "costs"
    with translation.override("en"):
        assert "what the shop spent" in likely.spent_in_words(KINDS["transactions"], columns)


@pytest.mark.parametrize(
    "headings",
    ["날짜,상품명,금액", "판매일,비용,금액", "고객번호,날짜,지출금액", "이름,월지출", "지출일자,용도,매체,금액"],
)
def test_nothing_else_sounds_like_it(headings: str) -> None:
    columns = headings.split(",")
    assert likely.spent_in_words(likely.kind_of(columns), columns) == ""


def test_expenses_taken_as_sales_all_the_same_are_told(tmp_path: Path) -> None:
    path = tmp_path / "지출.csv"
    path.write_text("날짜,지출항목,금액\n2026-11-01,임대료,900000\n", encoding="utf-8")
    with translation.override("en"):
        batch = actions.import_file(path, dry_run=True, by=None, at=AT)
    assert batch.warnings[0].startswith("“지출항목”: this sounds like what the shop spent")
