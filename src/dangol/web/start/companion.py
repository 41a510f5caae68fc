"""A second process that makes pages where several people look at the same time.

Python runs one thread at a time, so one process uses one core, however many ask. A companion takes half of the readers
over: it is handed the request, makes the page from the same records, and gives it back. It is called when readers first
stand in each other's way, so that whoever works alone never pays for it. All that is written, every door and all
background work stay with the process that serves: to it, a companion is never more than a quicker way to read.

Where a companion is gone or late, the page is made here, and another is called later.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import time
from collections.abc import Iterable
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from threading import Lock, Thread
from typing import Any

from django.conf import settings
from django.urls import Resolver404, resolve

type Environ = dict[str, Any]
type Page = tuple[str, list[tuple[str, str]], bytes]

CROWD = 3  # readers at the same time from which on a companion helps
LANES = 4  # pages that one companion is asked for at the same time
LATE = 60.0  # seconds after which a page is made here, and a companion that still works on it is let go
COMES_WITHIN = 300.0  # seconds: a store of millions is read first
REST = 60.0  # seconds before another is called after one that failed
# Pages that people read all day, made from the records alone.
PAGES = frozenset(
    {
        "campaign",
        "campaigns",
        "customer",
        "customer_timeline",
        "customers",
        "customers_columns",
        "customers_count",
        "customers_filter",
        "find",
        "map",
        "map_list",
        "map_sendable",
        "messages",
        "today",
    }
)

log = logging.getLogger(__name__)


class Companion:
    """One other process, as the serving one sees it: lanes to ask along, and how many are in use."""

    def __init__(self) -> None:
        self.busy = 0
        self.process: subprocess.Popen[bytes] | None = None
        self.lanes: list[Connection] = []
        self._changing = Lock()
        self.rests_until = 0.0

    @property
    def ready(self) -> bool:
        """Whether it has said that it can make pages, and has a lane free."""
        return bool(self.lanes)

    def call(self) -> None:
        """Have it come, unless it is here or on its way, or failed a moment ago. Returns at once."""
        with self._changing:
            if self.process is not None or time.monotonic() < self.rests_until:
                return
            try:
                self.process, lanes = _begun()
            except OSError as problem:  # no memory, no file left to open
                self.rests_until = time.monotonic() + REST
                log.warning("A second process for pages could not be started: %s.", problem)
                return
        Thread(target=self._welcome, args=(self.process, lanes), name="dangol-companion", daemon=True).start()

    def page(self, environ: Environ) -> Page | None:
        """The page it makes; None where it cannot."""
        with self._changing:
            if not self.lanes or self.process is None:
                return None
            lane, process = self.lanes.pop(), self.process
            self.busy += 1
        page = None
        try:
            page = _asked_for(lane, environ)
        except (EOFError, OSError, ValueError) as problem:
            self._dismiss(process, f"{type(problem).__name__} {problem}".strip())
        finally:
            with self._changing:
                self.busy -= 1
                if page and process is self.process:
                    self.lanes.append(lane)
        return page

    def _welcome(self, process: subprocess.Popen[bytes], lanes: list[Connection]) -> None:
        """It says so when it has read what it needs; until then pages are made here."""
        try:
            _heard(lanes[0], COMES_WITHIN)
        except (EOFError, OSError) as problem:
            self._dismiss(process, f"it did not come up: {problem}")
            return
        with self._changing:
            self.lanes = lanes

    def _dismiss(self, process: subprocess.Popen[bytes], why: str) -> None:
        """Let it go: those who asked along other lanes notice, and have their pages made here."""
        with self._changing:
            if process is not self.process:
                return
            self.process, self.lanes, self.rests_until = None, [], time.monotonic() + REST
        log.warning("The second process for pages is gone; all pages are made by the first: %s.", why)
        process.kill()
        process.wait()


class Companions:
    """The application as the web server calls it: each reader is led to where the fewest are."""

    def __init__(self, application: Any, processes: int) -> None:
        self.application = application
        self.others = [Companion() for _number in range(processes - 1)]
        self.readers = 0
        self._changing = Lock()

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        if not self.others or not may_be_made_elsewhere(environ):
            return self.application(environ, start_response)  # type: ignore[no-any-return]
        with self._changing:
            self.readers += 1
        try:
            page = self._page_made_elsewhere(environ)
            if page is None:
                return self.application(environ, start_response)  # type: ignore[no-any-return]
            status, headers, body = page
            start_response(status, headers)
            return [body]
        finally:
            with self._changing:
                self.readers -= 1

    def _page_made_elsewhere(self, environ: Environ) -> Page | None:
        if self.readers >= CROWD:
            for one in self.others:
                one.call()
        here = self.readers - sum(one.busy for one in self.others) - 1  # beside this one
        freest = min((one for one in self.others if one.ready), key=lambda one: one.busy, default=None)
        return freest.page(environ) if freest and freest.busy < here else None


def _begun() -> tuple[subprocess.Popen[bytes], list[Connection]]:
    """A process that is on its way, and our ends of its lanes."""
    ours, theirs = zip(*(Pipe() for _lane in range(LANES)), strict=True)
    numbers = [lane.fileno() for lane in theirs]
    command = [sys.executable, "-P", "-m", "dangol.web.start.companion_process", *map(str, numbers)]
    try:
        return subprocess.Popen(command, pass_fds=numbers, stdin=subprocess.DEVNULL), list(ours)
    finally:
        for lane in theirs:
            lane.close()


def _asked_for(lane: Connection, environ: Environ) -> Page:
    lane.send_bytes(json.dumps(told_of(environ)).encode())
    status, headers = json.loads(_heard(lane, LATE))
    return status, [(name, value) for name, value in headers], _heard(lane, LATE)


def _heard(lane: Connection, within: float) -> bytes:
    if not lane.poll(within):
        raise TimeoutError(f"no answer within {within:.0f} seconds")
    return lane.recv_bytes()


def may_be_made_elsewhere(environ: Environ) -> bool:
    """Whether somebody who is signed in asks for one of the pages, and for nothing but to read it."""
    if environ["REQUEST_METHOD"] != "GET" or environ.get("CONTENT_LENGTH") not in (None, "", "0"):
        return False
    if "HTTP_TRANSFER_ENCODING" in environ or f"{settings.SESSION_COOKIE_NAME}=" not in environ.get("HTTP_COOKIE", ""):
        return False
    try:
        return resolve(environ["PATH_INFO"]).view_name in PAGES
    except Resolver404:
        return False


def told_of(environ: Environ) -> dict[str, str]:
    """What a companion needs to know of a request: its texts."""
    return {name: value for name, value in environ.items() if isinstance(value, str)}
