"""Files of what people answered."""

from pathlib import Path

import pytest

from dangol.records.voices.models import Feedback, SurveyAnswer
from tests.contact.intake.kinds.shop_files import AT, counts, cp949, reasons, taken, workbook

pytestmark = [pytest.mark.django_db, pytest.mark.store]

WIDE = """
타임스탬프,고객번호,신뢰도,1. 직원이 친절하다(1~5),추천 의향 (10점 만점),전반적으로 만족하십니까?,개선할 점,나이
2026-11-01 10:00,C1,5,4,9,매우 만족,배송이 빨랐으면,41
2026-11-01 11:00,C2,3점,2,0,불만족,,35
2026-11-01 12:00,C3,4,7,5,보통,,28
2026-11-01 13:00,C4,,,,,,52
2026-11-01 14:00,C5,2,3,,그렇다,없음,30
"""


def told(customer: str) -> dict[str, tuple[str, float, float, float]]:
    mine = SurveyAnswer.objects.filter(identity__external_id=customer)
    return {one.item: (one.dimension, one.score, one.scale_min, one.scale_max) for one in mine}


def test_a_column_a_question_becomes_answers_on_their_scales(tmp_path: Path) -> None:
    batch = taken(cp949(tmp_path, WIDE), "surveys")
    assert counts(batch) == (5, 3, 2, 3, 0, 0)
    assert told("C1") == {
        "신뢰도": ("trust", 5, 1, 5), "1. 직원이 친절하다(1~5)": ("care", 4, 1, 5),
        "추천 의향 (10점 만점)": ("commitment", 9, 0, 10), "전반적으로 만족하십니까?": ("", 5, 1, 5),
    }  # fmt: skip
    assert told("C2")["신뢰도"] == ("trust", 3, 1, 5)
    assert told("C5")["전반적으로 만족하십니까?"][1] == 4
    opinions = Feedback.objects.order_by("pk").values_list("kind", "subject", "text")
    assert list(opinions) == [("opinion", "개선할 점", "배송이 빨랐으면"), ("opinion", "개선할 점", "없음")]
    assert reasons(batch) == {
        4: "Row 4: an answer lies outside of the scale that the file states for it.",
        5: "Row 5: no question is answered.",
    }
    assert batch.warnings == [
        "The file does not state the scale of “신뢰도”, “전반적으로 만족하십니까?”: 1 to 5 was taken.",
        "“1. 직원이 친절하다(1~5)” counts as a question about “Personal care”, by its words.",
        "Not taken in: 나이.",
    ]
    assert counts(taken(cp949(tmp_path, WIDE), "surveys", at=AT.replace(day=25)))[3:] == (0, 0, 3)


def test_an_answer_that_comes_later_makes_its_row_an_update(tmp_path: Path) -> None:
    rows = [["응답일", "회원번호", "만족도(1-5)", "의견"], ["2026-11-01", "C1", 4, None]]
    taken(workbook(tmp_path, rows), "surveys")
    more = [rows[0], ["2026-11-01", "C1", 4, "고마워요"]]
    assert counts(taken(workbook(tmp_path, more), "surveys")) == (1, 1, 0, 0, 1, 0)


LONG = [
    ["설문명", "고객번호", "응답일", "문항", "응답", "만점", "차원"],
    ["2026 만족도", "C1", "2026-11-01", "약속을 지킨다", 6, 7, "신뢰"],
    ["2026 만족도", "C1", "2026-11-01", "다시 사겠다", 7, 7, None],
    ["2026 만족도", "C1", "2026-11-01", "바라는 점", "병을 돌려받아 주세요", None, None],
    ["2026 만족도", "C2", "2026-11-01", "약속을 지킨다", 9, 7, "신뢰"],
    ["2026 만족도", "C2", "2026-11-01", "다시 사겠다", None, 7, None],
]


def test_a_row_an_answer_becomes_the_same(tmp_path: Path) -> None:
    path = workbook(tmp_path, LONG)
    batch = taken(path, "surveys")
    assert counts(batch) == (5, 3, 2, 3, 0, 0)
    assert told("C1") == {"약속을 지킨다": ("trust", 6, 1, 7), "다시 사겠다": ("", 7, 1, 7)}
    assert set(SurveyAnswer.objects.values_list("survey", flat=True)) == {"2026 만족도"}
    assert Feedback.objects.get().text == "병을 돌려받아 주세요"
    assert set(reasons(batch)) == {5, 6}
    assert counts(taken(path, "surveys"))[3:] == (0, 0, 3)
