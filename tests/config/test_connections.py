"""As many as work at once each reach the store."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

# A server answers eight at once, while work, outbox, nightly duties, access log, folders and warming go on behind.
AT_ONCE = 8 + 6


@pytest.mark.store
@pytest.mark.django_db(transaction=True)
def test_everybody_at_work_holds_a_connection_at_the_same_time() -> None:
    all_there = Barrier(AT_ONCE, timeout=20)

    def hold(number: int) -> int:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT %s + 0", [number])
                all_there.wait()
                return int(cursor.fetchone()[0])
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as threads:
        assert list(threads.map(hold, range(AT_ONCE))) == list(range(AT_ONCE))
