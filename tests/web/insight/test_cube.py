"""The page Ask the numbers: choosing, the pivot and its ways down and up, files, and who is behind a number."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from html import unescape
from pathlib import Path
from threading import Event, Thread
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override
from hypothesis import given
from hypothesis import settings as sized
from hypothesis import strategies as st

from dangol.decisions.segments import behind_numbers
from dangol.decisions.segments.models import Segment
from dangol.decisions.segments.queries import select
from dangol.insight.analysis.models import SavedQuestion
from dangol.insight.warehouse.cube import Answer, Question, answered
from dangol.insight.warehouse.engine import Stopped
from dangol.insight.warehouse.metrics import DIMENSIONS, METRICS
from dangol.insight.warehouse.queries import Lake
from dangol.records.catalog.models import Product
from dangol.records.customers.models import Customer
from dangol.records.ledger.models import Purpose
from dangol.records.ledger.touchpoints import TOUCHPOINTS
from dangol.records.permission.reasons import REASONS
from dangol.records.rights.codes import CONTACTS
from dangol.records.staff.access import store
from dangol.records.staff.roles import Role
from dangol.records.staff.scope import WHOLE
from dangol.records.voices.models import Feedback
from dangol.web import clock
from dangol.web.campaigns.choice import Choice, of_rule
from dangol.web.insight.cube import answering, keeping
from dangol.web.insight.cube.asked import COMPARISONS, PICTURES, TOPS, Asked
from dangol.web.insight.cube.periods import ALL, PERIODS, Span, span_of
from dangol.web.insight.cube.pivot import pivot
from dangol.web.insight.cube.written import Names
from tests.insight.warehouse.small_lake import small_lake
from tests.insight.warehouse.test_stopping import endless
from tests.records.staff.office import office, staff
from tests.web.business import signed_in

SALES = (  # customer, day, category, amount
    (1, 3, "milk", 1000), (1, 9, "bread", 500), (2, 9, "milk", 3000), (3, 40, "milk", 2000), (None, 40, "bread", 700),
)  # fmt: skip
PLACES, UNITS = ("강남구", "마포구", "=마포구"), ("D1", "D2", "D1")
ADDRESS = "/insight/cube/"


def sold_on(number: int) -> datetime:
    """Return noon of a day of September 2026, counted on."""
    return datetime.fromordinal(date(2026, 9, 1).toordinal() + number - 1).replace(hour=3)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("cube") / "lake"
    made.mkdir()
    small_lake(
        made,
        customers=[
            {"customer_key": key, "place": place, "age_band": "30-39", "unit_code": unit}
            for key, (place, unit) in enumerate(zip(PLACES, UNITS, strict=True), 1)
        ],
        identities=[{"identity_key": 1000 + key, "customer_key": key} for key in (1, 2, 3)],
        products=[{"product_id": key, "code": what, "category": what} for key, what in enumerate(("milk", "bread"), 1)],
        lines=[
            {"receipt_id": number, "identity_key": who and 1000 + who, "at": sold_on(day), "quantity": 1,
             "product_id": 1 if what == "milk" else 2, "amount": amount}
            for number, (who, day, what, amount) in enumerate(SALES)
        ],
    )  # fmt: skip
    return made


@pytest.fixture
def shop(db: None, folder: Path, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A home whose warehouse holds these sales; customers 1 to 3 are known, each of a dealer."""
    monkeypatch.setattr(answering, "PATIENCE", 60)  # however busy the machine is, a page tells its answer
    settings.DANGOL_HOME, settings.DANGOL_LAKE = tmp_path, folder
    units = office()
    for key, unit in enumerate(UNITS, 1):
        Customer.objects.create(lake_key=key, full_name=f"고객{key}", unit=units[unit], registered_at=datetime.now(UTC))
    yield
    answering._known.clear()


def page(client: Client, query: str = "", **headers: str) -> str:
    return client.get(f"{ADDRESS}{query}", headers={"accept-language": "en", **headers}).content.decode()


