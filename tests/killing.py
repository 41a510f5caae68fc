"""Kill a process of our own at a chosen point of its work, and go on as the next one."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable

from django.db import connection

type Stop = Callable[[], None]


def killed_while(work: Callable[[Stop], None]) -> None:
    """Fork, do the work in the child, and SIGKILL it when it calls what it is given: it stands still there.

    For processes started by a test, not for pytest itself: connections are left behind, as a kill leaves them.
    """
    connection.close()
    if connection.vendor == "postgresql":
        connection.close_pool()  # type: ignore[attr-defined]
    reached, reach = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reached)
        work(lambda: _stand_still(reach))
        os._exit(1)
    os.close(reach)
    assert os.read(reached, 1) == b".", "the work ended before the point was reached"
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL


def stopping[**P, R](work: Callable[P, R], stop: Stop, *, on_call: int = 1) -> Callable[P, R]:
    """Do the work, and stop after its n-th call."""
    calls = 0

    def stopped(*given: P.args, **named: P.kwargs) -> R:
        nonlocal calls
        result, calls = work(*given, **named), calls + 1
        if calls == on_call:
            stop()
        return result

    return stopped


def _stand_still(reach: int) -> None:
    os.write(reach, b".")
    time.sleep(3600)
