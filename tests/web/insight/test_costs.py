"""The page What customers cost: entered, counted, compared, taken back; the API and the cube tell the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from dangol.insight.analysis.models import Effect, Run
from dangol.insight.warehouse.refresh import refresh
from dangol.records.ledger.models import Assignment, Cost
from dangol.records.staff.roles import Role
from dangol.web import clock
from dangol.web.insight.costs.measured import measured
from dangol.web.insight.cube import answering
from tests.insight.warehouse.records import AT, people, put, sell
from tests.records.staff.office import staff
from tests.web.api.shop import key, send
from tests.web.business import campaign

pytestmark = pytest.mark.django_db

PAGE = "/insight/costs/"
ADS = {"purpose": "win", "channel": "Search ads", "amount": "40000", "since": "2026-09-20", "until": "", "note": ""}


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Give the test a home of its own, whose work is done at once, at the end of September."""
    settings.DANGOL_HOME, settings.DANGOL_LAKE = tmp_path, tmp_path / "lake"
    settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}
    monkeypatch.setattr(answering, "PATIENCE", None)  # whether an answer is there at once is no matter here
    monkeypatch.setattr(clock, "as_of", lambda: AT)
    monkeypatch.setattr(clock, "now", lambda: AT)
    yield
    answering._known.clear()


def shop() -> None:
    """Two customers won in September, one of whom came again."""
    new, newer = people(2)
    day = datetime(2026, 9, 3, 3, tzinfo=UTC)
    sell(new, day, 5000)
    sell(newer, day, 5000)
    sell(newer, day + timedelta(days=9), 4000)
    refresh(at=AT)


def page(client: Client, query: str = "?period=this_month", language: str = "en") -> str:
    return client.get(PAGE + query, headers={"accept-language": language}).content.decode()


def post(client: Client, address: str, **told: str) -> Any:
    return client.post(address, told, headers={"accept-language": "en"}, follow=True)


def browser(role: Role) -> Client:
    client = Client()
    client.force_login(staff(role))
    return client


@pytest.fixture
def owner() -> Client:
    return browser(Role.OWNER)


class TestPage:
    def test_teaches_before_anything_is_entered(self, owner: Client) -> None:
        assert "No costs are entered yet" in page(owner)
        shop()
        assert "Import a file of costs" in page(owner)
        assert "입력한 비용이 아직 없어요" in page(owner, language="ko")

    def test_counts_what_is_entered_and_says_how_winning_compares_with_keeping(self, owner: Client) -> None:
        shop()
        shown = post(owner, f"{PAGE}enter/", **ADS).content.decode()
        assert "It is entered." in shown
        assert "What keeping a customer costs is not known: enter costs spent for “Keeping customers”." in shown
        post(owner, f"{PAGE}enter/", **{**ADS, "purpose": "keep", "channel": "Text messages", "amount": "4000"})
        told = page(owner)
        assert "Winning a customer cost 5.0 times what keeping one cost." in told  # 40,000 ÷ 2 against 4,000 ÷ 1
        assert "What winning a customer back costs is not known" in told
        assert told.index("Search ads") < told.index("Text messages")
        assert "고객 한 명을 얻는 데 지키는 비용의 5.0배가 들었어요." in page(owner, language="ko")

    def test_tells_an_earlier_time_apart(self, owner: Client) -> None:
        shop()
        post(owner, f"{PAGE}enter/", **ADS)
        assert "No costs are counted in this time" in page(owner, "?period=last_month")
        assert "Winning customers" in page(owner, "?period=nonsense")

    def test_counts_no_more_what_is_taken_back_and_says_who_did(self, owner: Client) -> None:
        shop()
        post(owner, f"{PAGE}enter/", **ADS)
        told = post(owner, f"{PAGE}{Cost.objects.get().pk}/back/").content.decode()
        assert "It counts no more." in told
        assert "Taken back by" in told
        assert "No costs are counted in this time" in told
        assert "does not stand any more" in post(owner, f"{PAGE}{Cost.objects.get().pk}/back/").content.decode()

    def test_writes_one_for_a_form_sent_twice(self, owner: Client) -> None:
        for _ in range(2):
            post(owner, f"{PAGE}enter/", **ADS, mark="0123456789abcdef")
        assert Cost.objects.count() == 1

    @pytest.mark.parametrize(
        ("sent", "why"),
        [
            ({"amount": "0"}, "Write how much was spent in figures, above 0."),
            ({"amount": "much"}, "Enter a number."),
            ({"amount": "1000.5"}, "no more than 0 decimal places"),
            ({"since": "2027-01-01"}, "What is not begun is not spent"),
            ({"until": "2026-09-01"}, "The last day lies before the first"),
            ({"channel": " "}, "This field is required."),
            ({"purpose": "fun"}, "Select a valid choice."),
        ],
    )
    def test_refuses_what_can_be_no_cost_and_keeps_what_was_written(
        self, owner: Client, sent: dict[str, str], why: str
    ) -> None:
        answer = post(owner, f"{PAGE}enter/", **{**ADS, "note": "in autumn", **sent})
        assert answer.status_code == 422
        assert why in answer.content.decode()
        assert "in autumn" in answer.content.decode()
        assert not Cost.objects.exists()

    def test_says_that_something_is_not_counted_yet(self, owner: Client) -> None:
        shop()
        post(owner, f"{PAGE}enter/", **ADS)
        assert "not counted yet" not in page(owner)
        put([Cost(
            source="file", ref="a", entry="a", purpose="keep", channel="Letters", since=AT.date(), until=AT.date(),
            at=AT, amount=5, currency="KRW", entered_at=AT,
        )])  # fmt: skip
        assert "not counted yet" in page(owner)
        post(owner, f"{PAGE}count/")
        assert "not counted yet" not in page(owner)

    def test_shows_the_last_ten_entries_and_the_way_to_the_others(self, owner: Client) -> None:
        put([
            Cost(
                source="file", ref=f"{day}", entry=f"{day}", purpose="keep", channel=f"Letters {day}.", amount=5,
                since=AT.date().replace(day=day), until=AT.date(), at=AT, currency="KRW", entered_at=AT,
            )
            for day in range(1, 12)
        ])  # fmt: skip
        shown = page(owner)
        assert "<b>Letters 11.</b>" in shown and "<b>Letters 1.</b>" not in shown
        assert "?period=this_month&amp;from=10#entered" in shown
        assert "<b>Letters 1.</b>" in page(owner, "?period=this_month&from=10")

    def test_lets_an_analyst_look_and_not_enter(self) -> None:
        shop()
        client = browser(Role.ANALYST)
        assert "Enter a cost" not in page(client)
        assert post(client, f"{PAGE}enter/", **ADS).status_code == 403


