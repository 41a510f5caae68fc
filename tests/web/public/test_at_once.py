"""Several presses of one person at one moment: one after the other, none lost, none broken."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.stores import said_by, shared_with_processes
from tests.web.public.crowd import AT_ONCE

pytestmark = [pytest.mark.store, pytest.mark.django_db(transaction=True)]
CROWD = "tests.web.public.crowd"


@pytest.fixture
def store(tmp_path: Path) -> dict[str, str]:
    """Return the environment of a store that threads share."""
    home = tmp_path / "shared"
    home.mkdir()
    return shared_with_processes(home) | {"DANGOL_HOME": str(home)}


def test_the_same_press_is_written_down_once(store: dict[str, str]) -> None:
    told = said_by(CROWD, "same", environ=store)
    assert told == {"told": {"302": AT_ONCE}, "refusals": 1}


def test_yes_and_no_take_turns_and_the_last_one_counts(store: dict[str, str]) -> None:
    told = said_by(CROWD, "against", environ=store)
    assert told == {"told": {"302": AT_ONCE}, "turns": True, "counts_last": True}


def test_guessing_in_eight_tabs_is_no_quicker(store: dict[str, str]) -> None:
    told = said_by(CROWD, "code", environ=store)
    assert told == {"told": {"422": AT_ONCE}, "after": 422}


def test_the_right_code_opens_once(store: dict[str, str]) -> None:
    told = said_by(CROWD, "right", environ=store)
    assert told == {"told": {"302": 1, "422": 4}}
