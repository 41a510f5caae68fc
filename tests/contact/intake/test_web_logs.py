"""A web server's log is a table of visits: of people, in the shop's time, with what was left out counted."""

import gzip
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from dangol.contact.intake.actions import import_file
from dangol.contact.intake.likely import kind_of
from dangol.contact.intake.tables import CannotRead, Table, opened
from dangol.contact.intake.web_logs import reading
from dangol.contact.intake.web_logs.lines import parsed
from dangol.contact.intake.web_logs.robots import ROBOTS, left_out
from dangol.records.ledger.models import Interaction
from tests.contact.intake.test_tables import TODAY, rows_of

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
START = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)  # noon in Seoul


def line(
    minute: float = 0, path: str = "/", *, user: str = "-", mark: str = "", agent: str = FIREFOX, status: int = 200,
    host: str = "192.0.2.7", method: str = "GET",
) -> str:  # fmt: skip
    """One request, so many minutes after START."""
    at = START + timedelta(minutes=minute)
    told = f'{host} - {user} [{at:%d/%b/%Y:%H:%M:%S} +0000] "{method} {path} HTTP/1.1" {status} 512 "-" "{agent}"'
    return f'{told} "{mark}"' if mark else told


def log(tmp_path: Path, *lines: str, name: str = "access.log") -> Table:
    """The log, opened."""
    path = tmp_path / name
    path.write_text("".join(f"{one}\n" for one in lines), encoding="utf-8")
    return opened(path, today=TODAY)


def visits(table: Table) -> list[tuple[str, str, str, str, str]]:
    """Who, when, minutes, campaign and pages of each visit."""
    return [
        (who, when, took, campaign, text) for who, when, _k, _t, took, campaign, text, _r in rows_of(table).values()
    ]


class TestLines:
    @settings(max_examples=60)
    @given(
        at=st.datetimes(datetime(1990, 1, 1), datetime(2050, 1, 1)), hours=st.integers(-11, 13),
        user=st.from_regex(r"[a-z0-9]{1,8}", fullmatch=True),
        agent=st.text(st.characters(exclude_characters='\\"', exclude_categories=["C"]), min_size=2, max_size=20),
    )  # fmt: skip
    def test_come_out_as_they_were_written(self, at: datetime, hours: int, user: str, agent: str) -> None:
        at = at.replace(microsecond=0)
        text = f'shop.example:443 ::1 - {user} [{at:%d/%b/%Y:%H:%M:%S} {hours:+03d}00] "GET /a?b=c HTTP/2.0" 304 - "-"'
        told = parsed(pa.array([f'{text} "{agent}"']), np.array([7])).to_pylist()
        moment = at.replace(tzinfo=UTC) - timedelta(hours=hours)
        assert [(one["row"], one["user"], one["path"], one["query"], one["agent"]) for one in told] == [
            (7, user, "/a", "b=c", agent)
        ]
        assert told[0]["moment"] == int(moment.timestamp())

    @pytest.mark.parametrize("before", ["", "shop.example:80 ", "[2001:db8::9]:443 "])
    def test_tell_who_signed_in_by_a_name_of_two_words(self, before: str) -> None:
        """An address of version 6 ends like a server with its port."""
        (told,) = parsed(pa.array([before + line(user="kim lee", host="2001:db8::1")]), np.array([1])).to_pylist()
        assert (told["host"], told["user"]) == ("2001:db8::1", "kim lee")

    def test_that_are_none_are_refused_with_their_number(self, tmp_path: Path) -> None:
        with translation.override("en"):
            table = log(tmp_path, line(user="m1"), line(1), "", "no line at all", line(2), line(3), line(4))
            rows_of(table)
        # Not the line: where it is torn, an address or a mark may stand in it.
        assert table.broken == [(4, [""])]
        assert table.reasons == {4: "Row 4 is no line of a web log."}

    def test_with_a_request_that_is_none_read_nothing(self) -> None:
        hits = parsed(pa.array([line(path="x").replace("GET x HTTP/1.1", "\\x16\\x03"), line()]), np.array([1, 2]))
        assert left_out(hits).to_pylist() == ["no_reading", ""]


