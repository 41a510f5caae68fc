"""Long work beside the pages: what it last said, one small file for each, read by the page that waits.

A worker that was killed takes its work up again at the next start, so what is begun is under way until it says
that it is done or why it failed.
"""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

from django.conf import settings
from django.tasks import Task
from django.utils import translation
from django.utils.translation import gettext as _

from dangol.lib.errors import DangolError
from dangol.lib.progress import Progress
from dangol.lib.resident_numbers import cleaned
from dangol.records.customers.duties import Traces
from dangol.web.start.stages import stage_name

FOLDER = "work"
EVERY = 0.2  # least share of a stage, in hundredths, between two words to the page

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Work:
    """What a piece of work last said. `state` is absent, under_way, failed or done; `answer` is what it found."""

    key: str
    state: str = "absent"
    stage: str = ""
    done: int = 0
    total: int = 0
    problem: str = ""
    answer: dict[str, Any] = field(default_factory=dict)
    took: float = 0.0  # seconds the stage has taken so far

    @property
    def rate(self) -> int:
        """How many a second in this stage; 0 while that cannot be said."""
        return round(self.done / self.took) if self.took >= 1 and self.done > 1 else 0

    @property
    def left(self) -> int:
        """About how many seconds this stage will take still; 0 while that cannot be said."""
        return round((self.total - self.done) / self.rate) if self.rate and self.total > self.done else 0

    @property
    def left_minutes(self) -> int:
        """The same in whole minutes."""
        return round(self.left / 60)

    @property
    def under_way(self) -> bool:
        return self.state == "under_way"

    @property
    def failed(self) -> bool:
        return self.state == "failed"

    @property
    def stage_words(self) -> str:
        """The stage in the language in use."""
        return stage_name(self.stage) if self.stage else ""


def look(key: str) -> Work:
    """How the work of this key stands."""
    try:
        told = json.loads(_path(key).read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return Work(key)
    return Work(key, **told)


def begin(key: str) -> bool:
    """Say that the work begins; False where it is under way already and must not be asked for twice."""
    if look(key).under_way:
        return False
    _say(key, state="under_way")
    return True


def start(key: str, task: Task[..., None], *told: Any) -> None:
    """Begin the work and hand it to the worker, unless it is under way already."""
    if not begin(key):
        return
    try:
        task.enqueue(*told)
    except BaseException:
        forget(key)  # nobody will ever do it
        raise


def forget(key: str) -> None:
    """Nobody waits for this any more."""
    _path(key).unlink(missing_ok=True)


@contextmanager
def at_work(key: str, *, language: str) -> Iterator[tuple[Progress, dict[str, Any]]]:
    """Do the work inside: its progress is told, its answer (fill it) kept, its refusal told in the user's language.

    What nobody foresaw is told as such, with its name, and raised again for the log.
    """
    answer: dict[str, Any] = {}
    with translation.override(language):
        try:
            yield _telling(key), answer
        except DangolError as error:
            _say_or_forget(key, problem=str(error))
        except Exception as error:
            log.exception("The work %s failed", key)
            words = _("Dangol did not foresee this (%(name)s: %(what)s). Nothing was done by halves.")
            _say_or_forget(key, problem=words % {"name": type(error).__name__, "what": error})
            raise
        else:
            _say(key, state="done", answer=answer)


def _telling(key: str) -> Progress:
    """Progress into the file, at most some hundred times a stage."""
    last: dict[str, float] = {}
    began: dict[str, float] = {}

    def tell(stage: str, done: int, total: int, /) -> None:
        share = done / total * 100 if total else float(done)
        if stage in last and done < total and abs(share - last[stage]) < EVERY:
            return
        last[stage] = share
        took = monotonic() - began.setdefault(stage, monotonic())
        with suppress(OSError):  # a full disk stops the work itself where it matters, not its telling
            _say(key, state="under_way", stage=stage, done=done, total=total, took=round(took, 2))

    return tell


def _say_or_forget(key: str, *, problem: str) -> None:
    """Tell why it failed; where not even that can be written, let it be begun again."""
    try:
        _say(key, state="failed", problem=problem)
    except OSError:
        forget(key)


def _say(key: str, **told: Any) -> None:
    """Replace the file whole, so that a reader never sees half of it."""
    path = _path(key)
    path.parent.mkdir(exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(json.dumps(cleaned(told, numbers=False)[0], ensure_ascii=False), encoding="utf-8")
    part.replace(path)


def _path(key: str) -> Path:
    return Path(settings.DANGOL_HOME) / FOLDER / f"{key}.json"


def forget_mentions(traces: Traces) -> int:
    """Let go of what was last said of work where it mentions a person who is forgotten; how many files."""
    folder = Path(settings.DANGOL_HOME) / FOLDER
    told = {path: path.read_text(encoding="utf-8", errors="replace") for path in folder.glob("*.json")}
    found = [path for path, text in told.items() if traces.within(text)]
    for path in found:
        path.unlink(missing_ok=True)
    return len(found)
