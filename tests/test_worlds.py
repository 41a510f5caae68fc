"""A world that is put back is the one that was made, and is put back only where it would be made the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection
from pytest_django import Settings as DjangoSettings

from dangol.insight.relationship import actions
from dangol.records.customers.models import Customer
from tests import worlds
from tests.insight.relationship.world import full_shop, values
from tests.worlds import remembered

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def stands(tmp_path: Path, settings: DjangoSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin with a folder for the lake and with no world known."""
    settings.DANGOL_LAKE = tmp_path / "lake"
    monkeypatch.setattr(worlds, "_known", {})


def test_holds_the_rows_the_lake_and_what_came_of_it(settings: DjangoSettings, tmp_path: Path) -> None:
    shop = full_shop(customers=40)
    run = shop.valued()
    before, drawn, files = worlds._filled(), shop.random.random(), {path.name for path in tmp_path.rglob("*")}
    with connection.cursor() as cursor:
        for table in before:
            cursor.execute(f'DELETE FROM "{table}"')
    settings.DANGOL_LAKE = tmp_path / "again"
    again = full_shop(customers=40)
    assert again is not shop and again.random.random() == drawn
    found = again.valued()
    assert (found.pk, worlds._filled()) == (run.pk, before)
    assert values(found, "customer_equity") == values(run, "customer_equity")
    assert {path.name for path in (tmp_path / "again").rglob("*")} | {"lake", "again"} == files | {"again"}


def test_is_made_anew_beside_other_rows_with_other_words_and_where_a_function_was_patched(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[int] = []

    def make() -> int:
        made.append(1)
        return len(made)

    assert [remembered("one", make), remembered("one", make)] == [1, 1]
    assert [remembered("one", make, size=2), remembered("other", make)] == [2, 3]
    with monkeypatch.context() as patch:
        patch.setattr(actions, "value_customers", lambda **_: None)
        assert remembered("one", make) == 4
    Customer.objects.create(full_name="손님", registered_at="2026-01-01T00:00:00Z")
    assert remembered("one", make) == 5
