"""Versions of the lake: a manifest names every file of a version, one pointer names the current version.

    lake/CURRENT                                      v000003
    lake/versions/v000003.json                        the manifest
    lake/lines/month=2026-09/part-v000002.parquet     written by version 2, still used by version 3
    lake/customers/v000003.parquet

A file is never changed once a manifest names it, so a reader of any kept version reads in peace.
"""

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from dangol.lib.errors import DangolError

POINTER = "CURRENT"
JOINING = ".joining"  # what a folder ends with that a cluster's workers write into
LOOKED_INTO = 64_000_000  # bytes of a version up to which readers look into every file first: a sixth of a second
FORM = 1  # of the manifest and what it names; counted up when an older Dangol would read it wrongly


class BrokenLake(DangolError):
    """The warehouse's files are not what its manifest says."""

    def __init__(self, what: str) -> None:
        super().__init__(
            _("The warehouse is damaged: %(what)s Build it again from the records: dangol refresh --full")
            % {"what": what}
        )


class NewerLake(BrokenLake):
    """The lake was written by a later Dangol, whose files may mean something else."""

    def __init__(self) -> None:
        DangolError.__init__(
            self,
            _(
                "The warehouse was written by a newer Dangol. Go on with that one, or build the warehouse again from "
                "the records: dangol refresh --full"
            ),
        )


class NoLake(DangolError):
    """No refresh has been made yet."""

    def __init__(self) -> None:
        super().__init__(_("There is no warehouse yet. Build it from the records: dangol refresh"))


@dataclass(frozen=True)
class LakeFile:
    """One Parquet file: path below the lake, the month it holds ("" for dimensions), rows, bytes, SHA-256."""

    path: str
    month: str
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True)
class TableVersion:
    """The files of one table; `shape` tells columns and time zone, `as_of` the date it was written."""

    shape: str
    as_of: str
    files: tuple[LakeFile, ...]


@dataclass(frozen=True)
class Manifest:
    """One version: everything a reader needs to know. `previous` names the version it took the place of."""

    version: str
    previous: str
    at: str
    last_change: int
    tables: dict[str, TableVersion] = field(default_factory=dict)
    form: int = FORM

    def paths(self) -> set[str]:
        return {file.path for table in self.tables.values() for file in table.files}


def current(lake: Path) -> Manifest | None:
    """The version the pointer names, its files present and of the size written; None before the first refresh.

    Raises BrokenLake, saying what is missing.
    """
    version = pointed(lake)
    if version is None:
        return None
    manifest = read_manifest(lake, version)
    for table in manifest.tables.values():
        for file in table.files:
            _must_stand(lake, file)
    return manifest


def pointed(lake: Path) -> str | None:
    """The version the pointer names."""
    try:
        return (lake / POINTER).read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise BrokenLake(_("its pointer %(path)s cannot be read.") % {"path": lake / POINTER}) from error