@pytest.mark.usefixtures("shop")
class TestPage:
    @pytest.mark.parametrize(
        ("query", "said"),
        [
            ("?metric=net_revenu", "There is no metric 'net_revenu'. Near it: net_revenue"),
            ("?metric=net_revenue&down=monht", "There is no dimension 'monht'. Near it: month"),
            ("?metric=net_revenue&metric=gold&period=all", "There is no metric 'gold'."),
            ("?metric=net_revenue&in=chanel:app", "There is no dimension 'chanel'. Near it: channel"),
            ("?metric=net_revenue&period=dates&from=2026-02-31", "“2026-02-31” is no day. Write it as 2026-01-31."),
        ],
    )
    def test_says_what_of_an_address_nobody_knows(self, client: Client, query: str, said: str) -> None:
        """Left aside in silence, an old bookmark would show the number of something else."""
        answer = signed_in(client).get(f"{ADDRESS}{query}", headers={"accept-language": "en"})
        shown = unescape(answer.content.decode())
        assert (answer.status_code, said in shown, "<table" in shown) == (409, True, False)
        assert "net_revenue" not in query or 'name="metric" value="net_revenue"' in shown, "what is known stands chosen"
        assert client.get(f"{ADDRESS}table.csv{query}").status_code == 404

    def test_says_which_value_of_a_filter_nothing_has(self, client: Client) -> None:
        shown = unescape(page(signed_in(client), "?metric=net_revenue&period=all&in=place:없는 곳"))
        assert "Nothing on record has '없는 곳' as 'place'. Near it:" in shown

    def test_begins_with_questions_that_can_be_answered(self, client: Client) -> None:
        shown = page(signed_in(client))
        assert "Revenue by month" in shown
        assert "Complaints by month" not in shown  # nobody ever complained here

    def test_shows_every_row_with_the_total_of_all(self, client: Client) -> None:
        shown = page(signed_in(client), "?metric=net_revenue&down=month&period=all")
        assert "Net revenue by Month" in shown
        assert [text in shown for text in ("₩7,200", "₩4,500", "₩2,700", "September 2026")] == [True] * 4

    @pytest.mark.parametrize("to", ["", "2026-09-30", "2026-12-31", "9999-12-31"])
    def test_says_that_a_month_is_not_over_however_far_one_asks(
        self, client: Client, monkeypatch: pytest.MonkeyPatch, to: str
    ) -> None:
        monkeypatch.setattr(clock, "as_of", lambda: datetime(2026, 9, 20, 3, tzinfo=UTC))
        shown = page(signed_in(client), f"?metric=net_revenue&down=month&period=dates&from=2026-01-01&to={to}")
        assert "The last month is not over: its numbers reach to Sept. 20, 2026." in shown

    @pytest.mark.parametrize(
        ("by", "first", "said"),
        [
            ("quarter", "2026-08-01", "The first quarter is not whole: its numbers begin on Aug. 1, 2026."),
            ("month", "2026-09-02", "The first month is not whole: its numbers begin on Sept. 2, 2026."),
            ("month", "2026-08-01", ""), ("quarter", "2026-07-01", ""), ("category", "2026-08-10", ""),
        ],
    )  # fmt: skip
    def test_says_that_a_first_part_of_time_is_not_whole(self, client: Client, by: str, first: str, said: str) -> None:
        shown = page(signed_in(client), f"?metric=net_revenue&down={by}&period=dates&from={first}&to=2026-09-30")
        assert said in shown and ("is not whole" in shown) == bool(said)

    def test_lays_a_dimension_across_with_totals_on_both_sides(self, client: Client) -> None:
        shown = page(signed_in(client), "?metric=net_revenue&down=category&across=month&period=all")
        for number in ("₩4,000", "₩2,000", "₩6,000", "₩500", "₩700", "₩1,200", "₩7,200"):
            assert f">{number}<" in shown, number

    def test_says_which_totals_are_not_sums(self, client: Client) -> None:
        shown = page(signed_in(client), "?metric=buyers&metric=net_revenue&down=category&period=all")
        assert "The totals of Buying customers are worked out anew" in shown

    def test_says_what_does_not_fit(self, client: Client) -> None:
        response = signed_in(client).get(
            f"{ADDRESS}?metric=complaints&down=category", headers={"accept-language": "en"}
        )
        assert response.status_code == 409
        assert "“Complaints” cannot be split by “Category" in response.content.decode()

    def test_says_that_the_cluster_is_gone(self, client: Client, settings: Any) -> None:
        pytest.importorskip("pyspark")
        settings.DANGOL_ENGINE = "spark://127.0.0.1:9,127.0.0.1:10"  # of two that stand in for one another
        response = signed_in(client).get(f"{ADDRESS}?metric=net_revenue", headers={"accept-language": "en"})
        assert response.status_code == 409
        assert "cluster at spark://127.0.0.1:9,127.0.0.1:10 does not answer" in response.content.decode()

    def test_says_that_nothing_happened(self, client: Client) -> None:
        shown = page(signed_in(client), "?metric=net_revenue&period=dates&from=2020-01-01&to=2020-12-31")
        assert "Nothing happened there" in shown

    def test_writes_what_was_chosen_into_the_address(self, client: Client) -> None:
        asked = f"{ADDRESS}?metric=net_revenue&metric=&down=&across=&filter=&period=last_12&compare=&top="
        response = signed_in(client).get(asked, headers={"HX-Request": "true", "HX-Trigger": "ask"})
        assert response["HX-Push-Url"] == f"{ADDRESS}?metric=net_revenue"

    def test_offers_the_values_to_filter_by(self, client: Client) -> None:
        shown = page(signed_in(client), "?metric=net_revenue&filter=place&in=place:마포구&period=all")
        assert shown.count('name="in"') == 1 + 4  # carried by the form above; three places and nobody known
        assert 'value="place:마포구" checked' in shown

    def test_looks_at_the_chosen_values_alone(self, client: Client) -> None:
        shown = page(signed_in(client), "?metric=net_revenue&down=category&in=place:강남구&in=place:마포구&period=all")
        assert "₩4,500" in shown
        assert "₩7,200" not in shown

    def test_shows_somebody_of_a_dealer_their_customers_alone(self, client: Client) -> None:
        query = "?metric=net_revenue&down=place&period=all"
        assert "강남구" in page(signed_in(Client()), query)
        client.force_login(staff(Role.AGENT, "D2"))
        shown = page(client, query)
        assert "₩3,000" in shown
        assert "강남구" not in shown

    def test_teaches_before_there_is_a_warehouse(self, client: Client, settings: Any, tmp_path: Path) -> None:
        settings.DANGOL_LAKE = tmp_path / "none"
        response = signed_in(client).get(ADDRESS, headers={"accept-language": "en"})
        assert response.status_code == 200
        assert "There is nothing to count yet" in response.content.decode()
        assert client.get(f"{ADDRESS}?metric=net_revenue").status_code == 409


