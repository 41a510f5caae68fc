"""A backup as one file: a compressed tar whose first member tells every other by size and digest.

Only what the first member tells is taken out again, under the name it tells, and only where it has that digest. A file
that is damaged, cut off or made by hand is refused before anything is done with it.
"""

import gzip
import hashlib
import io
import json
import os
import tarfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import IO, Any

from django.utils.translation import gettext as _

from dangol import __version__
from dangol.lib.errors import DangolError
from dangol.lib.progress import Progress, silent
from dangol.lib.store_copies import StoreCopy

FORMAT = 1
FIRST = "backup.json"
LARGEST_FIRST = 64 << 20  # bytes of the first member
BLOCK = 1 << 20
LEVEL = 1  # of compression: three times as quick as the usual one for a tenth more size


class CannotRead(DangolError):
    """This is no backup that can be brought back."""


class NotABackup(CannotRead):
    def __init__(self, path: Path) -> None:
        super().__init__(_("%(file)s is not a backup made by `dangol backup`.") % {"file": path})


class DamagedBackup(CannotRead):
    def __init__(self, path: Path, what: str) -> None:
        super().__init__(
            _("The backup %(file)s is damaged or cut off (%(what)s). Use another one.") % {"file": path, "what": what}
        )


class NewerBackup(CannotRead):
    def __init__(self, path: Path, version: str) -> None:
        super().__init__(
            _("The backup %(file)s was made by Dangol %(version)s, newer than this one. Update Dangol first.")
            % {"file": path, "version": version}
        )


@dataclass(frozen=True)
class Held:
    """One file of a backup."""

    bytes: int
    sha256: str


@dataclass(frozen=True)
class Contents:
    """What the first member tells.

    `ident` names this backup, `home` the business it is of, `place` and `name` the folder that was; `keys` whether the
    keys are in it, `keys_mark` which keys they were, in or not.
    """

    ident: str
    home: str
    place: str
    business: str
    made_at: str
    records: StoreCopy
    lake: str = ""
    keys: bool = False
    keys_mark: str = ""
    files: Mapping[str, Held] = field(default_factory=dict)
    version: str = __version__
    format: int = FORMAT

    @property
    def room(self) -> int:
        """How much room it takes once it is taken out."""
        return sum(held.bytes for held in self.files.values())

    def told(self) -> bytes:
        """As the first member."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1).encode()


def described(folder: Path, *, progress: Progress = silent) -> dict[str, Held]:
    """Size and digest of every file below a folder."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    total, done, found = sum(path.stat().st_size for path in paths), 0, dict[str, Held]()
    for path in paths:
        with path.open("rb") as file:
            held = Held(path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())
        found[path.relative_to(folder).as_posix()] = held
        done += held.bytes
        progress("digests", done, total)
    return found


