"""Who outside our staff handles customers' data, and by which contract."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from django.utils.translation import override

from dangol.records.staff import actions, queries
from dangol.records.staff.models import Contract, Unit
from dangol.records.staff.roles import Role
from tests.records.staff.office import AT, office, staff

pytestmark = [pytest.mark.django_db, pytest.mark.store]


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Refusals in the words of the code."""
    with override("en"):
        yield


DAY = date(2026, 11, 22)


def signed(unit: Unit | None = None, *, recipient: str = "", on: date = DAY, status: str = "processor") -> Contract:
    return actions.record_contract(unit=unit, recipient=recipient, status=status, signed_on=on, by=None, at=AT)


class TestRecord:
    def test_refuses_what_contradicts_itself(self) -> None:
        unit = office(contracts=False)["D1"]
        wrong: list[dict[str, object]] = [
            {"unit": unit, "recipient": "both"}, {"unit": None}, {"unit": None, "recipient": "  "},
            {"unit": unit, "status": "friend"}, {"unit": unit, "ends_on": date(2026, 11, 21)},
            {"unit": unit, "country": "Korea"}, {"unit": unit, "country": "K1"}, {"unit": unit, "country": "한국"},
        ]  # fmt: skip
        for told in wrong:
            with pytest.raises(actions.CannotContract):
                actions.record_contract(**{"status": "processor", "signed_on": DAY, "by": None, "at": AT} | told)  # type: ignore[arg-type]
        assert not Contract.objects.exists()

    def test_holds_from_its_day_and_the_newest_counts(self) -> None:
        unit = office(contracts=False)["D1"]
        first, second = signed(unit, on=date(2026, 1, 1)), signed(unit, on=date(2026, 6, 1), status="third_party")
        assert queries.contract_with(unit=unit, on=date(2025, 12, 31)) is None
        assert queries.contract_with(unit=unit, on=date(2026, 5, 31)) == first
        assert queries.contract_with(unit=unit, on=date(2026, 6, 1)) == second

    def test_ends_with_a_day_and_may_begin_again(self) -> None:
        unit = office(contracts=False)["D1"]
        actions.end_contract(signed(unit, on=date(2026, 1, 1)), ends_on=DAY, by=None, at=AT)
        assert queries.contract_with(unit=unit, on=DAY) is not None
        assert queries.contract_with(unit=unit, on=date(2026, 11, 23)) is None
        assert Contract.objects.count() == 2  # the old row stays as it was
        signed(unit, on=date(2026, 12, 1))
        assert queries.contract_with(unit=unit, on=date(2026, 12, 1)) is not None


class TestRecipients:
    def test_are_all_with_a_standing_contract_each_once(self) -> None:
        units = office(contracts=False)
        signed(units["D1"], on=date(2026, 1, 1))
        newer = signed(units["D1"], on=date(2026, 2, 1))
        gateway = signed(recipient="한빛메시지")
        actions.end_contract(signed(recipient="예전 구름"), ends_on=DAY, by=None, at=AT)
        assert set(queries.recipients(on=date(2026, 11, 23))) == {newer, gateway}
        assert queries.standing(on=DAY) == {units["D1"].pk: newer}


class TestEntry:
    def test_is_closed_to_a_dealer_without_a_standing_contract(self) -> None:
        units = office(contracts=False)
        dealer = staff(Role.DEALER, "D1")
        with pytest.raises(queries.EntryClosed, match="D1"):
            queries.refuse_closed_entry(dealer, on=DAY)
        signed(units["D2"])
        with pytest.raises(queries.EntryClosed):
            queries.refuse_closed_entry(dealer, on=DAY)
        signed(units["D1"])
        queries.refuse_closed_entry(dealer, on=DAY)

    def test_is_closed_to_a_dealer_of_no_unit_and_open_to_our_own_staff(self) -> None:
        office(contracts=False)
        with pytest.raises(queries.EntryClosed):
            queries.refuse_closed_entry(staff(Role.DEALER), on=DAY)
        queries.refuse_closed_entry(staff(Role.AGENT, "D1"), on=DAY)


class TestEnsure:
    def test_signs_dealers_that_never_had_one_and_nobody_twice(self) -> None:
        units = office(contracts=False)
        actions.end_contract(signed(units["D1"], on=date(2024, 1, 1)), ends_on=date(2025, 1, 1), by=None, at=AT)

        def ensured() -> int:
            return actions.ensure_contracts(
                status="processor", signed_on=date(2024, 10, 1), purpose="delivery", items="names", at=AT
            )

        assert ensured() == 2
        assert ensured() == 0
        assert queries.contract_with(unit=units["D1"], on=DAY) is None  # an ended one is not signed anew
        assert set(queries.standing(on=DAY)) == {units["D2"].pk, units["D3"].pk}
