"""`dangol doctor`: a sound home passes, and each fault is named, really produced."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.config.test_faults import LINES, dangol
from tests.stores import begin

HANGUL = re.compile("[가-힣]")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home with customers, a warehouse, a log of two commands."""
    folder = tmp_path_factory.mktemp("doctor")
    (folder / "sales.csv").write_text(LINES, encoding="utf-8")
    home = begin(folder / "own")
    assert dangol("import", "transactions", str(folder / "sales.csv"), home=home).returncode == 0
    for customer in ("C1", "C2"):
        assert dangol("find", customer, home=home).returncode == 0
    return home


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "own"))


def looked_at(home: Path) -> tuple[int, dict[str, dict[str, Any]]]:
    """The exit code, and the checks by name."""
    done = dangol("doctor", "--json", home=home)
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, {check["what"]: check for check in json.loads(done.stdout.splitlines()[-1])["checks"]}


def faults(home: Path) -> dict[str, str]:
    """What lacks, by name."""
    code, checks = looked_at(home)
    found = {name: check["note"] for name, check in checks.items() if not check["good"]}
    assert code == (1 if found else 0)
    return found


def in_store(home: Path, name: str, *statements: str) -> None:
    with closing(sqlite3.connect(home / name)) as store, store:
        for statement in statements:
            store.execute(statement)


class TestSound:
    def test_home_lacks_nothing(self, home: Path) -> None:
        code, checks = looked_at(home)
        assert code == 0, checks
        assert checks["Access log"]["note"].startswith("entries: 2, batches: 2")
        assert "batch 2 of 2" in checks["Access log, its anchors"]["note"]
        assert "same disk" in checks["Place of the key file"]["note"]
        assert "rows can be read" in checks["Warehouse"]["note"]
        assert {check["what"] for check in checks.values()} >= {
            "Home", "Disk of the home", "Records", "Tables", "Key file", "Sealed texts", "Dealers"
        }  # fmt: skip

    def test_home_is_told_of_in_the_language_of_the_business(self, home: Path) -> None:
        done = dangol("doctor", home=home, DANGOL_LANGUAGE="ko")
        assert done.returncode == 0, done.stdout
        lines = [line[6:] for line in done.stdout.splitlines()]
        assert "기록: records.sqlite3" in done.stdout and "접속기록: " in done.stdout
        # What is the same in both is a name: of a program, a package, a place.
        assert [line for line in lines if not HANGUL.search(line)] == []

    def test_empty_home_lacks_nothing(self, tmp_path: Path) -> None:
        assert dangol("init", home=tmp_path / "new").returncode == 0
        assert faults(tmp_path / "new") == {}

    def test_home_is_left_as_it_was(self, home: Path) -> None:
        before = {path: path.stat().st_mtime_ns for path in home.rglob("*") if path.is_file()}
        looked_at(home)
        after = {path: path.stat().st_mtime_ns for path in home.rglob("*") if path.is_file()}
        assert {path for path in before if "-shm" not in path.name and after.get(path) != before[path]} == set()

    def test_says_it_line_by_line_too(self, home: Path) -> None:
        done = dangol("doctor", home=home)
        assert done.returncode == 0
        assert all(line.startswith(("ok  ", "LACK")) for line in done.stdout.splitlines())


class TestNoHome:
    def test_looks_at_the_machine_alone(self, tmp_path: Path) -> None:
        from dangol.config.commands.doctor import examined

        checks = list(examined(tmp_path / "nowhere", named=False))
        assert {check.what for check in checks} >= {"Python", "SQLite", "Disk", "Home"}
        assert all(check.good for check in checks)

    def test_that_was_named_is_a_fault(self, tmp_path: Path) -> None:
        assert "dangol init" in faults(tmp_path / "nowhere")["Home"]
        assert not (tmp_path / "nowhere").exists()


class TestAccessLog:
    def test_that_was_tampered_with_is_named(self, home: Path) -> None:
        in_store(home, "access/log.sqlite3", "UPDATE entry SET user = 'nobody' WHERE id = 2")
        assert "Batch 2" in faults(home)["Access log"]

    def test_whose_end_was_cut_off_is_named(self, home: Path) -> None:
        in_store(
            home, "access/log.sqlite3", "DELETE FROM subject WHERE entry = 2", "DELETE FROM entry WHERE id = 2",
            "DELETE FROM batch WHERE id = 2",
        )  # fmt: skip
        assert "from batch 2" in faults(home)["Access log"]

    def test_that_is_gone_is_named(self, home: Path) -> None:
        shutil.rmtree(home / "access")
        assert "from batch 1" in faults(home)["Access log"]

    def test_whose_file_is_damaged_is_named(self, home: Path) -> None:
        path = home / "access" / "log.sqlite3"
        path.write_bytes(path.read_bytes()[:4096] + b"\xff" * 8192)
        assert "Access log" in " ".join(faults(home))


