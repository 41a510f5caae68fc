"""Kills, damage and a full disk, really produced: the version that stood still stands, and there is a way out."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings

from dangol.insight.warehouse import versions
from dangol.insight.warehouse.metrics import value
from dangol.insight.warehouse.queries import lake
from dangol.insight.warehouse.refresh import refresh
from dangol.insight.warehouse.versions import BrokenLake, NoLake, one_writer
from tests.insight.warehouse.reading_back import contents, manifest_of
from tests.insight.warehouse.records import AT, people, sell

ROOT = Path(__file__).parents[3]
CANNOT_REFRESH = 3
JULY, AUGUST = (datetime(2026, month, 10, tzinfo=UTC) for month in (7, 8))


class Other:
    """The other process, on SQLite, asked for one thing after another."""

    def __init__(self, home: Path) -> None:
        ours = {
            "DANGOL_HOME": str(home),
            "DJANGO_SETTINGS_MODULE": "dangol.config.settings",
            "OPENBLAS_NUM_THREADS": "1",
        }
        environment = {key: text for key, text in os.environ.items() if key != "DATABASE_URL"} | ours
        command = [sys.executable, "-m", "tests.insight.warehouse.killed_refresh"]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdin=pipe, stdout=pipe, text=True)

    def ask(self, home: Path, what: str, stage: str = "", done: int = 0) -> int:
        """Return the exit code of the child that did it."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps([str(home), what, stage, done]) + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Other]:
    """Start the other process for the tests of this file."""
    process = Other(tmp_path_factory.mktemp("other"))
    yield process
    process.process.communicate()


def unread(home: Path) -> int:
    with sqlite3.connect(home / "records.sqlite3") as records:
        return int(
            records.execute(
                "SELECT count(*) FROM changes_change c"
                " WHERE NOT EXISTS (SELECT 1 FROM changes_reading r WHERE r.change_id = c.id)"
            ).fetchone()[0]
        )


