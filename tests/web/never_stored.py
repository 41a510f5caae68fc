"""A served home, everything a browser and a terminal can put into it, and what of it lies on disk afterwards."""

from __future__ import annotations

import os
import re
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urljoin, urlsplit
from urllib.request import HTTPCookieProcessor, Request, build_opener

import numpy as np
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from tests.stores import begin

DANGOL = [sys.executable, "-m", "dangol.config.cli"]
OURS = ("DANGOL_", "DATABASE_URL", "DJANGO_")
PEOPLE = """
import sys
from pathlib import Path
from dangol.config.commands.opening import open_home
open_home(Path(sys.argv[1]))
from datetime import UTC, date, datetime, timedelta
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from dangol.records.customers.actions import enter
from dangol.records.customers.entering import Details
from dangol.records.customers.models import Customer
from dangol.records.staff.actions import make_key
from dangol.records.staff.models import User
from dangol.records.staff.roles import May
now = datetime.now(UTC)
owner = User(username="owner", role="owner")
owner.set_password("a sound password of ours")
owner.save()
enter(Details(full_name="김단골", mobile="010-1234-5678"), unit=None, among=Customer.objects.all(), by=owner, at=now)
key = make_key(name="all", may=[May.SEE_CUSTOMERS], expires_at=now + timedelta(days=9), by=owner, at=now)
session = SessionStore()
session[SESSION_KEY], session[HASH_SESSION_KEY] = str(owner.pk), owner.get_session_auth_hash()
session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
session.save()
print(settings.SESSION_COOKIE_NAME, session.session_key, key.secret)
"""
# Forms that would end the walk, or load a demo for minutes.
LEFT_OUT = re.compile(r"/(sign-out|sessions|switch|language|start|own|restore|password|account|mfa|2fa)\b")


def environment(home: Path) -> dict[str, str]:
    """The environment without what the test run set for itself; what is temporary goes into the home as well."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(OURS)}
    (home / "tmp").mkdir(parents=True, exist_ok=True)
    return kept | {"TMPDIR": str(home / "tmp"), "DANGOL_HOME": str(home)}


def dangol(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the command on this home."""
    return subprocess.run(
        [*DANGOL, *words, "--home", str(home)], env=environment(home), capture_output=True, text=True, check=False
    )


@dataclass
class Door:
    """Somebody's way in: the session's cookie, and the key of a program."""

    cookie: str
    session: str
    key: str


