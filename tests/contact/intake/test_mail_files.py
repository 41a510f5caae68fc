"""Answers by e-mail are a table of feedback: the writer's own words, from people, once each."""

from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dangol.contact.intake import mail_files
from dangol.contact.intake.actions import import_file
from dangol.contact.intake.likely import kind_of
from dangol.contact.intake.mail_files import own_words
from dangol.contact.intake.tables import Table, opened
from dangol.records.customers.models import Identity
from dangol.records.voices.models import Feedback
from tests.contact.intake.test_tables import TODAY, rows_of

AT = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)  # noon in Seoul


def message(text: str = "우유가 상했어요.", *, page: str = "", charset: str = "utf-8", **headers: str) -> EmailMessage:
    """A message with its headers, "_" for "-"; a page beside the text where one is given."""
    told = {"From": "김단골 <Dangol@Example.com>", "Subject": "배송 문의", "Date": format_datetime(AT),
            "Message_ID": "<1@example.com>"} | headers  # fmt: skip
    found = EmailMessage()
    for name, value in told.items():
        found[name.replace("_", "-")] = value
    if text or not page:
        found.set_content(text, charset=charset)
    if page and text:
        found.add_alternative(page, subtype="html")
    elif page:
        found.set_content(page, subtype="html")
    return found


def mailbox(tmp_path: Path, *messages: EmailMessage, name: str = "answers.mbox") -> Table:
    """The messages in a mailbox, opened."""
    path = tmp_path / name
    parts = []
    for one in messages:
        body = one.as_bytes().replace(b"\nFrom ", b"\n>From ")
        parts.append(b"From someone@example.com Fri Nov 20 03:00:00 2026\n" + body + b"\n")
    path.write_bytes(b"".join(parts))
    return opened(path, today=TODAY)


