"""Few pages are made at the same time; the others wait in line.

Python runs one thread at a time. Eight threads that make pages side by side take the turn from each other in the middle
of everything, at each question to the records, and all eight are late. Let in by twos, in the order in which they came,
each is done when its turn is over; the second works while the first waits for the records.

Whoever writes is let through, for what is written may take long to arrive. Whoever has waited for `PATIENCE` goes in,
too, so that slow pages keep nobody out.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from threading import Lock

from django.http import HttpRequest, HttpResponseBase

type Answer = Callable[[HttpRequest], HttpResponseBase]

AT_ONCE = 2
PATIENCE = 1.0  # seconds


class Line:
    """Places that are taken, and who waits for one, in order."""

    def __init__(self, places: int) -> None:
        self._free = places
        self._waiting: deque[Lock] = deque()
        self._changing = Lock()

    def enter(self, patience: float) -> bool:
        """Take a place; False where none became free in `patience` seconds."""
        with self._changing:
            if self._free:
                self._free -= 1
                return True
            turn = Lock()
            turn.acquire()
            self._waiting.append(turn)
        if turn.acquire(timeout=patience):
            return True
        with self._changing:
            if turn not in self._waiting:  # it was handed over this very moment
                return True
            self._waiting.remove(turn)
            return False

    def leave(self) -> None:
        """Hand the place over to whoever waits longest."""
        with self._changing:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1


class Turnstile:
    """Middleware that lets readers in by twos."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response
        self.line = Line(AT_ONCE)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method != "GET" or not self.line.enter(PATIENCE):
            return self.get_response(request)
        try:
            return self.get_response(request)
        finally:
            self.line.leave()