class TestPrograms:
    @pytest.mark.parametrize(
        "agent",
        [
            "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
            "curl/8.1",
            "Yeti/1.1",
            "python-x",
        ],
    )
    def test_are_no_visitors(self, agent: str) -> None:
        assert left_out(parsed(pa.array([line(agent=agent)]), np.array([1]))).to_pylist() == [ROBOTS]

    def test_that_ask_what_a_program_may_read_are_told_by_it(self, tmp_path: Path) -> None:
        sly = [line(0, "/robots.txt", user="m1"), line(1, "/a", user="m1")]
        table = log(tmp_path, *sly, line(2, "/a", user="m2", host="192.0.2.8"))
        assert [who for who, *_rest in visits(table)] == ["m2"]

    @pytest.mark.parametrize(
        "agent", [FIREFOX, "Mozilla/5.0 (Linux; Android 15) NAVER(inapp; search; 2000; 12.9)", "-"]
    )
    def test_are_told_from_browsers(self, agent: str) -> None:
        assert left_out(parsed(pa.array([line(agent=agent)]), np.array([1]))).to_pylist() == [""]


class TestVisits:
    def test_end_after_half_an_hour_without_a_page(self, tmp_path: Path) -> None:
        pages = [line(0, "/milk", user="m1"), line(29, "/cart", user="m1"), line(60, "/milk", user="m1")]
        assert visits(log(tmp_path, *pages)) == [
            ("m1", "2026-11-20 12:00:00", "29", "", "/milk · /cart (2)"),
            ("m1", "2026-11-20 13:00:00", "0", "", "/milk (1)"),
        ]

    def test_hold_pages_and_not_their_parts_nor_what_failed(self, tmp_path: Path) -> None:
        told = log(
            tmp_path, line(0, "/milk", user="m1"), line(0, "/style.css", user="m1"), line(0, "/LOGO.PNG", user="m1"),
            line(1, "/none", user="m1", status=404), line(1, "/old", user="m1", status=301),
            line(1, "/cart", user="m1", method="POST"), line(2, "/milk", user="m1", status=304),
        )  # fmt: skip
        with translation.override("en"):
            assert [text for *_rest, text in visits(told)] == ["/milk (2)"]
            assert told.notes() == [
                "Left out of 7 requests: pictures and other parts of pages 2, errors 1, requests led elsewhere 1,"
                " requests that read nothing 1."
            ]

    def test_before_signing_in_belong_to_whoever_signs_in_with_the_same_browser(self, tmp_path: Path) -> None:
        told = log(
            tmp_path, line(0, "/a", mark="c1"), line(1, "/b", mark="c1", host="192.0.2.9"), line(2, "/c", mark="c2"),
            line(100, "/in", mark="c1", user="m1"), line(101, "/in", mark="c3", user="m2"),
            line(200, "/in", mark="c3", user="m3"), line(300, "/d", mark="c3"),
        )  # fmt: skip
        found = visits(told)
        assert [(who, text) for who, *_rest, text in found] == [
            ("m1", "/a · /b (2)"), ("m1", "/in (1)"), ("m2", "/in (1)"), ("m3", "/in (1)"),
        ]  # fmt: skip
        with translation.override("en"):
            assert told.notes() == ["2 visits of nobody who signed in were counted and not kept."]

    def test_that_answer_a_campaign_say_so(self, tmp_path: Path) -> None:
        told = log(tmp_path, line(0, "/milk?utm_campaign=%EA%B0%80%EC%9D%84&id=9", user="m1"), line(1, "/b", user="m1"))
        assert [(who, campaign, text) for who, _t, _m, campaign, text in visits(told)] == [
            ("m1", "가을", "/milk · /b (2)")
        ]

    def test_that_name_their_campaign_in_broken_letters_are_taken_all_the_same(self, tmp_path: Path) -> None:
        told = log(tmp_path, line(0, "/milk?utm_campaign=a%FF+b%00", user="m1"), line(0, "/", user="m2"))
        assert [campaign for _who, _t, _m, campaign, _text in visits(told)] == ["a\ufffd b", ""]

    def test_hold_no_address_and_no_mark(self, tmp_path: Path) -> None:
        told = str(rows_of(log(tmp_path, line(0, "/a?phone=01012345678", user="m1", mark="secret-cookie"))))
        assert not {"192.0.2.7", "secret-cookie", "01012345678"} & set(told.replace("'", " ").replace(",", " ").split())
        assert "secret" not in told
        assert "0101" not in told

    def test_are_the_same_however_the_log_is_cut_into_blocks(self, tmp_path: Path) -> None:
        lines = [
            line(number % 50, f"/p{number % 7}", user=f"m{number % 5}", host=f"192.0.2.{number % 5}")
            for number in range(300)
        ]
        whole = visits(log(tmp_path, *lines))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(reading, "BLOCK", 977)
            assert visits(log(tmp_path, *lines, name="other.log")) == whole
        assert len(whole) == 5