class TestKeys:
    def test_that_are_gone_are_named(self, home: Path) -> None:
        (home / "keys.json").unlink()
        found = faults(home)
        assert "keys.json" in found["Key file"] and "keys.json" in found["Access log"]

    def test_that_others_can_read_are_named(self, home: Path) -> None:
        (home / "keys.json").chmod(0o644)
        assert "chmod 600" in faults(home)["Key file"]

    def test_that_are_damaged_are_named(self, home: Path) -> None:
        (home / "keys.json").write_text("{")
        assert set(faults(home)) == {"Key file", "Access log"}  # which cannot be verified without it

    def test_of_another_home_do_not_open_its_texts(self, home: Path) -> None:
        told = json.loads((home / "keys.json").read_text())
        in_store(home, "records.sqlite3", "UPDATE customers_customer SET entrance_sealed = 'gAAAA' WHERE id = 1")
        (home / "keys.json").write_text(json.dumps({**told, "marks": "another"}))
        found = faults(home)
        assert "1 of 1" in found["Sealed texts"]
        assert "Batch 1" in found["Access log"]

    def test_in_the_middle_of_a_change_are_named(self, home: Path) -> None:
        told = json.loads((home / "keys.json").read_text())
        (home / "keys.json").write_text(json.dumps({**told, "fields": told["fields"] * 2}))
        assert "dangol keys --rotate" in faults(home)["Key file"]


class TestStores:
    def test_that_are_damaged_are_named(self, home: Path) -> None:
        path = home / "records.sqlite3"
        held = bytearray(path.read_bytes())
        held[20_000:60_000] = b"\xff" * 40_000
        path.write_bytes(held)
        assert "damaged" in faults(home)["Records"]

    def test_that_are_gone_are_named(self, home: Path) -> None:
        (home / "records.sqlite3").unlink()
        assert "missing" in faults(home)["Records"]

    def test_that_are_older_than_dangol_are_named_and_left(self, home: Path) -> None:
        in_store(home, "records.sqlite3", "DELETE FROM django_migrations WHERE app = 'outbox'")
        assert "wait" in faults(home)["Tables"]
        assert "wait" in faults(home)["Tables"]

    def test_a_warehouse_that_is_damaged_is_named_with_the_way_out(self, home: Path) -> None:
        for file in (home / "lake").rglob("*.parquet"):
            file.write_bytes(file.read_bytes()[:-10])
        assert "dangol refresh --full" in faults(home)["Warehouse"]


DEALER = """
import django; django.setup()
from datetime import UTC, date, datetime
from dangol.records.staff.models import Contract, Unit, User
unit = Unit.objects.create(code="D9", name="Far dealer", kind="dealer")
User.objects.create(username="far", role="dealer", unit=unit)
if {contract}:
    Contract.objects.create(unit=unit, status="processor", signed_on=date(2020, 1, 1), at=datetime.now(UTC))
"""


class TestSearch:
    def test_that_does_not_agree_is_named_and_mended(self, home: Path) -> None:
        in_store(home, "records.sqlite3", "UPDATE customers_customer SET full_name = '김바뀜'")
        assert "are not found by what is on record" in faults(home)["Search"]
        assert dangol("doctor", "--mend", "--json", home=home).returncode == 0
        assert dangol("find", "바뀜", home=home).returncode == 0


class TestDealers:
    @pytest.mark.parametrize("contract", [True, False])
    def test_who_sign_in_without_a_contract_are_named(self, home: Path, contract: bool) -> None:
        environ = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        environ |= {"DANGOL_HOME": str(home), "DJANGO_SETTINGS_MODULE": "dangol.config.settings"}
        subprocess.run([sys.executable, "-c", DEALER.format(contract=contract)], env=environ, check=True)
        assert faults(home).get("Dealers", "").startswith("no contract with Far dealer") is not contract
