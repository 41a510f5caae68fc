"""A killed process and a full disk, really produced: the store is whole afterwards."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.stores import begin

# Each of these runs in a process of its own, so that it can be killed.
ROOT = Path(__file__).parents[3]
OPENING = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from dangol.config.commands.opening import load_home
load_home(Path(os.environ["DANGOL_HOME"]))
from dangol.contact.intake import actions, load
from dangol.contact.intake.feeds import made
from dangol.lib.errors import DangolError
AT = datetime(2026, 11, 22, tzinfo=UTC)
deaths = int(sys.argv[1])

def progress(stage, done, total):
    global deaths
    if stage in ("writing", "transactions"):
        deaths -= 1
        if deaths == 0:
            os.kill(os.getpid(), signal.SIGKILL)
"""
TAKE_FEED = """
load.CHUNK = 500
rows = range(5000)
feed = made("transactions", {
    "receipt": [f"r{row // 3}" for row in rows], "customer": [f"c{row // 3 % 97}" for row in rows],
    "time": [datetime(2026, 1, 1 + row % 28) for row in rows], "product": [f"p{row % 50}" for row in rows],
    "quantity": [1.0] * 5000, "amount": list(rows)})
load.take(feed, source="till", by=None, at=AT, progress=progress)
"""
IMPORT_FILE = """
from dangol.contact.intake.kinds import transactions
transactions.PART = 500
try:
    actions.import_file(Path(sys.argv[2]), by=None, at=AT, progress=progress)
except DangolError as error:
    print(error)
    sys.exit(1)
"""
IMPORT_DETAILS = """
from dangol.contact.intake import details
from dangol.records.customers.taking import ensure_identities
from dangol.records.customers.partners import Statement
details.PART = 100
ensure_identities({f"A{number}": AT for number in range(1000)}, source="own", at=AT)
statement = Statement("하나카드", "등급", AT.date(), "등급에 맞는 안내", "consent", "제3자 제공 동의서 v3")
details.import_details(Path(sys.argv[2]), statement=statement, by=None, at=AT, progress=progress)
"""
KEPT = {
    "customers_identity": "source, external_id",
    "customers_contactpoint": "kind, value",
    "catalog_product": "code, name, stub",
    "ledger_transaction": "source, receipt, at, amount, identity_id",
    "ledger_orderline": "transaction_id, position, at, amount, product_id",
    "intake_reject": "row, reason",
    "customers_partnerset": "partner, dataset, purpose, evidence",
    "customers_partnerdetail": "partner_set_id, customer_id, told",
}


