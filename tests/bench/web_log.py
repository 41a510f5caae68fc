"""`python -m tests.bench.web_log LINES FILE`: a log as a shop's web server writes it, in order of time.

Three requests in ten are for parts of pages, one in eight is a program's, some end in errors; one visitor in ten signs
in, under the number the shop knows them by.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

STARTS = datetime(2026, 10, 1, tzinfo=UTC)
EACH, DAYS = 12, 30  # requests of a visitor; days
PAGES = ("/", "/milk", "/milk/low-fat", "/yogurt", "/cheese", "/basket", "/order", "/help?from=menu")
PARTS = ("/static/shop.css", "/static/shop.js", "/images/logo.png")
PEOPLE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0",
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Mobile Safari/537.36",
)
PROGRAMS = ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "curl/8.9.1")
CHUNK = 50_000


def write(lines: int, file: Path) -> None:
    """Visitors of about twelve requests each, over a month."""
    random = np.random.default_rng(lines)
    visitors = max(lines // EACH, 1)
    who = random.integers(0, visitors, lines)
    begins = random.integers(0, DAYS * 86_400, visitors)
    second = begins[who] + random.integers(0, 1_500, lines)
    order = np.argsort(second, kind="stable")
    who, second = who[order], second[order]
    program = random.random(visitors) < 0.125
    signed = random.random(visitors) < 0.1
    with file.open("w", encoding="utf-8") as out:
        for start in range(0, lines, CHUNK):
            part = slice(start, start + CHUNK)
            count = len(who[part])
            kind, which, status = random.random(count) < 0.3, random.integers(0, 24, count), random.random(count)
            out.writelines(
                _line(one, at, program[one], signed[one], PARTS[n % 3] if asset else PAGES[n % 8], broken < 0.03)
                for one, at, asset, n, broken in zip(
                    who[part].tolist(), second[part].tolist(), kind.tolist(), which.tolist(), status.tolist(),
                    strict=True,
                )
            )  # fmt: skip


def _line(who: int, second: int, program: bool, signed: bool, path: str, broken: bool) -> str:
    at = STARTS + timedelta(seconds=second)
    agent = (PROGRAMS if program else PEOPLE)[who % 2]
    user = f"C{who:07}" if signed and not program else "-"
    host = f"198.{18 + who % 2}.{who // 2 // 250 % 250}.{who // 2 % 250}"
    told = f'{host} - {user} [{at:%d/%b/%Y:%H:%M:%S} +0000] "GET {path} HTTP/1.1" {404 if broken else 200} 5120'
    return f'{told} "-" "{agent}"\n'


if __name__ == "__main__":
    write(int(sys.argv[1]), Path(sys.argv[2]))
