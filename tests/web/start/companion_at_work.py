"""A server's application with its companion, on a small business of its own, in a process that a test starts.

It prints what it saw as JSON, and ends as a server that is killed ends: at once.
"""

from __future__ import annotations

import json
import os
import re
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

CHANGES = re.compile(rb'name="(csrfmiddlewaretoken|once|mark)" value="[^"]*"|X-CSRFToken[^}]*')


def main() -> None:
    """Go through what may happen to a companion, and tell what was seen."""
    os.environ.update(DANGOL_HOME=sys.argv[1], DJANGO_SETTINGS_MODULE="dangol.config.settings")
    Path(sys.argv[1]).mkdir()
    import django

    django.setup()
    from tests.stores import make_tables
    from tests.web.business import business, campaign

    make_tables()
    people = business()
    paths = pages(people[0].pk, campaign().pk)
    here = Here()
    told: dict[str, Any] = {"alone": here.alone(paths)}
    told["killed"] = here.killed(paths["customers"])
    told["differ"] = here.different(paths)
    told["through"] = here.through(people[1].pk)
    told["written"] = here.written(people[0])
    told["left"] = here.companion().pid
    print(json.dumps(told))
    sys.stdout.flush()
    os.kill(os.getpid(), signal.SIGKILL)


def pages(customer: int, campaign: int) -> dict[str, str]:
    """An address of each page that a companion may make."""
    from django.urls import reverse

    from dangol.insight.analysis.models import Run
    from dangol.web.start.companion import PAGES

    numbers = {"customer": [customer], "customer_timeline": [customer], "campaign": [campaign]}
    numbers["map_list"] = [Run.objects.get(kind="relationship").pk]
    return {name: reverse(name, args=numbers.get(name)) for name in sorted(PAGES)}


class Here:
    """The process that serves, as a test drives it."""

    def __init__(self) -> None:
        from django.core.wsgi import get_wsgi_application
        from django.test import Client

        from dangol.records.staff.models import User
        from dangol.web.start.companion import Companions

        client = Client()
        client.force_login(User.objects.get_or_create(username="owner", role=User.Role.OWNER)[0])
        self.cookies = "; ".join(f"{name}={one.value}" for name, one in client.cookies.items())
        self.pages = Companions(get_wsgi_application(), processes=2)
        (self.other,) = self.pages.others

    def environ(self, path: str) -> dict[str, Any]:
        """What a web server tells of a request for this page."""
        from django.test import RequestFactory

        return RequestFactory().get(path).environ | {
            "HTTP_COOKIE": self.cookies, "HTTP_HOST": "localhost", "HTTP_ACCEPT_LANGUAGE": "ko",
        }  # fmt: skip

    def page(self, path: str) -> tuple[str, bytes]:
        """Ask as a web server does."""
        status: list[str] = []
        body = self.pages(self.environ(path), lambda told, _headers, _problem=None: status.append(told))
        return status[0], b"".join(body)

    def alone(self, paths: dict[str, str]) -> bool:
        """Whether a companion comes for somebody who reads alone."""
        for path in paths.values():
            assert self.page(path)[0] == "200 OK", path
        return self.other.process is not None

    def different(self, paths: dict[str, str]) -> list[str]:
        """The pages that are not made there as they are made here."""
        return [name for name, path in paths.items() if self.made_there(path) != plain(*self.page(path))]

    def through(self, customer: int) -> dict[str, Any]:
        """A page asked for as a web server does, alone and while others read here: who made it, and how they differ."""
        path = f"/customers/{customer}/"
        alone = self.answered(path)
        self.pages.readers += 3
        crowded = self.answered(path)
        self.pages.readers -= 3
        return {
            "same": alone == crowded, "head": crowded[1],
            "noted": [self.noted(customer, process) for process in (os.getpid(), self.companion().pid)],
            "busy": self.other.busy, "lanes": len(self.other.lanes),
        }  # fmt: skip

    def answered(self, path: str) -> tuple[Any, list[str]]:
        """The page through the door, and the names of its headers."""
        heads: list[Any] = []
        body = self.pages(self.environ(path), lambda *told: heads.append(told[:2]))
        page = b"".join(body)
        status, headers = heads[0]
        return plain(status, page), sorted(name for name, _value in headers)

    def noted(self, customer: int, process: int) -> int:
        """How often this process wrote down that somebody saw the page of this customer alone."""
        folder = Path(os.environ["DANGOL_HOME"]) / "access"
        lines = [line for file in folder.glob(f"spool-{process}-*.jsonl") for line in file.read_text().splitlines()]
        return sum(json.loads(line)["subjects"] == str(customer) for line in lines)

    def made_there(self, path: str) -> tuple[str, str] | None:
        """Ask the companion itself."""
        page = self.other.page(self.environ(path))
        return page and plain(page[0], page[2])

    def come(self, path: str) -> None:
        """Let readers come by fours until the companion is there."""
        barrier, until = Barrier(4), time.monotonic() + 60

        def read(_number: int) -> None:
            barrier.wait()
            self.page(path)

        with ThreadPoolExecutor(4) as pool:
            while not self.other.ready:
                assert time.monotonic() < until
                list(pool.map(read, range(4)))

    def companion(self) -> Any:
        """Its process."""
        assert self.other.process is not None
        return self.other.process

    def written(self, customer: Any) -> bool:
        """Whether what is written here stands on the next page from there."""
        from dangol.records.customers.models import Customer

        Customer.objects.filter(pk=customer.pk).update(full_name="방금고침")
        page = self.made_there(f"/customers/{customer.pk}/")
        return page is not None and "방금고침" in page[1]

    def killed(self, path: str) -> dict[str, Any]:
        """What becomes of a page whose maker is killed, and whether another comes in good time, and not before."""
        self.come(path)
        gone = self.companion()
        gone.kill()
        gone.wait()
        asked = self.other.page(self.environ(path))
        self.other.call()
        resting = self.other.process is None
        page = self.page(path)[0]
        self.other.rests_until = 0.0
        self.come(path)
        return {"asked": asked, "page": page, "resting": resting, "another": self.companion().pid != gone.pid}


def plain(status: str, page: bytes) -> tuple[str, str]:
    """A page without what is new on each."""
    return status, CHANGES.sub(b"", page).decode()


if __name__ == "__main__":
    main()
