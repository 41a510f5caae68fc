"""Files of contacts."""

from pathlib import Path

import pytest

from dangol.records.ledger.models import Interaction
from tests.contact.intake.kinds.shop_files import AT, counts, cp949, reasons, taken

pytestmark = [pytest.mark.django_db, pytest.mark.store]

FILE = """
고객번호,성명,접촉일자,접촉시간,접촉유형,수발신,채널,내용,통화시간,사은품금액
C1,김단골,2026-11-01,09:30,전화상담,수신,콜센터,배송지를 바꿔 달라고 하심,3:30,
C1,김단골,2026-11-02,,사은품 증정,,매장,우유병,,"5,000"
C2,이웃,2026-11-02,14:00,,발신,전화,안부 인사,2분 30초,
C2,이웃,2026-11-03,14:00,시음회,,카카오톡,,잠깐,
C2,이웃,2026-11-03,15:00,,,,메모만,,
C3,뷁,2026-11-04,,방문,,매장,,,만원
"""


def test_a_file_becomes_contacts_each_in_its_direction(tmp_path: Path) -> None:
    batch = taken(cp949(tmp_path, FILE), "interactions")
    assert counts(batch) == (6, 4, 2, 4, 0, 0)
    told = Interaction.objects.order_by("pk").values_list("kind", "direction", "touchpoint", "minutes", "worth")
    assert list(told) == [
        ("inquiry", "in", "phone", 3.5, 0), ("gift", "out", "store", 0, 5_000), ("call", "out", "phone", 2.5, 0),
        ("시음회", "in", "카카오톡", 0, 0),
    ]  # fmt: skip
    assert reasons(batch) == {
        6: "Row 6: what sort of contact it was stands nowhere. Write call, visit, gift or the like.",
        7: "Row 7: cannot read the worth “만원” in “사은품금액”. Write it in figures, like 12000 or 12,000원.",
    }
    assert batch.warnings == [
        "2 rows do not say who turned to whom: their sort decided.",
        "1 time it took could not be read and was left out.",
    ]
    assert counts(taken(cp949(tmp_path, FILE), "interactions", at=AT.replace(day=25)))[3:] == (0, 0, 4)


ANSWERS = """
고객번호,응답일,유형,채널,캠페인명
C1,2026-11-01,DM 응답,우편,가을 전단
C1,2026-11-01,DM 응답,우편,겨울 전단
C1,2026-11-02,,매장,가을 전단
C2,2026-11-02,메일 오픈,이메일,뉴스레터 11월
C2,2026-11-02,클릭,이메일,뉴스레터 11월
C2,2026-11-03,쿠폰 사용,계산대,
"""


def test_answers_are_kept_with_the_campaign_they_answer(tmp_path: Path) -> None:
    assert counts(taken(cp949(tmp_path, ANSWERS), "interactions")) == (6, 6, 0, 6, 0, 0)
    told = Interaction.objects.order_by("pk").values_list("kind", "direction", "touchpoint", "campaign")
    assert list(told) == [
        ("response", "in", "post", "가을 전단"), ("response", "in", "post", "겨울 전단"),
        ("response", "in", "store", "가을 전단"), ("opened", "in", "email", "뉴스레터 11월"),
        ("clicked", "in", "email", "뉴스레터 11월"), ("coupon_redeemed", "in", "till", ""),
    ]  # fmt: skip
    assert counts(taken(cp949(tmp_path, ANSWERS), "interactions"))[3:] == (0, 0, 6)


def test_a_column_of_campaigns_that_is_empty_makes_no_contact_another(tmp_path: Path) -> None:
    taken(cp949(tmp_path, "고객번호,방문일,유형\nC1,2026-11-01,방문\n"), "interactions")
    later = "고객번호,방문일,유형,캠페인\nC1,2026-11-01,방문,\nC1,2026-11-01,방문,개점 행사\n"
    assert counts(taken(cp949(tmp_path, later), "interactions"))[3:] == (1, 0, 1)


def test_the_same_contact_twice_is_two(tmp_path: Path) -> None:
    two = "고객번호,방문일,유형\nC1,2026-11-01,방문\nC1,2026-11-01,방문\n"
    assert counts(taken(cp949(tmp_path, two), "interactions")) == (2, 2, 0, 2, 0, 0)
    assert counts(taken(cp949(tmp_path, two), "interactions")) == (2, 2, 0, 0, 0, 2)


def test_people_brought_along_are_a_sort_of_their_own_and_what_we_introduce_is_not(tmp_path: Path) -> None:
    rows = "고객번호,방문일,유형\nC1,2026-11-01,지인 소개\nC2,2026-11-01,Referral\nC3,2026-11-01,신상품 소개\n"
    taken(cp949(tmp_path, rows), "interactions")
    told = Interaction.objects.order_by("pk").values_list("kind", "direction")
    assert list(told) == [("referral", "in"), ("referral", "in"), ("신상품_소개", "in")]


def test_tells_panels_interviews_and_developing_together_from_visits_and_calls(tmp_path: Path) -> None:
    sorts = ("고객 패널 참여", "전화 인터뷰", "공동개발 참석")
    rows = "고객번호,방문일,유형\n" + "".join(f"C{place},2026-11-01,{sort}\n" for place, sort in enumerate(sorts))
    taken(cp949(tmp_path, rows), "interactions")
    kinds = Interaction.objects.order_by("identity__external_id").values_list("kind", flat=True)
    assert list(kinds) == ["panel", "interview", "co_development"]
