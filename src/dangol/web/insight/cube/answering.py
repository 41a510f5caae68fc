"""Working an answer out beside the page: asked for twice it is worked out once, and the page waits but a moment.

Answers of the last questions are kept in memory, each for its version of the warehouse and its asker's scope. One that
somebody stops ends in the engine; so does one that nobody looks at any more, where another has to wait for it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from dataclasses import dataclass, field
from functools import cache
from threading import Lock
from time import monotonic
from typing import Any

from django.db import connections
from django.utils import translation

from dangol.insight.warehouse.cube import Answer, Question, answered
from dangol.insight.warehouse.engine import Stopped
from dangol.insight.warehouse.queries import Lake, lake
from dangol.records.staff.scope import Scope

PATIENCE = 1.5  # seconds a page waits before it shows that the answer is being worked out
LEFT = 10  # seconds after which nobody waits any more who does not look again
KEPT = 64
AT_ONCE = 2


@dataclass
class _Job:
    """One piece of work. needed: how many wait for it as long as it takes; looked: when somebody last asked for it."""

    future: Future[Any] = field(default_factory=Future)
    here: Lake | None = None  # while it is worked on: of the thread that does it
    stopped: bool = False
    needed: int = 0
    looked: float = field(default_factory=monotonic)


_known: OrderedDict[Hashable, _Job] = OrderedDict()
_lock = Lock()


def answer(question: Question, *, scope: Scope, patience: float | None = -1) -> Answer | None:
    """What the warehouse says; None where that takes longer than a page waits. patience: seconds, None as long as it
    takes. Raises what asking raises, and Stopped.
    """
    return once(question, lambda: answered(lake(), question, scope=scope), scope=scope, patience=patience)


def once[Found](
    asked: Hashable, work: Callable[[], Found], *, scope: Scope, patience: float | None = -1
) -> Found | None:
    """What the work says of the warehouse as this scope sees it, worked out once for whoever asks the same."""
    key = (lake().stand, scope, asked)
    job = _job(key, work, needed=patience is None)
    try:
        found: Found = job.future.result(PATIENCE if patience == -1 else patience)
        return found
    except NotYet:
        return None
    except CancelledError as error:
        raise Stopped from error
    except Exception:
        _forget(key, job)
        raise
    finally:
        with _lock:
            job.needed -= patience is None
            job.looked = monotonic()


def stop(asked: Hashable, *, scope: Scope) -> None:
    """End the work on what is asked, unless a file or a report needs it; an answer that is there is kept."""
    key = (lake().stand, scope, asked)
    with _lock:
        job = _known.get(key)
        if job is not None and not job.needed and not job.future.done():
            del _known[key]
            _end(job)


def _end(job: _Job) -> None:
    """What waits for its turn never begins; what is worked on is interrupted."""
    job.stopped = True
    if not job.future.cancel() and job.here is not None:
        job.here.stop()


def _job(key: Hashable, work: Callable[[], Any], *, needed: bool) -> _Job:
    """The one piece of work for this key: begun, under way or done."""
    with _lock:
        job = _known.get(key)
        if job is None:
            _make_room()
            job = _known[key] = _Job()
            job.future = _pool().submit(_done, job, work, translation.get_language())
        _known.move_to_end(key)
        job.needed += needed
        job.looked = monotonic()
        return job


def _make_room() -> None:
    """Forget the oldest answers; where both who work are busy, end what nobody waits for."""
    while len(_known) >= KEPT:
        _known.popitem(last=False)
    busy = [(key, job) for key, job in _known.items() if not job.future.done()]
    if len(busy) < AT_ONCE:
        return
    for key, job in busy:
        if not job.needed and monotonic() - job.looked > LEFT:
            del _known[key]
            _end(job)


def _done(job: _Job, work: Callable[[], Any], language: Any) -> Any:
    try:
        with translation.override(language):  # a refusal is told in the asker's words
            _begin(job, lake())
            return work()
    finally:
        with _lock:
            job.here = None
        connections.close_all()


def _begin(job: _Job, here: Lake) -> None:
    with _lock:
        if job.stopped:
            raise Stopped
        here.go_on()
        job.here = here


def _forget(key: Hashable, job: _Job) -> None:
    with _lock:
        if _known.get(key) is job:
            del _known[key]


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(AT_ONCE, thread_name_prefix="numbers")
