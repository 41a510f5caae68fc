"""A carrier is really killed, and what the outside sees is compared before and after."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection

from tests.contact.delivery.carrier import BATCH, NUMBER, POINTS
from tests.stores import copied, said_by, shared_with_processes

CARRIER = "tests.contact.delivery.carrier"


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a SQLite home with a full outbox, to be copied."""
    home = tmp_path_factory.mktemp("filled")
    said_by(CARRIER, "fill", environ={"DANGOL_HOME": str(home)})
    return home


@pytest.fixture
def store(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    """Return the environment of a store with a full outbox."""
    environ = shared_with_processes(tmp_path / "home")
    if connection.vendor == "postgresql":
        said_by(CARRIER, "fill", environ=environ)
    else:
        copied(request.getfixturevalue("filled"), tmp_path / "home")
    return environ


@pytest.mark.store
@pytest.mark.django_db(transaction=True)
class TestCarrier:
    @pytest.mark.parametrize("point", POINTS)
    def test_killed_loses_nothing_and_shows_nothing_twice(self, point: str, store: dict[str, str]) -> None:
        killed, after = said_by(CARRIER, "kill", point, environ=store)

        done = 2 * BATCH if point == "finished" else BATCH
        assert len(killed["displayed"]) + killed["withheld"] == done
        assert killed["displayed"] == killed["handed_over"]
        assert killed["interactions"] == len(killed["displayed"])
        assert killed["withholdings"] == killed["withheld"]
        assert killed["half_done"] == 0

        assert after["displayed"] == after["handed_over"] == after["permitted"]
        assert len(after["displayed"]) + after["withheld"] == NUMBER
        assert after["withheld"] == after["withholdings"] == len(range(0, NUMBER, 7))
        assert after["interactions"] == len(after["displayed"])

    def test_beside_another_one_shows_each_message_once(self, store: dict[str, str]) -> None:
        (after,) = said_by(CARRIER, "race", environ=store)
        assert after["displayed"] == after["handed_over"] == after["permitted"]
        assert after["interactions"] == len(after["displayed"]) == NUMBER - len(range(0, NUMBER, 7))
