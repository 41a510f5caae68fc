"""Working an answer out beside the page: asked for twice it is worked out once, and the page waits but a moment.

Answers of the last questions are kept in memory, each for its version of the warehouse and its asker's scope.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from functools import cache
from threading import Lock
from typing import Any

from django.db import connections
from django.utils import translation

from dangol.insight.warehouse.cube import Answer, Question, answered
from dangol.insight.warehouse.queries import lake
from dangol.records.staff.scope import Scope

PATIENCE = 1.5  # seconds a page waits before it shows that the answer is being worked out
KEPT = 64
AT_ONCE = 2

_known: OrderedDict[Hashable, Future[Any]] = OrderedDict()
_lock = Lock()


def answer(question: Question, *, scope: Scope, patience: float | None = -1) -> Answer | None:
    """What the warehouse says; None where that takes longer than a page waits. patience: seconds, None as long as it
    takes. Raises what asking raises.
    """
    return once(question, lambda: answered(lake(), question, scope=scope), scope=scope, patience=patience)


def once[Found](
    asked: Hashable, work: Callable[[], Found], *, scope: Scope, patience: float | None = -1
) -> Found | None:
    """What the work says of the warehouse as this scope sees it, worked out once for whoever asks the same."""
    key = (lake().stand, scope, asked)
    future: Future[Found] = _future(key, work)
    try:
        return future.result(PATIENCE if patience == -1 else patience)
    except NotYet:
        return None
    except Exception:
        _forget(key)
        raise


def _future(key: Hashable, work: Callable[[], Any]) -> Future[Any]:
    """The one piece of work for this key: begun, under way or done."""
    with _lock:
        if (found := _known.get(key)) is not None:
            _known.move_to_end(key)
            return found
        while len(_known) >= KEPT:
            _known.popitem(last=False)
        _known[key] = future = _pool().submit(_done, work, translation.get_language())
        return future


def _done(work: Callable[[], Any], language: Any) -> Any:
    try:
        with translation.override(language):  # a refusal is told in the asker's words
            return work()
    finally:
        connections.close_all()


def _forget(key: Hashable) -> None:
    with _lock:
        _known.pop(key, None)


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(AT_ONCE, thread_name_prefix="numbers")
