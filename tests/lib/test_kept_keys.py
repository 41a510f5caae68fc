"""Keys that PostgreSQL asks for once a statement keep what foreign keys keep; SQLite has foreign keys."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connection
from django.db.transaction import atomic

from dangol.lib import bulk, kept_keys
from dangol.lib.kept_keys import AskOncePerStatement, Key
from dangol.records.customers.models import Customer, Identity
from dangol.records.ledger.models import OrderLine, Transaction

AT = datetime(2026, 5, 2, 3, tzinfo=UTC)
NOWHERE = 999_999_999
COLUMNS = ["customer_id", "source", "scheme", "external_id", "lake_key"]

pytestmark = [pytest.mark.store, pytest.mark.django_db]


def somebody() -> Customer:
    return Customer.objects.create(registered_at=AT)


def checked() -> None:
    connection.check_constraints()


class TestKeys:
    def test_let_rows_come_that_lead_somewhere_or_are_said_to_lead_nowhere(self) -> None:
        one = somebody()
        bulk.insert(
            connection, "customers_identity", COLUMNS, [(one.pk, "pos", "customer", f"c{n}", n) for n in (1, 2)]
        )
        Transaction.objects.create(identity=None, source="pos", receipt="r1", at=AT, amount=1, currency="KRW")
        checked()
        assert Identity.objects.filter(customer=one).count() == 2

    @pytest.mark.parametrize("wrong", [[0], [2], [0, 1, 2]])
    def test_refuse_a_statement_of_which_any_row_leads_nowhere(self, wrong: list[int]) -> None:
        one = somebody()
        rows = [(NOWHERE + n if n in wrong else one.pk, "pos", "customer", f"c{n}", n) for n in range(3)]
        with pytest.raises(IntegrityError), atomic():
            bulk.insert(connection, "customers_identity", COLUMNS, rows)
            checked()
        assert not Identity.objects.exists()

    def test_refuse_a_change_that_leads_nowhere(self) -> None:
        mine = Identity.objects.create(customer=somebody(), source="pos", external_id="c1")
        other = somebody()
        Identity.objects.filter(pk=mine.pk).update(customer=other)
        with pytest.raises(IntegrityError), atomic():
            Identity.objects.filter(pk=mine.pk).update(customer_id=NOWHERE)
            checked()
        assert Identity.objects.get().customer == other

    def test_refuse_that_what_they_lead_to_goes(self) -> None:
        one = somebody()
        Identity.objects.create(customer=one, source="pos", external_id="c1")
        with pytest.raises(IntegrityError), atomic():
            gone(one)
            checked()
        assert Customer.objects.filter(pk=one.pk).exists()

    def test_let_go_first_what_is_led_to_when_the_rest_goes_in_the_same_transaction(self) -> None:
        one = somebody()
        mine = Identity.objects.create(customer=one, source="pos", external_id="c1")
        with atomic():
            gone(one)
            mine.delete()
            checked()
        assert not Customer.objects.filter(pk=one.pk).exists()

    def test_name_what_led_nowhere(self) -> None:
        with pytest.raises(IntegrityError, match=r"(?i)foreign key"), atomic():
            line = OrderLine(transaction_id=NOWHERE, position=1, at=AT, quantity=1, amount=1)
            line.save(force_insert=True)
            checked()


if connection.vendor == "postgresql":  # SQLite keeps its own foreign keys

    class TestOnPostgresql:
        def test_the_largest_tables_keep_their_keys_so(self) -> None:
            with connection.cursor() as cursor:
                found = kept_keys.kept(cursor)
            assert found == [
                Key("customers_contactpoint", "customer_id", "customers_customer"),
                Key("customers_identity", "customer_id", "customers_customer"),
                Key("customers_searchcard", "customer_id", "customers_customer"),
                Key("ledger_orderline", "product_id", "catalog_product"),
                Key("ledger_orderline", "transaction_id", "ledger_transaction"),
                Key("ledger_transaction", "identity_id", "customers_identity"),
            ]

        def test_what_came_while_they_were_off_is_found(self) -> None:
            key = Key("customers_identity", "customer_id", "customers_customer")
            with atomic(), connection.cursor() as cursor:
                kept_keys.refuse_lost(cursor, key)
                cursor.execute("ALTER TABLE customers_identity DISABLE TRIGGER USER")
                bulk.insert(connection, "customers_identity", COLUMNS, [(NOWHERE, "pos", "customer", "c1", 1)])
                with pytest.raises(IntegrityError, match="1 foreign keys lead nowhere"):
                    kept_keys.refuse_lost(cursor, key)
                connection.set_rollback(True)

        def test_a_step_back_makes_a_foreign_key_of_it_again(self) -> None:
            from django.apps import apps
            from django.db.migrations.state import ProjectState

            state, step = ProjectState.from_apps(apps), AskOncePerStatement("identity", "customer")
            with atomic(), connection.schema_editor(atomic=False) as editor, connection.cursor() as cursor:
                step.database_backwards("customers", editor, state, state)
                assert "customers_identity" not in {key.table for key in kept_keys.kept(cursor)}
                assert constraints(cursor) == 1
                step.database_forwards("customers", editor, state, state)
                assert constraints(cursor) == 0
                assert "customers_identity" in {key.table for key in kept_keys.kept(cursor)}
                connection.set_rollback(True)

        @pytest.mark.django_db(transaction=True)
        def test_nobody_takes_away_what_a_row_leads_to_that_another_transaction_is_writing(self) -> None:
            one = somebody()
            other = connection.copy()
            try:
                with atomic():
                    Identity.objects.create(customer=one, source="pos", external_id="c1")
                    with other.cursor() as cursor, pytest.raises(OperationalError, match="lock timeout"):
                        cursor.execute("SET lock_timeout = '50ms'")
                        cursor.execute("DELETE FROM customers_customer WHERE id = %s", [one.pk])
            finally:
                other.close()
            assert Identity.objects.get().customer == one

        @pytest.mark.django_db(transaction=True)
        def test_a_row_waits_for_whoever_takes_away_what_it_leads_to(self) -> None:
            one = somebody()
            other = connection.copy()
            try:
                with other.cursor() as cursor:
                    cursor.execute("BEGIN")
                    cursor.execute("DELETE FROM customers_customer WHERE id = %s", [one.pk])
                    with pytest.raises(OperationalError, match="lock timeout"), atomic(), connection.cursor() as mine:
                        mine.execute("SET LOCAL lock_timeout = '50ms'")
                        Identity.objects.create(customer=one, source="pos", external_id="c1")
                    cursor.execute("COMMIT")
            finally:
                other.close()
            with pytest.raises(IntegrityError):
                Identity.objects.create(customer=one, source="pos", external_id="c1")


def gone(one: Customer) -> None:
    """Without Django, which looks for itself who leads there."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM customers_customer WHERE id = %s", [one.pk])


def constraints(cursor: Any) -> int:
    cursor.execute(
        "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND conrelid = 'customers_identity'::regclass"
    )
    return int(cursor.fetchone()[0])
