"""The keeper of the access log: takes what waits, anchors now and then, and outlives what goes wrong."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dangol.records.staff.access import chain, spool, store
from dangol.records.staff.models import AccessAnchor
from dangol.web.start.log_keeper import LogKeeper
from tests.records.staff.access.writing import entry, kept

pytestmark = [pytest.mark.django_db, pytest.mark.store]

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> Path:
    """Return the home of this test."""
    settings.DANGOL_HOME, settings.DANGOL_KEYS = tmp_path, tmp_path / "keys.json"
    return tmp_path


class TestTurn:
    def test_takes_what_was_written_down(self) -> None:
        keeper = LogKeeper()
        spool.append(entry(1, 5))
        keeper.turn(at=NOW)
        assert kept() == [entry(1, 5)]
        keeper.turn(at=NOW)
        assert len(kept()) == 1

    def test_anchors_the_end_at_every_turn_and_leaves_one_an_hour_behind(self) -> None:
        keeper = LogKeeper()
        for minutes, anchors in ((0, 1), (1, 2), (30, 2), (59, 2), (60, 2), (61, 3), (62, 3), (122, 3), (123, 4)):
            spool.append(entry(minutes))
            keeper.turn(at=NOW + timedelta(minutes=minutes))
            assert AccessAnchor.objects.count() == anchors, minutes
            with store.reading() as log:
                newest = store.head(log)
            assert newest is not None and AccessAnchor.objects.latest("batch").digest == newest.digest
        assert chain.verify().problems == ()

    def test_finds_the_last_batch_cut_off_right_after_its_turn(self) -> None:
        keeper = LogKeeper()
        for minutes in range(3):
            spool.append(entry(minutes))
            keeper.turn(at=NOW + timedelta(minutes=minutes))
        with store.writing() as log:
            for table, of_batch in (("entry", "batch"), ("batch", "id")):
                log.execute(f"DELETE FROM {table} WHERE {of_batch} = 3")
        assert chain.verify().problems

    def test_anchors_later_what_could_not_be_anchored(self, monkeypatch: pytest.MonkeyPatch) -> None:
        keeper = LogKeeper()
        spool.append(entry(1))
        with monkeypatch.context() as broken:
            broken.setattr(chain, "anchor", lambda **_told: 1 / 0)
            keeper.turn(at=NOW)
        assert not AccessAnchor.objects.exists()
        keeper.turn(at=NOW)
        assert AccessAnchor.objects.count() == 1

    def test_tells_what_goes_wrong_and_goes_on(self, home: Path, caplog: pytest.LogCaptureFixture) -> None:
        keeper = LogKeeper()
        spool.append(entry(1))
        keeper.turn(at=NOW)
        held = (home / "keys.json").read_bytes()
        (home / "keys.json").unlink()
        spool.append(entry(2))
        with caplog.at_level(logging.WARNING):
            keeper.turn(at=NOW)
        assert "waits" in caplog.text and len(kept()) == 1
        (home / "keys.json").write_bytes(held)
        keeper.turn(at=NOW)
        assert len(kept()) == 2

    def test_survives_a_store_that_is_none(self, caplog: pytest.LogCaptureFixture) -> None:
        spool.append(entry(1))
        store.path().write_bytes(b"no database" * 100)
        with caplog.at_level(logging.WARNING):
            LogKeeper().turn(at=NOW)
        assert "waits" in caplog.text
        assert len(spool.waiting()) == 1
