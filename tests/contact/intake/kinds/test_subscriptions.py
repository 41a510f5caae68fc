"""Files of what people get again and again."""

from datetime import date
from pathlib import Path

import pytest
from django.utils import timezone

from dangol.records.ledger.models import Subscription, SubscriptionStep
from tests.contact.intake.kinds.shop_files import AT, counts, cp949, reasons, taken

pytestmark = [pytest.mark.django_db, pytest.mark.store]

FILE = """
계약번호,고객번호,고객명,구독상품,구독시작일,구독종료일,구독료,결제주기,구독상태,해지사유
K-1,C1,김단골,흰우유 배달,2026-01-05,9999-12-31,"30,000원",월,구독중,
K-1,C1,김단골,요구르트 배달,2026-01-05,,12000,매월,구독중,
K-2,C2,이웃,신문,2025-03-01,2026-02-28,"240,000",1년,해지,이사
K-3,C3,새내기,잡지,2026-06-01,,9000,격주,일시정지,
K-4,C4,뷁,신문,2026-06-01,2026-05-01,20000,월,구독중,
K-5,C5,누구,신문,미정,,20000,월,구독중,
K-6,,,신문,2026-06-01,,20000,월,구독중,
합계,,,,,,331000,,,
"""


def steps() -> list[tuple[str, str, date]]:
    found = SubscriptionStep.objects.order_by("subscription__ref", "pk").select_related("subscription")
    return [(one.subscription.description, one.kind, timezone.localdate(one.at)) for one in found]


def test_a_file_becomes_subscriptions_that_begin_pause_and_end(tmp_path: Path) -> None:
    batch = taken(cp949(tmp_path, FILE), "subscriptions")
    assert counts(batch) == (7, 4, 3, 4, 0, 0)
    told = Subscription.objects.order_by("pk").values_list("description", "price", "period", "identity__external_id")
    assert list(told) == [
        ("흰우유 배달", 30_000, "month", "C1"), ("요구르트 배달", 12_000, "month", "C1"),
        ("신문", 240_000, "year", "C2"), ("잡지", 9_000, "", "C3"),
    ]  # fmt: skip
    assert steps() == [("신문", "ended", date(2026, 2, 28)), ("잡지", "paused", timezone.localdate(AT))]
    assert SubscriptionStep.objects.get(kind="ended").reason == "이사"
    assert reasons(batch) == {
        6: "Row 6: it ends before it begins. Correct one of the two days.",
        7: "Row 7: cannot read the day “미정” in “구독시작일” on which it began. Write it like 2026-11-22.",
        8: "Row 8: “고객번호” is empty. Every row needs it.",
    }
    assert batch.warnings == [
        "1 row of totals was left out.",
        "1 row says that it is paused or has ended, and not since when: it counts from today.",
        "1 time for which the price holds could not be understood and was left out.",
    ]


def test_a_later_file_adds_ends_and_prices_and_edits_nothing(tmp_path: Path) -> None:
    first = cp949(tmp_path, FILE)
    taken(first, "subscriptions")
    before = list(Subscription.objects.order_by("pk").values())
    later = FILE.replace("2026-01-05,,12000,매월,구독중,", "2026-01-05,2026-10-31,13000,매월,해지,비싸요")
    assert counts(taken(cp949(tmp_path, later, "later.csv"), "subscriptions")) == (7, 4, 3, 0, 1, 3)
    assert list(Subscription.objects.order_by("pk").values()) == before
    assert ("요구르트 배달", "ended", date(2026, 10, 31)) in steps()
    assert SubscriptionStep.objects.get(kind="priced").price == 13_000
    for path in (first, tmp_path / "later.csv"):
        assert counts(taken(path, "subscriptions", at=AT.replace(day=25)))[3:] == (0, 0, 4)


def test_another_product_under_a_known_number_is_told(tmp_path: Path) -> None:
    one = "계약번호,회원번호,상품명,시작일\nK-1,C1,신문,2026-01-05\n"
    taken(cp949(tmp_path, one), "subscriptions")
    batch = taken(cp949(tmp_path, one.replace("신문", "잡지")), "subscriptions")
    assert counts(batch)[3:] == (0, 0, 1)
    assert batch.warnings == [
        "1 subscription was there already with another product or another beginning: the first was kept."
    ]
