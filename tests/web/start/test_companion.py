"""A second process makes pages for those who come at the same time, and nothing depends on it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from multiprocessing import Pipe
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import RequestFactory

from dangol.lib.settings import MOST_PROCESSES, BadSettings, whole_number
from dangol.web.start import companion
from dangol.web.start.companion import LANES, PAGES, Companion, Companions, may_be_made_elsewhere
from dangol.web.start.companion_process import made
from tests.stores import ROOT

LONG = 20.0  # seconds that a busy machine may take


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a server saw that was alone, then crowded, lost its companion, got another, and was killed."""
    home = tmp_path_factory.mktemp("crowded") / "home"
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_URL", "DANGOL_"))}
    command = [sys.executable, "-m", "tests.web.start.companion_at_work", str(home)]
    done = subprocess.run(command, cwd=ROOT, env=clean, capture_output=True, text=True, check=False)
    assert done.stdout, done.stderr
    return dict(json.loads(done.stdout.splitlines()[-1]))


class TestCompanion:
    def test_does_not_come_for_somebody_who_reads_alone(self, seen: dict[str, Any]) -> None:
        assert not seen["alone"]

    def test_makes_every_page_as_it_is_made_here(self, seen: dict[str, Any]) -> None:
        assert seen["differ"] == []

    def test_is_led_to_where_the_fewest_are_and_gives_the_whole_answer_back(self, seen: dict[str, Any]) -> None:
        through = seen["through"]
        assert through["same"]
        assert {"Content-Type", "Content-Security-Policy", "Vary"} <= set(through["head"])
        assert through["noted"] == [1, 1]  # in the access log: alone by the one that serves, then by the other
        assert (through["busy"], through["lanes"]) == (0, LANES)

    def test_shows_what_was_written_a_moment_ago(self, seen: dict[str, Any]) -> None:
        assert seen["written"]

    def test_that_is_killed_is_made_up_for_here_and_another_comes_after_a_rest(self, seen: dict[str, Any]) -> None:
        assert seen["killed"] == {"asked": None, "page": "200 OK", "resting": True, "another": True}

    def test_ends_with_a_server_that_is_killed(self, seen: dict[str, Any]) -> None:
        until = time.monotonic() + LONG
        while alive(seen["left"]):
            assert time.monotonic() < until
            time.sleep(0.05)

    def test_that_does_not_answer_is_let_go(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(companion, "LATE", 0.05)
        ours, theirs = Pipe()
        mute = Companion()
        mute.process = process = subprocess.Popen(["sleep", "60"])
        mute.lanes = [ours]
        assert mute.page(asking("/")) is None
        assert not mute.ready
        assert mute.process is None
        assert mute.busy == 0
        assert process.poll() is not None
        theirs.close()

    @pytest.mark.parametrize("answer", [[b"no json", b""], [b'["200 OK"]', b""], [b'["200 OK", []]']])
    def test_that_answers_what_is_no_page_is_let_go(self, answer: list[bytes], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(companion, "LATE", 0.05)
        ours, theirs = Pipe()
        strange = Companion()
        strange.process, strange.lanes = subprocess.Popen(["sleep", "60"]), [ours]
        for part in answer:
            theirs.send_bytes(part)
        assert strange.page(asking("/")) is None
        assert (strange.process, strange.ready, strange.busy) == (None, False, 0)

    @pytest.mark.parametrize("program", ["/bin/false", "/nowhere/python"])
    def test_that_never_comes_up_leaves_the_pages_to_us(self, program: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "executable", program)
        stillborn = Companion()
        stillborn.call()
        until = time.monotonic() + LONG
        while stillborn.process is not None:
            assert time.monotonic() < until
            time.sleep(0.01)
        assert not stillborn.ready
        stillborn.call()
        assert stillborn.process is None  # it rests


def alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def asking(path: str, **headers: Any) -> dict[str, Any]:
    """What a web server tells of a request of somebody who is signed in."""
    return dict(RequestFactory().get(path).environ) | {"HTTP_COOKIE": f"{settings.SESSION_COOKIE_NAME}=x"} | headers


class TestWhatMayBeMadeElsewhere:
    @pytest.mark.parametrize("path", ["/", "/customers/", "/customers/1/", "/customers/find/?q=김", "/map/"])
    def test_are_the_pages_people_read_all_day(self, path: str) -> None:
        assert may_be_made_elsewhere(asking(path))

    @pytest.mark.parametrize(
        "path", ["/sign-in/", "/my/data/secret/", "/start/", "/customers/file/", "/import/", "/api/v1/find", "/nowhere"]
    )
    def test_are_no_doors_no_files_and_no_pages_of_customers_own(self, path: str) -> None:
        assert not may_be_made_elsewhere(asking(path))

    def test_is_nothing_that_is_written_or_brings_something_along(self) -> None:
        assert not may_be_made_elsewhere(asking("/customers/", REQUEST_METHOD="POST"))
        assert not may_be_made_elsewhere(asking("/customers/", CONTENT_LENGTH="3"))
        assert not may_be_made_elsewhere(asking("/customers/", HTTP_TRANSFER_ENCODING="chunked"))

    def test_is_of_those_who_are_signed_in(self) -> None:
        assert not may_be_made_elsewhere(asking("/customers/", HTTP_COOKIE="sessionid=1"))

    def test_has_an_address_each(self) -> None:
        from django.urls import get_resolver

        assert {name for name in get_resolver().reverse_dict if isinstance(name, str)} >= PAGES


class TestProcesses:
    def test_are_as_many_as_was_said(self) -> None:
        assert len(Companions(None, 3).others) == 2

    @pytest.mark.parametrize("written", ["0", "17", "two", "-1", "²"])
    def test_that_cannot_be_are_refused_by_name(self, written: str) -> None:
        with pytest.raises(BadSettings, match="DANGOL_PROCESSES: a number from 1 to 16"):
            whole_number(written, name="DANGOL_PROCESSES", most=MOST_PROCESSES)

    def test_of_one_never_call_another(self) -> None:
        def page(_environ: dict[str, Any], start_response: Any) -> list[bytes]:
            start_response("200 OK", [])
            return [b"here"]

        alone = Companions(page, 1)
        alone.readers = 9
        assert list(alone(asking("/customers/"), lambda *_told: None)) == [b"here"]


class TestMade:
    def test_gives_back_the_status_every_header_and_the_bytes(self) -> None:
        body = b"\xff\x00" + "단골".encode()

        def page(environ: dict[str, Any], start_response: Any) -> list[bytes]:
            assert environ["wsgi.input"].read() == b""
            start_response("302 Found", [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")])
            return [body[:5], body[5:]]

        head, told = made(page, companion.told_of(asking("/", HTTP_COOKIE="밥=1")))
        assert told == body
        assert head == b'["302 Found", [["Set-Cookie", "a=1"], ["Set-Cookie", "b=2"]]]'
