"""Loans: that something of a class was lent, for everybody; which title, for whoever wants it kept."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from dangol.lib import sealing
from dangol.lib.bulk import UTC_TIME, Counted
from dangol.records.customers.models import Customer, Identity
from dangol.records.ledger.loans import append_loans
from dangol.records.ledger.models import Loan, LoanStep, LoanTitle
from dangol.records.permission.actions import give_consent, record_answers, withdraw_consent
from dangol.records.permission.models import Consent
from dangol.records.permission.reading import keeps_history
from tests.records.rights.whole_person import every_text

AT = datetime(2026, 11, 22, 3, tzinfo=UTC)
LENT, BACK = datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 10, 12, tzinfo=UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.store]


@pytest.fixture(autouse=True)
def keys(settings: Any, tmp_path: Path) -> None:
    settings.DANGOL_HOME, settings.DANGOL_KEYS = tmp_path, tmp_path / "keys.json"


def reader(number: str = "L1") -> Identity:
    return Identity.objects.create(
        customer=Customer.objects.create(registered_at=AT), source="own", external_id=number
    )  # fmt: skip


def agree(who: Identity, at: datetime = LENT) -> None:
    give_consent(who.customer, purpose="reading", by=None, at=at, how="counter", evidence="form 12")


def lent(who: Identity, *told: dict[str, Any], at: datetime = AT) -> Counted:
    blank = {"ref": "D-1", "at": LENT, "item_class": "8", "due": None, "renewals": 0.0, "renewed_at": None,
             "returned_at": None, "lost_at": None, "title": "무진기행", "item": "EM0001234"}  # fmt: skip
    full = [blank | row for row in told]
    times = dict.fromkeys(("at", "due", "renewed_at", "returned_at", "lost_at"), UTC_TIME)
    types = times | {"renewals": pa.float64()}
    table = pa.table({
        **{name: pa.array([row[name] for row in full], types.get(name, pa.string())) for name in blank},
        "identity_id": pa.array([who.pk] * len(full), pa.int64()), "unit_id": pa.nulls(len(full), pa.int64()),
    })  # fmt: skip
    history = {who.pk} if who.customer_id in keeps_history([who.customer_id]) else set()
    return append_loans(table, source="own", keeps_history=history, at=at)


def mentions(text: str) -> set[str]:
    return {place for place, cell in every_text() if text in cell}


class TestPrivacy:
    def test_joins_nobody_to_a_title_who_did_not_ask_for_it(self) -> None:
        who = reader()
        lent(who, {}, {"returned_at": BACK})
        assert {*mentions("무진기행"), *mentions("EM0001234"), *mentions("D-1")} == set()
        assert Loan.objects.filter(identity=who, item_class="8").count() == 1  # the count by class remains

    def test_keeps_titles_of_whoever_wants_them_until_they_say_otherwise(self) -> None:
        wants, other = reader("L1"), reader("L2")
        agree(wants)
        lent(wants, {})
        lent(other, {"ref": "D-2"})
        assert list(LoanTitle.objects.values_list("loan__identity", "title")) == [(wants.pk, "무진기행")]
        withdraw_consent(wants.customer, purpose="reading", by=None, at=AT)
        assert mentions("무진기행") == set()
        assert Loan.objects.count() == 2

    def test_heeds_a_withdrawal_that_comes_in_a_file(self) -> None:
        who = reader()
        agree(who)
        lent(who, {})
        no = Consent(customer=who.customer, purpose="reading", granted=False, answered_at=BACK, how="import")
        record_answers([no], at=AT)
        assert LoanTitle.objects.count() == 0

    def test_lets_a_refusal_before_the_agreement_change_nothing(self) -> None:
        who = reader()
        agree(who)
        lent(who, {})
        earlier = LENT - timedelta(days=30)
        no = Consent(customer=who.customer, purpose="reading", granted=False, answered_at=earlier, how="import")
        record_answers([no], at=AT)
        assert LoanTitle.objects.count() == 1


class TestAppend:
    def test_knows_a_loan_again_and_adds_its_renewals_and_return(self) -> None:
        who = reader()
        assert lent(who, {"due": BACK}) == Counted(created=1)
        later = {"renewals": 2.0, "due": BACK + timedelta(days=14)}
        assert lent(who, later) == Counted(updated=1)
        assert lent(who, later | {"returned_at": BACK}) == Counted(updated=1)
        assert list(LoanStep.objects.order_by("pk").values_list("kind", "number", "due")) == [
            ("renewed", 1, None), ("renewed", 2, BACK + timedelta(days=14)), ("returned", 1, None),
        ]  # fmt: skip
        assert lent(who, {"due": BACK}, later, at=AT + timedelta(days=1)) == Counted(unchanged=2)

    def test_stops_where_its_key_is_gone_and_counts_nothing_twice(self, settings: Any) -> None:
        who = reader()
        lent(who, {})
        settings.DANGOL_KEYS.unlink()
        with pytest.raises(sealing.KeyLost):
            lent(who, {})
        assert Loan.objects.count() == 1

    def test_knows_it_again_under_a_new_sealing_key(self) -> None:
        who = reader()
        lent(who, {})
        sealing.add_key()
        assert lent(who, {}) == Counted(unchanged=1)
