"""Finding customers by what is remembered of them, timed, in a process of its own.

    python -m tests.bench.finding HOME CUSTOMERS [fill]

The last line it prints is JSON: seconds of each question by kind, as the owner and as one dealer, by one and by eight
at once. With `fill` the home is made first, and how long the index took is told.
"""

from __future__ import annotations

import json
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.bench import homes, million
from tests.bench.door import EIGHT, Door, Reader

ROUNDS = 4
# The likeliest questions, and the worst: those that are true of very many.
ASKED: dict[str, list[str]] = {
    "a whole name": ["김서준", "이민우", "박지현"],
    "two letters within a name": ["서준", "민우", "지현"],
    "a surname of very many": ["김", "이", "박"],
    "one letter within a name": ["준", "우", "현"],
    "initials": ["ㄱㅅㅈ", "ㅁㅇ", "ㄱ"],
    "initials and letters": ["김ㅅㅈ", "이민ㅇ"],
    "the last four digits": ["1234", "5678", "0042"],
    "a whole phone number": ["010-0000-1234", "01000005678"],
    "the beginning of every phone number": ["010", "0100"],
    "a number of theirs": ["B00001234", "B0000", "b"],
    "an e-mail address": ["dan12.gol", "gol1234", "naver"],
    "a word of the address": ["서울", "마포구", "단골로"],
    "the wrong keyboard": ["rlatjwns", "rtw", "tjwns"],
    "several words": ["서울 김", "김서준 마포", "마포구 단골로", "1234 서울"],
    "nobody": ["없는사람이름", "qqqqq", "99999999999"],
}


def main() -> None:
    """Measure, and print what was found."""
    home, customers, fill = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:] == ["fill"]
    if "DATABASE_URL" in os.environ:
        _opened_on_postgresql(home)
    else:
        homes.opened(home)
    from dangol.web.start.steady import settle

    told: dict[str, Any] = {}
    if fill:
        million.fill(customers, people_only=True)
        told["index_seconds"] = _rebuilt(customers)
        _stand_a_night()
    told["bytes"] = _bytes()
    door = Door()
    owner, dealer = _readers(door, 1)
    for reader in (owner, dealer):
        _timed(reader)  # to warm
    settle()  # as a server does when it has come up
    told |= {"owner": _timed(owner), "dealer": _timed(dealer)}
    eight = _readers(door, EIGHT // 2)
    door.crowd(eight, _asking("김서준"))
    with ThreadPoolExecutor(EIGHT) as pool:
        runs = list(pool.map(_timed, eight))
    told["eight"] = {kind: [one for run in runs for one in run[kind]] for kind in ASKED}
    print(json.dumps(told))


def _opened_on_postgresql(home: Path) -> None:
    import django

    home.mkdir(parents=True, exist_ok=True)
    os.environ.update(DANGOL_HOME=str(home), DJANGO_SETTINGS_MODULE="dangol.config.settings")
    django.setup()


def _rebuilt(customers: int) -> float:
    """Seconds to index everybody anew."""
    from dangol.records.customers.search_index import rebuild

    began = time.perf_counter()
    assert rebuild() == customers
    return time.perf_counter() - began


def _stand_a_night() -> None:
    """PostgreSQL tidies up by itself some minutes after so many rows were written: not in the middle of measuring."""
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def _bytes() -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT pg_total_relation_size('customers_searchterm') + pg_total_relation_size('customers_searchcard')"
            )
        else:
            tables = "('customers_searchterm', 'customers_searchcard')"
            cursor.execute(f"SELECT sum(pgsize) FROM dbstat WHERE name IN {tables}")
        return int(cursor.fetchone()[0])


def _readers(door: Door, times: int) -> list[Reader]:
    """Owners, and as many dealers of one shop."""
    from dangol.records.staff.models import Unit, User

    owner, _made = User.objects.get_or_create(username="owner", role=User.Role.OWNER)
    dealer, _made = User.objects.get_or_create(
        username="dealer", role=User.Role.DEALER, unit=Unit.objects.get(code="D001")
    )
    return [door.reader(who) for who in (owner, dealer) for _time in range(times)]


def _asking(text: str) -> str:
    return f"/customers/find/?{urlencode({'q': text})}"


def _timed(reader: Reader) -> dict[str, list[float]]:
    taken: dict[str, list[float]] = {kind: [] for kind in ASKED}
    for kind, _round in product(ASKED, range(ROUNDS)):
        taken[kind] += [reader.opened(_asking(text)) for text in ASKED[kind]]
    return taken


if __name__ == "__main__":
    main()
