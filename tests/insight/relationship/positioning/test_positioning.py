"""What to do for whom under a budget, from a valued shop to scores and a summary."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from dangol.decisions.segments.queries import described, select
from dangol.insight.analysis.models import Run, Score
from dangol.insight.relationship.positioning.actions import position
from dangol.insight.relationship.positioning.catalogue import (
    BadProgramme,
    ensure_programmes,
    history,
    programme,
    programmes,
    terms_of,
    write_programme,
)
from dangol.insight.relationship.positioning.explained import programme_explained
from dangol.insight.relationship.positioning.learning import NOTHING, Past, PastEffect
from dangol.insight.relationship.positioning.names import ASK, KIND, PROGRAMME
from dangol.insight.relationship.positioning.queries import Positioned, last_positioned, positioned
from dangol.insight.relationship.positioning.worth_of_a_use import NothingToChoose
from dangol.records.catalog.offers import ensure_offers
from dangol.records.permission.asking import ChannelFacts
from tests.insight.relationship.world import TODAY

TILL = ChannelFacts("till_coupon", None, needs_consent=False)
TEXT = ChannelFacts("sms", "mobile", needs_consent=True)
pytestmark = [pytest.mark.store, pytest.mark.django_db]


@pytest.fixture
def valued(full_run: int) -> Run:
    """A valued shop with the first offers and programmes."""
    run = Run.objects.get(pk=full_run)
    ensure_offers(currency="KRW", at=TODAY)
    ensure_programmes(run, channel=TILL.name, at=TODAY)
    return run


@pytest.fixture
def ask(valued: Run) -> Callable[..., Positioned]:
    def asked(budget: int = 200_000, **told: object) -> Positioned:
        known = {"channels": {"till_coupon": TILL, "sms": TEXT}, "past": NOTHING, "at": TODAY, "by": None}
        return positioned(position(valued, budget=budget, **{**known, **told}))  # type: ignore[arg-type]

    return asked


def everything_by(channel: str) -> None:
    for one in programmes():
        write_programme(code=one.code, terms=replace(terms_of(one), channel=channel), by=None, at=TODAY)


class TestPosition:
    def test_keeps_to_the_budget_and_adds_up(self, ask: Callable[..., Positioned]) -> None:
        found = ask()
        assert 0 < found.cost <= 200_000
        assert sum(row.cost for row in found.rows) == found.cost
        assert sum(row.customers for row in found.rows) == found.customers > 0
        assert found.net == pytest.approx(found.company.value + found.customer.value - found.cost, rel=1e-4)
        assert found.company.low <= found.company.value <= found.company.high

    def test_recommends_to_each_customer_what_the_rows_count(self, ask: Callable[..., Positioned]) -> None:
        found = ask()
        told = Score.objects.filter(run=found.run, name=PROGRAMME)
        for row in found.rows:
            assert told.filter(text=row.code).count() == row.customers == sum(row.moves.values())
        assert told.filter(text=ASK).count() == found.ask

    def test_moves_each_region_by_its_own_bond(self, ask: Callable[..., Positioned]) -> None:
        found = ask(10**9)
        assert sum(row.moves["A_B"] for row in found.rows) > 0 < sum(row.moves["C_D"] for row in found.rows)
        for row in found.rows:
            assert row.moves["C_D" if row.bond == "transactional" else "A_B"] == 0

    def test_makes_the_shop_fairer(self, ask: Callable[..., Positioned]) -> None:
        found = ask(10**9)
        assert found.before is not None and found.after is not None
        assert found.after < found.before

    def test_gains_more_with_more_money(self, ask: Callable[..., Positioned]) -> None:
        gains = [ask(budget).net for budget in (0, 50_000, 500_000, 10**9)]
        assert gains == sorted(gains)
        assert gains[0] == 0

    def test_reaches_nobody_by_a_channel_that_needs_what_nobody_gave(self, ask: Callable[..., Positioned]) -> None:
        everything_by("sms")
        found = ask()
        assert found.customers == found.cost == 0
        assert sum(found.withheld["sms"].values()) > 0

    def test_reaches_nobody_by_a_channel_that_is_gone(self, ask: Callable[..., Positioned]) -> None:
        everything_by("pigeon")
        assert ask().withheld == {"pigeon": {"no_channel": ask().withheld["pigeon"]["no_channel"]}}

    def test_never_takes_from_the_customer(self, ask: Callable[..., Positioned]) -> None:
        for one in programmes():
            terms = replace(terms_of(one), company=10**6, company_high=10**7, customer=-1, customer_low=-10)
            write_programme(code=one.code, terms=terms, by=None, at=TODAY)
        assert ask(10**9).customers == 0

    def test_is_as_unsure_of_nothing_expected_as_of_anything_else(self, ask: Callable[..., Positioned]) -> None:
        for one in programmes():
            terms = replace(terms_of(one), company=0, company_low=-10, company_high=10, cost=1, customer=5)
            terms = replace(terms, customer_low=0, customer_high=10)
            write_programme(code=one.code, terms=terms, by=None, at=TODAY)
        found = ask(10**9)
        assert found.customers > 0 and found.company.value == 0
        assert found.company.low < 0 < found.company.high

    def test_learns_from_a_campaign_with_the_offer(self, ask: Callable[..., Positioned]) -> None:
        past = Past(company={"care": [PastEffect(40_000.0, 39_000.0, 41_000.0)]})
        before, after = (next(row for row in ask(past=told).rows if row.code == "gift") for told in (NOTHING, past))
        assert (before.expected_company.source, after.expected_company.source) == ("stated", "learned")
        assert after.expected_company.value > before.expected_company.value

    def test_learns_what_customers_gain_from_those_followed(self, ask: Callable[..., Positioned]) -> None:
        past = Past(customer={"gift": [PastEffect(40_000.0, 39_000.0, 41_000.0)]})
        before, after = (next(row for row in ask(past=told).rows if row.code == "gift") for told in (NOTHING, past))
        assert (before.expected_customer.source, after.expected_customer.source) == ("stated", "learned")
        assert after.expected_customer.value > before.expected_customer.value
        assert after.expected_company == before.expected_company

    def test_refuses_without_programmes_or_with_less_than_nothing(self, ask: Callable[..., Positioned]) -> None:
        with pytest.raises(NothingToChoose):
            ask(-1)
        for one in programmes():
            write_programme(code=one.code, terms=replace(terms_of(one), in_use=False), by=None, at=TODAY)
        with pytest.raises(NothingToChoose):
            ask()
        assert last_positioned() is None

    def test_can_be_chosen_by_in_segments(self, ask: Callable[..., Positioned]) -> None:
        row = ask().chosen[0]
        rule = {PROGRAMME: [row.code]}
        assert select(rule, run=None).count() == row.customers
        assert row.name in described(rule)

    def test_is_explained_to_the_person(self, ask: Callable[..., Positioned]) -> None:
        run = ask().run
        score = Score.objects.filter(run=run, name=PROGRAMME).exclude(text=ASK).earliest("pk")
        (told,) = programme_explained(score.customer_id)
        assert told.result == programme(score.text).name_en  # type: ignore[union-attr]
        assert run.kind == KIND


class TestCatalogue:
    def test_begins_once_with_what_a_customer_spends(self, valued: Run) -> None:
        first = programmes()
        ensure_programmes(valued, channel="", at=TODAY)
        assert [one.pk for one in programmes()] == [one.pk for one in first]
        assert len(first) == 8
        assert all(one.cost > 0 and one.company_low < 0 < one.company_high for one in first)

    def test_keeps_every_version_in_the_order_of_the_first(self, valued: Run) -> None:
        codes = [one.code for one in programmes()]
        terms = replace(terms_of(programmes()[0]), cost=77)
        write_programme(code=codes[0], terms=terms, by=None, at=TODAY)
        write_programme(code=codes[0], terms=terms, by=None, at=TODAY)
        assert [one.code for one in programmes()] == codes
        assert programmes()[0].cost == 77
        assert len(history(codes[0])) == 2

    def test_refuses_what_contradicts_itself(self, valued: Run) -> None:
        terms = terms_of(programmes()[0])
        for wrong in ({"cost": -1}, {"company_low": terms.company + 1}, {"name_en": " "}, {"offer": "none"}):
            with pytest.raises(BadProgramme):
                write_programme(code="x", terms=replace(terms, **wrong), by=None, at=TODAY)  # type: ignore[arg-type]
