"""A launch is really killed: afterwards there is all of it or nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.decisions.campaigns.launcher import POINTS
from tests.stores import said_by, shared_with_processes


@pytest.mark.store
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("point", POINTS)
def test_a_killed_launch_leaves_nothing_and_can_be_done_again(point: str, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    killed, again = said_by("tests.decisions.campaigns.launcher", point, environ=shared_with_processes(home))
    assert killed == {"launched": False, "audience": 0, "treated": 0, "waiting": 0, "withheld": {}}
    assert again["launched"] is True
    assert again["audience"] == 60
    assert again["waiting"] == again["treated"]
    assert again["withheld"] == {"no_consent": 5}
