"""Opening a restored home in a process of its own, whose settings are those of the folder it lies in."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from django.utils.translation import gettext as _

from dangol.lib.errors import DangolError
from dangol.lib.progress import Progress

MODULE = "dangol.web.start.backup.reopening"
WORD = "go\n"


class CannotOpen(DangolError):
    """What was restored could not be opened; nothing of it is kept."""


@dataclass(frozen=True)
class Reopened:
    """What was put right in the restored home before anybody could open it.

    erased: people forgotten again; refused: refusals entered again; withheld: messages that waited to leave; dropped:
    pieces of background work; keys: "" where none are needed, else here, missing or other; unreadable: sealed texts
    that these keys do not open.
    """

    erased: int = 0
    refused: int = 0
    withheld: int = 0
    dropped: int = 0
    keys: str = ""
    unreadable: int = 0


@dataclass(frozen=True)
class Opening:
    """The process, which waits with its last step until it is told to take it."""

    process: "subprocess.Popen[str]"
    complaints: IO[str]

    def until_ready(self, progress: Progress) -> Reopened:
        """Pass its progress on until it has done everything but the last step. Raises CannotOpen."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            told = json.loads(line)
            if "problem" in told:
                raise CannotOpen(told["problem"])
            if "ready" in told:
                return Reopened(**told["ready"])
            progress(told["stage"], told["done"], told["total"])
        raise self._ended()

    def go(self) -> None:
        """Let it take the last step and end. Raises CannotOpen where it could not."""
        assert self.process.stdin is not None
        self.process.stdin.write(WORD)
        self.process.stdin.close()
        if self.process.wait():
            raise self._ended()

    def _ended(self) -> CannotOpen:
        self.process.wait()
        self.complaints.seek(0)
        said = self.complaints.read().strip().splitlines() or [f"exit code {self.process.returncode}"]
        return CannotOpen(_("The backup could not be opened: %(told)s") % {"told": said[-1]})


@contextmanager
def opening(home: Path, backup: Path, *, at: datetime) -> Iterator[Opening]:
    """Open what lies in a folder. Whoever leaves before `go` leaves nothing behind in a PostgreSQL store."""
    words = [sys.executable, "-m", MODULE, "open", str(backup.resolve()), at.isoformat()]
    pipe = subprocess.PIPE
    with (
        tempfile.TemporaryFile("w+") as complaints,
        # Leaving closes its pipes, by which it sees that nobody is there any more, and waits for it.
        subprocess.Popen(
            words, env=_environment(home), stdin=pipe, stdout=pipe, stderr=complaints, text=True, encoding="utf-8"
        ) as process,
    ):
        yield Opening(process, complaints)


def is_finished(home: Path, ident: str) -> bool:
    """Whether the PostgreSQL store holds this backup, everything done."""
    words = [sys.executable, "-m", MODULE, "finished", ident]
    done = subprocess.run(words, env=_environment(home), stdin=subprocess.DEVNULL, capture_output=True, check=False)
    return done.returncode == 0


def _environment(home: Path) -> dict[str, str]:
    gone = {"DANGOL_ADDRESS"}
    if not Path(os.environ.get("DANGOL_KEYS", "")).is_file():
        gone.add("DANGOL_KEYS")  # no keys there yet: those that were put into the folder, if any
    environ = {key: value for key, value in os.environ.items() if key not in gone}
    return {**environ, "DANGOL_HOME": str(home)}
