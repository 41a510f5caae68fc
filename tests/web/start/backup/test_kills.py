"""Killed anywhere, a backup or a restore leaves nothing or a whole one, and the next one goes through."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from dangol.web.start.backup import archive
from tests.web.start.backup.places import Other, Place
from tests.web.start.backup.test_drill import rows

type Make = Callable[..., Place]

HERE = "dangol.web.start.backup"
POSTGRESQL = connection.vendor == "postgresql"
MAKING = f"{HERE}.making"
# A store on a server is restored more slowly: there the points that differ from a file's.
UNFINISHED: list[list[Any]] = [["records", 0], ["records", 1], ["packing", 0.5]] if POSTGRESQL else [
    ["waiting", 0], ["records", 0], ["records", 1], [f"{MAKING}.name_again", 1],
    ["dangol.records.staff.access.copying.copy_log", 1], [f"{HERE}.files.copy_plain_files", 1], ["digests", 0.5],
    ["packing", 0], ["packing", 0.5], [f"{HERE}.archive.pack", 1], ["reading_back", 0.5], [f"{MAKING}._read_back", 1],
]  # fmt: skip
READY = [[f"{HERE}.restoring._write_ready", 1], ["done", 1]]
NOT_IN_PLACE: list[list[Any]] = [["records", 0.5], *READY] if POSTGRESQL else [
    ["unpacking", 0.5], [f"{HERE}.archive.unpack", 1], ["migrations", 0], ["forgetting", 1], ["opened", 1],
    [f"{HERE}.files.sync_all", 1], *READY,
]  # fmt: skip


def point(dies: list[Any]) -> str:
    return f"{dies[0].rpartition('.')[2]}-{dies[1]}"


def left_over(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name.startswith("."))


class TestBackup:
    @pytest.mark.store
    @pytest.mark.parametrize("dies", UNFINISHED, ids=point)
    def test_leaves_no_file_that_looks_whole(self, other: Other, shop: Place, tmp_path: Path, dies: list[Any]) -> None:
        file = tmp_path / "backups" / "b.tar.gz"
        before = rows(other, shop, tmp_path)
        other.kill(shop, dies, "backed_up", file=str(file))
        assert not file.exists()
        assert rows(other, shop, tmp_path) == before
        other.ask(shop, "backed_up", file=str(file))
        archive.check(file)
        assert left_over(file.parent) == []
        assert list((shop.home / ".backup").iterdir()) == []
        # Nobody is kept waiting by what the dead one held.
        other.ask(shop, "refreshed")

    def test_is_whole_once_it_has_its_name(self, other: Other, shop: Place, tmp_path: Path) -> None:
        file = tmp_path / "b.tar.gz"
        other.kill(shop, [f"{HERE}.making._publish", 1], "backed_up", file=str(file))
        archive.check(file)


@pytest.fixture(scope="module")
def backup(other: Other, made: Place, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a backup of the business."""
    return Path(other.ask(made, "backed_up", file=str(tmp_path_factory.mktemp("backups") / "b.tar.gz")))


@pytest.fixture(scope="module")
def whole(other: Other, made: Place, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """Return the rows of the business that a restore does not touch."""
    held = rows(other, made, tmp_path_factory.mktemp("whole"))
    return {name: told for name, told in held.items() if name.startswith(("customers_", "ledger_tr", "ledger_order"))}


def assert_whole(other: Other, new: Place, whole: dict[str, list[str]], tmp_path: Path) -> None:
    after = rows(other, new, tmp_path)
    assert {name: after[name] for name in whole} == whole
    assert left_over(new.home.parent) == []


class TestRestore:
    @pytest.mark.store
    @pytest.mark.parametrize("dies", NOT_IN_PLACE, ids=point)
    def test_leaves_nothing_and_can_be_done_again(
        self, other: Other, place: Make, backup: Path, whole: dict[str, list[str]], tmp_path: Path, dies: list[Any]
    ) -> None:
        new = place("new")
        other.kill(new, dies, "restored", file=str(backup), into=str(new.home))
        assert not new.home.exists()
        other.ask(new, "restored", file=str(backup), into=str(new.home))
        assert_whole(other, new, whole, tmp_path)

    def test_is_whole_once_it_is_in_place(
        self, other: Other, place: Make, backup: Path, whole: dict[str, list[str]], tmp_path: Path
    ) -> None:
        new = place("new")
        other.kill(new, [f"{HERE}.restoring._move", 1], "restored", file=str(backup), into=str(new.home))
        after = rows(other, new, tmp_path)
        assert {name: after[name] for name in whole} == whole

    def test_loses_neither_home_between_the_two_renames(
        self, other: Other, shop: Place, place: Make, backup: Path, whole: dict[str, list[str]], tmp_path: Path
    ) -> None:
        new = place("again", filled=False)
        in_its_place = Place(shop.home, new.database)
        (shop.home / "mine.txt").write_text("newest", encoding="utf-8")
        dies = [f"{HERE}.restoring._move", 1]
        other.kill(in_its_place, dies, "restored", file=str(backup), into=str(shop.home), replace=True)
        (aside,) = tmp_path.glob("shop.before-*")
        assert (aside / "mine.txt").read_text(encoding="utf-8") == "newest"
        assert not shop.home.exists()
        answer = other.ask(in_its_place, "restored", file=str(backup), into=str(shop.home), replace=True, later=60)
        assert answer["kept_aside"] == str(aside)
        assert_whole(other, in_its_place, whole, tmp_path)
        assert list(tmp_path.glob("shop.before-*")) == [aside]
