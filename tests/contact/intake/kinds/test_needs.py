"""Files of what customers say that they spend on a category."""

from pathlib import Path

import pytest

from dangol.contact.intake import headers
from dangol.contact.intake.kinds import KINDS
from dangol.contact.intake.likely import kind_of
from dangol.contact.intake.models import Batch
from dangol.contact.intake.undoing import undo
from dangol.records.catalog.models import Category
from dangol.records.voices.models import StatedNeed
from dangol.records.voices.needs import standing
from tests.contact.intake.kinds.shop_files import AT, counts, cp949, reasons, taken

pytestmark = [pytest.mark.django_db, pytest.mark.store]
FILE = """
고객번호,응답일,품목,월 지출액,연 지출액,파악방법
C1,2026-10-01,유제품,"120,000원",,설문
C1,2026-10-01,전체,,6000000,상담
C2,2026-10-02,식품 / 정육,40000,,직원 추정
C3,2026-10-02,빵,40000,,설문
C3,2026-10-02,유제품,0,,설문
C4,2026-10-02,유제품,,,
C5,2026-10-03,,30000,,
"""


@pytest.fixture(autouse=True)
def categories() -> None:
    for path in ("식품", "식품 / 유제품", "식품 / 정육"):
        Category.objects.create(name=path.split(" / ")[-1], path=path)


def test_a_file_becomes_needs_by_category(tmp_path: Path) -> None:
    batch = taken(cp949(tmp_path, FILE), "needs")
    assert counts(batch) == (7, 4, 3, 4, 0, 0)
    told = StatedNeed.objects.order_by("pk").values_list(
        "identity__external_id", "category__path", "amount", "period", "how", "on"
    )
    assert [(*row[:5], row[5].isoformat()) for row in told] == [
        ("C1", "식품 / 유제품", 120_000, "month", "survey", "2026-10-01"),
        ("C1", None, 6_000_000, "year", "talk", "2026-10-01"),
        ("C2", "식품 / 정육", 40_000, "month", "estimate", "2026-10-02"),
        ("C5", None, 30_000, "month", "survey", "2026-10-03"),
    ]
    assert set(reasons(batch)) == {5, 6, 7}
    assert reasons(batch)[5].startswith("Row 5: there is no category “빵” on record")
    assert reasons(batch)[6].startswith("Row 6: what is spent stands nowhere, or is not above 0.")
    assert batch.warnings == [
        "1 row does not say how it is known: it counts as said in a survey.",
        "2 rows name no category: they count for everything you sell.",
    ]


HOW = {
    "설문": "survey", "전화 설문": "survey", "고객 조사": "survey", "Said in a survey": "survey",
    "설문에서 말했어요": "survey",
    "상담": "talk", "방문 조사": "talk", "가정 방문": "talk", "이야기하다 말했어요": "talk", "매장에서 대화": "talk",
    "Said in conversation": "talk",
    "어림": "estimate", "직원 추측": "estimate", "점장 판단": "estimate", "가정": "estimate", "짐작": "estimate",
    "직원이 어림했어요": "estimate", "Estimate of our staff": "estimate",
}  # fmt: skip


def test_how_it_is_known_is_told_by_words_in_both_languages_and_those_of_the_pages(tmp_path: Path) -> None:
    rows = "".join(f"C{place},2026-10-01,40000,{word}\n" for place, word in enumerate(HOW))
    batch = taken(cp949(tmp_path, f"고객번호,응답일,월 지출액,파악방법\n{rows}"), "needs")
    found = StatedNeed.objects.order_by("pk").values_list("how", flat=True)
    assert dict(zip(HOW, found, strict=True)) == HOW
    assert not [told for told in batch.warnings if "known" in told]


def test_an_unknown_word_for_how_it_is_known_counts_as_an_estimate_and_is_told(tmp_path: Path) -> None:
    rows = "C1,2026-10-01,40000,장부\nC2,2026-10-01,40000,\nC3,2026-10-01,40000,설문\n"
    batch = taken(cp949(tmp_path, f"고객번호,응답일,월 지출액,파악방법\n{rows}"), "needs")
    assert list(StatedNeed.objects.order_by("pk").values_list("how", flat=True)) == ["estimate", "survey", "survey"]
    assert batch.warnings[:2] == [
        "1 row does not say how it is known: it counts as said in a survey.",
        "1 row says how it is known in a word that nobody knows here: it counts as an estimate.",
    ]


def test_the_same_file_changes_nothing_and_undoing_takes_it_away(tmp_path: Path) -> None:
    path = cp949(tmp_path, FILE)
    first = taken(path, "needs")
    assert counts(taken(path, "needs"))[3:] == (0, 0, 4)
    undo(Batch.objects.get(pk=first.pk), by=None, at=AT)
    assert not standing(on=AT.date()).exists()


@pytest.mark.parametrize(
    "heading",
    ["고객번호,응답일,품목,월 지출액", "customer id,said on,category,monthly spend", "phone,date,annual_spend"],
)
def test_headings_tell_the_kind_in_both_languages(heading: str) -> None:
    names = heading.split(",")
    assert kind_of(names).name == "needs"
    assert not KINDS["needs"].missing(headers.guessed(KINDS["needs"], names))
