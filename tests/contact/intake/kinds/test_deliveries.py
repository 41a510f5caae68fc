"""Files of deliveries: whose, promised for when, and what became of them; a late one counts once, whoever tells it."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from dangol.contact.intake.models import Batch
from dangol.contact.intake.undoing import undo
from dangol.records.changes.models import Change
from dangol.records.customers.models import Customer, Identity
from dangol.records.ledger.deliveries import carried_by, promised_for, standing, under_way
from dangol.records.ledger.models import Delivery, DeliveryStep, Interaction
from tests.contact.intake.kinds.shop_files import AT, counts, cp949, reasons, taken

pytestmark = pytest.mark.django_db

HEAD = "배송번호,고객번호,상품명,배송예정일,발송일,배송완료일,배송상태,택배사,송장번호\n"
FILE = (
    HEAD
    + """D1,C1,우유,2026-11-10,2026-11-09,2026-11-10,배송완료,한진,111-1
D2,C1,치즈,2026-11-12,2026-11-11,2026-11-14,배송완료,한진,111-2
D3,C2,버터,2026-11-13,2026-11-13,,배송중,한진,111-3
D4,C3,우유,2026-11-20,,,상품준비중,,
D5,C3,우유,,2026-11-12,,지연,우체국,222-1
D6,,우유,2026-11-13,,,배송중,,
D7,C4,우유,2026-11-09,2026-11-09,2026-11-08,배송완료,,
"""
)
TALKS = "접수번호,고객번호,일시,유형,내용,소요시간\nT1,C1,2026-11-14 10:00,배송지연,늦었어요,35\n"


def told(place: Path, text: str, kind: str = "deliveries", **more: Any) -> Batch:
    return taken(cp949(place, text), kind, **more)


def lateness() -> dict[str, date]:
    """Each late delivery with the day on which it became late, as the ledger counts it."""
    late = DeliveryStep.objects.filter(kind="late").select_related("delivery", "interaction")
    return {one.delivery.ref: timezone.localdate(one.interaction.at) for one in late if one.interaction}


def counted() -> list[tuple[str, str]]:
    """The late deliveries of the ledger: whose, and who told them."""
    rows = Interaction.objects.filter(kind="late_delivery").order_by("at", "pk")
    return [(one.identity.external_id, "ours" if one.source_ref.startswith("delivery:") else "told") for one in rows]


@pytest.mark.store
def test_a_file_becomes_deliveries_with_what_became_of_them(tmp_path: Path) -> None:
    batch = told(tmp_path, FILE)
    assert counts(batch) == (7, 5, 2, 5, 0, 0)
    assert reasons(batch) == {
        7: "Row 7: it names neither a customer nor a receipt. Write one of the two: whose the delivery is.",
        8: "Row 8: it was delivered before it was sent. Correct one of the two days.",
    }
    assert batch.warnings == ["1 row has no promised day: it can be late only if the file says so."]
    first = Delivery.objects.get(ref="D3")
    assert (first.promised, carried_by(first)) == (date(2026, 11, 13), ("한진", "111-3"))
    stands = {one.ref: one for one in Delivery.objects.prefetch_related("steps")}
    assert {ref: step.kind if (step := standing(one)) else "" for ref, one in stands.items()} == {
        "D1": "delivered", "D2": "delivered", "D3": "shipped", "D4": "", "D5": "delayed",
    }  # fmt: skip
    customer = Customer.objects.get(identities__external_id="C1")
    assert not under_way(customer=customer.pk, since=datetime.min.replace(tzinfo=AT.tzinfo))


def test_late_is_what_came_after_its_day_or_had_not_come_by_the_day_the_file_knows_of(tmp_path: Path) -> None:
    told(tmp_path, FILE)
    # The file knows of the 14th: D3, promised for the 13th, had not come; D4 may still come in time.
    assert lateness() == {"D2": date(2026, 11, 13), "D3": date(2026, 11, 14), "D5": timezone.localdate(AT)}
    assert counted() == [("C1", "ours"), ("C2", "ours"), ("C3", "ours")]


@pytest.mark.parametrize(
    "text",
    [
        "배송번호,고객번호,배송예정일,발송일\nD1,C1,2026-11-10,2026-11-09\nD2,C1,2026-11-20,2026-11-14\n",
        HEAD + "D1,C1,우유,2026-11-10,2026-11-09,,3단계,,\nD2,C1,우유,2026-11-20,2026-11-14,,배송중,,\n",
    ],
)
def test_nothing_is_late_of_which_nobody_says_whether_it_came(tmp_path: Path, text: str) -> None:
    assert counts(told(tmp_path, text))[:3] == (2, 2, 0)
    assert lateness() == {}


@pytest.mark.parametrize(
    ("words", "kind"),
    [("not yet delivered", "delayed"), ("미수령", "delayed"), ("Order received", ""), ("배달예정", "shipped"),
     ("Arrived at sorting facility", "shipped"), ("터미널도착", "shipped"), ("Arrived", "delivered"),
     ("수령완료", "delivered"), ("배송완료", "delivered")],
)  # fmt: skip
def test_what_has_not_come_yet_is_not_taken_for_delivered(tmp_path: Path, words: str, kind: str) -> None:
    told(tmp_path, f"{HEAD}D1,C1,우유,2026-11-20,,,{words},,\n")
    assert [one.kind for one in DeliveryStep.objects.all()] == ([kind] if kind else [])


def test_the_same_file_again_changes_nothing_whenever_it_is_read(tmp_path: Path) -> None:
    told(tmp_path, FILE)
    changes = Change.objects.count()
    assert counts(told(tmp_path, FILE, at=AT.replace(day=30)))[3:] == (0, 0, 5)
    assert Change.objects.count() == changes


def test_a_later_file_tells_what_became_of_it(tmp_path: Path) -> None:
    told(tmp_path, FILE)
    later = HEAD + (
        "D3,C2,버터,2026-11-15,2026-11-13,2026-11-16,배송완료,한진,111-3\nD4,C3,우유,2026-11-21,2026-11-19,,배송중,한진,9\n"
    )
    assert counts(told(tmp_path, later, at=AT.replace(day=23)))[3:] == (0, 2, 0)
    assert lateness()["D3"] == date(2026, 11, 14)  # by what was promised first
    moved = Delivery.objects.prefetch_related("steps").get(ref="D4")
    assert (moved.promised, promised_for(moved)) == (date(2026, 11, 20), date(2026, 11, 21))
    assert (standing(moved).kind, carried_by(moved)) == ("shipped", ("한진", "9"))  # type: ignore[union-attr]
    assert counts(told(tmp_path, FILE, at=AT.replace(day=24)))[3:] == (0, 0, 5)


@pytest.mark.store
def test_what_came_in_time_after_all_is_late_no_more(tmp_path: Path) -> None:
    told(tmp_path, FILE)
    assert "D3" in lateness()
    came = HEAD + "D3,C2,버터,2026-11-13,2026-11-13,2026-11-13,배송완료,한진,111-3\n"
    for text in (came, FILE, came):
        told(tmp_path, text, at=AT.replace(day=24))
        assert set(lateness()) == {"D2", "D5"}
        assert counted() == [("C1", "ours"), ("C3", "ours")]


@pytest.mark.store
@pytest.mark.parametrize("first", ["deliveries", "interactions"])
def test_what_both_tell_counts_once_and_what_was_told_stays(tmp_path: Path, first: str) -> None:
    files = {"deliveries": FILE, "interactions": TALKS}
    for kind in (first, *({*files} - {first})):
        told(tmp_path, files[kind], kind)
    assert counted() == [("C2", "ours"), ("C1", "told"), ("C3", "ours")]
    assert DeliveryStep.objects.get(kind="late", delivery__ref="D2").interaction.minutes == 35  # type: ignore[union-attr]
    for kind, text in files.items():
        assert counts(told(tmp_path, text, kind))[3:5] == (0, 0)
    assert len(counted()) == 3


def test_one_talk_counts_one_delivery(tmp_path: Path) -> None:
    told(tmp_path, FILE + "D9,C1,빵,2026-11-12,2026-11-11,2026-11-14,배송완료,,\n")
    told(tmp_path, TALKS, "interactions")
    assert [who for who, _by in counted()].count("C1") == 2


@pytest.mark.store
def test_undoing_takes_deliveries_and_what_was_made_of_them(tmp_path: Path) -> None:
    told(tmp_path, TALKS, "interactions")
    batch = told(tmp_path, FILE)
    undo(batch, by=None, at=AT)
    assert (Delivery.objects.count(), DeliveryStep.objects.count()) == (0, 0)
    assert counted() == [("C1", "told")]


@pytest.mark.store
def test_a_receipt_alone_says_whose_it_is(tmp_path: Path) -> None:
    sales = "주문번호,고객번호,일시,금액\nR1,C1,2026-11-10,9000\nR2,C1,2026-11-10,100\nR2,C2,2026-11-11,200\n"
    told(tmp_path, sales, "transactions")
    batch = told(tmp_path, "주문번호,배송예정일\nR1,2026-11-12\nR2,2026-11-12\nR3,2026-11-12\n")
    assert list(Delivery.objects.values_list("receipt", "identity__external_id")) == [("R1", "C1")]
    assert set(reasons(batch)) == {3, 4}
    assert "no purchase of a customer has the receipt “R2”" in reasons(batch)[3]
    Customer.objects.filter(identities__external_id="C1").update(erased_at=AT)
    assert counts(told(tmp_path, "주문번호,배송예정일\nR1,2026-11-12\n"))[:3] == (1, 0, 1)


def test_english_words_are_understood(tmp_path: Path) -> None:
    text = (
        "delivery_id,customer_id,product_name,promised_date,shipped_at,delivered_at,status,carrier,tracking_number\n"
        "D1,C1,Milk,2026-11-12,2026-11-11,,Out for delivery,Hanjin,1Z999\nD2,C1,Milk,2026-11-12,,,Not shipped,,\n"
        "D3,C1,Milk,2026-11-12,,,Delivered,,\nD4,C1,Milk,2026-11-12,,,Returned to sender,,\n"
    )
    batch = told(tmp_path, text)
    assert counts(batch)[:3] == (4, 4, 0)
    assert batch.warnings == ["1 row says that it was delivered, and not when: whether it came late is not known."]
    kinds = DeliveryStep.objects.exclude(kind="carried").order_by("pk").values_list("delivery__ref", "kind")
    assert list(kinds) == [("D1", "shipped"), ("D3", "delivered"), ("D4", "returned")]
    assert Identity.objects.count() == 1
