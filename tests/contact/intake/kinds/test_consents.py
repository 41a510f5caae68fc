"""Files of what people agreed to and refused."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from dangol.records.customers.models import Customer, Identity
from dangol.records.permission.models import Consent
from tests.contact.intake.kinds.shop_files import AT, counts, cp949, reasons, taken

pytestmark = [pytest.mark.django_db, pytest.mark.store]

FORM = """
회원번호,이름,동의일자,개인정보 수집·이용 동의,SMS 수신동의,이메일 수신동의,야간 수신동의,동의서번호
C1,김단골,2026-03-02,동의,Y,N,미동의,F-1
C2,이웃,2026-03-03,동의,Y,거부,,
C3,뷁,,,N,N,,
C4,새내기,2026-03-04,O,글쎄,X,,F-4
C5,누구,2026-03-05,,,,,F-5
C6,또누구,,동의,,,,F-6
050-7123-4567,안심,2026-03-05,,N,,,
"""


def said(number: str) -> set[tuple[str, str, bool]]:
    return set(
        Consent.objects.filter(customer__identities__external_id=number).values_list("purpose", "channel", "granted")
    )


def test_a_form_becomes_answers_and_refusals_are_always_taken(tmp_path: Path) -> None:
    path = cp949(tmp_path, FORM)
    batch = taken(path, "consents")
    assert counts(batch) == (7, 2, 5, 2, 0, 0)
    assert said("C1") == {
        ("collection", "", True), ("marketing", "sms", True), ("marketing", "email", False), ("night", "", False)
    }  # fmt: skip
    agreed = Consent.objects.get(customer__identities__external_id="C1", purpose="collection")
    assert (agreed.evidence, agreed.how, agreed.answered_at) == ("F-1", "import", datetime(2026, 3, 1, 15, tzinfo=UTC))
    assert said("C2") == {("marketing", "email", False)}  # of a row that was refused
    assert said("C3") == {("marketing", "sms", False), ("marketing", "email", False)}
    assert said("C4") == {("marketing", "email", False)}
    assert set(Customer.objects.values_list("full_name", flat=True)) == {"김단골", "뷁", ""}
    why = reasons(batch)
    assert why[3].startswith("Row 3: an agreement needs evidence: say in a column where it can be seen again")
    assert why[5] == "Row 5: “글쎄” in “SMS 수신동의” is neither yes nor no. Write Y or N, or 동의 or 거부."
    assert why[6] == "Row 6: nothing is answered."
    assert why[7] == "Row 7: an agreement needs the day on which it was given."
    assert "safe number of a marketplace" in why[8]
    before = list(Consent.objects.order_by("pk").values())
    assert counts(taken(path, "consents", at=AT.replace(day=25)))[3:] == (0, 0, 2)
    assert list(Consent.objects.order_by("pk").values()) == before


def test_a_dash_answers_nothing_and_a_day_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    path = cp949(
        tmp_path,
        """