def made(home: Path) -> Door:
    """Make a home with an owner, a customer and a key."""
    assert dangol(begin(home), "init").returncode == 0
    done = subprocess.run(
        [sys.executable, "-c", PEOPLE, str(home)], env=environment(home), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return Door(*done.stdout.split()[-3:])


@contextmanager
def served(home: Path) -> Iterator[str]:
    """Serve the home by the real command; what it logs is kept in the home."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://localhost:{port}"
    with (home / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [*DANGOL, "serve", "--home", str(home), "--port", str(port)],
            env=environment(home) | {"DANGOL_DEBUG": ""}, stdout=log, stderr=log,
        )  # fmt: skip
        try:
            _wait(process, address)
            yield address
        finally:
            process.terminate()
            process.wait(30)


def _wait(process: subprocess.Popen[bytes], address: str) -> None:
    while process.poll() is None:
        try:
            build_opener().open(f"{address}/start/served/", timeout=5).close()
        except (URLError, OSError):
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the server ended before it answered")


@dataclass
class Form:
    """One form of a page: where it goes, what it carries, and which of its fields take text."""

    action: str
    method: str = "get"
    enctype: str = ""
    carried: dict[str, str] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)


class Page(HTMLParser):
    """The links and forms of a page; a select without a chosen option counts as empty."""

    def __init__(self, address: str, text: str) -> None:
        super().__init__()
        self.address, self.links, self.forms = address, list[str](), list[Form]()
        self._select = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in told:
            self.links.append(urljoin(self.address, told["href"]).split("#")[0])
        elif tag == "form":
            action = urljoin(self.address, told.get("action") or self.address)
            self.forms.append(Form(action, told.get("method", "get").lower(), told.get("enctype", "")))
        elif self.forms and told.get("name"):
            self._field(tag, told)
        elif tag == "option" and self._select and self.forms and "selected" in told:
            self.forms[-1].carried[self._select] = told.get("value", "")

    def _field(self, tag: str, told: dict[str, str]) -> None:
        form, name, kind = self.forms[-1], told["name"], told.get("type", "text")
        if tag == "textarea" or (tag == "input" and kind in {"text", "search", "tel", "email", "url"}):
            form.texts.append(name)
        elif tag == "select":
            self._select = name
            form.carried.setdefault(name, "")
        elif tag == "input" and kind not in {"file", "password", "submit"}:
            if kind not in {"checkbox", "radio"} or name not in form.carried:
                form.carried[name] = told.get("value", "on")
        elif tag == "button" and name not in form.carried:
            form.carried[name] = told.get("value", "")


class Browser:
    """Asks like a browser that is signed in, without running scripts."""

    def __init__(self, address: str, door: Door | None) -> None:
        self.address, self.jar = address, CookieJar()
        self.opener = build_opener(HTTPCookieProcessor(self.jar))
        self.headers = {"Accept-Language": "en", "Accept": "text/html"}
        if door is not None:
            self.headers["Cookie"] = f"{door.cookie}={door.session}"

    def ask(self, address: str, body: bytes | None = None, **headers: str) -> tuple[int, str, str]:
        """Status, address at the end of all redirects, and text of an answer."""
        sent = self.headers | {name.replace("_", "-"): value for name, value in headers.items()}
        cookies = "; ".join([sent.pop("Cookie", ""), *(f"{one.name}={one.value}" for one in self.jar)]).strip("; ")
        request = Request(urljoin(self.address, address), body, sent)
        request.add_unredirected_header("Cookie", cookies)
        try:
            with self.opener.open(request, timeout=120) as answer:
                return answer.status, answer.url, answer.read().decode(errors="replace")
        except HTTPError as error:
            return error.code, error.url, error.read().decode(errors="replace")

    def page(self, address: str) -> Page:
        """A page, opened."""
        _status, url, text = self.ask(address)
        return Page(url, text)

    def send(self, form: Form, told: dict[str, Any]) -> tuple[int, str, str]:
        """Send a form with these texts in it."""
        values = form.carried | told
        if form.method == "get":
            return self.ask(f"{form.action.split('?')[0]}?{urlencode(values)}")
        if form.enctype == "multipart/form-data":
            return self.ask(form.action, encode_multipart(BOUNDARY, values), Content_Type=MULTIPART_CONTENT)
        return self.ask(form.action, urlencode(values).encode(), Content_Type="application/x-www-form-urlencoded")

    def within(self, address: str) -> bool:
        """Whether an address is one of this home's pages that a walk may open."""
        return address.startswith(self.address) and not LEFT_OUT.search(urlsplit(address).path)


def on_disk(home: Path) -> Iterator[tuple[str, bytes]]:
    """Everything in the home as bytes: what is packed is unpacked, and logs of stores are written into them first."""
    import pyarrow.parquet as parquet

    for store in home.rglob("*.sqlite3"):
        with closing(sqlite3.connect(store)) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for path in sorted(one for one in home.rglob("*") if one.is_file()):
        content = path.read_bytes()
        yield f"{path.relative_to(home)} (its name)", str(path.relative_to(home)).encode()
        yield str(path.relative_to(home)), content
        if content.startswith(b"PAR1"):
            table = parquet.read_table(path)
            texts = [str(cell) for column in table.columns for cell in column.to_pylist() if cell is not None]
            yield f"{path.relative_to(home)} (unpacked)", "\n".join([*texts, str(table.schema.metadata)]).encode()


class Traces:
    """Texts that are looked for in bytes, thousands at once: places where one could begin come first."""

    BEGINNING = 8  # bytes by which they are told apart; each is longer

    def __init__(self, traces: Iterable[bytes]) -> None:
        self.by_beginning: dict[bytes, list[bytes]] = {}
        self.may_begin = np.zeros(1 << 24, bool)
        for trace in traces:
            assert len(trace) > self.BEGINNING
            self.by_beginning.setdefault(trace[: self.BEGINNING], []).append(trace)
            self.may_begin[int.from_bytes(trace[:3])] = True

    def within(self, content: bytes) -> set[bytes]:
        """Those that stand in it."""
        held = np.frombuffer(content, np.uint8).astype(np.uint32)
        threes = (held[:-2] << 16) | (held[1:-1] << 8) | held[2:]
        return {
            trace
            for place in np.flatnonzero(self.may_begin[threes]).tolist()
            for trace in self.by_beginning.get(content[place : place + self.BEGINNING], ())
            if content.startswith(trace, place)
        }
