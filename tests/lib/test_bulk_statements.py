"""How many rows SQLite takes by one statement."""

import pytest
from django.db import connection

from dangol.lib import bulk


@pytest.mark.django_db
def test_every_table_whose_check_calls_a_function_takes_row_by_row() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%CHECK%JSON_VALID(%'")
        checked = {name for (name,) in cursor.fetchall()}
    assert "customers_customer" in checked
    assert {name for name in checked if bulk._together(name, 5) > 1} == set()
    assert bulk._together("customers_contactpoint", 5) == bulk.CELLS / 5
