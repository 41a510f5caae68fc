"""The whole way: from the lake to a run that anybody may read, with nothing known that came after the cut-off."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest

from dangol.insight.analysis.models import Score
from dangol.insight.analysis.rhythm.actions import NothingBought
from dangol.insight.analysis.rhythm.history import TooShort
from dangol.insight.relationship.models import Reference
from dangol.insight.relationship.validity.actions import ask_validity
from dangol.insight.relationship.validity.hazards import Answer
from dangol.insight.relationship.validity.past_values import valued_on
from dangol.insight.relationship.validity.queries import Validity, validity_of
from dangol.insight.relationship.valuation import Valuation
from dangol.insight.warehouse.holdout import days_held_back
from dangol.insight.warehouse.queries import lake
from dangol.insight.warehouse.refresh import refresh
from dangol.records.customers.models import Customer
from dangol.records.permission.actions import withdraw_consent
from tests.insight.relationship.world import OPENED, SETTINGS, TODAY, Shop, full_shop, open_shop

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lake_folder")]
CUT_OFF = (OPENED + timedelta(days=273)).date()


def asked(**how: Any) -> Validity:
    refresh(at=TODAY)
    return validity_of(ask_validity(settings=SETTINGS, as_of=TODAY, at=TODAY, by=None, **how))


class TestRun:
    def test_is_kept_with_what_it_rests_on_and_changes_nobody(self) -> None:
        open_shop(customers=60, lines=False)
        run = asked(weeks=8).run
        assert run.lake_version == lake().version
        assert (run.parameters["weeks"], run.parameters["asked"]) == (8, 8)
        assert run.parameters["tolerance"] == SETTINGS.tolerance
        assert not Score.objects.exists()
        assert not Reference.objects.exists()

    def test_says_that_it_cannot_say_where_nobody_is_placed(self) -> None:
        shop = Shop(customers=60)
        shop.take(
            "customers", external_id=shop.names, full_name=shop.names, line=[""] * 60, registered_at=[OPENED] * 60
        )
        shop.sell([(f"c{who}", OPENED + timedelta(days=day), 9_000, 0) for who in range(60) for day in (0, 40, 300)])
        found = asked()
        assert found.answer is Answer.OPEN
        assert found.foretold.unplaced == found.foretold.customers
        assert found.sensitivity is None
        assert found.stability.customers == 0

    def test_needs_purchases_and_enough_weeks(self) -> None:
        Shop(customers=2).take("customers", external_id=["a"], full_name=["a"], line=[""], registered_at=[OPENED])
        with pytest.raises(NothingBought):
            asked()
        Shop(customers=2).sell([("a", datetime(2025, 12, 20), 9_000, 0)])
        with pytest.raises(TooShort):
            asked()


class TestLeak:
    def valued(self) -> Valuation:
        refresh(at=TODAY)
        return valued_on(lake(), CUT_OFF, SETTINGS, {})

    def test_is_impossible_whatever_happens_after_the_cut_off(self) -> None:
        """Purchases, discounts, complaints and answers of the weeks that are foretold."""
        shop = full_shop()
        before = self.valued()
        later = OPENED + timedelta(days=290)
        shop.sell([(f"c{who}", later + timedelta(days=who % 50), 90_000, 40_000) for who in range(0, 240, 2)])
        shop.hears(later)
        shop.asks(later, every=1)
        after = self.valued()
        assert (after.seen.customers.ids == before.seen.customers.ids).all()
        for name in ("customer_value", "customer_equity"):
            told, again = getattr(before, name).rank, getattr(after, name).rank
            assert np.isfinite(told).any()
            np.testing.assert_array_equal(told, again)
        assert (after.regions == before.regions).all()

    def test_would_be_seen_if_the_day_were_a_later_one(self) -> None:
        """The same things do change values once they are known, so the test above can fail."""
        shop = full_shop()
        before = self.valued()
        shop.sell([(f"c{who}", OPENED + timedelta(days=200), 90_000, 40_000) for who in range(0, 240, 2)])
        assert (self.valued().regions != before.regions).any()


class TestOutcome:
    def test_are_the_purchases_after_the_cut_off_until_the_end(self) -> None:
        shop = Shop(customers=2)
        shop.take("customers", external_id=shop.names, full_name=shop.names, line=["", ""], registered_at=[OPENED] * 2)
        days = (10, 273, 274, 300, 364)
        shop.sell([("c0", OPENED + timedelta(days=day, hours=12), 9_000, 0) for day in days])
        refresh(at=TODAY)
        rows = days_held_back(lake(), cut_off=CUT_OFF, until=(OPENED + timedelta(days=300)).date())
        assert [(day - OPENED.date()).days for day in rows.column("day").to_pylist()] == [274, 300]

    def test_leave_out_those_who_do_not_want_to_be_valued(self) -> None:
        open_shop(customers=60, lines=False)
        before = asked().foretold.customers
        withdraw_consent(Customer.objects.earliest("pk"), purpose="automated", by=None, at=TODAY)
        assert asked().foretold.customers == before - 1
