"""The chain: whatever is changed, added, removed, moved or cut off is found; letting go in due time breaks nothing."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from dangol.lib.sealing import KeyLost
from dangol.records.staff.access import chain, store
from dangol.records.staff.models import AccessAnchor
from tests.records.staff.access.writing import AT, entry, kept, written

pytestmark = pytest.mark.django_db


@pytest.fixture
def log() -> Path:
    """Return the store of a log of four batches, the third of which is anchored."""
    for batch in range(4):
        if batch == 3:
            chain.anchor(at=AT)
        written(*(entry(10 * batch + n, *range(n, 3 * n), 5000 + n, reason=f"r{n}") for n in range(1, 6)))
    written(entry(90, *range(1, 2_500)))  # a list of everybody takes several rows
    return store.path()


def tampered(statement: str, *values: object) -> int:
    """Change the store behind our back; how many rows."""
    with closing(sqlite3.connect(store.path())) as connection, connection:
        return connection.execute(statement, values).rowcount


def problems() -> tuple[str, ...]:
    return chain.verify().problems


class TestVerify:
    def test_finds_a_log_whole(self, log: Path) -> None:
        assert chain.verify() == chain.Checked(batches=5, entries=21)

    def test_of_no_log_finds_nothing_wrong(self) -> None:
        assert chain.verify() == chain.Checked(batches=0, entries=0)

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE entry SET user = '하린' WHERE id = 7",
            "UPDATE entry SET user_id = 2 WHERE id = 7",
            "UPDATE entry SET at = at + 1 WHERE id = 7",
            "UPDATE entry SET verb = 'changed' WHERE id = 7",
            "UPDATE entry SET page = 'map' WHERE id = 7",
            "UPDATE entry SET role = 'owner' WHERE id = 7",
            "UPDATE entry SET place = '' WHERE id = 7",
            "UPDATE entry SET query = 'q=1' WHERE id = 7",
            "UPDATE entry SET reason = '' WHERE id = 7",
            "UPDATE entry SET people = 1 WHERE id = 7",
            "UPDATE entry SET batch = 3 WHERE id = 7",
            "UPDATE entry SET id = 700 WHERE id = 7",
            "DELETE FROM entry WHERE id = 7",
            "DELETE FROM entry WHERE id = 21",
            "DELETE FROM subject WHERE entry = 7 AND first = 5002",
            "UPDATE subject SET first = first + 1 WHERE entry = 7 AND first = 5002",
            "UPDATE subject SET last = last + 1 WHERE entry = 7 AND first = 5002",
            "UPDATE subject SET entry = 8 WHERE entry = 7 AND first = 5002",
            "INSERT INTO subject VALUES (9000, 7, 9000)",
            "INSERT INTO subject VALUES (9000, 7000, 9000)",
            "UPDATE subject SET last = 2499 WHERE entry = 21 AND first = 1",
            "DELETE FROM batch WHERE id = 2",
            "UPDATE batch SET entries = 4 WHERE id = 2",
            "UPDATE batch SET last_at = 0 WHERE id = 2",
            "UPDATE batch SET content = digest WHERE id = 2",
            "UPDATE batch SET digest = content WHERE id = 2",
            "UPDATE batch SET let_go = digest WHERE id = 2",
            "UPDATE batch SET let_go = (SELECT let_go FROM batch WHERE id = 1) || 'x' WHERE id = 2",
            "INSERT INTO entry SELECT 900, 2, at, verb, page, user_id, user, role, place, query, reason, people"
            " FROM entry WHERE id = 7",
            "INSERT INTO entry SELECT 900, 99, at, verb, page, user_id, user, role, place, query, reason, people"
            " FROM entry WHERE id = 7",
        ],
    )
    def test_finds_what_was_changed(self, log: Path, statement: str) -> None:
        assert tampered(statement) > 0
        assert problems()

    def test_names_the_batch_and_its_time(self, log: Path) -> None:
        tampered("UPDATE entry SET user = '하린' WHERE id = 7")
        (told,) = problems()
        assert "2" in told and "2026" in told

    def test_finds_two_entries_that_changed_places(self, log: Path) -> None:
        tampered("UPDATE entry SET id = -1 WHERE id = 7")
        tampered("UPDATE entry SET id = 7 WHERE id = 8")
        tampered("UPDATE entry SET id = 8 WHERE id = -1")
        for one, other in ((7, -1), (8, 7), (-1, 8)):
            tampered("UPDATE subject SET entry = ? WHERE entry = ?", other, one)
        assert problems()

    def test_finds_two_batches_that_changed_places(self, log: Path) -> None:
        for column in ("entries", "last_at", "content", "digest"):
            tampered(
                f"UPDATE batch SET {column} = (SELECT {column} FROM batch other WHERE other.id = 5 - batch.id)"
                " WHERE id IN (2, 3)"
            )
        tampered("UPDATE entry SET batch = 5 - batch WHERE batch IN (2, 3)")
        assert problems()

    def test_finds_entries_removed_without_the_mark_of_letting_go(self, log: Path) -> None:
        chain.let_go(before=AT + timedelta(seconds=11))
        tampered("DELETE FROM subject WHERE entry IN (SELECT id FROM entry WHERE batch = 2)")
        tampered("DELETE FROM entry WHERE batch = 2")
        tampered("UPDATE batch SET let_go = (SELECT let_go FROM batch WHERE id = 1) WHERE id = 2")
        assert problems()

    def test_finds_an_end_that_was_cut_off(self, log: Path) -> None:
        def cut(after: int) -> None:
            tampered("DELETE FROM subject WHERE entry IN (SELECT id FROM entry WHERE batch > ?)", after)
            tampered("DELETE FROM entry WHERE batch > ?", after)
            tampered("DELETE FROM batch WHERE id > ?", after)

        cut(3)
        assert problems() == ()  # what came after the last anchor is not held by anything
        cut(2)
        assert problems()

    def test_finds_that_the_whole_log_is_gone(self, log: Path) -> None:
        shutil.rmtree(log.parent)
        assert problems()

    def test_finds_another_log_in_its_place(self, log: Path, folder: Path) -> None:
        shutil.rmtree(folder)
        for batch in range(5):
            written(entry(batch, 1))
        assert problems()

    def test_finds_a_chain_made_with_another_key(self, log: Path, folder: Path) -> None:
        keys = folder.parent / "keys.json"
        keys.write_text(json.dumps({**json.loads(keys.read_text()), "marks": "another"}))
        assert problems()

    def test_goes_on_behind_what_it_found(self, log: Path) -> None:
        tampered("UPDATE entry SET page = 'map' WHERE id IN (2, 12)")
        assert len(problems()) == 2


ONES = st.sampled_from(["verb", "page", "user", "role", "place", "query", "reason"])


class TestAnyChange:
    @examples(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(column=ONES, number=st.integers(1, 21), text=st.text(st.characters(exclude_categories=["Cs"]), max_size=5))
    def test_of_any_text_is_found(self, log: Path, column: str, number: int, text: str) -> None:
        with closing(sqlite3.connect(log)) as connection:
            (before,) = connection.execute(f"SELECT {column} FROM entry WHERE id = ?", (number,)).fetchone()
        tampered(f"UPDATE entry SET {column} = ? WHERE id = ?", text, number)
        assert bool(problems()) == (text != before)
        tampered(f"UPDATE entry SET {column} = ? WHERE id = ?", before, number)
        assert problems() == ()


class TestLettingGo:
    def test_removes_whole_batches_that_are_old_and_keeps_the_chain(self, log: Path) -> None:
        assert chain.let_go(before=AT + timedelta(seconds=12)) == 5  # the second batch ends later
        assert chain.verify() == chain.Checked(batches=5, entries=16)
        assert min(one.at for one in kept()) == entry(11).at
        written(entry(100, 1))
        assert chain.verify() == chain.Checked(batches=6, entries=17)
        assert chain.let_go(before=AT + timedelta(days=1)) == 17
        assert chain.verify() == chain.Checked(batches=6, entries=0)
        assert chain.let_go(before=AT + timedelta(days=1)) == 0

    def test_leaves_no_words_of_what_it_removed_in_the_file(self) -> None:
        written(entry(1, 5, reason="비밀스러운 이유"))
        chain.let_go(before=AT + timedelta(days=1))
        with closing(sqlite3.connect(store.path())) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        assert "비밀스러운".encode() not in store.path().read_bytes()

    @pytest.mark.parametrize(("people", "years"), [(0, 1), (49_999, 1), (50_000, 2), (1_000_000, 2)])
    def test_waits_two_years_where_there_are_many_people(self, people: int, years: int) -> None:
        assert chain.keep_for(people) == timedelta(days=366 * years)
        assert chain.keep_for(people, sensitive=True) == timedelta(days=732)


@pytest.mark.store
class TestAnchor:
    def test_holds_the_newest_batch_once(self) -> None:
        assert chain.anchor(at=AT) is None
        written(entry(1))
        made = chain.anchor(at=AT)
        assert made is not None and made.batch == 1
        assert chain.anchor(at=AT) is None
        written(entry(2))
        assert chain.anchor(at=AT) is not None
        assert AccessAnchor.objects.count() == 2


class TestKey:
    def test_that_is_lost_keeps_what_was_written_waiting(self, log: Path, folder: Path) -> None:
        keys = folder.parent / "keys.json"
        held = keys.read_bytes()
        keys.unlink()
        with pytest.raises(KeyLost):
            written(entry(200, 7))
        assert not keys.exists()
        with pytest.raises(KeyLost):
            chain.verify()
        keys.write_bytes(held)
        assert store.seal() == 1
        assert problems() == ()

    def test_of_another_home_seals_nothing(self, log: Path, folder: Path) -> None:
        keys = folder.parent / "keys.json"
        held = keys.read_bytes()
        keys.write_text(json.dumps({**json.loads(held), "marks": "another"}))
        with pytest.raises(KeyLost):
            written(entry(200, 7))
        keys.write_bytes(held)
        assert store.seal() == 1
        assert problems() == ()
