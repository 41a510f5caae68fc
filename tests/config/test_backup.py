"""`dangol backup` and `dangol restore` as people use them: on a home that is served, the restored one served next."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from dangol.web.start.backup import archive
from tests.config.test_faults import DANGOL, LINES, dangol, facts, free_port, one_sentence, wait_for
from tests.stores import begin


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home with an imported file."""
    folder = tmp_path_factory.mktemp("homes")
    file = folder / "sales.csv"
    file.write_text(LINES, encoding="utf-8")
    home = begin(folder / "own")
    done = dangol("import", "transactions", str(file), "--json", home=home)
    assert done.returncode == 0, done.stderr
    return home


@contextmanager
def served(home: Path) -> Iterator[str]:
    """Serve a home; yield its address."""
    port = free_port()
    environ = {key: value for key, value in os.environ.items() if not key.startswith(("DANGOL_", "DATABASE_URL"))}
    process = subprocess.Popen(
        [*DANGOL, "serve", "--port", str(port)], env={**environ, "DANGOL_HOME": str(home)}, stderr=subprocess.PIPE,
        start_new_session=True,
    )  # fmt: skip
    try:
        wait_for(port, process)
        yield f"http://localhost:{port}"
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)


def answer(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def asked(address: str) -> str:
    """What a page that needs nobody says."""
    with urllib.request.urlopen(f"{address}/start/served/", timeout=30) as response:
        return str(json.load(response)["home"])


class TestBackupAndRestore:
    def test_a_served_home_comes_back_as_a_home_that_can_be_served(self, home: Path, tmp_path: Path) -> None:
        file, new = tmp_path / "b.tar.gz", tmp_path / "new"
        with served(home) as address:
            assert asked(address) == "own"
            made = answer(dangol("backup", str(file), "--json", home=home))
            assert made["warehouse"] is not None
            assert made["keys"] is False
            restored = answer(dangol("restore", str(file), "--into", str(new), "--json", home=home))
            assert restored["rows"] == made["rows"]
        assert facts(new) == facts(home)
        with served(new) as address:
            assert asked(address) == "own"
        valued = answer(dangol("relationship", "--json", home=new))
        assert valued["lines"] == facts(home)[-1][0]

    def test_says_what_was_done_and_what_is_left_out(self, home: Path, tmp_path: Path) -> None:
        file = tmp_path / "b.tar.gz"
        made = dangol("backup", str(file), home=home)
        assert made.returncode == 0
        assert "read back" in made.stdout
        assert "is not in it" in made.stdout or "are not in it" in made.stdout
        assert "Writing the backup" in made.stderr
        restored = dangol("restore", str(file), "--into", str(tmp_path / "new"), home=home)
        assert f"dangol serve --home {tmp_path / 'new'}" in restored.stdout

    def test_leaves_the_keys_out_unless_they_are_wished_for(self, home: Path, tmp_path: Path) -> None:
        without, with_them = tmp_path / "without.tar.gz", tmp_path / "with.tar.gz"
        dangol("backup", str(without), home=home)
        said = dangol("backup", str(with_them), "--with-keys", home=home).stdout
        assert "The keys are in it" in said
        assert not {"secret", "keys.json"} & set(archive.contents_of(without).files)
        assert "secret" in archive.contents_of(with_them).files
        assert with_them.stat().st_mode & 0o077 == 0

    def test_a_backup_without_a_name_lies_beside_the_homes(self, home: Path) -> None:
        made = answer(dangol("backup", "--json", home=home))
        assert Path(made["file"]).parent == home.parent / "backups"
        assert Path(made["file"]).name.startswith("own-")

    def test_a_full_disk_is_told_and_leaves_nothing(self, home: Path, tmp_path: Path) -> None:
        place = tmp_path / "small"
        place.mkdir()
        words = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(place)]
        if subprocess.run(words, capture_output=True, check=False).returncode:
            pytest.skip("a small file system cannot be mounted here")
        try:
            done = dangol("backup", str(place / "b.tar.gz"), home=home)
            assert done.returncode == 1
            assert "disk is full" in one_sentence(done)
            assert list(place.iterdir()) == []
            assert list((home / ".backup").iterdir()) == []
        finally:
            subprocess.run(["umount", "-l", str(place)], check=False)


class TestWrongUse:
    @pytest.mark.parametrize(
        "words", [["nowhere.tar.gz"], ["{file}", "--keys", "nowhere.json"], ["{file}", "--into", "x", "--replace"]]
    )
    def test_is_told(self, home: Path, tmp_path: Path, words: list[str]) -> None:
        file = tmp_path / "b.tar.gz"
        file.write_bytes(b"")
        done = dangol("restore", *(word.format(file=file) for word in words), home=tmp_path / "new")
        assert done.returncode == 2
        one_sentence(done)
        assert not (tmp_path / "new").exists()

    def test_a_home_that_is_not_there_has_no_backup(self, tmp_path: Path) -> None:
        done = dangol("backup", home=tmp_path / "nowhere")
        assert done.returncode == 1
        assert "nothing to back up" in one_sentence(done)

    def test_a_file_that_is_no_backup_is_told(self, tmp_path: Path) -> None:
        file = tmp_path / "notes.txt"
        file.write_text("hello", encoding="utf-8")
        done = dangol("restore", str(file), "--into", str(tmp_path / "new"))
        assert done.returncode == 1
        assert "not a backup" in one_sentence(done)
