"""Reports on their way to staff: once each however often the work is killed, of each reader's own customers alone."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.utils import translation

from dangol.contact.delivery import staff_post
from dangol.contact.delivery.restored import withhold_what_waited
from dangol.insight.analysis.models import Report, SavedQuestion
from dangol.insight.analysis.reports import planning
from dangol.insight.analysis.reports.planning import Plan
from dangol.insight.analysis.saved_questions.keeping import keep
from dangol.insight.warehouse.metrics import DIMENSIONS
from dangol.records.customers.models import Customer
from dangol.records.outbox import staff_mail
from dangol.records.outbox.models import StaffMail
from dangol.records.staff.models import User
from dangol.records.staff.roles import Role
from dangol.web import clock
from dangol.web.insight.cube import answering
from dangol.web.insight.reports import book, paper, sending
from dangol.web.insight.reports.content import content_of
from dangol.web.shell.viewer import of_user
from dangol.web.today.reporting import reporting
from tests.insight.warehouse.small_lake import customers, line, small_lake
from tests.mail_server import MailServer, mail_server
from tests.records.staff.office import office, staff

SUNDAY = datetime(2026, 11, 22, 3, tzinfo=UTC)  # noon in Seoul
DUE = SUNDAY + timedelta(days=1)
SOLD = [line(1, date(2026, 10, 5), 1_000), line(2, date(2026, 10, 9), 2_000), line(None, date(2026, 9, 3), 4_000)]
OWNER, AGENT = "owner@shop.example", "agent@d2.example"


class Killed(BaseException):
    """The process ends here."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("reports") / "lake"
    small_lake(made, "duckdb", **customers(2, unit_code=["D1", "D2"], place=["강남구", "마포구"]), lines=SOLD)
    return made


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    with mail_server() as one:
        settings.DANGOL_MAIL, settings.DANGOL_MAIL_FROM = one.url, "reports@shop.example"
        yield one


@pytest.fixture
def report(
    db: None, folder: Path, settings: Any, tmp_path: Path, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Report]:
    """A report of last month's revenue by district to the owner, in English, and to an agent of D2, in Korean."""
    settings.DANGOL_HOME, settings.DANGOL_LAKE = tmp_path, folder
    units = office()
    for key, unit in ((1, "D1"), (2, "D2")):
        Customer.objects.create(lake_key=key, full_name=f"정다은{key}", unit=units[unit], registered_at=SUNDAY)
    for user, address, language in ((staff(Role.OWNER), OWNER, "en"), (staff(Role.AGENT, "D2"), AGENT, "ko")):
        User.objects.filter(pk=user.pk).update(email=address, language=language)
    at_time(monkeypatch, SUNDAY)
    made = planning.plan(
        Plan("월간 매출", [question()], "day", 8, [staff(Role.OWNER), staff(Role.AGENT, "D2")]),
        by=staff(Role.ANALYST), at=SUNDAY,
    )  # fmt: skip
    yield made
    answering._known.clear()


def question(query: str = "metric=net_revenue&down=place&period=last_month", name: str = "구별 매출") -> SavedQuestion:
    return keep(name, query, shared=True, by=staff(Role.ANALYST), at=SUNDAY)


def at_time(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: at)


def worked(at: datetime = DUE) -> int:
    """What the look of every minute and the worker do."""
    sending.ask_due(at=at)
    return sending.send_waiting(at=at)


def attached(message: EmailMessage, kind: str) -> bytes:
    (found,) = [one for one in message.iter_attachments() if one.get_content_type().endswith(kind)]
    return bytes(found.get_content())


def cells(message: EmailMessage) -> list[list[Any]]:
    book = openpyxl.load_workbook(io.BytesIO(attached(message, "sheet")))
    return [[cell for cell in row if cell is not None] for row in book.worksheets[0].iter_rows(values_only=True)]


