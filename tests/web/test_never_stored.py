"""A resident registration number, whatever way it comes in, is nowhere on disk afterwards.

A real server with a real worker is given hundreds of them: in files, in every form of every page a walk finds, in
searches, addresses, JSON and at the terminal. Then the home is read byte by byte.
"""

from __future__ import annotations

import csv
import io
import json
import random
import re
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from dangol.lib.resident_numbers import MASK
from tests.resident_forms import TODAY, Written, corpus, numbers
from tests.web.never_stored import Browser, Door, Traces, dangol, made, on_disk, served

HEADINGS = ["고객번호", "일자", "금액", "상품명", "고객명", "휴대폰", "상품코드", "주문번호", "메모"]
PAGES = 300  # as many are opened on the walk, an address and its shape counted; there are fewer
PATIENCE = 400  # times a page that waits is asked again


class Writer:
    """Hands out written numbers, each once, and remembers them all."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)
        self.waiting: list[Written] = []
        self.used: list[Written] = []

    def next(self) -> Written:
        if not self.waiting:
            self.waiting = corpus(self.draw, 500)
        self.used.append(self.waiting.pop())
        return self.used[-1]

    def text(self) -> str:
        return self.next().text


def table(writer: Writer, rows: int) -> list[list[str]]:
    """Rows of a file, each with one number somewhere."""
    good = ["", "2026-11-01", "1000", "우유", "김단골", "010-1234-5678", "P1", "", "문 앞"]
    made = []
    for place in range(rows):
        cells = [f"A{place}", *good[1:7], f"R{place}", "문 앞"]
        cells[place % len(HEADINGS)] = writer.text()
        made.append(cells if place % 10 else [*cells, "too", writer.text()])
    return made


def as_csv(rows: list[list[str]], encoding: str) -> bytes:
    sink = io.StringIO()
    csv.writer(sink).writerows([HEADINGS, *rows])
    return sink.getvalue().encode(encoding, "ignore")


def as_xlsx(writer: Writer, rows: list[list[str]]) -> bytes:
    """A workbook with the same rows, and with numbers as a spreadsheet counts them."""
    book = openpyxl.Workbook()
    book.worksheets[0].append(HEADINGS)
    for place, cells in enumerate(rows):
        told: list[Any] = [re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", cell) for cell in cells]
        if place % 3 == 0:
            one = next(numbers(writer.draw, born_since=2001 if place % 2 else 1900))
            writer.used.append(Written("number", one, one.digits, str(int(one.digits))))
            told[8] = int(one.digits)
        book.worksheets[0].append(told)
    sink = io.BytesIO()
    book.save(sink)
    return sink.getvalue()


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Writer, dict[str, int]]:
    """Return a home into which all those numbers were put, the numbers, and how much was done."""
    home = tmp_path_factory.mktemp("never") / "own"
    writer, done = Writer(20261122), dict.fromkeys(("pages", "forms", "fields", "uploads", "unreadable"), 0)
    door = made(home)
    with served(home) as address:
        browser = Browser(address, door)
        upload(browser, writer, done)
        walk(browser, writer, done)
        ask(browser, Browser(address, None), door, writer)
    at_the_terminal(home, writer)
    return home, writer, done


def upload(browser: Browser, writer: Writer, done: dict[str, int]) -> None:
    """Look at files, try them, take all but the last in, and read what was left out."""
    files = {
        "매출.csv": as_csv(table(writer, 120), "utf-8"),
        "옛날.csv": as_csv(table(writer, 120), "cp949"),
        f"명단 {writer.next().number.digits}.csv": as_csv(table(writer, 40), "utf-16"),
        "장부.xlsx": as_xlsx(writer, table(writer, 120)),
        "기다림.csv": as_csv(table(writer, 40), "utf-8"),
    }
    for place, (name, content) in enumerate(files.items()):
        form = next(form for form in browser.page("/import/").forms if form.enctype)
        _status, url, text = browser.send(form, {"file": SimpleUploadedFile(name, content)})
        assert re.search(r"/import/[0-9a-f]{24}/", url), text
        done["uploads"] += 1
        done["unreadable"] += text.count(MASK)
        until(browser, f"{url.partition('?')[0]}trial/", "Would be left out")
        if place + 1 < len(files):
            take = next(form for form in browser.page(url).forms if form.action.endswith("/take/"))
            browser.send(take, {})
            result = until(browser, f"{url.partition('?')[0]}run/", "As it was written|rows? (is|are) in")
            for link in re.findall(r'href="(/import/result/\d+/left-out.csv)"', result):
                assert MASK in browser.ask(link)[2]


def until(browser: Browser, address: str, words: str) -> str:
    """Ask again and again until the answer says so: the work is done beside the pages."""
    for _time in range(PATIENCE):
        text = browser.ask(address)[2]
        if re.search(words, text):
            return text
        assert "note bad" not in text, text
        time.sleep(0.3)
    raise AssertionError(f"{address} never said “{words}”: {text}")


def walk(browser: Browser, writer: Writer, done: dict[str, int]) -> None:
    """Open every page that links lead to, and send every form on it with a number in every text."""
    waiting, seen, sent = [f"{browser.address}/", f"{browser.address}/customers/"], set[str](), set[tuple[str, ...]]()
    while waiting and len(seen) < PAGES:
        address = waiting.pop(0)
        shape = re.sub(r"\d+|[0-9a-f]{24}", "N", address.split("?")[0])
        if address in seen or sum(one == shape for one in seen) or not browser.within(address):
            continue
        seen |= {address, shape}
        page = browser.page(address)
        done["pages"] += 1
        waiting += page.links
        for form in page.forms:
            signature = (re.sub(r"\d+", "N", form.action), *sorted(form.texts))
            if form.texts and signature not in sent and browser.within(form.action):
                sent.add(signature)
                done["forms"] += 1
                done["fields"] += len(form.texts)
                browser.send(form, {name: writer.text() for name in form.texts})
                browser.send(form, {name: writer.next().number.digits for name in form.texts})


def ask(browser: Browser, stranger: Browser, door: Door, writer: Writer) -> None:
    """Searches, addresses, where one came from, programs, and somebody at the door."""
    key = {"Authorization": f"Bearer {door.key}"}
    for _time in range(40):
        browser.ask(f"/customers/?q={quote(writer.text())}")
        browser.ask(f"/customers/?q={quote(writer.text())}", HX_Request="true")
        browser.ask(f"/customers/{writer.next().number.digits}/")
        came_from = f"http://localhost/?q={quote(writer.next().core)}"
        browser.ask(f"/customers/{quote(writer.next().core, safe='')}/", Referer=came_from)
        browser.ask(f"/api/v1/customers?q={quote(writer.text())}", **key)
        browser.ask(f"/api/v1/customers/{writer.next().number.digits}", **key)
        told = {"note": writer.text(), "number": int(writer.next().number.digits), writer.text(): [writer.text()]}
        browser.ask("/api/v1/customers", json.dumps(told).encode(), Content_Type="application/json", **key)
        stranger.ask(f"/{quote(writer.text())}?next={quote(writer.text())}")
    form = next(form for form in stranger.page("/sign-in/").forms if "username" in form.texts)
    stranger.send(form, {"username": writer.next().number.digits, "password": "wrong"})


def at_the_terminal(home: Path, writer: Writer) -> None:
    """Commands that take a text or a file; the file lies outside the home."""
    outside = home.parent / "mine.csv"
    outside.write_bytes(as_csv(table(writer, 120), "utf-8"))
    for words in (["--dry-run"], []):
        assert dangol(home, "import", "transactions", str(outside), "--json", *words).returncode == 0
    dangol(home, "find", writer.next().core)
    dangol(home, "find", writer.next().number.digits, "--json")


def test_hundreds_were_put_in_by_every_way(walked: tuple[Path, Writer, dict[str, int]]) -> None:
    _home, writer, done = walked
    assert len(writer.used) > 1_000
    assert len({one.form for one in writer.used}) > 70
    assert done["uploads"] == 5 and done["unreadable"] > 20
    assert done["pages"] > 60 and done["forms"] > 30 and done["fields"] > 400, done
    assert 2 * done["pages"] < PAGES, "the walk was cut off"


def test_none_is_on_disk(walked: tuple[Path, Writer, dict[str, int]]) -> None:
    home, writer, _done = walked
    whose = {trace: one.form for one in writer.used for trace in one.traces}
    traces, found = Traces(whose), []
    for place, content in on_disk(home):
        found += [(place, whose[trace], trace) for trace in traces.within(content)]
    assert found == []


def test_what_was_made_unreadable_is_there(walked: tuple[Path, Writer, dict[str, int]]) -> None:
    places = {place for place, content in on_disk(walked[0]) if MASK.encode() in content}
    assert "records.sqlite3" in places
    assert any(place.startswith("imports/rejects-") for place in places)
    assert any(place.startswith("uploads/") and "unpacked" in place for place in places)
    assert any(place.startswith("access/") for place in places)


def test_the_search_for_traces_finds_one_that_was_kept(tmp_path: Path) -> None:
    one = corpus(random.Random(1), 1)[0]
    (tmp_path / "kept.txt").write_bytes(b"x" + one.core.encode() + b"y")
    kept = {trace for _place, content in on_disk(tmp_path) for trace in Traces(one.traces).within(content)}
    assert kept == {trace for trace in one.traces if trace in b"x" + one.core.encode() + b"y"} != set()
    assert one.number.digits and TODAY


def test_the_search_for_traces_finds_what_a_plain_one_finds() -> None:
    written = corpus(random.Random(2), 300)
    traces = sorted({trace for one in written for trace in one.traces})
    content = b"\xff".join([b"", *(one.text.encode() for one in written[::3]), traces[0], b"1", traces[-1]])
    for some in (content, b"", b"1", b"12", content[:9]):
        assert Traces(traces).within(some) == {trace for trace in traces if trace in some}
