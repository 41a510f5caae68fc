"""Campaigns in the browser's words: plan, look once more, send, live on, read what it changed."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from dangol.contact.delivery.actions import carry
from dangol.decisions.campaigns.actions import launch
from dangol.decisions.campaigns.effects import buyers
from dangol.decisions.campaigns.models import Campaign
from dangol.decisions.campaigns.queries import result as latest_result
from dangol.insight.analysis.models import Effect, Run
from dangol.insight.relationship.assumed.actions import change_settings
from dangol.records.catalog.models import Category, Topic
from dangol.records.customers.models import Customer, Identity
from dangol.records.ledger.models import Assignment
from dangol.records.outbox.models import Message
from dangol.records.permission.preferences import choose_topic
from dangol.web.campaigns import effect_chart, pages, results, tasks
from dangol.web.start import work
from dangol.web.start.rounds import home_settings
from tests.people import SMS, people, valued
from tests.web.business import NOW, business, campaign, signed_in

pytestmark = pytest.mark.django_db
EN = {"Accept-Language": "en"}
PLAN = {
    "region": "II", "name": "First thanks", "offer": "care", "channel": "shown_sms",
    "body": "{{name}}, thank you.", "holdout": "10", "weeks": "4", "estimator": "adjusted",
}  # fmt: skip


@pytest.fixture(autouse=True)
def at_once(settings: Any) -> None:
    """Let long work happen at once, in this thread, by a clock that stands still: the real one may stand at night."""
    settings.DANGOL = replace(settings.DANGOL, as_of=NOW)
    settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}


@pytest.fixture
def forty() -> Run:
    """Value forty customers of region II, each of whom agreed to advertising."""
    return valued(people(40), as_of=NOW)


def post(client: Client, path: str, **data: Any) -> Any:
    return signed_in(client).post(path, data, headers=EN)


def get(client: Client, path: str) -> str:
    answer = signed_in(client).get(path, headers=EN)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.store
@pytest.mark.usefixtures("forty")
class TestPlan:
    def test_begins_with_what_the_map_advises(self, client: Client) -> None:
        told = get(client, "/campaigns/plan/?region=II")
        assert "Thanks and care" in told
        assert '<option value="care" selected>' in told
        assert "Customers to care for more" in told
        assert "Goes to the customer’s mobile phone." in told

    def test_shows_whom_it_reaches_and_how_small_a_difference_is_found(self, client: Client) -> None:
        told = get(client, "/campaigns/plan/audience/?region=II&holdout=25&weeks=4&channel=shown_sms")
        assert "40" in told
        assert "30" in told
        assert "How small a difference can be found is not known yet." in told  # nothing in the warehouse

    def test_shows_the_letter_as_one_real_customer_gets_it(self, client: Client) -> None:
        answer = post(client, "/campaigns/plan/letter/", **PLAN | {"body": "{{이름}}님 <b>고맙습니다</b>"})
        told = answer.content.decode()
        assert "고객0님 &lt;b&gt;고맙습니다&lt;/b&gt;" in told
        assert "(광고)" in told
        assert "무료수신거부" in told

    @pytest.mark.parametrize(
        ("field", "value", "words"),
        [
            ("name", " ", "Give the campaign a name"),
            ("body", "", "Write the message that customers will get."),
            ("body", "{{nobody}}", "The text uses {{nobody}}"),
            ("body", "(광 고) thanks", "Write the advertising mark as"),
            ("holdout", "0", "Without a holdout nothing can be measured. Enter 1–50%."),
            ("holdout", "51", "Without a holdout nothing can be measured. Enter 1–50%."),
            ("holdout", "some", "Without a holdout nothing can be measured. Enter 1–50%."),
            ("weeks", "60", "Enter 1–52 weeks."),
        ],
    )
    def test_refuses_beside_the_field_and_keeps_what_was_written(
        self, client: Client, field: str, value: str, words: str
    ) -> None:
        get(client, "/campaigns/plan/?region=II")
        answer = post(client, "/campaigns/plan/", **PLAN | {field: value})
        told = answer.content.decode()
        assert answer.status_code == 422
        assert words in told
        assert f'id="id_{field}_error"' in told
        assert "First thanks" in told or field == "name"
        assert not Campaign.objects.exists()

    def test_asks_once_more_with_the_very_numbers_that_will_be_sent(self, client: Client) -> None:
        get(client, "/campaigns/plan/?region=II")
        told = post(client, "/campaigns/plan/", **PLAN, step="look").content.decode()
        assert not Campaign.objects.exists()
        post(client, "/campaigns/plan/", **PLAN, step="send")
        arms = Assignment.objects.filter(source_ref=Campaign.objects.get().source_ref)
        treated = arms.filter(arm=Assignment.Arm.TREATED).count()
        assert f"Send to {treated} customers? {40 - treated} are held out." in " ".join(told.split())

    def test_goes_back_to_the_form_with_everything_in_it(self, client: Client) -> None:
        get(client, "/campaigns/plan/?region=II")
        told = post(client, "/campaigns/plan/", **PLAN, step="edit").content.decode()
        assert "{{name}}, thank you." in told
        assert 'name="region" value="II"' in told

    def test_can_be_kept_and_sent_later(self, client: Client) -> None:
        get(client, "/campaigns/plan/?region=II")
        kept = post(client, "/campaigns/plan/", **PLAN, step="save")
        assert "Planned" in get(client, kept["Location"])
        post(client, f"{kept['Location']}send/")
        assert Campaign.objects.get().launched_at is not None

    def test_refuses_an_audience_too_small_to_hold_somebody_out(self, client: Client) -> None:
        get(client, "/campaigns/plan/?region=II")
        answer = post(client, "/campaigns/plan/", **PLAN | {"region": "I"}, step="look")
        assert answer.status_code == 422
        assert "Nobody picked may be sent this." in answer.content.decode()

    def test_does_not_take_a_name_twice(self, client: Client) -> None:
        get(client, "/campaigns/plan/?region=II")
        post(client, "/campaigns/plan/", **PLAN, step="save")
        assert "already" in post(client, "/campaigns/plan/", **PLAN, step="look").content.decode()


@pytest.mark.store
@pytest.mark.usefixtures("forty")
class TestAbout:
    def test_offers_goods_and_topics_and_shows_whom_they_let_in(self, client: Client) -> None:
        milk = Category.objects.create(path="우유", name="우유")
        told = get(client, "/campaigns/plan/?region=II")
        assert "Which goods is it about?" in told and "Which topic is it about?" in told
        choose_topic(Customer.objects.earliest("pk"), Topic.objects.get(path="news"), wanted=False, by=None, at=NOW)
        seen = get(client, "/campaigns/plan/audience/?region=II&holdout=25&weeks=4&channel=shown_sms&topic=news/shop")
        assert "Does not want this topic" in seen
        told = post(client, "/campaigns/plan/", **PLAN, goods="우유", topic="news/shop", step="look").content.decode()
        assert "우유 · News of the shop" in told
        post(client, "/campaigns/plan/", **PLAN, goods="우유", topic="news/shop", step="save")
        made = Campaign.objects.get()
        assert (made.goods, made.topic) == (milk, Topic.objects.get(path="news/shop"))
        assert "우유 · News of the shop" in get(client, f"/campaigns/{made.pk}/")

    def test_asks_for_no_goods_where_none_are_known(self, client: Client) -> None:
        assert "Which goods is it about?" not in get(client, "/campaigns/plan/?region=II")


@pytest.mark.store
@pytest.mark.usefixtures("forty")
class TestNight:
    def test_says_that_messages_wait_for_the_morning(self, client: Client, settings: Any) -> None:
        get(client, "/campaigns/plan/?region=II")
        address = post(client, "/campaigns/plan/", **PLAN, step="save")["Location"]
        made = Campaign.objects.get()
        launch(made, channel=SMS, by=None, at=NOW)
        carry(at=NOW)
        told = " ".join(get(client, address).split())
        assert (
            f"{Message.objects.count()} messages wait for the morning" in told
            and "At 8 a.m. they leave by themselves." in told
        )


class TestNobodyValued:
    def test_says_so_instead_of_failing(self, client: Client) -> None:
        assert "No customer is valued yet." in get(client, "/campaigns/plan/?region=II")
        answer = post(client, "/campaigns/plan/", **PLAN, step="look")
        assert answer.status_code == 422
        assert "No customer is valued yet." in answer.content.decode()


@pytest.mark.store
@pytest.mark.usefixtures("forty")
class TestSend:
    def test_sends_to_the_treated_and_to_nobody_else(self, client: Client) -> None:
        get(client, "/campaigns/plan/?region=II")
        page = get(client, post(client, "/campaigns/plan/", **PLAN, step="send")["Location"])
        sent = Message.objects.filter(handed_over_at__isnull=False).count()
        assert sent == Assignment.objects.filter(arm=Assignment.Arm.TREATED).count()
        assert f"Sent to {sent}." in page
        assert "Held out, to measure the effect" in page

    def test_pressed_twice_sends_once(self, client: Client) -> None:
        get(client, "/campaigns/plan/?region=II")
        address = post(client, "/campaigns/plan/", **PLAN, step="send")["Location"]
        before = Message.objects.count()
        post(client, f"{address}send/")
        assert Message.objects.count() == before

    def test_tells_a_refusal_in_the_users_words(self, client: Client) -> None:
        get(client, "/campaigns/plan/?region=II")
        address = post(client, "/campaigns/plan/", **PLAN, step="save")["Location"]
        Run.objects.all().delete()
        post(client, f"{address}send/")
        assert "No customer is valued yet" in get(client, address)
        assert Campaign.objects.get().launched_at is None

    def test_shows_the_progress_until_it_is_done(self, client: Client) -> None:
        made = campaign(measured=False)
        work.begin(tasks.key_of(made))
        answer = signed_in(client).get(f"/campaigns/{made.pk}/work/", headers=EN)
        assert "<progress" in answer.content.decode()
        assert "HX-Refresh" not in answer
        work.forget(tasks.key_of(made))
        assert signed_in(client).get(f"/campaigns/{made.pk}/work/")["HX-Refresh"] == "true"


@pytest.mark.store
class TestLater:
    def test_lets_the_weeks_of_a_simulated_business_pass(
        self, client: Client, monkeypatch: pytest.MonkeyPatch, own: Path
    ) -> None:
        business()
        made = campaign(measured=False)
        monkeypatch.setattr("dangol.web.start.rounds.later", lambda campaign, weeks, hands: passed.append(weeks))
        passed: list[int] = []
        (own / "dangol.toml").write_text(
            f'source = "dairy"\nsimulated = true\nas_of = {NOW - timedelta(weeks=5):%Y-%m-%dT%H:%M:%S+09:00}\n'
        )
        assert "Let 5 weeks pass" in get(client, f"/campaigns/{made.pk}/")
        post(client, f"/campaigns/{made.pk}/later/")
        assert passed == [5]

    def test_does_not_move_the_clock_of_a_real_one(self, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        business()
        made = campaign(measured=False)
        monkeypatch.setattr("dangol.web.start.rounds.later", lambda *_, **__: pytest.fail("the clock moved"))
        post(client, f"/campaigns/{made.pk}/later/")

    def test_says_where_the_data_of_a_real_shop_end(self, client: Client, own: Path) -> None:
        business()
        made = campaign(measured=False)
        assert made.launched_at is not None
        (own / "dangol.toml").write_text(f'source = "retail"\nas_of = {made.launched_at.isoformat()}\n')
        assert "The data end here" in get(client, f"/campaigns/{made.pk}/")


@pytest.fixture
def own(settings: Any, tmp_path: Path) -> Path:
    """Return the folder of a home whose settings this test may write."""
    settings.DANGOL_HOME = tmp_path
    return tmp_path


def counted_in_uses() -> None:
    run = Run.objects.get(kind="relationship")
    Run.objects.filter(pk=run.pk).update(summary={**run.summary, "trade": "uses"})


class TestWhereNothingIsSold:
    WHY = "This was planned to be judged by what customers spend, and values here are counted in uses"

    def test_what_was_to_be_judged_by_spending_says_why_it_is_not_measured(self, client: Client) -> None:
        business()
        made = campaign(measured=False)
        counted_in_uses()
        told = get(client, f"/campaigns/{made.pk}/")
        assert self.WHY in told
        assert "Its weeks are over" in told
        for words in ("Measure now", "Ready to measure", "What they buy is counted until", ">Bought<", "Counted until"):
            assert words not in told
        assert "not measured yet" not in get(client, "/campaigns/")

    def test_a_plan_speaks_of_uses_and_of_nothing_that_is_bought(self, client: Client) -> None:
        business()
        counted_in_uses()
        told = get(client, "/campaigns/plan/?region=II")
        assert "How often they borrow, visit and ask anyway shows" in told
        assert "What they buy anyway" not in told
        post(client, "/campaigns/plan/", **PLAN | {"step": "save"})
        assert Campaign.objects.get().outcome == "uses"

    def test_a_result_is_told_in_uses_and_set_against_its_cost_once_a_use_has_a_worth(self, client: Client) -> None:
        business()
        made = campaign()
        counted_in_uses()
        Campaign.objects.update(outcome="uses")
        Effect.objects.update(outcome="uses", effect=0.82, ci_low=0.2, ci_high=1.44, mean_treated=2.5)
        told = get(client, f"/campaigns/{made.pk}/")
        assert "Each customer we planned to reach had 0.8 uses more." in told
        assert "95% interval +0.20 uses ~ +1.44 uses" in told
        assert "Nobody said what a use is worth to you" in told
        assert ">Used us<" in told and ">Bought<" not in told
        run = Run.objects.get(kind="relationship")
        Run.objects.create(
            kind="positioning", as_of=run.as_of, started_at=NOW, finished_at=NOW, parameters={"use_worth": 3_000}
        )
        told = get(client, f"/campaigns/{made.pk}/")
        assert "A use is worth ₩3,000, as was said under What to do." in told
        found = results.account(made, Effect.objects.get(), 6)
        assert found.profit is not None
        assert found.profit.value == pytest.approx(0.82 * Effect.objects.get().treated * 3_000 - found.cost)
        for path in ("/campaigns/", "/"):
            assert "+0.82 uses" in get(client, path)

    def test_its_picture_has_an_axis_of_uses(self) -> None:
        business()
        made = campaign()
        Effect.objects.update(outcome="uses", effect=0.82, ci_low=0.2, ci_high=1.44)
        found = latest_result(made)
        assert found is not None
        with override("en"):
            told = effect_chart.spec(found)
            assert effect_chart.table(found).rows[0][1] == "+0.82 uses"
        assert told["datasets"]["estimates"][0]["value"] == 0.82
        assert "More uses per customer" in str(told)

    def test_its_files_say_which_campaign_and_hold_numbers(self, client: Client) -> None:
        business()
        made = campaign()
        drawn = get(client, f"/campaigns/{made.pk}/effect.svg")
        assert made.name in drawn and "interval" in drawn
        numbers = get(client, f"/campaigns/{made.pk}/effect.csv").lstrip("\ufeff")
        found, row = latest_result(made), next(csv.DictReader(numbers.splitlines()))
        assert found is not None
        assert float(row["Effect per customer (KRW)"]) == round(found.declared.effect)
        assert float(row["95% interval, from (KRW)"]) == round(found.declared.ci_low)

    @pytest.mark.parametrize(("low", "high", "told"), [
        (1_000, 3_000, "it brought more than it cost"), (-3_000, -1_000, "it cost more than it brought"),
        (-1_000, 1_000, "cannot be said yet"),
    ])  # fmt: skip
    def test_whether_it_was_worth_its_cost_is_said_by_the_interval(self, low: float, high: float, told: str) -> None:
        account = results.Account(0.0, "uses", results.Sum(1, 0, 2), results.Sum((low + high) / 2, low, high), 3_000)
        assert told in results.verdict(account)
        assert results.verdict(replace(account, profit=None, rate=None)) == ""


class TestResult:
    def test_says_in_one_sentence_what_it_changed(self, client: Client) -> None:
        business()
        told = get(client, f"/campaigns/{campaign().pk}/")
        assert "Each customer we planned to reach bought ₩4,200 more." in told
        assert "95% interval +₩1,100 ~ +₩7,300" in told

    def test_says_when_nothing_can_be_told(self, client: Client) -> None:
        business()
        made = campaign()
        Effect.objects.update(ci_low=-100)
        told = get(client, f"/campaigns/{made.pk}/")
        assert "We cannot tell whether anything changed: the interval includes zero." in told
        assert "The interval includes zero" in told

    def test_accounts_for_cost_and_margin(self) -> None:
        business()
        made = campaign()
        made.offer.cost = 3000
        found = results.account(made, Effect.objects.get(), 6)
        assert (found.cost, found.brought.value) == (18_000, 25_200)
        assert found.profit is not None
        assert found.profit.value == pytest.approx(25_200 * 0.3 - 18_000)
        assert found.profit.low < found.profit.value < found.profit.high
        change_settings(wanted={"margin_rate": 0.4}, defaults=home_settings(), by=None, at=NOW, reason="counted")
        found = results.account(made, Effect.objects.get(), 6)
        assert found.profit is not None
        assert found.profit.value == pytest.approx(25_200 * 0.4 - 18_000)

    @pytest.mark.store
    def test_counts_buyers_of_both_arms(self) -> None:
        business()
        made = campaign()
        assert buyers(made, NOW) == {"held_out": 1, "treated": 6}

    def test_counts_a_person_merged_since_of_both_arms_in_neither(self) -> None:
        business()
        made = campaign()
        treated = Assignment.objects.filter(source_ref=made.source_ref, arm="treated").first()
        assert treated is not None
        held_out = Identity.objects.filter(assignments__source_ref=made.source_ref, assignments__arm="held_out")
        Identity.objects.filter(pk__in=[*held_out.values_list("pk", flat=True)]).update(
            customer=treated.identity.customer
        )
        assert buyers(made, NOW) == {"treated": 5}

    def test_counts_nobody_who_was_forgotten_since(self) -> None:
        business()
        made = campaign()
        treated = Assignment.objects.filter(source_ref=made.source_ref, arm="treated").first()
        assert treated is not None
        Customer.objects.filter(pk=treated.identity.customer_id).update(erased_at=NOW)
        assert buyers(made, NOW) == {"held_out": 1, "treated": 5}

    def test_explains_why_some_got_nothing(self, client: Client) -> None:
        business()
        told = get(client, f"/campaigns/{campaign().pk}/")
        assert "Never asked for consent" in told
        assert "Ask for consent at the next contact." in told

    def test_says_of_a_real_shop_that_nobody_was_treated(self, client: Client, own: Path) -> None:
        business()
        (own / "dangol.toml").write_text('source = "retail"\n')
        assert "Nobody was really treated, so near zero is right." in get(client, f"/campaigns/{campaign().pk}/")

    def test_warns_when_the_arms_are_not_as_planned(self, client: Client) -> None:
        business()
        made = campaign()
        Run.objects.filter(kind="campaign").update(summary={"sample_ratio_sound": False})
        assert "Do not read an effect off this result" in get(client, f"/campaigns/{made.pk}/")

    def test_is_hollow_where_it_includes_zero(self) -> None:
        business()
        made = campaign()
        Effect.objects.update(ci_low=-100)
        found = pages.running(made)["result"]
        row = effect_chart.spec(found)["datasets"]["estimates"][0]
        assert (row["fill"], row["sure"]) == ("var(--surface)", False)

    @pytest.mark.store
    @pytest.mark.parametrize("kind", ["png", "svg", "pdf", "csv"])
    def test_can_be_taken_along(self, client: Client, kind: str) -> None:
        business()
        answer = signed_in(client).get(f"/campaigns/{campaign().pk}/effect.{kind}", headers=EN)
        assert answer.status_code == 200
        assert len(answer.content) > 50

    @pytest.mark.store
    def test_takes_as_many_queries_for_many_as_for_few(self, client: Client) -> None:
        business(4)
        few = queries(client, f"/campaigns/{campaign().pk}/")
        Campaign.objects.update(name="old")
        people(20)
        assert queries(client, f"/campaigns/{campaign('newer').pk}/") == few


@pytest.mark.store
class TestList:
    def test_teaches_while_it_is_empty(self, client: Client) -> None:
        assert "import transactions, then pick on the map" in get(client, "/campaigns/")
        business()
        assert "Pick customers" in get(client, "/campaigns/")

    def test_tells_state_and_effect(self, client: Client) -> None:
        business()
        campaign("measured one")
        campaign("planned one", launched=False)
        told = get(client, "/campaigns/")
        assert "+₩4,200" in told
        assert "Result is in" in told
        assert "Planned" in told

    def test_takes_as_many_queries_for_many_as_for_few(self, client: Client) -> None:
        business()
        campaign("one")
        few = queries(client, "/campaigns/")
        for number in range(5):
            campaign(f"more {number}")
        assert queries(client, "/campaigns/") == few


def queries(client: Client, path: str) -> int:
    get(client, path)
    with CaptureQueriesContext(connection) as seen:
        client.get(path, headers=EN)
    return len(seen)
