"""Several presses of one person at one moment: one after the other, none lost, none broken."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.stores import said_by, shared_with_processes
from tests.web.public.crowd import AT_ONCE

pytestmark = [pytest.mark.store, pytest.mark.django_db(transaction=True)]
CROWD = "tests.web.public.crowd"


@pytest.fixture
def told(tmp_path: Path) -> dict[str, Any]:
    """What came of every scene, one after the other in a store that threads share."""
    home = tmp_path / "shared"
    home.mkdir()
    environ = shared_with_processes(home) | {"DANGOL_HOME": str(home)}
    return dict(said_by(CROWD, "same", "against", "code", "right", environ=environ))


def test_the_same_press_yes_and_no_and_codes_are_each_taken_in_turn(told: dict[str, Any]) -> None:
    assert told["same"] == {"told": {"302": AT_ONCE}, "refusals": 1}, "the same press is written down once"
    assert told["against"] == {"told": {"302": AT_ONCE}, "turns": True, "counts_last": True}, "the last one counts"
    assert told["code"] == {"told": {"422": AT_ONCE}, "after": 422}, "guessing in eight tabs is no quicker"
    assert told["right"] == {"told": {"302": 1, "422": 4}}, "the right code opens once"