class TestFile:
    def test_is_taken_for_contacts(self, tmp_path: Path) -> None:
        table = log(tmp_path, line(user="m1"))
        assert (table.encoding, kind_of(table.headings).name) == ("web log", "interactions")

    def test_with_a_line_that_never_ends_is_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "endless.log.gz"
        with gzip.open(path, "wt") as file:
            file.write(f"{line(user='m1')}\n" * 30)
            file.write("x" * (4 << 20))
        with translation.override("en"), pytest.raises(CannotRead, match="row 31: the row is longer than 2 MB"):
            rows_of(opened(path, today=TODAY))

    @pytest.mark.django_db
    @pytest.mark.store
    def test_taken_in_again_changes_nothing(self, tmp_path: Path) -> None:
        path = tmp_path / "access.log"
        path.write_text(f"{line(0, '/a', user='m1')}\n{line(1, '/b?utm_campaign=fall', user='m2')}\n", encoding="utf-8")
        first = import_file(path, kind="interactions", by=None, at=START + timedelta(days=1))
        again = import_file(path, kind="interactions", by=None, at=START + timedelta(days=2))
        assert (first.created, again.created, again.unchanged) == (2, 0, 2)
        assert set(Interaction.objects.values_list("kind", "touchpoint", "text", "campaign", "at")) == {
            ("visit", "web", "/a (1)", "", START),
            ("clicked", "web", "/b (1)", "fall", START + timedelta(minutes=1)),
        }

    @pytest.mark.django_db
    @pytest.mark.store
    def test_that_begins_in_the_midst_of_an_earlier_one_counts_no_visit_twice(self, tmp_path: Path) -> None:
        early = [line(0, "/a", user="m1"), line(5, "/b", user="m1"), line(9, "/b", user="m2", host="192.0.2.8")]
        late = [*early[1:], line(20, "/c", user="m1"), line(90, "/d", user="m1"), line(91, "/d", user="m3", host="h")]
        for number, lines in enumerate((early, late, late), 1):
            path = tmp_path / "access.log"
            path.write_text("".join(f"{one}\n" for one in lines), encoding="utf-8")
            with translation.override("en"):
                taken = import_file(path, kind="interactions", by=None, at=START + timedelta(days=number))
        assert (taken.rows, taken.unchanged, taken.rejected) == (3, 3, 0)
        assert "1 visit goes on from one that an earlier log told of, and is counted there." in taken.warnings
        assert sorted(Interaction.objects.values_list("identity__external_id", "text")) == [
            ("m1", "/a · /b (2)"), ("m1", "/d (1)"), ("m2", "/b (1)"), ("m3", "/d (1)"),
        ]  # fmt: skip


def test_the_real_log_is_read_to_its_last_line(real_data: Path) -> None:
    """Counted beside with other means: 10,000 lines, 48 of them no GET; every one has its reason or its visit."""
    path = real_data / "apache_semicomplete_log" / "apache_logs.gz"
    table = opened(path, today=TODAY)
    assert rows_of(table) == {}
    assert table.broken == []
    with gzip.open(path, "rt") as file:
        others = sum(' "GET ' not in one for one in file)
    with translation.override("en"):
        left, unknown = table.notes()
    assert left.startswith("Left out of 10,000 requests:")
    assert f"requests that read nothing {others}." in left
    assert unknown.endswith("visits of nobody who signed in were counted and not kept.")
