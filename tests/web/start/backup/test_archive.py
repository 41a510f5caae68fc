"""The file of a backup: what goes in comes out, and what is not whole is refused before anything is done with it."""

from __future__ import annotations

import gzip
import io
import json
import shutil
import tarfile
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangol import __version__
from dangol.lib.store_copies import StoreCopy, TableCopy
from dangol.web.start.backup import archive
from dangol.web.start.backup.archive import CannotRead, Contents, DamagedBackup, NewerBackup, NotABackup

NAMES = st.lists(
    st.text("가a0.-_ ", min_size=1, max_size=6).filter(lambda name: name.strip(". ") == name != archive.FIRST),
    min_size=1,
    max_size=3,
).map("/".join)


def contents_of(folder: Path) -> Contents:
    return Contents(
        ident="i",
        home="h",
        place="/homes/own",
        business="모퉁이 우유",
        made_at="2026-11-22T09:30:00+00:00",
        records=StoreCopy("sqlite", {"t": TableCopy(3)}, (("a", "0001"),), {"s": 4}),
        files=archive.described(folder),
    )


def packed(folder: Path, contents: Contents, file: Path) -> Path:
    with file.open("wb") as out:
        archive.pack(folder, contents, out)
    return file


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder of files to be packed."""
    made = tmp_path / "folder"
    (made / "lake").mkdir(parents=True)
    (made / "dangol.toml").write_text('source = "own"\n', encoding="utf-8")
    (made / "lake" / "part.parquet").write_bytes(bytes(range(256)) * 40)
    return made


@pytest.fixture
def whole(folder: Path, tmp_path: Path) -> Path:
    """Return a whole backup."""
    return packed(folder, contents_of(folder), tmp_path / "b.tar.gz")


def files_in(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


class TestPack:
    @given(told=st.dictionaries(NAMES, st.binary(max_size=3000), max_size=6))
    def test_brings_every_file_back_as_it_was(self, told: dict[str, bytes]) -> None:
        place = Path(tempfile.mkdtemp())
        try:
            folder = place / "folder"
            for name, data in told.items():
                path = folder / name
                if any(other != name and other.startswith(f"{name}/") for other in told):
                    continue  # a folder of the same name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
            folder.mkdir(exist_ok=True)
            file = packed(folder, contents_of(folder), place / "b.tar.gz")
            assert archive.check(file) == archive.contents_of(file) == contents_of(folder)
            archive.unpack(file, place / "out")
            assert files_in(place / "out") == files_in(folder)
        finally:
            shutil.rmtree(place)

    def test_is_for_nobody_else_to_read(self, whole: Path, tmp_path: Path) -> None:
        archive.unpack(whole, tmp_path / "out")
        for path in [tmp_path / "out", *(tmp_path / "out").rglob("*.toml")]:
            assert path.stat().st_mode & 0o077 == 0


class TestCheck:
    def test_refuses_a_file_that_was_cut_off_anywhere(self, whole: Path) -> None:
        data = whole.read_bytes()
        for size in [*range(1, 40), *range(40, len(data), max(1, len(data) // 60)), len(data) - 1]:
            whole.write_bytes(data[:size])
            with pytest.raises(CannotRead):
                archive.check(whole)

    def test_refuses_a_file_with_one_changed_byte_or_reads_the_same(self, whole: Path, tmp_path: Path) -> None:
        data, before = whole.read_bytes(), archive.check(whole)
        refused = 0
        for place in range(0, len(data), max(1, len(data) // 150)):
            whole.write_bytes(data[:place] + bytes([data[place] ^ 0x20]) + data[place + 1 :])
            try:
                # A few bytes of a head tell nothing that is used: a time, a system.
                assert archive.check(whole) == before
            except CannotRead:
                refused += 1
        assert refused > 100

    @pytest.mark.parametrize("data", [b"", b"\x00" * 900, b"PK\x03\x04", gzip.compress(b"hello")], ids=repr)
    def test_refuses_what_is_no_backup(self, tmp_path: Path, data: bytes) -> None:
        file = tmp_path / "other"
        file.write_bytes(data)
        with pytest.raises(CannotRead) as refused:
            archive.contents_of(file)
        assert str(file) in str(refused.value)

    def test_refuses_another_tar(self, tmp_path: Path) -> None:
        file = tmp_path / "other.tar.gz"
        with tarfile.open(file, "w:gz") as tar:
            tar.addfile(tarfile.TarInfo("readme.txt"), io.BytesIO())
        with pytest.raises(NotABackup):
            archive.contents_of(file)

    def test_reports_progress_up_to_the_whole(self, whole: Path) -> None:
        told: list[tuple[str, int, int]] = []
        archive.check(whole, progress=lambda *words: told.append(words))
        assert told[-1][1] == told[-1][2] > 0


def by_hand(whole: Path, change: Callable[[dict[str, Any]], None], extra: list[tarfile.TarInfo] | None = None) -> Path:
    """A backup whose contents somebody wrote by hand."""
    with tarfile.open(whole) as tar:
        members = [(member, (tar.extractfile(member) or io.BytesIO()).read()) for member in tar.getmembers()]
    told = json.loads(members[0][1])
    change(told)
    members[0] = (members[0][0], json.dumps(told).encode())
    with tarfile.open(whole, "w:gz") as tar:
        for member, data in members:
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
        for member in extra or []:
            tar.addfile(member, io.BytesIO(b"x" * member.size))
    return whole


class TestByHand:
    @pytest.mark.parametrize("change", [{"version": "99.0.0"}, {"format": archive.FORMAT + 1}], ids=str)
    def test_refuses_what_a_newer_dangol_made(self, whole: Path, change: dict[str, Any]) -> None:
        file = by_hand(whole, lambda told: told.update(change))
        with pytest.raises(NewerBackup, match=r"Update Dangol|단골"):
            archive.contents_of(file)

    def test_takes_what_this_version_made(self, whole: Path) -> None:
        assert archive.contents_of(whole).version == __version__

    @pytest.mark.parametrize(
        "name", ["../evil", "/etc/evil", "a/../../evil", "a\\..\\evil", "", "./a", "a//b"], ids=repr
    )
    def test_refuses_a_name_that_leads_out(self, whole: Path, tmp_path: Path, name: str) -> None:
        held = {"bytes": 1, "sha256": "0" * 64}
        member = tarfile.TarInfo(name or "x")
        member.size = 1
        by_hand(whole, lambda told: told["files"].update({name: held}), [member])
        with pytest.raises(DamagedBackup):
            archive.unpack(whole, tmp_path / "deep" / "out")
        assert not list(tmp_path.rglob("evil"))

    def test_refuses_a_link(self, whole: Path, tmp_path: Path) -> None:
        member = tarfile.TarInfo("link")
        member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
        by_hand(whole, lambda told: told["files"].update({"link": {"bytes": 0, "sha256": "0" * 64}}), [member])
        with pytest.raises(DamagedBackup):
            archive.unpack(whole, tmp_path / "out")
        assert not (tmp_path / "out" / "link").exists()

    def test_refuses_a_file_that_is_not_told_of(self, whole: Path, tmp_path: Path) -> None:
        by_hand(whole, lambda told: None, [tarfile.TarInfo("stranger")])
        with pytest.raises(DamagedBackup, match="stranger"):
            archive.unpack(whole, tmp_path / "out")

    def test_refuses_a_file_twice(self, whole: Path, tmp_path: Path) -> None:
        by_hand(whole, lambda told: None, [tarfile.TarInfo("dangol.toml")])
        with pytest.raises(DamagedBackup, match=r"dangol\.toml"):
            archive.unpack(whole, tmp_path / "out")

    def test_refuses_a_file_that_is_told_of_and_missing(self, whole: Path, tmp_path: Path) -> None:
        by_hand(whole, lambda told: told["files"].update({"gone": {"bytes": 0, "sha256": "0" * 64}}))
        with pytest.raises(DamagedBackup, match="gone"):
            archive.unpack(whole, tmp_path / "out")

    @pytest.mark.parametrize("lost", ["files", "records", "version", "format"])
    def test_refuses_contents_that_lack_something(self, whole: Path, lost: str) -> None:
        by_hand(whole, lambda told: told.pop(lost))
        with pytest.raises(NotABackup):
            archive.contents_of(whole)


def test_knows_how_much_room_it_takes(folder: Path) -> None:
    contents = contents_of(folder)
    assert contents.room == sum(len(data) for data in files_in(folder).values())
    assert replace(contents, files={}).room == 0
