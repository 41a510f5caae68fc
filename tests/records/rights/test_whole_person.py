"""Everything of a person is in the bundle before, and nowhere in the database after, whatever the tables."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import models

from dangol.lib import sealing
from dangol.records.customers import duties
from dangol.records.customers.duties import PersonalTable
from dangol.records.customers.models import Customer, SearchTerm
from dangol.records.customers.queries import found
from dangol.records.customers.search_index import index
from dangol.records.permission.models import Consent
from dangol.records.rights.bundle import as_json, bundle
from dangol.records.rights.erasure import erase, plan
from tests.house.test_walls import leads_to_customer
from tests.records.rights.whole_person import AT, BIRTH, Filler, Person, every_text

pytestmark = [pytest.mark.django_db, pytest.mark.store]


# What search finds a person by: words of theirs that stand in the bundle once already.
NOT_TOLD = {"customers.SearchCard.lines"}


@pytest.fixture
def person(settings: Any, tmp_path: Any) -> Person:
    settings.DANGOL_HOME, settings.DANGOL_KEYS = tmp_path, tmp_path / "keys.json"
    return Filler().person()


def untold() -> list[str]:
    """Tables tied to a person by any chain of keys that say nothing of how they are exported and erased."""
    tied = {
        model._meta.label for model in apps.get_models()
        if model.__module__.startswith("dangol.") and leads_to_customer(model)
    }  # fmt: skip
    return sorted(tied - set(duties.TABLES))


class TestRegistry:
    def test_knows_every_table_that_is_tied_to_a_person(self) -> None:
        assert untold() == []

    def test_misses_a_table_that_says_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delitem(duties.TABLES, "voices.SurveyAnswer")
        assert untold() == ["voices.SurveyAnswer"]

    def test_refuses_a_table_without_an_eraser_and_without_a_reason(self) -> None:
        with pytest.raises(ValueError, match="say how it is erased"):
            duties.register(PersonalTable(Consent, "customer"))


class TestBundle:
    def test_holds_every_secret_of_every_table(self, person: Person) -> None:
        told = as_json(bundle(person.customer.pk, at=AT))
        missing = {place for secret, place in person.secrets.items() if secret not in told and "Household" not in place}
        assert missing == NOT_TOLD

    def test_misses_what_a_table_hides(self, person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delitem(duties.TABLES, "voices.SurveyAnswer")
        told = as_json(bundle(person.customer.pk, at=AT))
        assert [secret for secret, place in person.secrets.items() if "SurveyAnswer" in place and secret in told] == []


def remaining(person: Person) -> set[tuple[str, str]]:
    """Secrets that still stand somewhere: (where it was put, where it stands)."""
    texts = list(every_text())
    still = {
        (place, where) for where, text in texts for secret, place in person.secrets.items() if secret in text
    }  # fmt: skip
    return still | {("birth date", where) for where, text in texts if BIRTH.isoformat() in text}


class TestErase:
    def test_leaves_no_secret_in_any_table(self, person: Person) -> None:
        assert remaining(person)
        erase(person.customer.pk, reason="test", by=None, at=AT)
        assert remaining(person) == set()
        sealed = [
            row for model, column in sealing.SEALED for row in model._default_manager.exclude(**{column: ""})
            if column in {field.name for field in model._meta.concrete_fields}
        ]  # fmt: skip
        assert sealed == []

    def test_would_be_seen_to_leave_a_table_whose_eraser_forgets_a_column(
        self, person: Person, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        table = duties.TABLES["outbox.Message"]
        careless = PersonalTable(table.model, table.owner, duties.blank_fields(table.model, table.owner, body=""))
        monkeypatch.setitem(duties.TABLES, table.name, careless)
        erase(person.customer.pk, reason="test", by=None, at=AT)
        assert {where for _place, where in remaining(person)} == {"outbox_message.address", "outbox_message.subject"}

    def test_tells_before_what_goes_and_what_stays(self, person: Person) -> None:
        told = plan(person.customer.pk)
        assert len(told) == len(duties.TABLES)
        assert all(one.rows == 1 for one in told)
        assert [one for one in told if not one.deletes and not one.stays] == []

    def test_is_found_by_nobody(self, person: Person) -> None:
        name, number = person.customer.full_name, person.customer.identities.get().external_id
        known = Customer.objects.known()
        index([person.customer.pk])
        assert found(name, among=known).exists() and found(number, among=known).exists()
        erase(person.customer.pk, reason="test", by=None, at=AT)
        for text in (name, number):
            assert not found(text, among=Customer.objects.all()).exists()
        assert not SearchTerm.objects.exists()

    def test_tells_the_feed_of_the_customer_and_the_ids(self, person: Person) -> None:
        from dangol.records.changes.models import Change

        Change.objects.all().delete()
        erase(person.customer.pk, reason="test", by=None, at=AT)
        assert {"customers_customer", "customers_identity", "rights_destruction"} <= set(
            Change.objects.values_list("table", flat=True)
        )


def test_a_new_column_is_blanked_until_somebody_says_why_it_stays() -> None:
    class Diary(models.Model):
        __module__ = "dangol.records.customers.models"

        customer = models.ForeignKey(Customer, on_delete=models.CASCADE)
        words = models.TextField()
        at = models.DateTimeField()

        class Meta:
            app_label = "customers"

    try:
        with pytest.raises(ValueError, match=r"Diary.at cannot be empty"):
            duties.blank_but(Diary, "customer", keeps={"customer": "key"})
        kept = duties.blank_but(Diary, "customer", keeps={"customer": "key", "at": "when"})
        assert dict(kept.blank) == {"words": ""}
        assert untold() == ["customers.Diary"]
    finally:
        del apps.all_models["customers"]["diary"]
        apps.clear_cache()


def test_every_table_and_column_has_a_name_people_read() -> None:
    from dangol.records.rights import words

    nameless = [
        f"{table.name}.{column.name}"
        for table in duties.TABLES.values()
        for column in table.columns
        if column.name not in words.COLUMNS and column.name not in table.words
    ]
    nameless += [table.name for table in duties.TABLES.values() if not table.label and table.name not in words.TABLES]
    assert nameless == []