class TestMessage:
    @pytest.mark.parametrize("charset", ["utf-8", "euc-kr", "ks_c_5601-1987"])
    def test_is_one_row_of_feedback(self, tmp_path: Path, charset: str) -> None:
        path = tmp_path / "answer.eml"
        path.write_bytes(message(charset=charset).as_bytes())
        table = opened(path, today=TODAY)
        assert kind_of(table.headings).name == "feedback"
        row = [
            "dangol@example.com",
            "김단골",
            "2026-11-20 12:00:00",
            "배송 문의",
            "우유가 상했어요.",
            "email",
            "1@example.com",
        ]
        assert rows_of(table) == {1: row}
        assert table.samples == [row]

    def test_written_as_a_page_alone_gives_its_words(self, tmp_path: Path) -> None:
        page = (
            "<style>p{}</style><p>우유가 <b>상했</b>어요 &amp; 늦었어요.</p><div>둘째&nbsp;줄</div><script>x()</script>"
        )
        (row,) = rows_of(mailbox(tmp_path, message("", page=page))).values()
        assert row[4] == "우유가 상했어요 & 늦었어요.\n둘째 줄"

    def test_loses_what_is_attached_and_says_so(self, tmp_path: Path) -> None:
        one = message()
        one.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="milk.png")
        table = mailbox(tmp_path, one)
        with translation.override("en"):
            assert [row[4] for row in rows_of(table).values()] == ["우유가 상했어요."]
            assert table.notes() == ["1 attachment was not taken in: only what was written is kept."]

    def test_without_a_sender_or_a_day_is_refused_with_its_place(self, tmp_path: Path) -> None:
        with translation.override("en"):
            table = mailbox(tmp_path, message(), message(Date="yesterday"), message(From=""))
            assert list(rows_of(table)) == [1]
        assert sorted(table.reasons) == [2, 3]
        assert table.reasons[2] == "Message 2 cannot be read: it does not say from whom it is, or of when."

    def test_whose_words_nobody_can_read_is_refused_with_its_place(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def stumbles(*_asked: object) -> None:
            raise UnboundLocalError

        monkeypatch.setattr(EmailMessage, "get_body", stumbles)
        with translation.override("en"):
            table = mailbox(tmp_path, message())
            assert rows_of(table) == {}
        assert table.reasons == {1: "Message 1: what it says cannot be read."}

    @pytest.mark.parametrize(
        "headers",
        [
            {"Auto_Submitted": "auto-replied"}, {"Precedence": "bulk"}, {"List_Unsubscribe": "<https://a.example>"},
            {"From": "MAILER-DAEMON@example.com"}, {"From": "news <no-reply@example.com>"}, {"Return_Path": "<>"},
        ],
    )  # fmt: skip
    def test_of_a_program_is_none(self, tmp_path: Path, headers: dict[str, str]) -> None:
        with translation.override("en"):
            table = mailbox(tmp_path, message(**headers), message(Auto_Submitted="no"))
            assert list(rows_of(table)) == [2]
            assert table.notes() == ["1 message of a program was left out: an absence note, a newsletter or the like."]

    @pytest.mark.parametrize(
        ("header", "written"),
        [(b"Message-ID: <1@example.com>", b"Message-ID: <[[>"), (b"Message-ID: <1@example.com>", b"Message-ID: <1@"),
         (b"Date: Fri, 20 Nov 2026 03:00:00 +0000", b"Date: Fri, 31 Dec 9999 23:59:59 +0000"),
         (b'charset="utf-8"', b'charset="nobody-knows"')],
    )  # fmt: skip
    def test_that_is_written_wrong_loses_no_other(self, tmp_path: Path, header: bytes, written: bytes) -> None:
        path = tmp_path / "answers.mbox"
        odd = message("said\0so").as_bytes()
        assert header in odd
        parts = [odd.replace(header, written), message("fine").as_bytes()]
        path.write_bytes(b"".join(b"From a@b.c Fri Nov 20 03:00:00 2026\n" + part + b"\n" for part in parts))
        texts = [row[4] for row in rows_of(opened(path, today=TODAY)).values()]
        assert texts[-1] == "fine"
        assert texts[:-1] == ([] if b"9999" in written else ["saidso"])

    def test_keeps_no_half_of_a_sign(self, tmp_path: Path) -> None:
        path = tmp_path / "answer.eml"
        path.write_bytes(message("milk +2AA-").as_bytes().replace(b'"utf-8"', b'"utf-7"'))
        (row,) = rows_of(opened(path, today=TODAY)).values()
        assert row[4] == "milk ?"


class TestOwnWords:
    @pytest.mark.parametrize(
        "answered",
        [
            "> 지난 편지", "On Fri, Nov 20, 2026 at 9:00 AM Shop <shop@example.com> wrote:\n> hello",
            "2026년 11월 20일 (금) 오전 9:00, 가게 <shop@example.com>님이 작성:\n> 안녕",
            "-----Original Message-----\nFrom: shop", "----- 원본 메일 -----\n보낸사람: 가게",
            "--------- 원본 메일 ---------\n보낸사람 : 가게 <shop@example.com>",
            "________________________________\n보낸 사람: 가게", "보낸 사람: 가게 <shop@example.com>\n제목: 안녕",
        ],
    )  # fmt: skip
    def test_end_where_the_message_begins_that_is_answered(self, answered: str) -> None:
        assert own_words(f"네, 좋아요.\r\n내일 갈게요.\r\n\r\n{answered}") == "네, 좋아요.\n내일 갈게요."

    def test_are_the_whole_where_somebody_writes_below(self) -> None:
        assert own_words("> 언제 오세요?\n내일요.") == "> 언제 오세요?\n내일요."

    @pytest.mark.parametrize(
        "text", ["보낸 사람이 누구인가요?", "From now on, please call me.", "On time? I wrote twice."]
    )
    def test_are_not_cut_where_a_sentence_only_looks_like_it(self, text: str) -> None:
        assert own_words(f"{text}\n둘째 줄") == f"{text}\n둘째 줄"

    @settings(max_examples=80)
    @given(text=st.text(max_size=60))
    @example(text="\r\n>")
    def test_lose_no_message_whole(self, text: str) -> None:
        assert bool(own_words(text)) == bool(text.strip())


class TestMailbox:
    def test_is_read_message_by_message_with_lines_that_look_like_its_own(self, tmp_path: Path) -> None:
        table = mailbox(
            tmp_path, message("첫째\n\nFrom here on 2026\n끝"), message("둘째", Message_ID="<2@example.com>")
        )
        assert [row[4] for row in rows_of(table).values()] == ["첫째\n\nFrom here on 2026\n끝", "둘째"]

    @settings(max_examples=60)
    @given(written=st.binary(max_size=200))
    def test_with_any_bytes_in_it_is_read_to_its_end(
        self, written: bytes, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        path = tmp_path_factory.mktemp("mail") / "odd.eml"
        path.write_bytes(b"From: a@example.com\nDate: Fri, 20 Nov 2026 03:00:00 +0000\n" + written)
        reading = mail_files.opened(path)
        assert len(rows_of(reading)) + len(reading.broken) <= 2

    @pytest.mark.django_db
    @pytest.mark.store
    def test_taken_in_again_changes_nothing(self, tmp_path: Path) -> None:
        mailbox(tmp_path, message(), message("둘째", Message_ID="<2@example.com>"))
        first, again = (
            import_file(tmp_path / "answers.mbox", kind="feedback", by=None, at=datetime(2026, 11, day, tzinfo=UTC))
            for day in (25, 26)
        )
        assert (first.created, again.created, again.unchanged) == (2, 0, 2)
        assert {one.external_id for one in Identity.objects.all()} == {"dangol@example.com"}
        assert set(Feedback.objects.values_list("subject", "text", "touchpoint", "at")) == {
            ("배송 문의", "우유가 상했어요.", "email", AT), ("배송 문의", "둘째", "email", AT),
        }  # fmt: skip
