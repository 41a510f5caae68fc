"""Lines that wait: appended by many at once, taken once, none lost."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

import pytest

from dangol.records.staff.access import spool, store
from dangol.records.staff.access.entries import Verb
from tests.records.staff.access.writing import entry, kept, written
from tests.stores import ROOT


class TestAppend:
    def test_writes_one_file_that_is_nobody_elses_to_read(self, folder: Path) -> None:
        spool.append(entry(1, 5))
        spool.append(entry(2, 6))
        (path,) = spool.waiting()
        assert path.parent == folder
        assert path.stat().st_mode & 0o777 == 0o600 and folder.stat().st_mode & 0o777 == 0o700
        assert [one for one, _end in spool.entries(path, 0, left=False)] == [entry(1, 5), entry(2, 6)]

    def test_begins_a_new_file_when_one_is_large(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(spool, "LARGEST", 1_000)
        for number in range(40):
            spool.append(entry(number, number + 1))
        assert len(spool.waiting()) > 5
        store.seal()
        assert kept() == [entry(number, number + 1) for number in range(40)]
        assert len(spool.waiting()) == 1

    def test_by_many_threads_loses_none_while_files_change_and_are_taken(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(spool, "LARGEST", 5_000)
        over = threading.Event()

        def write(thread: int) -> None:
            for number in range(150):
                spool.append(entry(number, thread * 1000 + number))

        def take() -> None:
            while not over.is_set():
                store.seal()

        taker, writers = threading.Thread(target=take), [threading.Thread(target=write, args=(n,)) for n in range(8)]
        for one in (taker, *writers):
            one.start()
        for one in writers:
            one.join()
        over.set()
        taker.join()
        store.seal()
        assert sorted(one.subjects[0] for one in kept()) == [n * 1000 + m for n in range(8) for m in range(150)]

    def test_by_many_processes_forked_from_one_that_writes_loses_none_and_doubles_none(self, folder: Path) -> None:
        command = [sys.executable, "-m", "tests.records.staff.access.writers", str(folder.parent), "4", "150"]
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
        assert json.loads(done.stdout.splitlines()[-1]) == {"entries": 602, "people": 602, "left": 1}


class TestDisk:
    def test_that_is_full_refuses_the_entry_and_leaves_no_half_line(self, folder: Path) -> None:
        command = [sys.executable, "-m", "tests.records.staff.access.full_disk", str(folder.parent)]
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
        told = json.loads(done.stdout.splitlines()[-1])
        assert told["refused"] > 0
        assert told["kept"] == told["written"]
        assert told["damaged"] == 0


class TestHalfALine:
    def half(self) -> Path:
        spool.append(entry(1, 5))
        (path,) = spool.waiting()
        with path.open("ab") as file:
            file.write(entry(2, 6).told().encode()[:40])
        return path

    def test_waits_until_it_is_whole(self) -> None:
        path = self.half()
        store.seal()
        assert kept() == [entry(1, 5)]
        with path.open("ab") as file:
            file.write(entry(2, 6).told().encode()[40:] + b"\n")
        store.seal()
        assert kept() == [entry(1, 5), entry(2, 6)]

    def test_of_a_writer_who_is_gone_is_kept_as_damaged(self) -> None:
        path = self.half()
        spool.let_go()
        store.seal()
        whole, damaged = kept()
        assert whole == entry(1, 5)
        assert (damaged.verb, damaged.page) == (Verb.DAMAGED, path.name)
        assert damaged.reason == entry(2, 6).told()[:40]
        assert not path.exists()

    def test_in_the_middle_does_not_stop_those_behind_it(self) -> None:
        spool.append(entry(1, 5))
        (path,) = spool.waiting()
        with path.open("ab") as file:
            file.write(b'\xff{"at":\n')
        spool.append(entry(3, 7))
        store.seal()
        assert Counter(one.verb for one in kept()) == {"saw": 2, "damaged": 1}


class TestTaking:
    def test_leaves_the_file_that_is_being_written_and_removes_the_others(self) -> None:
        written(entry(1))
        spool.let_go()
        written(entry(2))
        (path,) = spool.waiting()
        assert not spool.is_left(path)
        spool.let_go()
        store.seal()
        assert spool.waiting() == []
        with store.reading() as log:
            assert log.execute("SELECT count(*) FROM taken").fetchone() == (0,)

    def test_takes_what_came_since_and_nothing_twice(self) -> None:
        for number in range(5):
            written(entry(number, number + 1))
            assert store.seal() == 0
        assert [one.subjects for one in kept()] == [(1,), (2,), (3,), (4,), (5,)]

    def test_orders_what_several_processes_wrote_by_time(self) -> None:
        spool.append(entry(5))
        spool.let_go()
        spool.append(entry(2))
        store.seal()
        assert [one.at for one in kept()] == [entry(2).at, entry(5).at]

    def test_cuts_what_is_much_into_batches(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(store, "MOST", 10)
        written(*(entry(number, number + 1) for number in range(35)))
        with store.reading() as log:
            assert [batch.entries for batch in store.batches(log)] == [10, 10, 10, 5]
        monkeypatch.setattr(store, "MOST_BYTES", 1)
        written(entry(40), entry(41))
        with store.reading() as log:
            assert [batch.entries for batch in store.batches(log)] == [10, 10, 10, 5, 1, 1]
