"""`dangol keys`: what there is, a new key, and a change that is killed anywhere and goes on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.config.test_faults import dangol, one_sentence
from tests.lib.killed_rotation import NUMBER, POINTS
from tests.stores import begin, copied, said_by

ROTATION = "tests.lib.killed_rotation"


def answer(*words: str, home: Path) -> dict[str, object]:
    done = dangol("keys", *words, "--json", home=home)
    assert done.returncode == 0, done.stderr
    told: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return told


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = begin(tmp_path_factory.mktemp("keys") / "own")
    assert dangol("init", home=home).returncode == 0
    return home


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Path:
    """Return an empty home."""
    return copied(made, tmp_path / "own")


class TestKeys:
    def test_says_how_many_there_are(self, home: Path) -> None:
        told = answer(home=home)
        assert told == {"texts": 0, "keys": 0, "file": str(home / "keys.json")}

    def test_changes_them(self, home: Path) -> None:
        dangol("find", "김", home=home)  # its entry is sealed into the log, which makes a key
        before = json.loads((home / "keys.json").read_text())
        told = answer("--rotate", home=home)
        after = json.loads((home / "keys.json").read_text())
        assert told["keys"] == 1 and told["forgotten"] == 1
        assert before["fields"] != after["fields"] and before["marks"] == after["marks"]
        assert dangol("doctor", home=home).returncode == 0

    def test_are_not_changed_by_two_at_once(self, home: Path) -> None:
        import fcntl

        dangol("find", "김", home=home)
        before = (home / "keys.json").read_bytes()
        with (home / "keys.json.lock").open("w") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            done = dangol("keys", "--rotate", home=home)
        assert done.returncode == 1
        assert "being changed" in one_sentence(done)
        assert (home / "keys.json").read_bytes() == before

    def test_are_the_owners_business(self, home: Path) -> None:
        done = dangol("keys", "--as", "nobody", home=home)
        assert done.returncode == 2


class TestLost:
    def test_key_lets_the_lines_of_the_access_log_wait(self, home: Path) -> None:
        dangol("find", "김", home=home)
        (home / "keys.json").rename(home / "keys.aside")
        done = dangol("find", "이", home=home)
        assert "wait" in one_sentence(done) and "keys.json" in done.stderr
        assert list((home / "access").glob("spool-*")) and not (home / "keys.json").exists()
        (home / "keys.aside").rename(home / "keys.json")
        dangol("find", "박", home=home)
        assert not list((home / "access").glob("spool-*"))
        assert dangol("doctor", home=home).returncode == 0


class TestKilled:
    @pytest.mark.parametrize("point", POINTS)
    def test_change_of_keys_loses_no_text_and_goes_on(self, point: str, tmp_path: Path) -> None:
        told = said_by(ROTATION, str(tmp_path), point, environ={})
        assert told["killed"]["read"] == NUMBER
        assert told["killed"]["keys"] == (1 if point == "forgotten" else 2)
        assert told["after"] == {"read": NUMBER, "keys": 1, "lost": 0}
        assert told["changed"] and told["marks"]
        assert told["parts"] == []
