import pytest

from dangol.decisions.campaigns.advertising_mark import DisguisedMark, check, marked
from dangol.records.permission.asking import ChannelFacts
from tests.people import SMS, TILL
from tests.records.permission.asked import INTL, KR

EMAIL = ChannelFacts(name="email", needs="email", needs_consent=True)


class TestMarked:
    def test_opens_a_text_message_with_mark_and_sender_and_ends_with_how_to_refuse(self) -> None:
        _subject, body = marked("", "감사 선물이 있어요.", channel=SMS, business="우리목장", pack=KR)
        assert body.startswith("(광고)우리목장 감사")
        assert body.splitlines()[-1].startswith("무료수신거부")

    def test_leaves_what_the_writer_put_in(self) -> None:
        written = "(광고)우리목장 감사 선물\n무료 수신거부 080-000-0000"
        assert marked("", written, channel=SMS, business="우리목장", pack=KR) == ("", written)

    def test_marks_the_title_of_a_long_text_message_too(self) -> None:
        subject, body = marked("감사", "선물", channel=SMS, business="우리목장", pack=KR)
        assert subject.startswith("(광고)") and body.startswith("(광고)우리목장")

    def test_marks_the_subject_of_an_email(self) -> None:
        subject, body = marked("감사", "선물", channel=EMAIL, business="우리목장", pack=KR)
        assert subject == "(광고)우리목장 감사"
        assert body.startswith("선물")

    def test_leaves_a_coupon_at_the_till_alone(self) -> None:
        assert marked("A", "B", channel=TILL, business="우리목장", pack=KR) == ("A", "B")

    def test_only_says_how_to_refuse_where_the_rules_know_no_mark(self) -> None:
        subject, body = marked("A", "B", channel=SMS, business="Farm", pack=INTL)
        assert (subject, body.splitlines()) == ("A", ["B", "Unsubscribe: {{unsubscribe}}"])

    def test_does_it_once(self) -> None:
        once = marked("감사", "선물", channel=SMS, business="우리목장", pack=KR)
        assert marked(*once, channel=SMS, business="우리목장", pack=KR) == once


class TestCheck:
    @pytest.mark.parametrize("text", ["(광 고) 세일", "[광고] 세일", "( 광고 )세일", "<광고>", "【광고】"])
    def test_refuses_a_disguised_mark(self, text: str) -> None:
        with pytest.raises(DisguisedMark):
            check("", text)

    @pytest.mark.parametrize("text", ["(광고)우리목장 세일", "세일", "광고 없이 보내요"])
    def test_takes_the_mark_as_it_must_be(self, text: str) -> None:
        check(text)