class TestSending:
    def test_sends_each_reader_their_own_numbers_in_their_own_language(
        self, report: Report, server: MailServer
    ) -> None:
        assert worked() == 2
        (owner,), (agent,) = server.to(OWNER), server.to(AGENT)
        assert [row for row in cells(owner) if "Total" in row or "마포구" in row] == [["Total", 3000], ["마포구", 2000]]
        assert [row for row in cells(agent) if "합계" in row or "마포구" in row] == [["합계", 2000], ["마포구", 2000]]
        assert not any("강남구" in row for row in cells(agent))
        assert "Customers of D2" not in owner.get_body().get_content()  # type: ignore[union-attr]
        assert "D2 대리점" in agent.get_body().get_content()  # type: ignore[union-attr]

    def test_says_which_days_last_month_was(self, report: Report, server: MailServer) -> None:
        worked()
        (owner,) = server.to(OWNER)
        assert "Oct. 1, 2026 – Oct. 31, 2026" in owner.get_body().get_content()  # type: ignore[union-attr]
        assert owner["Subject"] == "월간 매출 · Nov. 23, 2026"
        assert attached(owner, "pdf").startswith(b"%PDF")

    def test_names_no_customer(self, report: Report, server: MailServer) -> None:
        worked()
        told = "".join(str(cells(one)) + str(one.get_body()) for _to, one in server.taken)
        assert "정다은" not in told
        assert not {"customer", "name", "mobile", "email", "address", "birth_date"} & set(DIMENSIONS)

    def test_is_sent_once_however_often_anybody_looks(self, report: Report, server: MailServer) -> None:
        assert [worked(), worked(), worked(DUE + timedelta(hours=3))] == [2, 0, 0]
        assert worked(DUE + timedelta(days=1)) == 2
        assert len(server.taken) == 4
        assert len({one["Message-ID"] for _to, one in server.taken}) == 4

    def test_sends_nothing_where_the_clock_of_the_home_stands_still(
        self, report: Report, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(clock, "runs", lambda: False)
        assert worked() == 0


@pytest.fixture
def on_plain_paper(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spare the pictures where the way of a mail is looked at."""
    monkeypatch.setattr(paper, "pdf", lambda _content: b"%PDF")


@pytest.mark.usefixtures("on_plain_paper")
class TestKilled:
    @pytest.mark.parametrize(
        "step", ["_ask_one", "content_of", "letter", "staff_post._introduce", "staff_post._server"]
    )
    def test_before_it_is_handed_over_it_leaves_once_afterwards(
        self, report: Report, server: MailServer, monkeypatch: pytest.MonkeyPatch, step: str
    ) -> None:
        with monkeypatch.context() as patched:
            module = staff_post if "." in step else sending
            patched.setattr(module, step.rpartition(".")[2], killed)
            with pytest.raises(Killed):
                worked()
        assert server.taken == []
        worked()
        assert sorted(to for to, _message in server.taken) == [AGENT, OWNER]

    def test_after_the_first_the_second_leaves_alone(
        self, report: Report, server: MailServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as patched:
            done = staff_mail.handed_over
            patched.setattr(staff_mail, "handed_over", lambda mail, *, at: (done(mail, at=at), killed()))
            with pytest.raises(Killed):
                worked()
        worked()
        assert sorted(to for to, _message in server.taken) == [AGENT, OWNER]

    def test_while_it_is_handed_over_it_is_told_as_unsure_and_not_sent_again(
        self, report: Report, server: MailServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as patched:
            patched.setattr(staff_mail, "handed_over", killed)
            with pytest.raises(Killed):
                worked()
        later = DUE + timedelta(minutes=30)
        worked(later)
        assert sorted(to for to, _message in server.taken) == [AGENT, OWNER]
        (unsure,) = sending.troubled([report], at=later)[report.pk]
        assert staff_mail.is_unsure(unsure, at=later)
        staff_mail.send_again(unsure, at=later)  # on somebody's word
        worked(later)
        assert len(server.to(unsure.user.email)) == 2
        assert len({one["Message-ID"] for one in server.to(unsure.user.email)}) == 1

    def test_a_line_that_breaks_before_the_yes_leaves_it_unsure(self, report: Report, server: MailServer) -> None:
        server.breaks = True
        worked()
        server.breaks = False
        worked(DUE + timedelta(hours=1))
        assert len(server.taken) == 2
        assert len(sending.troubled([report], at=DUE)[report.pk]) == 2


def killed(*_told: object, **_more: object) -> None:
    raise Killed


@pytest.mark.usefixtures("on_plain_paper")
class TestTrouble:
    def test_who_lost_the_right_gets_nothing_and_whoever_planned_it_is_told(
        self, report: Report, server: MailServer
    ) -> None:
        User.objects.filter(username=staff(Role.AGENT, "D2").username).update(role=Role.DEALER)
        worked()
        assert [to for to, _message in server.taken] == [OWNER]
        with translation.override("en"):
            (task,) = reporting(of_user(staff(Role.ANALYST)), at=DUE)
            assert task.title == "The report “월간 매출” did not reach 1 person"
            assert "may not see values any more" in task.note
            assert reporting(of_user(staff(Role.MARKETER)), at=DUE) == []

    def test_a_right_lost_between_asking_and_leaving_counts(self, report: Report, server: MailServer) -> None:
        sending.ask_due(at=DUE)
        User.objects.update(is_active=False)
        User.objects.filter(role=Role.OWNER).update(is_active=True)
        assert sending.send_waiting(at=DUE) == 0  # whoever planned it is gone as well
        assert set(StaffMail.objects.values_list("withheld", flat=True)) == {staff_mail.NO_RIGHT}

    def test_a_server_that_is_away_is_tried_again_for_a_day(
        self, report: Report, server: MailServer, settings: Any
    ) -> None:
        settings.DANGOL_MAIL = "smtp://127.0.0.1:1"
        worked()
        assert sending.send_waiting(at=DUE + timedelta(minutes=5)) == 0
        assert len(sending.troubled([report], at=DUE)[report.pk]) == 2
        settings.DANGOL_MAIL = server.url
        assert sending.send_waiting(at=DUE + timedelta(minutes=10)) == 2
        assert sending.troubled([report], at=DUE)[report.pk] == []

    def test_is_asked_for_in_two_questions_however_many_reports(
        self, report: Report, settings: Any, django_assert_num_queries: Any
    ) -> None:
        settings.DANGOL_MAIL = "smtp://127.0.0.1:1"
        wanted = Plan("둘째", [question(name="둘째")], "day", 9, list(report.recipients.all()))
        other = planning.plan(wanted, by=report.by, at=report.at)
        worked()
        with django_assert_num_queries(2):
            found = sending.troubled([report, other], at=DUE)
        assert [len(found[one.pk]) for one in (report, other)] == [2, 2]

    def test_after_a_day_it_is_too_late(self, report: Report, settings: Any) -> None:
        settings.DANGOL_MAIL = ""
        worked()
        sending.send_waiting(at=DUE + timedelta(days=1))
        assert set(StaffMail.objects.values_list("withheld", flat=True)) == {staff_mail.LATE}

    def test_a_refused_address_and_a_server_that_says_no_are_told_apart(
        self, report: Report, server: MailServer
    ) -> None:
        server.refuses, server.no_data = {AGENT}, "451 come later"
        worked()
        told = {one.user.email: (one.withheld, "451" in one.problem, "550" in one.problem, one.claimed_at)
                for one in StaffMail.objects.select_related("user")}  # fmt: skip
        assert told == {AGENT: (staff_mail.REFUSED, False, True, None), OWNER: ("", True, False, None)}
        server.no_data = ""
        assert sending.send_waiting(at=DUE + timedelta(minutes=10)) == 1

    def test_a_question_that_does_not_fit_any_more_says_the_nearest_names(self, report: Report) -> None:
        SavedQuestion.objects.update(query="metric=net_revenu")
        worked()
        assert "net_revenue" in StaffMail.objects.earliest("pk").problem

    def test_what_waited_in_a_backup_or_was_due_before_it_came_back_leaves_no_more(
        self, report: Report, server: MailServer
    ) -> None:
        sending.ask_due(at=DUE)
        withhold_what_waited(at=DUE)
        Report.objects.update(asked_for=None)
        assert worked(DUE + timedelta(hours=1)) == 0
        assert worked(DUE + timedelta(days=1)) == 2

    def test_an_ended_report_leaves_nobody_waiting(self, report: Report, server: MailServer) -> None:
        sending.ask_due(at=DUE)
        planning.end(report, by=staff(Role.OWNER), at=DUE)
        assert sending.send_waiting(at=DUE) == 0
        assert server.taken == []


class TestBook:
    def test_shows_money_and_changes_as_such(self, report: Report) -> None:
        asked = question("metric=net_revenue&down=place&compare=before&period=last_month", "달라진 것")
        made = planning.plan(Plan("표", [asked], "week", 8, [staff(Role.OWNER)]), by=staff(Role.ANALYST), at=SUNDAY)
        told = book.xlsx(content_of(made, staff(Role.OWNER), SUNDAY.date()))
        row = openpyxl.load_workbook(io.BytesIO(told)).worksheets[0][6]
        assert [cell.number_format for cell in row] == ["General", "#,##0", "#,##0", "+0.0%;-0.0%;0.0%"]


class TestPaper:
    def test_draws_every_shape_of_a_question(self, report: Report) -> None:
        shapes = (
            "metric=net_revenue&period=all", "metric=buyers&metric=orders&down=place&across=month&period=all",
            "metric=net_revenue&down=month&compare=before&period=last_12", "metric=net_revenue&period=yesterday",
            "metric=net_revenue&down=place&down=month&compare=share&period=all",
        )  # fmt: skip
        asked = [question(query, f"{number} <b> & ") for number, query in enumerate(shapes)]
        made = planning.plan(
            Plan("모두", asked, "week", 8, [staff(Role.OWNER)]), by=staff(Role.ANALYST), at=SUNDAY
        )  # fmt: skip
        content = content_of(made, staff(Role.OWNER), SUNDAY.date())
        assert [part.found is None for part in content.parts] == [False, False, False, True, False]
        assert paper.pdf(content).startswith(b"%PDF")

    def test_tells_what_a_row_is_part_of_by_its_shape(self, report: Report) -> None:
        cells = tables(report, "metric=net_revenue&down=place&down=month&period=all")[0]
        total, place, month = (cells[at][0].style for at in (1, 2, 3))
        assert total.fontName == place.fontName != month.fontName
        assert month.leftIndent > place.leftIndent == total.leftIndent

    @pytest.mark.parametrize("query", [
        "metric=net_revenue&down=place&across=month&compare=share&period=all",
        "metric=net_revenue&metric=gross_sales&metric=orders&metric=average_order_value&metric=discounts&metric=units"
        "&down=place&compare=before&period=last_12",
    ])  # fmt: skip
    def test_breaks_no_number_in_two(self, report: Report, query: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("dangol.web.insight.cube.pivot.number", lambda *_told: "1,234억 5,678만 원")
        (made,) = [one for one in told(report, query) if type(one).__name__ == "LongTable"]
        assert sum(made._colWidths) <= 494
        for row in made._cellvalues[1:]:
            for cell, wide in zip(row[1:], made._colWidths[1:], strict=True):
                lines = cell.breakLines(wide - 6).lines
                assert len(lines) == 1 + ("\n" in cell.text or "<br/>" in cell.text), cell.text

    def test_leaves_no_heading_at_the_end_of_a_page(self, report: Report) -> None:
        from reportlab.platypus import CondPageBreak

        found = told(report, "metric=net_revenue&down=month&period=all")
        room = next(one for one in found if isinstance(one, CondPageBreak))
        picture = next(one for one in found if type(one).__name__ == "Image")
        assert found.index(room) == 2 and room.height > picture.drawHeight + 20


def told(report: Report, query: str) -> list[Any]:
    """What the paper tells of a question, in Korean."""
    asked = question(query, "무엇")
    made = planning.plan(Plan("종이", [asked], "week", 8, [staff(Role.OWNER)]), by=staff(Role.ANALYST), at=SUNDAY)
    with translation.override("ko"):
        return paper.story(content_of(made, staff(Role.OWNER), SUNDAY.date()))


def tables(report: Report, query: str) -> list[Any]:
    """The cells of its tables, row by row."""
    return [one._cellvalues for one in told(report, query) if type(one).__name__ == "LongTable"]


class TestPages:
    def test_plans_sends_one_now_ends_and_takes_up_again(
        self, report: Report, server: MailServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("dangol.web.start.work.start", lambda *_told: sending.send_waiting(at=clock.now()))
        client, asked, me = Client(), SavedQuestion.objects.get(), staff(Role.OWNER)
        client.force_login(me)
        told = {"name": "주간", "questions": [asked.pk], "rhythm": "week", "hour": 9, "recipients": [me.pk]}
        assert client.post("/insight/reports/", told).status_code == 302
        made = Report.objects.get(name="주간")
        shown = client.get(f"/insight/reports/{made.pk}/", headers={"accept-language": "en"}).content.decode()
        assert "Every Monday" in shown
        client.post(f"/insight/reports/{made.pk}/send/")
        assert len(server.to(OWNER)) == 1
        assert "Trial" in client.get(f"/insight/reports/{made.pk}/", headers={"accept-language": "en"}).content.decode()
        for kind in ("pdf", "xlsx"):
            assert client.get(f"/insight/reports/{made.pk}/report.{kind}").status_code == 200
        client.post(f"/insight/reports/{made.pk}/end/")
        assert Report.objects.get(pk=made.pk).ended_at
        client.post(f"/insight/reports/{made.pk}/take-up/")
        assert not Report.objects.get(pk=made.pk).ended_at

    def test_says_what_lacks(self, report: Report, server: MailServer, settings: Any) -> None:
        client = Client()
        client.force_login(staff(Role.ANALYST))  # who has no address
        answer = client.post("/insight/reports/", {"name": "x"}, headers={"accept-language": "en"})
        assert (answer.status_code, "Choose at least one saved question" in answer.content.decode()) == (422, True)
        answer = client.post(f"/insight/reports/{report.pk}/send/", headers={"accept-language": "en"})
        assert "There is no e-mail address of yours" in answer.content.decode()
        client.post("/account/mail/", {"email": "a@shop.example", "language": "en"})
        assert User.objects.get(email="a@shop.example").language == "en"
        client.post("/account/mail/", {"email": "not an address", "language": "en"})
        assert User.objects.filter(email="a@shop.example").exists()
        settings.DANGOL_MAIL = ""
        shown = client.get("/insight/reports/", headers={"accept-language": "en"}).content.decode()
        assert "No mail server is set" in shown