def run(home: Path, script: str, *arguments: str, die_at: int = 0) -> subprocess.CompletedProcess[str]:
    begin(home)
    environment = os.environ | {"DANGOL_HOME": str(home), "DANGOL_LANGUAGE": "en", "PYTHONPATH": str(ROOT)}
    environment.pop("DATABASE_URL", None)
    return subprocess.run(
        [sys.executable, "-c", OPENING + script, str(die_at), *arguments],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def contents(home: Path) -> dict[str, list[Any]]:
    with sqlite3.connect(home / "records.sqlite3") as store:
        return {
            table: store.execute(f"SELECT {columns} FROM {table} ORDER BY {columns}").fetchall()
            for table, columns in KEPT.items()
        }


@pytest.fixture(scope="module")
def sales(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("files") / "sales.csv"
    rows = [f"c{row % 97},010-1234-{row % 97:04d},2026-{1 + row % 9:02d}-03 10:00,{row}원\n" for row in range(5000)]
    path.write_text("고객번호,휴대폰,일시,금액\n" + "".join(rows) + "c1,,gestern,5\n", encoding="cp949")
    return path


class TestKill:
    def test_in_the_middle_of_a_feed_is_mended_by_taking_it_again(self, tmp_path: Path) -> None:
        assert run(tmp_path / "whole", TAKE_FEED).returncode == 0
        killed = run(tmp_path / "killed", TAKE_FEED, die_at=4)
        assert killed.returncode == -signal.SIGKILL, killed.stderr
        assert 0 < len(contents(tmp_path / "killed")["ledger_orderline"]) < 5000
        assert run(tmp_path / "killed", TAKE_FEED).returncode == 0
        assert contents(tmp_path / "killed") == contents(tmp_path / "whole")

    def test_in_the_middle_of_a_file_leaves_nothing_and_it_is_taken_again(self, tmp_path: Path, sales: Path) -> None:
        assert run(tmp_path / "whole", IMPORT_FILE, str(sales)).returncode == 0
        killed = run(tmp_path / "killed", IMPORT_FILE, str(sales), die_at=4)
        assert killed.returncode == -signal.SIGKILL, killed.stderr
        assert not any(contents(tmp_path / "killed").values())
        assert run(tmp_path / "killed", IMPORT_FILE, str(sales)).returncode == 0
        assert contents(tmp_path / "killed") == contents(tmp_path / "whole")
        assert [path.name for path in (tmp_path / "killed" / "imports").iterdir()] == ["rejects-1.csv"]

    def test_in_the_middle_of_a_partners_file_leaves_nothing_and_it_is_taken_again(self, tmp_path: Path) -> None:
        card = tmp_path / "card.csv"
        rows = "".join(f"A{number * 2},등급 {number}\n" for number in range(900))
        card.write_text(f"회원번호,등급\n{rows}", encoding="utf-8")
        assert run(tmp_path / "whole", IMPORT_DETAILS, str(card)).returncode == 0
        killed = run(tmp_path / "killed", IMPORT_DETAILS, str(card), die_at=4)
        assert killed.returncode == -signal.SIGKILL, killed.stderr
        left = contents(tmp_path / "killed")
        assert not left["customers_partnerdetail"] and not left["customers_partnerset"] and not left["intake_reject"]
        assert run(tmp_path / "killed", IMPORT_DETAILS, str(card)).returncode == 0
        whole = contents(tmp_path / "whole")
        assert contents(tmp_path / "killed") == whole
        assert (len(whole["customers_partnerdetail"]), len(whole["intake_reject"])) == (500, 400)


class TestKillOfTheWorker:
    def test_in_every_phase_leaves_nothing_in_part_and_the_same_task_finishes_it(self, tmp_path: Path) -> None:
        script = Path(__file__).with_name("killed_imports.py")
        here = os.environ | {
            "DANGOL_HOME": str(tmp_path / "home"), "DJANGO_SETTINGS_MODULE": "dangol.config.settings",
            "PYTHONPATH": str(script.parents[3]),
        }  # fmt: skip
        here.pop("DATABASE_URL", None)
        (tmp_path / "home").mkdir()
        done = subprocess.run(
            [sys.executable, str(script), str(tmp_path)], env=here, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        nothing = {"lines": 0, "receipts": 0, "customers": 0, "batches": 0, "wrote": 0}
        for told in json.loads(done.stdout.splitlines()[-1]):
            killed, finished = told["killed"], told["done"]
            assert killed.pop("state") == "under_way"
            whole = told["phase"] == "committed"
            assert (killed["lines"], killed["customers"], killed["batches"]) == ((900, 50, 1) if whole else (0, 0, 0))
            assert (finished["state"], finished["created"], finished["lines"]) == ("done", 900, 900)
            assert (finished["customers"], finished["batches"]) == (50, 1)
            assert told["undone"] == nothing


class TestTwoWriters:
    def test_wait_for_each_other_or_say_so(self, tmp_path: Path, sales: Path) -> None:
        home = tmp_path / "home"
        assert run(home, "").returncode == 0
        with sqlite3.connect(home / "records.sqlite3", isolation_level=None) as other:
            other.execute("BEGIN IMMEDIATE")
            hasty = "from django.db import connection; connection.cursor().execute('PRAGMA busy_timeout = 100')\n"
            busy = run(home, hasty + IMPORT_FILE, str(sales))
            assert busy.returncode == 1, busy.stderr
            assert busy.stdout.startswith("Another import is being written. sales.csv was not taken in")
        assert not any(contents(home).values())
        assert run(home, IMPORT_FILE, str(sales)).returncode == 0


class TestFullDisk:
    @pytest.fixture
    def small(self, tmp_path: Path) -> Iterator[Path]:
        """A file system of 16 MB."""
        folder = tmp_path / "small"
        folder.mkdir()
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(folder)], capture_output=True, check=False
        )
        if mounted.returncode:
            pytest.skip(f"a small file system cannot be mounted here: {mounted.stderr.decode().strip()}")
        yield folder
        subprocess.run(["umount", "-l", str(folder)], check=True)

    def test_is_said_and_leaves_the_store_as_it_was(self, small: Path, tmp_path: Path, sales: Path) -> None:
        home = small / "home"
        few = tmp_path / "few.csv"
        few.write_text("고객번호,일자,금액\nA1,2026-11-01,100\n", encoding="utf-8")
        assert run(home, IMPORT_FILE, str(few)).returncode == 0
        before = contents(home)
        filler = small / "filler"
        filler.write_bytes(bytes(shutil.disk_usage(small).free - 400_000))
        full = run(home, IMPORT_FILE, str(sales))
        assert full.returncode == 1, full.stderr
        assert full.stdout.startswith("The disk is full: nothing of sales.csv was taken in. Free about 1 MB in ")
        assert contents(home) == before
        filler.unlink()
        assert run(home, IMPORT_FILE, str(sales)).returncode == 0
        assert len(contents(home)["ledger_orderline"]) == 5001
