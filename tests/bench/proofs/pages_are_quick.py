"""Warm pages answer at once

`dangol serve` on a copy of each demo's home; one client on this machine, signed in as the owner by the first visit.
Each page is opened 5 times unmeasured, then 30 times one after the other; the time is the client's, from sending the
request to the last byte, so the server's own is a little less. The profile is that of the customer with the longest
history, the campaign the demo's own, measured. "At work" is the server's processor time for one request, which tells a
busy machine from a slow page.
"""

from __future__ import annotations

import http.client
import math
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from tests.bench import homes
from tests.bench.figures import Figure
from tests.bench.processes import DANGOL, Failed, environment, measured

WARMING, REQUESTS = 5, 30
BOUND = 150.0  # milliseconds
# Only a browser that opens a page for a person becomes the owner.
BROWSER = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "none", "Accept": "text/html"}


class Visitor:
    """One browser's worth of connection: keeps the cookie, follows nothing, insists on a whole page."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies: dict[str, str] = {}

    def open(self, path: str) -> float:
        """Milliseconds until the page is here. Raises Failed for anything but a page."""
        began = time.perf_counter()
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self.connection.request("GET", path, headers={**BROWSER, "Cookie": cookies, "Accept-Language": "ko"})
        answer = self.connection.getresponse()
        answer.read()
        took = (time.perf_counter() - began) * 1000
        for header in answer.headers.get_all("Set-Cookie") or []:
            name, value = re.match(r"([^=]+)=([^;]*)", header).groups()  # type: ignore[union-attr]
            self.cookies[name] = value
        if answer.status != 200:
            raise Failed(f"{path} answered {answer.status} {answer.headers.get('Location', '')}")
        return took


def figures() -> list[Figure]:
    """Every page of both demos."""
    return [figure for scenario in ("dairy", "retail") for figure in _of_home(scenario)]


def _of_home(scenario: str) -> Iterator[Figure]:
    home = homes.copied(homes.loaded(scenario))
    pages = measured([sys.executable, "-m", "tests.bench.addresses", str(home)]).answer
    with _served(home) as (port, server):
        visitor = Visitor(port)
        visitor.open("/")  # the first visit signs in the owner
        for page, path in pages.items():
            yield _page(visitor, server.pid, f"{scenario}: {page}", path)
        peak = sum(_peak(process) for process in (server.pid, *_children(server.pid)))
    yield Figure.at_most(f"{scenario}: memory of the server", peak, 2.0, "GiB", "peaks of its processes, added up")


def _page(visitor: Visitor, server: int, name: str, path: str | None) -> Figure:
    if path is None:
        return Figure(name, "no such page", bound=f"≤ {BOUND:.0f}", met=False)
    for _ in range(WARMING):
        visitor.open(path)
    before = _processor(server)
    times = sorted(visitor.open(path) for _ in range(REQUESTS))
    processor = (_processor(server) - before) * 1000 / REQUESTS
    slow = times[math.ceil(0.95 * REQUESTS) - 1]
    remark = f"95th percentile; median {median(times):.0f} ms, of which {processor:.0f} ms at work"
    return Figure.at_most(name, slow, BOUND, "ms", remark)


@contextmanager
def _served(home: Path) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    port = _free_port()
    command = [DANGOL, "serve", "--home", str(home), "--port", str(port)]
    log = home / "serve.log"
    with log.open("wb") as told:
        server = subprocess.Popen(command, stdout=told, stderr=told, stdin=subprocess.DEVNULL, env=environment())
    try:
        _wait(port, server, log)
        yield port, server
    finally:
        server.terminate()
        server.wait(30)


def _wait(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        if server.poll() is not None:
            break
        with socket.socket() as probe:
            if not probe.connect_ex(("127.0.0.1", port)):
                return
        time.sleep(0.1)
    raise Failed(f"dangol serve does not answer: {log.read_text(encoding='utf-8')[-600:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _processor(server: int) -> float:
    """Seconds the server's processes have worked so far."""
    ticks = 0
    for pid in (server, *_children(server)):
        words = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        ticks += int(words[11]) + int(words[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _peak(pid: int) -> float:
    """Peak resident memory of a running process, GiB."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return int(re.search(r"VmHWM:\s+(\d+) kB", status).group(1)) / 2**20  # type: ignore[union-attr]
