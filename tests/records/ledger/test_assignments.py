from __future__ import annotations

import pytest

from dangol.records.changes.models import Change
from dangol.records.customers.models import Identity
from dangol.records.ledger.assignments import NewAssignment, NewWithholding, assign, withhold
from dangol.records.ledger.models import Assignment, Withholding
from tests.people import AT, people

pytestmark = [pytest.mark.django_db, pytest.mark.store]


def identities(count: int) -> list[int]:
    people(count)
    return list(Identity.objects.order_by("id").values_list("id", flat=True))


class TestAssign:
    def test_is_done_once_for_each_identity_and_source(self) -> None:
        ids = identities(3)
        assert assign((NewAssignment(key, "campaign:1", "treated", "salt") for key in ids[:2]), at=AT) == 2
        assert assign((NewAssignment(key, "campaign:1", "held_out", "salt") for key in ids), at=AT) == 1
        assert dict(Assignment.objects.values_list("identity", "arm")) == {
            ids[0]: "treated", ids[1]: "treated", ids[2]: "held_out",
        }  # fmt: skip
        assert assign((NewAssignment(key, "campaign:2", "held_out", "salt") for key in ids), at=AT) == 3

    def test_records_ranges_that_cover_every_new_row(self) -> None:
        ids = identities(5)
        assign((NewAssignment(key, "campaign:1", "treated", "salt") for key in ids), at=AT)
        change = Change.objects.get(table=Assignment._meta.db_table)
        rows = Assignment.objects.filter(pk__range=(change.first_key, change.last_key))
        assert rows.count() == 5

    def test_records_nothing_when_nothing_is_new(self) -> None:
        assert assign([], at=AT) == 0
        rows = [NewAssignment(key, "campaign:1", "treated", "salt") for key in identities(2)]
        assign(rows, at=AT)
        assign(rows, at=AT)
        assert Change.objects.filter(table=Assignment._meta.db_table).count() == 1

    def test_asks_a_fixed_number_of_questions(self, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
        rows = [NewAssignment(key, "campaign:1", "treated", "salt") for key in identities(500)]
        with django_assert_max_num_queries(12):
            assign(rows, at=AT)


class TestWithhold:
    def test_keeps_the_first_reason(self) -> None:
        (key,) = identities(1)
        assert withhold([NewWithholding(key, "campaign:1", "no_consent")], at=AT) == 1
        assert withhold([NewWithholding(key, "campaign:1", "suppressed")], at=AT) == 0
        assert Withholding.objects.get().reason == "no_consent"