def pack(folder: Path, contents: Contents, out: IO[bytes], *, progress: Progress = silent) -> None:
    """Write the files of a folder, as the contents tell them, behind the contents."""
    done = 0
    with (
        gzip.GzipFile("", "wb", LEVEL, out, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as tar,
    ):
        tar.copybufsize = BLOCK  # type: ignore[attr-defined]
        tar.addfile(_member(FIRST, len(contents.told()), 0o600, 0.0), io.BytesIO(contents.told()))
        for name, held in contents.files.items():
            path = folder / name
            about = path.stat()
            with path.open("rb") as file:
                counted = _Counted(file, done, contents.room, progress)
                tar.addfile(_member(name, held.bytes, about.st_mode & 0o700, about.st_mtime), counted)
            done += held.bytes
    progress("packing", contents.room, contents.room)


def contents_of(path: Path) -> Contents:
    """What a backup tells of itself. Raises CannotRead."""
    with _opened(path) as (_packed, tar):
        return _first(path, tar)


def check(path: Path, *, progress: Progress = silent) -> Contents:
    """Read a backup from end to end and compare every file with what is told of it. Raises CannotRead."""
    return _through(path, lambda _name, _member, blocks: [None for _block in blocks], "reading_back", progress)


def unpack(path: Path, into: Path, *, progress: Progress = silent) -> Contents:
    """Take every file out into a folder, each compared with what is told of it. Raises CannotRead."""

    def write(name: str, member: tarfile.TarInfo, blocks: Iterator[bytes]) -> None:
        place = into / name
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.writelines(blocks)
        os.utime(place, (member.mtime, member.mtime))

    into.mkdir(mode=0o700, parents=True, exist_ok=True)
    return _through(path, write, "unpacking", progress)


type Take = Callable[[str, tarfile.TarInfo, Iterator[bytes]], object]


def _through(path: Path, take: Take, stage: str, progress: Progress) -> Contents:
    with _opened(path) as (packed, tar):
        contents = _first(path, tar)
        left, done = dict(contents.files), 0
        while (member := tar.next()) is not None:
            held = left.pop(member.name, None)
            if held is None or not member.isreg() or member.size != held.bytes:
                raise DamagedBackup(path, member.name)
            file = tar.extractfile(member)
            assert file is not None
            digest = hashlib.sha256()
            take(member.name, member, _seen(file, digest.update))
            if digest.hexdigest() != held.sha256:
                raise DamagedBackup(path, member.name)
            done += held.bytes
            progress(stage, done, contents.room)
        if left:
            raise DamagedBackup(path, next(iter(left)))
        while packed.read(BLOCK):  # to the end, where the checksum of the whole stands
            pass
    return contents


@contextmanager
def _opened(path: Path) -> Iterator[tuple[gzip.GzipFile, tarfile.TarFile]]:
    """The tar, read once from its beginning."""
    with path.open("rb") as file:
        if file.read(2) not in {b"\x1f\x8b", b"\x1f", b""}:
            raise NotABackup(path)
    try:
        with gzip.open(path, "rb") as packed, closing(tarfile.open(fileobj=packed, mode="r|", bufsize=BLOCK)) as tar:
            yield packed, tar
    except (gzip.BadGzipFile, tarfile.TarError, EOFError, zlib.error) as error:
        raise DamagedBackup(path, str(error).splitlines()[0] if str(error) else type(error).__name__) from error


def _first(path: Path, tar: tarfile.TarFile) -> Contents:
    try:
        member = tar.next()
    except tarfile.TarError as error:
        raise NotABackup(path) from error
    if member is None or member.name != FIRST or not member.isreg() or member.size > LARGEST_FIRST:
        raise NotABackup(path)
    file = tar.extractfile(member)
    assert file is not None
    try:
        told = json.loads(file.read())
        if int(told["format"]) > FORMAT or _numbers(told["version"]) > _numbers(__version__):
            raise NewerBackup(path, str(told["version"]))
        contents = _read(told)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise NotABackup(path) from error
    if outside := [name for name in contents.files if not _stays_inside(name)]:
        raise DamagedBackup(path, outside[0])
    return contents


def _read(told: dict[str, Any]) -> Contents:
    files = {str(name): Held(int(held["bytes"]), str(held["sha256"])) for name, held in told["files"].items()}
    return replace(Contents(**{**told, "records": StoreCopy.read(told["records"])}), files=files)


def _stays_inside(name: str) -> bool:
    """Whether a name leads to a place below the folder it is taken out into."""
    path = PurePosixPath(name)
    plain = "\\" not in name and "\0" not in name and name == path.as_posix()
    return plain and not path.is_absolute() and bool(path.parts) and not {"..", "."} & set(path.parts)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())


def _member(name: str, size: int, mode: int, mtime: float) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mode, member.mtime = size, mode, mtime
    return member


def _seen(file: IO[bytes], see: Callable[[bytes], None]) -> Iterator[bytes]:
    while block := file.read(BLOCK):
        see(block)
        yield block


class _Counted(io.RawIOBase):
    """A file that tells how far it was read."""

    def __init__(self, file: IO[bytes], before: int, total: int, progress: Progress) -> None:
        self._file, self._done, self._total, self._progress = file, before, total, progress

    def read(self, size: int = -1) -> bytes:
        block = self._file.read(size)
        self._done += len(block)
        self._progress("packing", self._done, self._total)
        return block