class TestApi:
    def test_tells_what_page_and_cube_tell(self) -> None:
        shop()
        token = key(staff(Role.OWNER))
        cost = {"purpose": "win", "channel": "ads", "since": "2026-08-02", "until": "2026-09-30", "amount": 60_000}
        made = send("POST", "/insight/costs/entered", token, cost).json()
        send("POST", "/insight/costs/entered", token, {**cost, "purpose": "keep", "amount": 60})
        told = send("GET", "/insight/costs", token, period="this_month").json()
        assert [(one["purpose"], one["spent"], one["customers"], one["each"]) for one in told["purposes"]] == [
            ("win", 30_000, 2, 15_000), ("keep", 30, 1, 30), ("win_back", 0, 0, None),
        ]  # fmt: skip
        assert told["purposes"][0]["times_as_dear_as_keeping"] == 500
        rows = send("GET", "/insight/cube", token, metrics="spent_per_won", where="month = 2026-09").json()["rows"]
        assert rows == [[15_000]]
        listed = send("GET", "/insight/costs/entered", token).json()
        assert (listed["number"], listed["costs"][-1]["amount"]) == (2, 60_000)
        assert listed["costs"][-1]["cost"] == made["cost"]
        assert send("POST", f"/insight/costs/entered/{made['cost']}/back", token).status_code == 200
        assert send("POST", f"/insight/costs/entered/{made['cost']}/back", token).status_code == 409
        assert send("GET", "/insight/costs", token, since="2026-08-01", last="9999-12-31").status_code == 200
        told = send("GET", "/insight/costs", token, since="2026-08-01", last="2026-09-30").json()
        assert told["purposes"][0]["spent"] == 0


def held_out_campaign() -> Any:
    """A campaign of 70 treated, of whom 56 bought, and 80 held out, of whom 48 did: measured to its end."""
    made = campaign()
    made.launched_at = made.measured_at = AT - timedelta(weeks=8)
    made.save()
    made.offer.cost = 0
    made.offer.save()
    whom = people(150)
    Assignment.objects.filter(source_ref=made.source_ref).delete()
    Assignment.objects.bulk_create([
        Assignment(
            identity=one, source_ref=made.source_ref, arm="treated" if place < 70 else "held_out", salt="s",
            at=made.launched_at,
        )
        for place, one in enumerate(whom)
    ])  # fmt: skip
    for one in (*whom[:56], *whom[70:118]):
        sell(one, AT - timedelta(weeks=1), 1000)
    run = Run.objects.create(
        kind="effect", as_of=AT, started_at=AT, finished_at=AT,
        summary={"since": made.launched_at.isoformat(), "until": AT.isoformat(), "complete": True},
    )  # fmt: skip
    Effect.objects.create(
        run=run, source_ref=made.source_ref, outcome="net_revenue", estimator="raw", declared=True, effect=200,
        ci_low=50, ci_high=350, treated=70, held_out=80, mean_treated=800, mean_held_out=600,
    )  # fmt: skip
    return made


class TestMeasured:
    def test_stands_apart_with_its_interval(self, owner: Client) -> None:
        made = held_out_campaign()
        refresh(at=AT)
        sent = {**ADS, "purpose": "win_back", "amount": "14000", "campaign": made.source_ref}
        assert post(owner, f"{PAGE}enter/", **sent).status_code == 200
        (found,) = measured()
        assert (found.cost, found.brought and round(found.brought.more, 6)) == (14_000, 14)
        assert found.brought is not None
        assert found.brought.each == pytest.approx(1000)
        told = page(owner)
        assert "Measured against customers held out" in told
        assert "14.0" in told
        assert "Attributed: costs of this time" in told

    def test_is_not_read_off_before_the_weeks_are_over(self, owner: Client) -> None:
        made = held_out_campaign()
        Run.objects.filter(kind="effect").update(summary={"until": AT.isoformat(), "complete": False})
        refresh(at=AT)
        post(owner, f"{PAGE}enter/", **{**ADS, "campaign": made.source_ref})
        (found,) = measured()
        assert found.brought is None
        assert "Not measured to its end yet" in page(owner)

    def test_counts_what_was_entered_on_a_campaign_in_its_own_result(self, owner: Client) -> None:
        from dangol.web.campaigns.results import account

        made = held_out_campaign()
        effect = Effect.objects.get(declared=True, source_ref=made.source_ref, treated=70)
        before = account(made, effect, 70).cost
        post(owner, f"{PAGE}enter/", **{**ADS, "amount": "14000", "campaign": made.source_ref})
        assert account(made, effect, 70).cost == before + 14_000
