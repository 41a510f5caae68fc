"""Measuring loyalty: what was said, done and expected by each wave, and contact in numbers, from a lake to a run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from pytest_django import DjangoAssertNumQueries
from pytest_django import Settings as DjangoSettings

from dangol.insight.analysis.surveys.waves import waves
from dangol.insight.relationship.loyalty.contacts import contacts, quarters, reach
from dangol.insight.relationship.loyalty.measuring import look, loyalty_items, measure, told_of
from dangol.insight.relationship.loyalty.queries import last_measured
from dangol.insight.relationship.loyalty.standing import again_on, expected_on
from dangol.insight.warehouse.queries import Lake
from dangol.records.customers.models import Customer, Identity
from dangol.records.ledger.models import Delivery
from dangol.records.permission.models import Suppression
from dangol.records.voices.models import Feedback, FeedbackStep
from dangol.web.relationship.loyalty.told import complaints
from tests.insight.analysis.surveys.sheets import a_wave, answer, told
from tests.insight.warehouse.small_lake import customers, line, noon, small_lake
from tests.people import people

WAVE = date(2026, 9, 1)
A_YEAR_BEFORE = WAVE - timedelta(days=365)
AS_OF = datetime(2026, 10, 1, tzinfo=UTC)
TODAY = date(2026, 9, 30)


def met(customer: int, kind: str, day: date, direction: str = "out") -> dict[str, Any]:
    return {"identity_key": 1000 + customer, "kind": kind, "direction": direction, "at": noon(day)}


def bought() -> list[dict[str, Any]]:
    """Of 40 customers all but ten bought a year before, of whom 21 bought again; the history begins 800 days before."""
    begins = WAVE - timedelta(days=800)
    rows = [line(40, begins, 100), line(40, begins + timedelta(days=1), -100)]
    rows += [line(one, A_YEAR_BEFORE, 500) for one in range(1, 31)]
    rows += [line(one, A_YEAR_BEFORE + timedelta(days=1), 500) for one in range(1, 22)]
    # bought and brought back on one day: no purchase; bought after the wave: not by it; new ones are not among them
    rows += [line(25, WAVE, 300), line(25, WAVE, -300), line(26, WAVE + timedelta(days=1), 300), line(35, WAVE, 300)]
    return rows


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    """Return a lake of 40 customers of two lines and three dealers, of whom the last has six."""
    folder = tmp_path_factory.mktemp("loyalty") / "lake"
    contacts_of = [met(one, "mailing", date(2026, 8, 3)) for one in range(1, 31)]
    contacts_of += [met(one, "response", date(2026, 8, 9), "in") for one in range(1, 7)]
    contacts_of += [met(one, "complaint", date(2026, 5, 9), "in") for one in range(1, 3)]
    contacts_of += [met(one, "late_delivery", date(2026, 9, 9)) for one in range(1, 5)]
    dealers = ["D1", "D2", "D1", "D2", "D1", "D2", "D3"]
    yield small_lake(
        folder, **customers(40, line=["club", "delivery"], unit_code=dealers), lines=bought(), interactions=contacts_of
    )


class TestAgain:
    def test_is_the_share_of_those_active_a_year_before(self, lake: Lake) -> None:
        found = again_on(lake, WAVE)
        assert found is not None
        # 21 of 30; Wilson: 52.12 to 83.34 of 100
        assert (found.all.value, found.all.respondents) == (pytest.approx(70), 30)
        assert (found.all.low, found.all.high) == (pytest.approx(52.12, abs=0.01), pytest.approx(83.34, abs=0.01))

    def test_is_told_by_groups_of_ten_or_more_alone(self, lake: Lake) -> None:
        found = again_on(lake, WAVE)
        assert found is not None
        assert {name: one.respondents for name, one in found.groups["line"].items()} == {"club": 15, "delivery": 15}
        assert "D3" not in found.groups["unit_code"]

    def test_is_not_told_before_a_year_and_90_days_of_history(self, lake: Lake) -> None:
        begins = WAVE - timedelta(days=800)
        assert again_on(lake, begins + timedelta(days=365 + 89)) is None


class TestExpected:
    def test_is_of_those_active_then_and_of_those_on_the_map(self, lake: Lake) -> None:
        ids = np.arange(1, 41, dtype=np.int64)
        valued = SimpleNamespace(
            seen=SimpleNamespace(
                customers=_Customers(ids), buying=ids[:30] - 1, active=ids <= 20, by_use=False
            ),
            company=SimpleNamespace(commitment=np.where(ids[:30] % 2, 0.4, 0.6)),
            regions=np.array(["III"] * 5 + ["II"] * 15 + ["unknown"] * 20),
        )  # fmt: skip
        asked: list[date] = []

        def on(day: date) -> Any:
            asked.append(day)
            return valued

        found = expected_on(lake, WAVE, valued=on, first=WAVE - timedelta(days=90))
        assert found is not None and asked == [WAVE]
        assert (len(found.commitment), found.commitment.mean.value) == (20, pytest.approx(50))
        assert (len(found.balance), found.balance.mean.value) == (20, pytest.approx(25))
        assert expected_on(lake, WAVE, valued=on, first=WAVE - timedelta(days=89)) is None
        assert expected_on(lake, WAVE, valued=on, first=None) is None


class _Customers:
    """Forty customers whose keys in the lake are their numbers."""

    def __init__(self, ids: Any) -> None:
        self.ids, self.lines = ids, np.where(ids % 2, "club", "delivery")

    def __len__(self) -> int:
        return len(self.ids)

    def known(self, table: Any) -> tuple[Any, Any, int]:
        return table, np.arange(len(self.ids)), 0


class TestWaves:
    def test_tell_said_and_done_with_their_change(self, lake: Lake) -> None:
        spring = a_wave(40, survey="Spring", day=date(2026, 3, 2), line="club")
        found = waves(told(spring + a_wave(40, seed=2, line="club")), _nobody(), {})
        first, last = told_of(look(lake, found, valued=None))["waves"]
        assert first["items"] == last["items"] == ["How likely would you recommend us?"]
        assert last["said"]["n"] == 40 and 0 < last["said"]["low"] < last["said"]["value"] < last["said"]["high"] < 100
        assert last["changes"]["said"]["value"] == pytest.approx(last["said"]["value"] - first["said"]["value"])
        assert last["changes"]["nps"]["value"] == pytest.approx(last["nps"]["value"] - first["nps"]["value"])
        assert first["changes"] == {} and last["commitment"] is None
        assert (last["again"]["value"], last["again"]["since"]) == (pytest.approx(70), "2024-09-01")

    def test_do_not_compare_what_other_questions_said(self, lake: Lake) -> None:
        rows = a_wave(40, survey="Spring", day=date(2026, 3, 2))
        rows += [answer(one, "Would you buy again?", 1 + one % 7) for one in range(1, 21)]
        one, other = told_of(look(lake, waves(told(rows), _nobody(), {}), valued=None))["waves"]
        assert (one["said"] is not None, other["said"]["n"], other["other_items"]) == (True, 20, True)
        assert "said" not in other["changes"]

    def test_say_nothing_of_fewer_than_ten_or_where_loyalty_was_not_asked(self, lake: Lake) -> None:
        few = [answer(one, "Would you buy again?", 4) for one in range(1, 10)]
        (told_few,) = told_of(look(lake, waves(told(few), _nobody(), {}), valued=None))["waves"]
        other = [answer(one, "Parking is easy", 4, dimension="convenience") for one in range(1, 30)]
        (found,) = waves(told(other), _nobody(), {})
        assert told_few["said"] is None and told_few["items"] == ["Would you buy again?"]
        assert loyalty_items(found) == []


def _nobody() -> Any:
    return told([]).select(["customer_key", "day"])


class TestContacts:
    def test_are_counted_by_quarter_and_unknown_before_they_were_kept(self, lake: Lake, db: None) -> None:
        del db
        found = {one["first"]: one for one in contacts(lake, today=TODAY, as_of=AS_OF)["quarters"]}
        assert len(found) == 8
        spring, summer = found["2026-04-01"], found["2026-07-01"]
        assert (summer["customers"], summer["out"], summer["in"]) == (40, 30, 6)
        assert (summer["sent"], summer["answers"], summer["complaints"], summer["late"]) == (30, 6, 0, 4)
        assert (summer["deliveries"], summer["bounced"], summer["voiced"]) == (None, None, None)
        assert (spring["out"], spring["in"], spring["complaints"], spring["late"]) == (None, 2, 2, None)
        assert found["2026-01-01"]["complaints"] is None  # the first was in May

    def test_tell_no_dealer_with_fewer_than_ten_customers(self, lake: Lake, db: None) -> None:
        del db
        units = contacts(lake, today=TODAY, as_of=AS_OF)["units"]
        assert {name: one["customers"] for name, one in units.items()} == {"D1": 18, "D2": 17}

    @pytest.mark.django_db
    @pytest.mark.store
    def test_tell_what_became_of_complaints(
        self, lake: Lake, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        begin = datetime(2026, 8, 1, tzinfo=UTC)
        identity = Identity.objects.get(customer=people(1)[0])
        told = [
            Feedback.objects.create(identity=identity, source="f", ref=str(one), kind="complaint", at=begin, text="!")
            for one in range(5)
        ]
        for one, days in zip(told[:3], (1, 2, 9), strict=True):
            FeedbackStep.objects.create(feedback=one, state="answered", at=begin + timedelta(days=days))
        FeedbackStep.objects.create(feedback=told[0], state="settled", at=begin + timedelta(days=20))
        FeedbackStep.objects.create(feedback=told[3], state="settled", at=AS_OF + timedelta(days=9))  # not known yet
        with django_assert_num_queries(2):
            found = contacts(lake, today=TODAY, as_of=AS_OF)["quarters"]
        last = found[-1]
        assert (last["voiced"], last["voiced_answered"], last["voiced_settled"]) == (5, 3, 1)
        assert (last["days_to_answer"], last["timed"]) == (pytest.approx(2), 3)
        assert found[-2]["voiced"] is None

    @pytest.mark.django_db
    def test_count_a_complaint_once_that_both_tell(self, lake: Lake) -> None:
        for key, number in ((1, 2), (99, 1)):  # of the contacts one is of customer 1, none of 99
            customer = Customer.objects.create(lake_key=key, registered_at=AS_OF)
            identity = Identity.objects.create(customer=customer, source="f", external_id=str(key))
            for one in range(number):
                Feedback.objects.create(
                    identity=identity, source="f", ref=f"{key}-{one}", kind="complaint", text="!",
                    at=datetime(2026, 5, 20, tzinfo=UTC),
                )  # fmt: skip
        nobody = Feedback(source="f", ref="n", kind="complaint", text="!", at=datetime(2026, 5, 20, tzinfo=UTC))
        nobody.save()
        found = {one["first"]: one for one in contacts(lake, today=TODAY, as_of=AS_OF)["quarters"]}
        spring = found["2026-04-01"]
        assert (spring["complaints"], spring["voiced"], spring["told_twice"]) == (2, 4, 1)
        assert complaints(spring) == 5

    @pytest.mark.django_db
    def test_count_what_files_of_deliveries_tell_from_then_on(self, lake: Lake) -> None:
        identity = Identity.objects.get(customer=people(1)[0])
        for ref, day in (("1", 3), ("2", 4)):
            Delivery.objects.create(identity=identity, source="f", ref=ref, at=datetime(2026, 8, day, tzinfo=UTC))
        found = {one["first"]: one for one in contacts(lake, today=TODAY, as_of=AS_OF)["quarters"]}
        assert [found[first]["deliveries"] for first in ("2026-04-01", "2026-07-01")] == [None, 2]

    def test_are_of_quarters_of_the_calendar(self) -> None:
        spans = quarters(date(2026, 11, 22))
        assert (spans[0].first, spans[-1].first, spans[-1].ends) == (
            date(2025, 1, 1), date(2026, 10, 1), date(2026, 11, 22),
        )  # fmt: skip


@pytest.mark.django_db
@pytest.mark.store
class TestReach:
    def test_counts_numbers_agreements_and_blocks_by_one_question(
        self, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        agreed = people(5)
        people(3, consent=False)
        people(2, consent=None, mobile=False)
        Suppression.objects.create(customer=agreed[0], channel="sms", reason="asked", since=AS_OF)
        Suppression.objects.create(
            customer=agreed[1], reason="asked", since=AS_OF - timedelta(days=9), until=AS_OF - timedelta(days=1)
        )
        with django_assert_num_queries(2):
            found = reach(as_of=AS_OF)
        assert (found["customers"], found["nowhere"]) == (10, 2)
        assert found["ways"]["sms"] == {"address": 8, "agreed": 4}
        assert found["ways"]["email"] == {"address": 0, "agreed": None}  # nobody was ever asked


@pytest.mark.django_db
@pytest.mark.store
def test_a_run_keeps_all_of_it_and_names_nobody(tmp_path: Path, settings: DjangoSettings) -> None:
    settings.DANGOL_LAKE = tmp_path / "lake"
    settings.DANGOL = replace(settings.DANGOL, time_zone="Asia/Seoul")
    rows = [
        {name: value for name, value in row.items() if name not in {"customer_key", "day", "line", "unit_code"}}
        | {"identity_key": 1000 + row["customer_key"], "at": noon(row["day"])}
        for row in a_wave(20)
    ]
    small_lake(settings.DANGOL_LAKE, **customers(40), lines=bought(), answers=rows)
    run = measure(as_of=AS_OF, at=AS_OF, by=None)
    assert last_measured() == run and run.lake_version == "v000001"
    (wave,) = run.summary["waves"]
    assert (wave["respondents"], wave["said"]["n"], wave["commitment"]) == (20, 20, None)
    assert len(run.summary["quarters"]) == 8 and run.summary["reach"]["customers"] == 0
    assert "customer_key" not in str(run.summary)
