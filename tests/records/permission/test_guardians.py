"""Children: a guardian's answer with its proof, sealed, and a frozen profile until then."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.db.transaction import atomic

from dangol.lib import sealing
from dangol.records.customers.models import Customer
from dangol.records.permission.guardians import CannotGuard, children, frozen, is_child, record_guardian
from dangol.records.permission.models import Guardianship
from tests.people import AT, people, person
from tests.records.permission.asked import KR, NOON

pytestmark = [pytest.mark.django_db, pytest.mark.store]
CHILD = date(2020, 5, 5)
MOTHER: dict[str, Any] = {
    "granted": True, "method": "phone", "name": "김엄마", "contact": "+821011112222", "evidence": "call 7", "by": None,
}  # fmt: skip


@pytest.fixture(autouse=True)
def keys(settings: Any, tmp_path: Any) -> None:
    settings.DANGOL_KEYS = tmp_path / "keys.json"


class TestRecordGuardian:
    def test_seals_who_it_is_and_how_to_reach_them(self) -> None:
        made = record_guardian(person(birth_date=CHILD), at=NOON, **MOTHER)
        stored = Guardianship.objects.values_list("name_sealed", "contact_sealed").get()
        assert "김엄마" not in stored[0] and "1111" not in stored[1]
        assert (sealing.unseal(made.name_sealed), sealing.unseal(made.contact_sealed)) == ("김엄마", "+821011112222")

    @pytest.mark.parametrize(
        "wrong",
        [{"method": "trust"}, {"evidence": " "}, {"name": ""}, {"contact": " "}],
        ids=lambda one: next(iter(one)),
    )
    def test_refuses_an_answer_that_proves_nothing(self, wrong: dict[str, str]) -> None:
        child = person(birth_date=CHILD)
        with pytest.raises(CannotGuard):
            record_guardian(child, at=NOON, **{**MOTHER, **wrong})
        assert not Guardianship.objects.exists()

    @pytest.mark.parametrize("born", [None, date(1990, 1, 1), date(2012, 11, 22)])
    def test_refuses_for_who_decides_alone(self, born: date | None) -> None:
        with pytest.raises(CannotGuard):
            record_guardian(person(birth_date=born), at=NOON, **MOTHER)

    def test_needs_evidence_in_the_database_too(self) -> None:
        with pytest.raises(IntegrityError), atomic():
            Guardianship.objects.create(customer=person(), granted=False, method="phone", evidence="", answered_at=AT)

    def test_takes_an_agreement_back_by_a_new_row_on_a_clock_that_stands_still(self) -> None:
        child = person(birth_date=CHILD)
        for granted in (True, False, True, False):
            record_guardian(child, at=NOON, **{**MOTHER, "granted": granted})
            assert Customer.objects.filter(frozen(KR.of_age_born_by(NOON))).exists() is not granted
        assert child.guardians.count() == 4


class TestFrozen:
    def test_is_every_child_for_whom_nobody_agreed_and_nobody_else(self) -> None:
        grown, unknown = person(birth_date=date(1980, 1, 1)), person(birth_date=None)
        alone, guarded, taken_back = people(3, birth_date=CHILD)
        record_guardian(guarded, at=NOON, **MOTHER)
        record_guardian(taken_back, at=NOON, **MOTHER)
        record_guardian(taken_back, at=NOON + timedelta(hours=1), **{**MOTHER, "granted": False})
        assert set(Customer.objects.filter(frozen(KR.of_age_born_by(NOON)))) == {alone, taken_back}
        assert set(Customer.objects.exclude(frozen(KR.of_age_born_by(NOON)))) == {grown, unknown, guarded}
        assert set(children(KR, NOON)) == {alone, guarded, taken_back}
        assert [is_child(one, pack=KR, at=NOON) for one in (grown, unknown, guarded)] == [False, False, True]
