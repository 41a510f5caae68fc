"""Readers come in by twos, in the order in which they came, and nobody is kept out for long."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event, Lock

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from dangol.web.shell import turnstile
from dangol.web.shell.turnstile import AT_ONCE, Line, Turnstile

ALL = 8
LONG = 20.0  # seconds that a busy machine may take


def until(true: Callable[[], bool]) -> None:
    """Wait until it is so."""
    end = time.monotonic() + LONG
    while not true():
        assert time.monotonic() < end
        time.sleep(0.005)


class Pages:
    """Pages that are made until they are let go, and how many were being made at the same time."""

    def __init__(self) -> None:
        self.inside, self.most, self.open, self._lock = 0, 0, Event(), Lock()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with self._lock:
            self.inside += 1
            self.most = max(self.most, self.inside)
        assert self.open.wait(LONG)
        with self._lock:
            self.inside -= 1
        return HttpResponse(request.path)


@pytest.fixture
def pages() -> Pages:
    return Pages()


class TestTurnstile:
    def test_lets_readers_in_by_twos_and_answers_all(self, pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(turnstile, "PATIENCE", LONG)
        door = Turnstile(pages)
        with ThreadPoolExecutor(ALL) as pool:
            asked = [pool.submit(door, RequestFactory().get(f"/{number}/")) for number in range(ALL)]
            until(lambda: pages.inside == AT_ONCE and len(door.line._waiting) == ALL - AT_ONCE)
            pages.open.set()
            assert {one.result(LONG).content for one in asked} == {f"/{number}/".encode() for number in range(ALL)}  # type: ignore[attr-defined]
        assert pages.most == AT_ONCE

    def test_lets_writers_through(self, pages: Pages) -> None:
        door = Turnstile(pages)
        with ThreadPoolExecutor(ALL) as pool:
            for number in range(ALL):
                pool.submit(door, RequestFactory().post(f"/{number}/"))
            until(lambda: pages.inside == ALL)
            pages.open.set()

    def test_keeps_nobody_out_for_slow_pages(self, pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(turnstile, "PATIENCE", 0.01)
        door = Turnstile(pages)
        with ThreadPoolExecutor(ALL) as pool:
            for number in range(ALL):
                pool.submit(door, RequestFactory().get(f"/{number}/"))
            until(lambda: pages.inside == ALL)
            pages.open.set()

    def test_has_its_place_back_when_a_page_fails(self) -> None:
        def broken(request: HttpRequest) -> HttpResponse:
            raise ZeroDivisionError

        door = Turnstile(broken)
        for _ in range(AT_ONCE + 1):
            with pytest.raises(ZeroDivisionError):
                door(RequestFactory().get("/"))
        assert door.line.enter(0)


class TestLine:
    def test_is_served_in_the_order_in_which_it_formed(self) -> None:
        line, came = Line(1), []
        assert line.enter(0)

        def wait(number: int) -> None:
            assert line.enter(LONG)
            came.append(number)
            line.leave()

        with ThreadPoolExecutor(ALL) as pool:
            for number in range(ALL):
                pool.submit(wait, number)
                until(lambda standing=number + 1: len(line._waiting) == standing)  # type: ignore[misc]
            line.leave()
        assert came == list(range(ALL))

    def test_loses_no_place_to_those_who_give_up(self) -> None:
        line, start = Line(2), Barrier(ALL)

        def come_and_go(_number: int) -> None:
            start.wait(LONG)
            for _ in range(200):
                if line.enter(0.0001):
                    line.leave()

        with ThreadPoolExecutor(ALL) as pool:
            list(pool.map(come_and_go, range(ALL)))
        assert [line.enter(0) for _ in range(3)] == [True, True, False]