@pytest.fixture(scope="module")
def filled(other: Other, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home whose lake is one refresh behind its records."""
    home = tmp_path_factory.mktemp("filled")
    assert other.ask(home, "fill") == 0
    return home


@pytest.fixture(scope="module")
def undisturbed(other: Other, filled: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return what the lake holds after a refresh that nobody killed."""
    home = Path(shutil.copytree(filled, tmp_path_factory.mktemp("undisturbed") / "home"))
    assert other.ask(home, "refresh") == 0
    return contents(home / "lake")


@pytest.fixture
def business(filled: Path, tmp_path: Path) -> Path:
    """Return a copy of the home."""
    return Path(shutil.copytree(filled, tmp_path / "home"))


BEFORE_THE_POINTER = [("lines", 2), ("customers", 6), ("identities", 6), ("manifest", 0), ("pointer", 0)]
AFTER_THE_POINTER = [("pointer", 1), ("sweep", 0)]


class TestKill:
    @pytest.mark.parametrize(("stage", "done"), BEFORE_THE_POINTER)
    def test_before_the_pointer_moves_leaves_the_version_that_stood(
        self, other: Other, business: Path, undisturbed: dict[str, Any], stage: str, done: int
    ) -> None:
        before, waiting = contents(business / "lake"), unread(business)
        assert other.ask(business, "refresh", stage, done) == -signal.SIGKILL
        assert contents(business / "lake") == before
        assert unread(business) == waiting > 0
        self._completes(other, business, undisturbed)

    @pytest.mark.parametrize(("stage", "done"), AFTER_THE_POINTER)
    def test_after_the_pointer_has_moved_repeats_nothing(
        self, other: Other, business: Path, undisturbed: dict[str, Any], stage: str, done: int
    ) -> None:
        assert other.ask(business, "refresh", stage, done) == -signal.SIGKILL
        assert contents(business / "lake") == undisturbed
        self._completes(other, business, undisturbed)

    def _completes(self, other: Other, home: Path, undisturbed: dict[str, Any]) -> None:
        assert other.ask(home, "refresh") == 0
        assert contents(home / "lake") == undisturbed
        assert unread(home) == 0
        kept = {path.stem for path in (home / "lake" / "versions").iterdir()}
        assert manifest_of(home / "lake").version in kept
        assert len(kept) == 2
        assert not list((home / "lake").rglob("*.part"))


class TestFullDisk:
    def test_leaves_the_lake_as_it_stood(self, other: Other, business: Path, undisturbed: dict[str, Any]) -> None:
        before, waiting = everything_in(business / "lake"), unread(business)
        assert other.ask(business, "narrow", "lines", 2) == CANNOT_REFRESH
        assert everything_in(business / "lake") == before
        assert unread(business) == waiting
        assert other.ask(business, "refresh") == 0
        assert contents(business / "lake") == undisturbed


def everything_in(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.mark.django_db
class TestBrokenLake:
    @pytest.fixture
    def standing(self, lake_folder: Path) -> Path:
        for identity, at in zip(people(2), (JULY, AUGUST), strict=True):
            sell(identity, at, 1000)
        refresh(at=AT)
        return lake_folder

    def assert_mended_by_a_rebuild(self, what: str) -> None:
        with pytest.raises(BrokenLake, match="dangol refresh --full") as refused:
            value(lake(), "net_revenue")
        assert what in str(refused.value)
        assert "\n" not in str(refused.value)
        refresh(at=AT, rebuild=True)
        assert value(lake(), "net_revenue") == 2000

    def test_says_that_the_manifest_is_missing(self, standing: Path) -> None:
        (standing / "CURRENT").write_text("v000077\n")
        self.assert_mended_by_a_rebuild("v000077")

    def test_says_that_the_manifest_cannot_be_read(self, standing: Path) -> None:
        (standing / "versions" / "v000001.json").write_text('{"version": ')
        (standing / "CURRENT").write_text("v000001\n")
        self.assert_mended_by_a_rebuild("v000001.json")

    def test_says_that_the_pointer_cannot_be_read(self, standing: Path) -> None:
        (standing / "CURRENT").write_bytes(b"\xff\xfe")
        self.assert_mended_by_a_rebuild("CURRENT")

    def test_says_which_file_is_missing(self, standing: Path) -> None:
        (standing / "lines" / "month=2026-07" / "part-v000001.parquet").unlink()
        touch(standing)
        self.assert_mended_by_a_rebuild("lines/month=2026-07/part-v000001.parquet")

    def test_says_which_file_is_cut_short(self, standing: Path) -> None:
        path = standing / "lines" / "month=2026-07" / "part-v000001.parquet"
        path.write_bytes(path.read_bytes()[:-9])
        touch(standing)
        self.assert_mended_by_a_rebuild("lines/month=2026-07/part-v000001.parquet")

    def test_says_that_a_file_is_not_parquet_any_more(self, standing: Path) -> None:
        path = standing / "lines" / "month=2026-07" / "part-v000001.parquet"
        path.write_bytes(b"x" * path.stat().st_size)
        touch(standing)
        self.assert_mended_by_a_rebuild("lines/month=2026-07/part-v000001.parquet")

    @pytest.mark.parametrize("place", [0.25, 0.5, 0.75])
    def test_tells_no_number_of_a_file_in_which_a_bit_turned(self, standing: Path, place: float) -> None:
        path = standing / "lines" / "month=2026-07" / "part-v000001.parquet"
        held = bytearray(path.read_bytes())
        held[int(place * len(held))] ^= 0x10
        path.write_bytes(held)
        touch(standing)
        self.assert_mended_by_a_rebuild("lines/month=2026-07/part-v000001.parquet")

    def test_looks_into_a_very_large_version_only_where_asked(
        self, standing: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(versions, "LOOKED_INTO", 0)
        path = standing / "calendar" / "v000001.parquet"
        path.write_bytes(b"x" * path.stat().st_size)
        touch(standing)
        assert value(lake(), "net_revenue") == 2000
        with pytest.raises(BrokenLake, match="calendar"):
            versions.must_be_whole(standing, lake().manifest, however_large=True)

    def test_says_that_a_newer_dangol_wrote_it(self, standing: Path, in_english: None) -> None:
        manifest = standing / "versions" / "v000001.json"
        manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"form": 99, "unheard": "of"}))
        touch(standing)
        self.assert_mended_by_a_rebuild("newer Dangol")

    def test_stops_a_refresh_that_needs_the_damaged_file(self, standing: Path) -> None:
        path = standing / "lines" / "month=2026-07" / "part-v000001.parquet"
        path.write_bytes(b"x" * path.stat().st_size)
        sell(None, JULY, 1)
        with pytest.raises(BrokenLake, match="dangol refresh --full"):
            refresh(at=AT)
        assert (standing / "CURRENT").read_text().strip() == "v000001"
        refresh(at=AT, rebuild=True)
        assert value(lake(), "net_revenue") == 2001


def touch(standing: Path) -> None:
    """Make the next reader open the lake anew."""
    os.utime(standing / "CURRENT")


def test_two_refreshes_follow_one_another(tmp_path: Path) -> None:
    began = threading.Event()

    def second() -> None:
        with one_writer(tmp_path):
            began.set()

    waiting = threading.Thread(target=second)
    with one_writer(tmp_path):
        waiting.start()
        assert not began.wait(0.1)
    assert began.wait(60)
    waiting.join()


def test_no_lake_is_said_in_a_sentence(lake_folder: Path) -> None:
    with pytest.raises(NoLake, match="dangol refresh"):
        lake()


def test_an_unknown_engine_is_refused(lake_folder: Path) -> None:
    from dangol.insight.warehouse.engine import BadEngine, opened

    with pytest.raises(BadEngine, match="oracle"):
        opened("oracle", {}, spill=django_settings.DANGOL_LAKE, rows=0)
