"""Two who do something at one moment: one after the other, or one of them is refused; nothing half, nothing twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.loop.at_once import AT_ONCE, ROUNDS
from tests.stores import said_by, shared_with_processes

pytestmark = [pytest.mark.store, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def told(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Any]:
    """Return what came out of one of them; all are done once, by one process."""
    if not _found:
        home = tmp_path_factory.mktemp("shared")
        environ = shared_with_processes(home) | {"DANGOL_HOME": str(home)}
        _found.update(said_by("tests.loop.at_once", environ=environ))
    return _found.__getitem__


_found: dict[str, Any] = {}


class TestStaff:
    def test_one_invitation_lets_one_in(self, told: Callable[[str], Any]) -> None:
        assert told("accept") == {
            "told": {"done": 1, "BadInvitation": AT_ONCE - 1}, "users": 1, "grants": 1, "is_theirs": True
        }  # fmt: skip

    def test_one_name_is_given_once_and_the_others_keep_their_invitations(self, told: Callable[[str], Any]) -> None:
        assert told("names") == {"told": {"done": 1, "CannotGrant": AT_ONCE - 1}, "users": 1, "used": 1}

    def test_two_moves_close_no_circle(self, told: Callable[[str], Any]) -> None:
        assert told("moves") == {"told": {"done": ROUNDS, "CannotPlace": ROUNDS}, "circles": 0}

    def test_units_made_at_one_moment_get_a_code_each(self, told: Callable[[str], Any]) -> None:
        assert told("codes") == {"told": {"done": AT_ONCE}, "units": AT_ONCE}


class TestForgetting:
    def test_is_done_and_written_down_once(self, told: Callable[[str], Any]) -> None:
        assert told("erasures") == {"told": {"done": 1, "NobodyThere": AT_ONCE - 1}, "lines": 1, "problem": ""}

    def test_leaves_nothing_of_a_launch_that_began_before(self, told: Callable[[str], Any]) -> None:
        assert told("launch") == {"told": {"done": 2}, "gone": 5, "left": 0}

    def test_leaves_nothing_of_a_file_that_was_being_read(self, told: Callable[[str], Any]) -> None:
        assert told("import") == {"told": {"done": 2}, "erased": True, "name": "", "numbers": 0}

    def test_is_the_last_word_about_a_person(self, told: Callable[[str], Any]) -> None:
        found = told("corrected")
        assert set(found["refused"]) <= {"ForgottenMeanwhile"}
        assert (found["late"], found["left"], found["name"]) == ({"ForgottenMeanwhile": 2}, 0, "")
