"""What is refused, in a sentence with the way out, with everything as it was."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.db import connection

from dangol.lib.homes import hold
from dangol.web.start.backup import archive
from dangol.web.start.backup.restoring import CannotRestore, refuse_file
from tests.web.start.backup.places import Other, Place, Said
from tests.web.start.backup.test_drill import rows

type Make = Callable[..., Place]


@pytest.fixture
def backup(other: Other, shop: Place, tmp_path: Path) -> Path:
    """Return a backup of the shop."""
    return Path(other.ask(shop, "backed_up", file=str(tmp_path / "b.tar.gz")))


def everything_in(folder: Path) -> dict[str, bytes]:
    found = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != "serving"]
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


class TestBackup:
    def test_goes_over_no_file_that_is_there(self, other: Other, shop: Place, backup: Path) -> None:
        before = backup.read_bytes()
        with pytest.raises(Said, match="is there already"):
            other.ask(shop, "backed_up", file=str(backup))
        assert backup.read_bytes() == before

    def test_does_not_lie_in_the_home(self, other: Other, shop: Place) -> None:
        with pytest.raises(Said, match="would be lost with it"):
            other.ask(shop, "backed_up", file=str(shop.home / "b.tar.gz"))

    def test_is_made_once_at_a_time(self, other: Other, shop: Place, tmp_path: Path) -> None:
        (shop.home / ".backup").mkdir(exist_ok=True)
        handle = os.open(shop.home / ".backup", os.O_RDONLY)
        fcntl.flock(handle, fcntl.LOCK_EX)
        try:
            with pytest.raises(Said, match="already"):
                other.ask(shop, "backed_up", file=str(tmp_path / "b.tar.gz"))
        finally:
            os.close(handle)

    def test_of_a_damaged_warehouse_has_the_records_alone(
        self, other: Other, shop: Place, place: Make, tmp_path: Path
    ) -> None:
        part = next((shop.home / "lake" / "lines").rglob("*.parquet"))
        part.write_bytes(part.read_bytes()[::-1])
        before = rows(other, shop, tmp_path)
        file = other.ask(shop, "backed_up", file=str(tmp_path / "b.tar.gz"))
        new = place("new")
        assert other.ask(new, "restored", file=file, into=str(new.home))["warehouse"] is None
        assert rows(other, new, tmp_path)["ledger_orderline"] == before["ledger_orderline"]
        other.ask(new, "refreshed")
        assert (new.home / "lake" / "CURRENT").exists()

    def test_of_damaged_records_is_none(self, other: Other, shop: Place, tmp_path: Path) -> None:
        records = shop.home / "records.sqlite3"
        data = bytearray(records.read_bytes())
        data[len(data) // 2 : len(data) // 2 + 60_000] = os.urandom(60_000)
        records.write_bytes(data)
        with pytest.raises(Said, match="damaged"):
            other.ask(shop, "backed_up", file=str(tmp_path / "b.tar.gz"))
        assert not (tmp_path / "b.tar.gz").exists()


class TestRestore:
    def test_overwrites_nothing(self, other: Other, shop: Place, backup: Path) -> None:
        before = everything_in(shop.home)
        with pytest.raises(Said, match="--replace"):
            other.ask(shop, "restored", file=str(backup), into=str(shop.home))
        assert everything_in(shop.home) == before

    def test_takes_an_empty_folder(self, other: Other, place: Make, backup: Path) -> None:
        new = place("new")
        new.home.mkdir()
        (new.home / "serving").touch()
        other.ask(new, "restored", file=str(backup), into=str(new.home))
        assert (new.home / "dangol.toml").exists()

    def test_takes_no_home_that_is_served(self, other: Other, shop: Place, backup: Path) -> None:
        serving = hold(shop.home, "http://localhost:8000")
        try:
            with pytest.raises(Said, match="http://localhost:8000"):
                other.ask(shop, "restored", file=str(backup), into=str(shop.home), replace=True)
        finally:
            os.close(serving)
        assert (shop.home / "imports" / "rejects-1.csv").exists()

    def test_is_made_once_at_a_time(self, other: Other, place: Make, backup: Path) -> None:
        new = place("new")
        with locked(new.home.with_name(".new.restoring.lock")), pytest.raises(Said, match="already"):
            other.ask(new, "restored", file=str(backup), into=str(new.home))
        assert not new.home.exists()

    @pytest.mark.parametrize("spoil", [lambda data: data[:-9], lambda data: data[: len(data) // 2], lambda data: b""])
    def test_takes_no_damaged_file(
        self, other: Other, place: Make, backup: Path, spoil: Callable[[bytes], bytes]
    ) -> None:
        backup.write_bytes(spoil(backup.read_bytes()))
        new = place("new")
        with pytest.raises(Said, match=r"damaged|not a backup"):
            other.ask(new, "restored", file=str(backup), into=str(new.home))
        assert [path.name for path in new.home.parent.iterdir() if "new" in path.name] == []

    def test_takes_no_schema_of_a_newer_dangol(self, other: Other, shop: Place, place: Make, tmp_path: Path) -> None:
        added = "INSERT INTO django_migrations (app, name, applied) VALUES ('ledger', '9999_later', '2030-01-01')"
        other.ask(shop, "execute", statement=added)
        file = other.ask(shop, "backed_up", file=str(tmp_path / "newer.tar.gz"))
        new = place("new")
        with pytest.raises(Said, match=r"ledger\.9999_later"):
            other.ask(new, "restored", file=file, into=str(new.home))
        assert not new.home.exists()


class TestKeys:
    def test_are_those_of_the_home_that_stands(self, other: Other, shop: Place, place: Make, backup: Path) -> None:
        new = place("new")
        answer = other.ask(new, "restored", file=str(backup), into=str(new.home))
        assert (answer["keys"], answer["unreadable"]) == ("here", 0)
        assert other.ask(new, "unsealed") == "1234*"

    def test_come_with_the_backup_where_they_were_wished_for(
        self, other: Other, shop: Place, place: Make, tmp_path: Path
    ) -> None:
        file = other.ask(shop, "backed_up", file=str(tmp_path / "keys.tar.gz"), with_keys=True)
        (shop.home / "home-id").unlink()
        new = place("new")
        assert other.ask(new, "restored", file=file, into=str(new.home))["keys"] == "here"
        assert other.ask(new, "unsealed") == "1234*"
        assert (new.home / "keys.json").stat().st_mode & 0o077 == 0

    def test_that_are_not_there_are_told(self, other: Other, shop: Place, place: Make, backup: Path) -> None:
        (shop.home / "keys.json").unlink()
        new = place("new")
        assert other.ask(new, "restored", file=str(backup), into=str(new.home))["keys"] == "missing"
        assert not (new.home / "keys.json").exists()

    def test_that_are_anothers_are_told(
        self, other: Other, shop: Place, place: Make, backup: Path, tmp_path: Path
    ) -> None:
        keys = tmp_path / "others.json"
        keys.write_text(json.dumps({"fields": [Fernet.generate_key().decode()], "marks": "x" * 43}), encoding="ascii")
        new = place("new")
        assert other.ask(new, "restored", file=str(backup), into=str(new.home), keys=str(keys))["keys"] == "other"

    def test_that_were_changed_since_the_backup_are_told(
        self, other: Other, shop: Place, place: Make, backup: Path, tmp_path: Path
    ) -> None:
        before = Path(shutil.copy(shop.home / "keys.json", tmp_path / "before.json"))
        other.ask(shop, "rotated")
        new, again = place("new"), place("again")
        assert other.ask(new, "restored", file=str(backup), into=str(new.home))["unreadable"] == 1
        answer = other.ask(again, "restored", file=str(backup), into=str(again.home), keys=str(before))
        assert answer["unreadable"] == 0
        assert other.ask(again, "unsealed") == "1234*"


def test_takes_no_records_of_a_server_into_a_file(backup: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = archive.contents_of(backup)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    with pytest.raises(CannotRestore, match="DATABASE_URL"):
        refuse_file(replace(told, records=replace(told.records, engine="postgresql")))


if connection.vendor == "postgresql":

    @pytest.mark.store
    def test_takes_no_database_that_holds_something(
        other: Other, shop: Place, place: Make, backup: Path, tmp_path: Path
    ) -> None:
        taken = place("taken", like=shop)
        before = rows(other, taken, tmp_path)
        new = Place(tmp_path / "new", taken.database)
        with pytest.raises(Said, match="not empty"):
            other.ask(new, "restored", file=str(backup), into=str(new.home))
        assert rows(other, taken, tmp_path) == before
        assert not new.home.exists()


@contextmanager
def locked(path: Path) -> Iterator[None]:
    handle = os.open(path, os.O_RDWR | os.O_CREAT)
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(handle)
