"""A question that is stopped ends in the engine, which answers the next one."""

from __future__ import annotations

import time
from pathlib import Path
from threading import Thread
from typing import Any

import ibis
import pytest

from dangol.insight.warehouse.engine import Stopped
from dangol.insight.warehouse.queries import Lake
from tests.insight.warehouse.small_lake import small_lake


def endless() -> Any:
    """Make a question that no machine answers while a test waits."""
    numbers = ibis.range(0, 2_000_000).unnest().name("n").as_table()
    return numbers.cross_join(numbers.view()).aggregate(n=(ibis._.n * ibis._.n_right % 7).sum())


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return small_lake(tmp_path)


class TestStop:
    def test_ends_a_question_that_is_under_way(self, lake: Lake) -> None:
        ended: list[Exception] = []

        def ask() -> None:
            try:
                lake.arrow(endless())
            except Stopped as error:
                ended.append(error)

        asking = Thread(target=ask)
        asking.start()
        time.sleep(0.5)
        lake.stop()
        asking.join(30)
        assert (asking.is_alive(), len(ended)) == (False, 1)

    def test_lets_no_further_statement_of_the_question_begin(self, lake: Lake) -> None:
        lake.stop()
        with pytest.raises(Stopped), lake.kept(lake.table("lines").count().as_table()):
            pass
        lake.go_on()
        assert lake.arrow(lake.table("lines")).num_rows == 0