@pytest.mark.usefixtures("shop")
class TestWaiting:
    def test_works_a_slow_answer_out_once_beside_the_page(
        self, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        go_on, asked = Event(), list[Question]()

        def slowly(*args: Any, **kwargs: Any) -> Answer:
            asked.append(args[1])
            go_on.wait(10)
            return answered(*args, **kwargs)

        monkeypatch.setattr(answering, "answered", slowly)
        monkeypatch.setattr(answering, "PATIENCE", 0.01)
        query = "?metric=net_revenue&down=category&period=all"
        assert all("is being worked out" in page(signed_in(client), query) for _ in range(2))
        go_on.set()
        monkeypatch.setattr(answering, "PATIENCE", 10)
        assert "₩7,200" in page(client, query)
        assert len(asked) == 1

    QUERY = "?metric=net_revenue&down=category&period=all"

    @pytest.fixture
    def never(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        """Questions by month are never answered, unless somebody ends them."""

        def slowly(here: Lake, question: Question, **kwargs: Any) -> Answer:
            if question.by[:1] == ("month",):
                here.arrow(endless())
            return answered(here, question, **kwargs)

        monkeypatch.setattr(answering, "answered", slowly)
        yield
        for job in answering._known.values():
            answering._end(job)

    @pytest.mark.usefixtures("never")
    def test_ends_in_the_engine_what_somebody_stops(self, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        slow = self.QUERY.replace("category", "month")
        monkeypatch.setattr(answering, "PATIENCE", 0.5)
        assert 'action="/insight/cube/stop/?metric=net_revenue' in page(signed_in(client), slow)
        (job,) = answering._known.values()
        left = client.post(f"{ADDRESS}stop/{slow}")
        assert isinstance(job.future.exception(30), Stopped)
        assert not answering._known
        shown = page(client, left["Location"].removeprefix(ADDRESS))
        assert "The question is stopped" in shown
        assert not answering._known, "its page does not begin it anew"

    @pytest.mark.usefixtures("never")
    def test_lets_what_nobody_waits_for_give_way(self, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(answering, "LEFT", 0)
        monkeypatch.setattr(answering, "PATIENCE", 0.5)
        for across in ("category", "place"):
            assert "is being worked out" in page(signed_in(client), f"?metric=net_revenue&down=month&across={across}")
        left = [job.future for job in answering._known.values()]
        monkeypatch.setattr(answering, "PATIENCE", 60)
        assert "₩7,200" in page(client, self.QUERY)
        assert all(isinstance(one.exception(30), Stopped) for one in left)

    def test_stops_nothing_that_a_file_needs(self, monkeypatch: pytest.MonkeyPatch) -> None:
        go_on, begun = Event(), Event()

        def slowly(*_args: Any, **_kwargs: Any) -> Answer:
            begun.set()
            go_on.wait(30)
            return answer((), ("orders",), [1])

        monkeypatch.setattr(answering, "answered", slowly)
        question, found = Question(("orders",)), list[Any]()
        file = Thread(target=lambda: found.append(answering.answer(question, scope=WHOLE, patience=None)))
        file.start()
        begun.wait(30)
        answering.stop(question, scope=WHOLE)
        go_on.set()
        file.join(30)
        assert found[0].rows == [[1]]

    def test_tells_a_refusal_in_the_askers_language(self, client: Client) -> None:
        query = f"{ADDRESS}?metric=net_revenue&down=week&across=day&compare=before"
        told = [
            signed_in(client).get(query, headers={"accept-language": language}).content.decode()
            for language in ("en", "ko")
        ]
        assert ["Weeks do not lie within months" in page for page in told] == [True, False]


@pytest.mark.usefixtures("shop")
class TestFiles:
    def test_takes_the_table_away_without_formulas(self, client: Client) -> None:
        query = "?metric=net_revenue&metric=average_order_value&down=place&period=all&compare=share"
        told = signed_in(client).get(f"{ADDRESS}table.csv{query}", headers={"accept-language": "en"}).content.decode()
        rows = told.splitlines()
        assert rows[0].lstrip("\ufeff") == "District,Net revenue,Share of the whole,Average order value"
        assert rows[1] == "Total,7200,1.0,1440"
        assert any(row.startswith("'=마포구,2000,") for row in rows)

    def test_takes_the_table_away_as_a_workbook(self, client: Client) -> None:
        response = signed_in(client).get(f"{ADDRESS}table.xlsx?metric=net_revenue&down=month&period=all")
        sheet = zipfile.ZipFile(io.BytesIO(response.content)).read("xl/worksheets/sheet1.xml").decode()
        assert "<v>7200</v>" in sheet

    def test_shows_money_and_shares_in_a_workbook_as_such(self, client: Client) -> None:
        query = "?metric=net_revenue&metric=purchase_gap&down=place&period=all&compare=share"
        response = signed_in(client).get(f"{ADDRESS}table.xlsx{query}")
        sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
        assert [cell.number_format for cell in sheet[2]] == ["General", "#,##0", "0.0%", "#,##0.00"]

    def test_takes_the_picture_away(self, client: Client) -> None:
        for picture in ("line", "bar", "heat"):
            query = f"?metric=net_revenue&down=month&across=category&period=all&picture={picture}"
            assert b"<svg" in signed_in(client).get(f"{ADDRESS}picture.svg{query}").content

    @pytest.mark.parametrize("file", ["table.pdf?metric=net_revenue", "picture.svg", "table.csv", "table.csv?metric=x"])
    def test_has_no_other_files(self, client: Client, file: str) -> None:
        assert signed_in(client).get(f"{ADDRESS}{file}").status_code == 404


@pytest.mark.usefixtures("shop")
class TestWhom:
    def test_names_those_behind_a_number_and_remembers_who_saw_them(self, client: Client) -> None:
        query = "whom/?metric=net_revenue&down=month&period=all&of=net_revenue&at=month:2026-09"
        shown = page(signed_in(client), query)
        assert [f"고객{key}" in shown for key in (1, 2, 3)] == [True, True, False]
        store.seal()
        seen = set(Customer.objects.filter(lake_key__in=(1, 2)).values_list("pk", flat=True))
        with store.reading() as log:
            told = store.entries_of(log, "page = ? ORDER BY id", ("insight_cube_whom",)).values()
        assert [(entry.verb, set(entry.subjects)) for entry in told] == [("saw", seen)]

    def test_hides_the_customers_of_another_dealer(self, client: Client) -> None:
        client.force_login(staff(Role.AGENT, "D2"))
        shown = page(client, "whom/?metric=net_revenue&down=month&period=all&of=net_revenue&at=month:2026-09")
        assert [f"고객{key}" in shown for key in (1, 2, 3)] == [False, True, False]

    @pytest.mark.parametrize("cell", ["of=orders", "of=net_revenue&at=place:강남구", ""])
    def test_knows_no_number_that_was_not_asked_for(self, client: Client, cell: str) -> None:
        assert signed_in(client).get(f"{ADDRESS}whom/?metric=net_revenue&down=month&{cell}").status_code == 404


@pytest.mark.usefixtures("shop")
class TestKeeping:
    CELL = "?metric=net_revenue&down=month&period=last_12&of=net_revenue&at=month:2026-09"

    def test_makes_a_segment_of_those_behind_a_number(self, client: Client) -> None:
        assert "/insight/cube/whom/keep/?metric=net_revenue" in page(signed_in(client), f"whom/{self.CELL}")
        answer = client.post(f"{ADDRESS}whom/keep/{self.CELL}", {"name": "September"})
        segment = Segment.objects.get()
        assert (answer.status_code, answer["Location"]) == (302, f"/segments/{segment.pk}/")
        assert segment.name == "September"
        assert {one.lake_key for one in select(segment.rule, run=None)} == {1, 2}
        assert behind_numbers.newest(segment.rule["behind"])[0].inquiry.period == "last_12"
        shown = client.get(f"/segments/{segment.pk}/", headers={"accept-language": "en"}).content.decode()
        for words in ("<dd>2</dd>", "Net revenue · Month: 2026-09", "Last 12 months", "Ask again", "Plan a campaign"):
            assert words in shown, words

    def test_names_a_segment_without_a_name_after_its_question(self, client: Client) -> None:
        signed_in(client).post(f"{ADDRESS}whom/keep/{self.CELL}", headers={"accept-language": "en"})
        assert Segment.objects.get().name.startswith("Net revenue · Month: September 2026 · ")

    def test_asks_the_same_again_of_the_period_as_it_stands(self, client: Client) -> None:
        signed_in(client).post(f"{ADDRESS}whom/keep/{self.CELL}", {"name": "September"})
        segment = Segment.objects.get()
        before = behind_numbers.newest(segment.rule["behind"])
        keeping.ask_again(segment, today=date(2027, 1, 5), by=None, at=datetime(2027, 1, 5, tzinfo=UTC))
        after = behind_numbers.newest(segment.rule["behind"])
        assert (before[0].since, after[0].since) == (span_of("last_12", clock.day()).since, date(2026, 2, 1))
        assert client.post(f"/segments/{segment.pk}/again/").status_code == 302
        assert segment.rule == Segment.objects.get().rule
        assert before[0].inquiry.findings.count() == 3

    def test_plans_a_campaign_for_them_alone(self, client: Client) -> None:
        signed_in(client).post(f"{ADDRESS}whom/keep/{self.CELL}", {"name": "September"})
        rule = Segment.objects.get().rule
        assert Choice.read(QueryDict(of_rule(rule).address())).rule == rule
        shown = client.get(f"/campaigns/plan/?{of_rule(rule).address()}", headers={"accept-language": "en"})
        assert "Customers behind a number: Net revenue" in shown.content.decode()
        assert f'name="behind" value="{rule["behind"][0]}"' in shown.content.decode()

    def test_says_that_nobody_known_is_behind_a_number(self, client: Client) -> None:
        cell = "?metric=net_revenue&down=place&period=all&of=net_revenue&at=place:"
        answer = signed_in(client).post(f"{ADDRESS}whom/keep/{cell}", headers={"accept-language": "en"})
        assert answer.status_code == 409
        assert "nobody to keep" in answer.content.decode()
        assert not Segment.objects.exists()

    def test_is_not_for_those_who_see_some_customers_alone(self, client: Client) -> None:
        client.force_login(staff(Role.MARKETER, "D2"))
        assert "/keep/" not in page(client, f"whom/{self.CELL}")
        assert client.post(f"{ADDRESS}whom/keep/{self.CELL}").status_code == 403

    def test_lists_the_segment_by_its_question_in_no_more_queries(self, client: Client) -> None:
        signed_in(client)
        counts = []
        for _again in range(2):
            for _one in range(3):
                client.post(f"{ADDRESS}whom/keep/{self.CELL}", {"name": "September"})
            client.get("/segments/")
            with CaptureQueriesContext(connection) as queries:
                assert client.get("/segments/", headers={"accept-language": "en"}).content.count(b"asked on") > 0
            counts.append(len(queries))
        assert counts[0] == counts[1]


def answer(by: tuple[str, ...], metrics: tuple[str, ...], *rows: Sequence[Any]) -> Answer:
    return Answer((*by, *metrics), [list(row) for row in rows], "", "")


class TestPivot:
    def test_leads_down_a_heading_and_up_again(self) -> None:
        asked = Asked(("net_revenue",), ("year",))
        closer = asked.into("year", "2026")
        assert closer is not None
        assert (closer.down, closer.values_of("year")) == (("quarter",), ("2026",))
        assert closer.out_of("quarter", "year") == asked
        assert Asked(("net_revenue",), ("line",)).into("line", "club") is None  # nothing is finer

    def test_puts_subtotals_above_what_they_are_of_and_the_greatest_first(self) -> None:
        asked = Asked(("orders",), ("category", "channel"))
        found = answer(
            asked.by, asked.metrics, ["a", "x", 1], ["a", "y", 2], ["b", "x", 9], ["a", None, 3], ["b", None, 9],
            [None, None, 12], [None, "x", 10], [None, "y", 2],
        )  # fmt: skip
        rows = pivot(asked, found, Names()).rows
        assert [(row.depth, row.head.text, row.values[0]) for row in rows] == [
            (0, "", 12), (1, "b", 9), (2, "x", 9), (1, "a", 3), (2, "y", 2), (2, "x", 1),
        ]  # fmt: skip

    def test_keeps_the_first_few_and_the_total_of_everything(self) -> None:
        asked = Asked(("orders",), ("category",), top=5)
        rows = [[f"c{number}", number] for number in range(9)]
        told = pivot(asked, answer(asked.by, asked.metrics, *rows, [None, 36]), Names())
        assert [row.values[0] for row in told.rows] == [36, 8, 7, 6, 5, 4]

    def test_keeps_time_in_its_order_unless_a_figure_leads(self) -> None:
        rows: list[list[Any]] = [["2026-02", 5], ["2026-01", 3], ["2026-03", 4], [None, 12]]
        for asked, order in (
            (Asked(("orders",), ("month",)), [3, 5, 4]),
            (Asked(("orders",), ("month",), sort="orders"), [5, 4, 3]),
            (Asked(("orders",), ("month",), sort="orders", falling=False), [3, 4, 5]),
        ):
            told = pivot(asked, answer(asked.by, asked.metrics, *rows), Names())
            assert [row.values[0] for row in told.lines] == order

    def test_gives_no_share_of_what_does_not_add_up(self) -> None:
        asked = Asked(("buyers", "net_revenue"), ("category",), compare="share")
        found = answer(asked.by, asked.metrics, ["a", 3, 75], ["b", 2, 25], [None, 4, 100])
        told = [[cell.below for cell in row.cells] for row in pivot(asked, found, Names()).rows]
        assert told == [["", "100%"], ["", "75%"], ["", "25%"]]


class TestNames:
    @pytest.mark.parametrize(
        ("dimension", "codes"),
        [
            ("channel", TOUCHPOINTS), ("touchpoint", TOUCHPOINTS), ("contact_kind", CONTACTS),
            ("withheld_for", REASONS), ("feedback_kind", Feedback.Kind.values), ("cost_purpose", Purpose.values),
        ],
    )  # fmt: skip
    def test_of_our_own_codes_are_words(self, dimension: str, codes: Iterable[str]) -> None:
        with override("ko"):
            said = [Names().of(dimension, code) for code in codes]
        assert [words for words in said if words.isascii()] == []

    def test_of_channels_of_its_own_stay_as_the_business_writes_them(self) -> None:
        assert Names().of("channel", "스마트스토어-공식_1") == "스마트스토어-공식_1"

    def test_of_two_values_of_an_answer_are_never_the_same(self) -> None:
        """Bars of one name would be drawn as one, longer than either."""
        found = answer(("touchpoint", "weekday"), ("contacts",), ["sms", 1, 2], ["message", 1, 3], ["web", 1, 1])
        with override("en"):
            told = [Names(found).of("touchpoint", one) for one in ("sms", "message", "web")]
            assert told == ["by text message (sms)", "by text message (message)", "on the website"]
            assert Names().of("touchpoint", "sms") == "by text message"

    @pytest.mark.usefixtures("shop")
    def test_of_products_that_are_called_alike_say_their_codes(self, client: Client) -> None:
        for code in ("milk", "bread"):
            Product.objects.create(code=code, name="A good breakfast")
        shown = page(signed_in(client), "?metric=units&down=product&period=all&filter=product")
        assert shown.count("A good breakfast (milk)") >= 2, "in the table and among the values of the filter"
        assert "A good breakfast (bread)" in shown


class TestPeriods:
    @pytest.mark.parametrize(
        ("period", "since", "last"),
        [
            ("this_month", "2026-02-01", "2026-02-11"), ("last_month", "2026-01-01", "2026-01-31"),
            ("last_3", "2025-12-01", "2026-02-11"), ("last_12", "2025-03-01", "2026-02-11"),
            ("this_year", "2026-01-01", "2026-02-11"), ("last_year", "2025-01-01", "2025-12-31"),
        ],
    )  # fmt: skip
    def test_are_whole_months_up_to_today(self, period: str, since: str, last: str) -> None:
        told = Span(date.fromisoformat(since), date.fromisoformat(last))
        assert span_of(period, date(2026, 2, 11)) == told

    def test_take_dates_in_either_order(self) -> None:
        days = date(2026, 1, 1), date(2026, 3, 31)
        assert span_of("dates", date(2026, 5, 1), *days) == span_of("dates", date(2026, 5, 1), *reversed(days))


NAMES = st.sampled_from(sorted(DIMENSIONS))


@sized(max_examples=25)
@given(
    st.lists(st.sampled_from(sorted(METRICS)), max_size=4, unique=True),
    st.lists(NAMES, max_size=2, unique=True), NAMES,
    st.dictionaries(NAMES, st.lists(st.text(max_size=8), min_size=1, max_size=3, unique=True), max_size=2),
    st.sampled_from([*PERIODS, ALL]), st.sampled_from(["", *COMPARISONS]), st.sampled_from([None, *TOPS]),
    st.sampled_from(["", *PICTURES]), st.booleans(),
)  # fmt: skip
def test_an_address_asks_again_for_what_it_was_made_from(
    metrics: list[str], down: list[str], across: str, parts: dict[str, list[str]], period: str, compare: str,
    top: int | None, picture: str, falling: bool,
) -> None:  # fmt: skip
    asked = Asked(
        tuple(metrics), tuple(down), "" if across in down else across,
        tuple((name, tuple(values)) for name, values in parts.items()), period, compare=compare, top=top,
        sort=metrics[-1] if metrics else "", falling=falling or not metrics, picture=picture,
    )  # fmt: skip
    assert Asked.read(QueryDict(asked.address()[1:])) == asked


@pytest.mark.usefixtures("shop")
class TestSaved:
    ASKED = "?metric=net_revenue&down=month&period=last_month"

    def test_is_saved_listed_opened_renamed_deleted_and_brought_back(self, client: Client) -> None:
        signed_in(client)
        client.post(f"{ADDRESS}saved/new/{self.ASKED}", {"name": "지난달 매출", "shared": "all"})
        kept = SavedQuestion.objects.get()
        assert (kept.query, kept.shared) == (self.ASKED[1:], True)
        assert "지난달 매출" in page(client)
        assert "지난달 매출" in client.get("/insight/").content.decode()
        assert client.get(f"{ADDRESS}saved/{kept.pk}/")["Location"] == f"{ADDRESS}{self.ASKED}"
        client.post(f"{ADDRESS}saved/{kept.pk}/edit/", {"name": "매출", "shared": ""})
        kept.refresh_from_db()
        assert (kept.name, kept.shared) == ("매출", False)
        client.post(f"{ADDRESS}saved/{kept.pk}/remove/")
        shown = page(client)
        assert f"{ADDRESS}saved/{kept.pk}/back/" in shown  # undo
        assert f'href="{ADDRESS}saved/{kept.pk}/"' not in shown
        client.post(f"{ADDRESS}saved/{kept.pk}/back/")
        assert f'href="{ADDRESS}saved/{kept.pk}/"' in page(client)

    def test_offers_the_place_of_a_question_of_that_name(self, client: Client) -> None:
        signed_in(client)
        client.post(f"{ADDRESS}saved/new/{self.ASKED}", {"name": "매출"})
        refused = client.post(f"{ADDRESS}saved/new/?metric=orders", {"name": "매출"})
        assert (refused.status_code, "replacing" in refused.content.decode()) == (422, True)
        client.post(f"{ADDRESS}saved/new/?metric=orders", {"name": "매출", "replacing": "on"})
        assert SavedQuestion.objects.get().query == "metric=orders"

    def test_says_the_nearest_names_of_what_is_not_there_any_more(self, client: Client) -> None:
        signed_in(client)
        client.post(f"{ADDRESS}saved/new/{self.ASKED}", {"name": "매출"})
        SavedQuestion.objects.update(query="metric=net_revenu&metric=orders")
        answer = client.get(f"{ADDRESS}saved/{SavedQuestion.objects.get().pk}/", headers={"accept-language": "en"})
        assert (answer.status_code, "Near it: net_revenue" in answer.content.decode()) == (409, True)
        assert f'href="{ADDRESS}?metric=orders"' in answer.content.decode()
