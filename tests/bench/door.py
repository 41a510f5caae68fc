"""Readers at the door of the web server, timed without the way there: what it is called with, and what it gives back.

A page that is asked for here takes whatever a server would take, the process beside it for readers who come at the same
time (web/start/companion.py) among it.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

EIGHT = 8


class Door:
    """The pages of the home this process has opened."""

    def __init__(self) -> None:
        from django.conf import settings
        from django.core.wsgi import get_wsgi_application

        from dangol.web.start.companion import Companions

        self.pages = Companions(get_wsgi_application(), settings.DANGOL_PROCESSES)

    def reader(self, user: Any) -> Reader:
        """Somebody who is signed in."""
        from django.test import Client

        client = Client()
        client.force_login(user)
        cookies = "; ".join(f"{name}={cookie.value}" for name, cookie in client.cookies.items())
        return Reader(self, {"HTTP_COOKIE": cookies, "HTTP_ACCEPT_LANGUAGE": "ko", "HTTP_HOST": "localhost"})

    def crowd(self, readers: list[Reader], path: str) -> None:
        """Open a page all at once until those who help are there."""
        with ThreadPoolExecutor(len(readers)) as pool:
            until = time.monotonic() + 120
            while not all(one.ready for one in self.pages.others):
                assert time.monotonic() < until, "who should help did not come"
                list(pool.map(lambda reader: reader.opened(path), readers))


class Reader:
    """Somebody who opens pages, one after the other."""

    def __init__(self, door: Door, who: dict[str, str]) -> None:
        self.door, self.who = door, who

    def opened(self, path: str) -> float:
        """Seconds until a page is there, whole."""
        from django.test import RequestFactory

        target = urlsplit(path)
        environ = RequestFactory().get(target.path, query_params=None).environ | self.who
        environ["QUERY_STRING"] = target.query
        status: list[str] = []
        began = time.perf_counter()
        body = self.door.pages(environ, lambda told, _headers, _problem=None: status.append(told))
        page = b"".join(body)
        took = time.perf_counter() - began
        getattr(body, "close", lambda: None)()
        assert status[0].startswith("200") and page, (path, status)
        return took
