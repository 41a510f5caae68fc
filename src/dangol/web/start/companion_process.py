"""The second process for pages (companion.py), as it sees itself: pages are asked for along lanes, one thread each.

    python -m dangol.web.start.companion_process LANE…

It ends with the process that called it, whatever ended that: then its lanes are closed.
"""

from __future__ import annotations

import io
import json
import logging
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Thread
from typing import Any

log = logging.getLogger(__name__)

type Application = Callable[..., Any]


def main() -> None:
    """Read what pages need, say so, and make them."""
    # Ctrl+C is for the process that serves, which then lets go of this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(OSError):  # where memory runs out, this one goes, not the one that serves
        Path("/proc/self/oom_score_adj").write_text("800")
    lanes = [Connection(int(number)) for number in sys.argv[1:]]
    application = _ready()
    threads = [Thread(target=_serve, args=(lane, application)) for lane in lanes]
    lanes[0].send_bytes(b"ready")
    for thread in threads:
        thread.start()


def _ready() -> Application:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dangol.config.settings")
    from django.core.wsgi import get_wsgi_application

    application: Application = get_wsgi_application()
    from dangol.web.customers.warming import warm
    from dangol.web.start.steady import settle

    warm()
    settle()
    return application


def _serve(lane: Connection, application: Application) -> None:
    try:
        while True:
            for part in _page(application, lane.recv_bytes()):
                lane.send_bytes(part)
    except (EOFError, OSError):  # nobody is there any more
        os._exit(0)


def _page(application: Application, asked: bytes) -> tuple[bytes, bytes]:
    try:
        return made(application, json.loads(asked))
    except Exception:  # what no page may do: the process that serves makes it then, and calls another
        log.exception("The second process for pages ends.")
        os._exit(1)


def made(application: Application, told: dict[str, str]) -> tuple[bytes, bytes]:
    """The page asked for: its status and headers as JSON, and its body."""
    head: list[Any] = []

    def start_response(status: str, headers: list[tuple[str, str]], _problem: Any = None) -> None:
        head[:] = status, headers

    body = application(_environ(told), start_response)
    try:
        page = b"".join(body)
    finally:
        close = getattr(body, "close", None)
        if close:
            close()
    return json.dumps(head).encode(), page


def _environ(told: dict[str, str]) -> dict[str, Any]:
    return {
        "wsgi.version": (1, 0),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        **told,
        "wsgi.input": io.BytesIO(),
    }


if __name__ == "__main__":
    main()