회원번호,동의일자,개인정보 수집·이용 동의,SMS 수신동의,제3자 제공 동의,동의서번호
C1,26.3.2,동의,N,-,F-1
C2,26.13.2,동의,N,,F-2
""",
    )
    batch = taken(path, "consents")
    assert said("C1") == {("collection", "", True), ("marketing", "sms", False)}
    assert reasons(batch) == {
        3: "Row 3: cannot read the date “26.13.2” in “동의일자”, or it can be read in two ways."
           " Write it like 2026-11-22, 2026.11.22 or 20261122."
    }  # fmt: skip


def test_a_refusal_finds_the_customer_behind_a_phone_number(tmp_path: Path) -> None:
    taken(cp949(tmp_path, "고객번호,성명,휴대폰\nC1,김단골,010-1234-5678\n"), "customers")
    form = "이름,휴대폰,동의일자,SMS 수신동의\n김단골,010-1234-5678,2026-03-02,N\n"
    taken(cp949(tmp_path, form, "form.csv"), "consents")
    assert said("C1") == {("marketing", "sms", False)}
    assert Customer.objects.count() == 1


ANSWERS = """
고객번호,동의항목,수신채널,동의여부,동의일시,증빙
C1,광고성 정보 수신,"문자, 이메일",동의,2026-03-02 10:00,F-1
C1,야간광고 수신,문자,거부,2026-03-02 10:00,
C1,개인정보 제3자 제공,,동의,2026-03-02 10:00,F-1
C1,개인정보 국외 이전,,미동의,2026-03-02 10:00,
C2,광고성 정보 수신,문자,동의,2026-03-02 10:00,F-2
C2,광고성 정보 수신,문자,거부,2026-03-02 10:00,F-2
C3,우주 여행,,동의,2026-03-02 10:00,F-3
C3,광고,비둘기,동의,2026-03-02 10:00,F-3
C3,광고,비둘기,거부,2026-03-03 10:00,
"""


def test_a_row_an_answer_keeps_the_purposes_of_the_law_apart(tmp_path: Path) -> None:
    batch = taken(cp949(tmp_path, ANSWERS), "consents")
    assert counts(batch) == (9, 5, 4, 5, 0, 0)
    assert said("C1") == {
        ("marketing", "sms", True), ("marketing", "email", True), ("night", "sms", False), ("third_party", "", True),
        ("overseas", "", False),
    }  # fmt: skip
    assert said("C3") == {("marketing", "", False)}  # refused by a channel nobody knows: by all
    why = reasons(batch)
    assert why[6] == why[7].replace("Row 7", "Row 6")
    assert "yes and no at one moment" in why[6]
    assert "“우주 여행” in “동의항목”, is none of those known" in why[8]
    assert why[9] == "Row 9: “비둘기” in “수신채널” is no channel that is known. Write SMS, e-mail, post."


def test_what_contradicts_the_record_is_refused_and_the_rest_taken(tmp_path: Path) -> None:
    head = "고객번호,동의항목,동의여부,동의일시,증빙\n"
    taken(cp949(tmp_path, head + "C1,마케팅,동의,2026-03-02 10:00,F-1\n"), "consents")
    batch = taken(cp949(tmp_path, head + "C1,마케팅,거부,2026-03-02 10:00,\nC2,마케팅,거부,2026-03-02,\n"), "consents")
    assert counts(batch) == (2, 1, 1, 1, 0, 0)
    assert said("C1") == {("marketing", "", True)}
    later = taken(cp949(tmp_path, head + "C1,마케팅,거부,,\n"), "consents")
    assert (counts(later), later.warnings) == (
        (1, 1, 0, 1, 0, 0), ["1 row refuses something and has no day that can be read: it counts from today."]
    )  # fmt: skip
    assert Identity.objects.count() == 2


class TestBrackets:
    """What stands in brackets says for which channel a question is: an answer for one is none for all."""

    def asked(self, place: Path, headings: str, answers: str) -> set[tuple[str, str, bool]]:
        batch = taken(cp949(place, f"회원번호,동의일,증빙,{headings}\nC1,2026-03-02,F-1,{answers}\n"), "consents")
        assert (batch.accepted, batch.rejected) == (1, 0)
        return said("C1")

    @pytest.mark.parametrize(
        ("headings", "wanted"),
        [
            (
                "마케팅 수신동의(SMS),마케팅 수신동의(메일)",
                {("marketing", "sms", True), ("marketing", "email", False)},
            ),
            ("광고성 정보 수신(문자),광고성 정보 수신 (야간)", {("marketing", "sms", True), ("night", "", False)}),
            ("수신동의[카카오톡],수신동의[앱푸시]", {("marketing", "kakao", True), ("marketing", "push", False)}),
            ("마케팅동의여부(문자 메시지),메일 수신동의", {("marketing", "sms", True), ("marketing", "email", False)}),
            ("광고 수신 동의 (선택),이메일수신동의", {("marketing", "", True), ("marketing", "email", False)}),
        ],
    )
    def test_tell_the_channel(self, tmp_path: Path, headings: str, wanted: set[tuple[str, str, bool]]) -> None:
        assert self.asked(tmp_path, headings, "Y,N") == wanted

    def test_of_a_channel_we_do_not_know_agree_to_nothing(self, tmp_path: Path) -> None:
        assert self.asked(tmp_path, "마케팅 동의여부(팩스),SMS 수신동의", "Y,N") == {("marketing", "sms", False)}