def read_manifest(lake: Path, version: str) -> Manifest:
    path = _manifest_path(lake, version)
    try:
        return _manifest(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        raise BrokenLake(_("the manifest %(path)s is missing.") % {"path": path}) from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BrokenLake(_("the manifest %(path)s cannot be read.") % {"path": path}) from error


def last_readable(lake: Path) -> Manifest | None:
    """The manifest of the current version, or of the latest one that can be read; its files may be gone."""
    names = sorted((path.stem for path in (lake / "versions").glob("v*.json")), reverse=True)
    with suppress(BrokenLake):
        names.insert(0, pointed(lake) or "")
    for name in filter(None, names):
        with suppress(BrokenLake):
            return read_manifest(lake, name)
    return None


def written_before(lake: Path) -> bool:
    """Whether there is a lake, whatever its state."""
    return (lake / POINTER).exists() or any((lake / "versions").glob("v*.json"))


def next_version(lake: Path) -> str:
    """A name no version has had, counting up."""
    names = [path.stem for path in (lake / "versions").glob("v*.json")]
    with suppress(BrokenLake):
        names.append(pointed(lake) or "")
    taken = [int(name[1:]) for name in names if name[1:].isdigit()]
    return f"v{max(taken, default=0) + 1:06d}"


def write_manifest(lake: Path, manifest: Manifest) -> None:
    path = _manifest_path(lake, manifest.version)
    path.parent.mkdir(parents=True, exist_ok=True)
    _replace(path, json.dumps(asdict(manifest), ensure_ascii=False, indent=1))


def move_pointer(lake: Path, version: str) -> None:
    """From here on readers see this version."""
    _replace(lake / POINTER, version + "\n")


def forget(lake: Path, version: str) -> None:
    """Remove the files of a version that was never published."""
    _sweep_joining(lake)
    for path in [*lake.glob(f"*/{version}.*"), *lake.glob(f"*/*{version}.parquet*"), *lake.glob(f"*/*/*{version}.*")]:
        path.unlink(missing_ok=True)


def sweep(lake: Path, manifest: Manifest, *, alone: bool = False) -> None:
    """Remove what neither this version nor the one before needs, and what killed refreshes left.

    alone: the version before goes, too.
    """
    kept = [manifest]
    if not alone:
        with suppress(BrokenLake):
            kept.append(read_manifest(lake, manifest.previous))
    paths = set[str]().union(*(one.paths() for one in kept))
    versions = {one.version for one in kept}
    _sweep_joining(lake)
    above = len(lake.as_posix()) + 1
    for path in list(lake.rglob("*")):
        name = path.as_posix()[above:]
        stale_manifest = path.parent == lake / "versions" and path.stem not in versions
        if (path.suffix == ".parquet" and name not in paths) or path.suffix == ".part" or stale_manifest:
            path.unlink()
    for folder in lake.glob("*/month=*"):
        if not any(folder.iterdir()):
            folder.rmdir()


def _sweep_joining(lake: Path) -> None:
    for folder in list(lake.glob(f"*/*/*{JOINING}")):
        shutil.rmtree(folder)


def sealed(lake: Path, path: Path, *, month: str, rows: int) -> LakeFile:
    """Bring a finished file safely to the disk and describe it."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    sync_folder(path.parent)
    return LakeFile(path.relative_to(lake).as_posix(), month, rows, path.stat().st_size, digest)


def must_be_what_was_written(lake: Path, file: LakeFile) -> None:
    """Raises BrokenLake where a file is missing or holds anything else."""
    _must_stand(lake, file)
    path = lake / file.path
    if not _holds(path, path.stat().st_mtime_ns, file.sha256):
        raise BrokenLake(_("the file %(path)s is not the one that was written.") % {"path": file.path})


def must_be_whole(lake: Path, manifest: Manifest, *, however_large: bool = False) -> None:
    """Raises BrokenLake where a file of the version holds anything else than was written, its size being the same.

    One turned bit would be told as another number: engines read Parquet without its checksums. A file is looked into
    once in each process; a version that is larger than LOOKED_INTO only where somebody asks for it.
    """
    files = [file for table in manifest.tables.values() for file in table.files]
    if however_large or sum(file.bytes for file in files) <= LOOKED_INTO:
        for file in files:
            must_be_what_was_written(lake, file)


@lru_cache(maxsize=20_000)
def _holds(path: Path, changed: int, digest: str) -> bool:
    """Whether a file last changed then holds what has this digest."""
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest() == digest


@contextmanager
def one_writer(lake: Path) -> Iterator[None]:
    """One refresh at a time; another waits. A killed process lets go by itself."""
    lake.mkdir(parents=True, exist_ok=True)
    with (lake / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def sync_folder(folder: Path) -> None:
    """Make a new or renamed name in the folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _must_stand(lake: Path, file: LakeFile) -> None:
    try:
        size = (lake / file.path).stat().st_size
    except OSError as error:
        raise BrokenLake(_("the file %(path)s is missing.") % {"path": file.path}) from error
    if size != file.bytes:
        raise BrokenLake(
            _("the file %(path)s has %(size)d bytes instead of %(bytes)d.")
            % {"path": file.path, "size": size, "bytes": file.bytes}
        )


def _manifest_path(lake: Path, version: str) -> Path:
    return lake / "versions" / f"{version}.json"


def _manifest(raw: dict[str, Any]) -> Manifest:
    if raw.get("form", 1) > FORM:
        raise NewerLake
    tables = {
        name: TableVersion(table["shape"], table["as_of"], tuple(LakeFile(**file) for file in table["files"]))
        for name, table in raw["tables"].items()
    }
    return Manifest(raw["version"], raw["previous"], raw["at"], raw["last_change"], tables)


def _replace(path: Path, text: str) -> None:
    """The new text or the old one, never half of it, also after a power cut."""
    part = path.with_name(path.name + ".part")
    with part.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    sync_folder(path.parent)
