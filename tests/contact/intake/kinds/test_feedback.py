"""Files of what people told a shop."""

from pathlib import Path

import pytest

from dangol.contact.intake.undoing import undo
from dangol.insight.analysis.models import FeedbackTone, Tone, ToneCorrection
from dangol.insight.analysis.voices.actions import correct_tone
from dangol.records.customers.models import Customer, Identity
from dangol.records.voices.models import Feedback, FeedbackStep
from tests.contact.intake.kinds.shop_files import AT, counts, reasons, taken, workbook

pytestmark = [pytest.mark.django_db, pytest.mark.store]

HEAD = [
    "접수번호", "접수일시", "고객번호", "고객명", "문의유형", "접수채널", "상품명", "제목", "내용", "처리상태",
    "답변일시", "답변내용",
]  # fmt: skip
ROWS = [
    ["2026년 11월 고객의 소리"],
    HEAD,
    [1, "2026-11-02 09:10", "C001", "김단골", "불만", "전화", "흰우유 900mL", "배송",
     "두 번이나 늦었어요. 주민번호 900101-1234567", "답변완료", "2026-11-02 15:00", "사과드리고 다시 보내 드렸어요."],
    [2, "2026-11-03", "C002", "이웃", "칭찬", "홈페이지", None, None, "기사님이 친절해요", "접수", None, None],
    [3, "2026-11-03", None, None, "배송", "앱", None, "주소 변경", "이사했어요", "처리중", None, None],
    [4, "2026-11-04", "C001", "김단골", "모니터 보고", "매장", None, None, None, "완료", None, None],
    [5, "어제", "C001", "김단골", "제안", "이메일", None, None, "작은 병도 있으면 좋겠어요", "접수", None, None],
]  # fmt: skip


def test_a_file_becomes_feedback_with_what_became_of_it(tmp_path: Path) -> None:
    batch = taken(workbook(tmp_path, ROWS), "feedback")
    assert counts(batch) == (5, 3, 2, 3, 0, 0)
    told = Feedback.objects.order_by("at", "pk")
    assert list(told.values_list("kind", "touchpoint", "subject", "identity__external_id", "product__name")) == [
        ("complaint", "phone", "배송", "C001", "흰우유 900mL"), ("praise", "web", "", "C002", None),
        ("inquiry", "app", "배송 · 주소 변경", None, None),
    ]  # fmt: skip
    assert "900101" not in told[0].text and told[0].text.startswith("두 번이나 늦었어요.")
    assert list(FeedbackStep.objects.order_by("pk").values_list("state", "text")) == [
        ("answered", "사과드리고 다시 보내 드렸어요."), ("taken_up", ""),
    ]  # fmt: skip
    assert set(Customer.objects.values_list("full_name", flat=True)) == {"김단골", "이웃"}
    assert reasons(batch) == {
        6: "Row 6: there is nothing that was said, neither a subject nor a text.",
        7: "Row 7: cannot read the date “어제” in “접수일시”, or it can be read in two ways."
           " Write it like 2026-11-22, 2026.11.22 or 20261122.",
    }  # fmt: skip
    assert batch.warnings[1:] == [
        "1 row names no customer: it is kept without one.",
        "1 row is of a sort of your own: it counts as a question, and the word stands in its subject.",
    ]


def test_a_later_export_adds_the_answers_and_the_same_one_nothing(tmp_path: Path) -> None:
    path = workbook(tmp_path, ROWS)
    taken(path, "feedback")
    assert counts(taken(path, "feedback")) == (5, 3, 2, 0, 0, 3)
    answered = [*ROWS[:3], [*ROWS[3][:9], "답변완료", "2026-11-05 10:00", "고맙습니다."], *ROWS[4:]]
    assert counts(taken(workbook(tmp_path, answered), "feedback", at=AT.replace(day=23))) == (5, 3, 2, 0, 1, 2)
    assert counts(taken(path, "feedback", at=AT.replace(day=24))) == (5, 3, 2, 0, 0, 3)
    assert Identity.objects.count() == 2


def test_the_same_words_twice_are_two_and_overlapping_files_add_what_is_new(tmp_path: Path) -> None:
    same = [["작성일", "리뷰내용", "별점"], ["2026-11-01", "맛있어요", 5], ["2026-11-01", "맛있어요", 5]]
    assert counts(taken(workbook(tmp_path, same), "feedback")) == (2, 2, 0, 2, 0, 0)
    assert set(Feedback.objects.values_list("kind", flat=True)) == {"review"}
    assert counts(taken(workbook(tmp_path, [*same, ["2026-11-02", "또 샀어요", 4]]), "feedback")) == (3, 3, 0, 1, 0, 2)


def test_one_number_for_different_words_loses_none_of_them(tmp_path: Path) -> None:
    two = [["접수번호", "접수일", "내용"], [7, "2026-11-01", "늦었어요"], [7, "2026-11-01", "쏟아졌어요"]]
    assert counts(taken(workbook(tmp_path, two), "feedback")) == (2, 2, 0, 2, 0, 0)


def test_undoing_the_file_takes_how_it_sounds_along(tmp_path: Path) -> None:
    batch = taken(workbook(tmp_path, ROWS), "feedback")
    for said in Feedback.objects.all():
        correct_tone(said.pk, tone=Tone.GLAD, by=None, at=AT)
    undo(batch, by=None, at=AT)
    assert not Feedback.objects.exists()
    assert not FeedbackTone.objects.exists() and not ToneCorrection.objects.exists()
