"""Valuing everybody, from records through the warehouse to scores."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from dangol.insight.analysis.models import Run, Score
from dangol.insight.relationship import actions, frozen_reference, queries
from dangol.insight.relationship.actions import NoReason, rebase, value_customers
from dangol.insight.relationship.models import Parts, Reference
from dangol.insight.relationship.settings import ValueSettings
from dangol.insight.warehouse.refresh import refresh
from dangol.insight.warehouse.versions import NoLake
from dangol.records.customers.models import Customer, FieldUse
from dangol.records.staff.models import User
from dangol.records.staff.roles import Role
from tests.insight.relationship.world import SETTINGS, TODAY, full_shop, open_shop, values
from tests.records.staff.office import staff

# On PostgreSQL a change is read only once its transaction has ended: these tests commit.
committed = [pytest.mark.usefixtures("lake_folder"), pytest.mark.django_db(transaction=True)]
NEXT = TODAY + timedelta(days=60)


def mean(numbers: list[float]) -> float:
    return sum(numbers) / len(numbers)


class TestValueCustomers:
    pytestmark = committed

    @pytest.mark.store
    def test_gives_every_customer_a_region(self) -> None:
        shop = full_shop()
        shop.take(
            "customers", external_id=["never"], full_name=["아직"], line=["club"], registered_at=[datetime(2025, 6, 1)]
        )
        run = shop.valued()
        assert sum(queries.regions(run).values()) == Customer.objects.count() == 241
        never = queries.card(Customer.objects.get(full_name="아직").pk, run)
        assert (never.region, never.parts_known, never.customer_equity.value) == ("unknown", 0, None)

    @pytest.mark.store
    def test_writes_down_which_items_it_used(self) -> None:
        full_shop().valued()
        used = set(FieldUse.objects.filter(use="valuation").values_list("name", flat=True))
        assert {"purchase", "line", "discount", "answer", "minutes"} <= used
        assert not {"gender", "household"} & used

    def test_leaves_out_the_parts_that_no_record_tells_of(self) -> None:
        run = open_shop().valued()
        assert not values(run, "social_value")
        assert not values(run, "relationship_cost")
        assert run.summary["parts_known"][1] == run.summary["active"]
        assert "Social value is unknown for everybody: nothing of the kind is on record." in queries.notes(run)

    def test_says_when_customer_value_is_spending_again(self) -> None:
        shop = open_shop(lines=False)
        shop.sell(
            [(name, datetime(2025, 12, 20), 50_000 + 900 * n, 9_000 + 200 * n) for n, name in enumerate(shop.names)]
        )
        run = shop.valued()
        said = run.summary["spending_correlation"]
        assert (said >= 0.8) == any("follows spending" in note for note in queries.notes(run))

    def test_does_not_estimate_what_answers_do_not_foretell(self) -> None:
        shop = open_shop()
        shop.asks(datetime(2025, 10, 1), telling=False)
        run = shop.valued()
        marked = Parts.objects.filter(run=run, social_value__isnull=False)
        assert marked.count() == marked.filter(social_estimated=0).count() == run.summary["social"]["answered"]
        assert any("cannot be foretold" in note for note in queries.notes(run))
        economic, social, cost = queries.card(queries.points(run)[1].id, run).customer_parts
        assert economic.provenance == "measured"
        assert (social.provenance, social.value) == ("unknown", None)
        assert social.told == "Did not answer, and the answers of others do not foretell it well enough"
        assert cost.told == "Nothing of the kind is on record for any customer"

    def test_knows_the_company_side_alone_of_those_who_stopped_buying(self) -> None:
        shop = full_shop()
        run = shop.valued(TODAY + timedelta(days=200))
        gone = run.summary["buyers"] - run.summary["active"]
        assert gone > 0
        assert queries.regions(run)["unknown"] == gone
        assert sum(queries.rug(run)) == gone

    def test_ranks_nobody_among_too_few(self) -> None:
        run = open_shop(customers=20).valued()
        assert queries.regions(run) == {"I": 0, "II": 0, "III": 0, "unknown": 20}
        assert not Reference.objects.exists()
        assert any(note.startswith("Active customers so far: 20.") for note in queries.notes(run))

    @pytest.mark.store
    def test_gives_the_same_again(self) -> None:
        shop = full_shop()
        first = shop.valued()
        second = value_customers(settings=SETTINGS, as_of=TODAY, at=TODAY, by=None)
        assert values(first, "customer_value") == values(second, "customer_value")
        assert queries.current_run() == second

    @pytest.mark.store
    @pytest.mark.parametrize("at", ["record_scores", "summary_of", "finish_run"])
    def test_leaves_nothing_to_be_seen_when_it_breaks_off(self, at: str, monkeypatch: pytest.MonkeyPatch) -> None:
        shop = full_shop()
        monkeypatch.setattr(actions, at, breaking(getattr(actions, at)))
        with pytest.raises(KeyboardInterrupt):
            shop.valued()
        assert not Score.objects.exists()
        assert not Reference.objects.exists()
        assert queries.current_run() is None
        monkeypatch.undo()
        value_customers(settings=SETTINGS, as_of=TODAY, at=TODAY, by=None)
        assert Run.objects.count() == 1

    @pytest.mark.store
    def test_says_what_is_missing_before_the_first_refresh(self) -> None:
        with pytest.raises(NoLake):
            value_customers(settings=SETTINGS, as_of=TODAY, at=TODAY, by=None)
        assert not Run.objects.exists()


class TestFrozenReference:
    pytestmark = committed

    def test_shows_the_gain_when_everybody_gains(self) -> None:
        shop = full_shop()
        before = shop.valued()
        shop.sell([(name, datetime(2026, 2, 1), 30_000, 15_000) for name in shop.names])
        after = shop.valued(NEXT)
        assert mean(values(before, "customer_value")) == pytest.approx(50, abs=1)
        assert mean(values(after, "economic_rank")) > 60
        assert mean(values(after, "customer_value")) > 55
        assert Reference.objects.values("run").distinct().count() == 1

    @pytest.mark.store
    def test_is_rebased_only_with_a_reason_which_is_kept(self) -> None:
        shop = full_shop()
        shop.valued()
        shop.sell([(name, datetime(2026, 2, 1), 30_000, 15_000) for name in shop.names])
        refresh(at=NEXT)
        with pytest.raises(NoReason):
            rebase(settings=SETTINGS, as_of=NEXT, at=NEXT, by=None, reason=" ")
        run = rebase(settings=SETTINGS, as_of=NEXT, at=NEXT, by=staff(Role.OWNER), reason="prices doubled")
        assert mean(values(run, "customer_value")) == pytest.approx(50, abs=1)
        assert {(row.run_id, row.reason) for row in queries.references()} == {(run.pk, "prices doubled")}
        assert run.parameters["by"] == User.objects.get().pk

    def test_of_a_day_that_is_still_being_filled_is_frozen_anew_but_not_one_that_somebody_chose(self) -> None:
        shop = full_shop()
        first = shop.valued()
        shop.sell([(name, datetime(2025, 12, 1), 30_000, 15_000) for name in shop.names])
        assert mean(values(shop.valued(), "economic_rank")) > 60
        filled = shop.valued(filling=True)
        assert mean(values(filled, "economic_rank")) == pytest.approx(50, abs=1)
        assert {row.run_id for row in queries.references()} == {filled.pk} != {first.pk}
        shop.sell([(name, datetime(2026, 2, 1), 30_000, 30_000) for name in shop.names])
        later = shop.valued(NEXT, filling=True)  # another day: who gained since is seen
        assert mean(values(later, "economic_rank")) > 60
        chosen = rebase(settings=SETTINGS, as_of=NEXT, at=NEXT, by=None, reason="prices doubled")
        shop.valued(NEXT, filling=True)
        assert {row.run_id for row in queries.references()} == {chosen.pk}

    def test_takes_in_a_part_that_becomes_known_and_says_so(self) -> None:
        shop = open_shop()
        shop.valued()
        shop.asks(datetime(2025, 10, 1))
        run = shop.valued()
        assert run.summary["frozen"] == {
            frozen_reference.SOCIAL: "first", frozen_reference.CUSTOMER_VALUE: "new part: social_value",
        }  # fmt: skip
        assert any(note.startswith("Social value became known") for note in queries.notes(run))

    def test_says_when_the_settings_are_no_longer_its_own(self) -> None:
        shop = full_shop()
        shop.valued()
        changed = ValueSettings(fewest_answers=30, margin_rate=0.4)
        run = shop.valued(settings=changed)
        assert any("(margin_rate)" in note for note in queries.notes(run))


def breaking(real: Callable[..., Any]) -> Callable[..., Any]:
    """Do the work, then break off as a killed process would."""

    def broken(*given: Any, **named: Any) -> Any:
        real(*given, **named)
        raise KeyboardInterrupt

    return broken
