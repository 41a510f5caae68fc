"""The list of customers with three filters, and a profile, timed in a process of its own.

    python -m tests.bench.listed HOME CUSTOMERS [fill]

The last line it prints is JSON: seconds of whole requests (signed in, counted, written out) by question, one after the
other and by eight at once, and how long the first look took. With `fill` the home is made first.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.bench import homes, million
from tests.bench.door import EIGHT, Door, Reader

ROUNDS = 12
# Filters by what is worked out, by the customer's own row, and by money: those most match, few match, none match. Among
# the fewest, too, a page is full, or more customers would be compared with shorter pages.
THREE = "region=II&line=delivery&place=마포구&place=서대문구"
TEN_SHOPS = "&".join(f"unit=D{number:03}" for number in range(1, 11))
EACH_PAGE = 1_600  # customers for each page of fifty whom the three filters leave
LISTS: dict[str, str] = {
    "everybody": "",
    "three filters": THREE,
    "three filters, by name": f"{THREE}&sort=name",
    "three filters, the most valuable first": f"{THREE}&sort=equity",
    "three filters, a late page": f"{THREE}&page={{late}}",
    "three filters that leave nobody": "region=II&line=club&place=마포구",
    "ten shops, two values, bounds": f"{TEN_SHOPS}&region=II&region=I&equity=500000..",
}


def main() -> None:
    """Measure, and print what was found."""
    home, customers, fill = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:] == ["fill"]
    if "DATABASE_URL" in os.environ:
        home.mkdir(parents=True, exist_ok=True)
        os.environ.update(DANGOL_HOME=str(home), DJANGO_SETTINGS_MODULE="dangol.config.settings")
        import django

        django.setup()
    else:
        homes.opened(home)
    from dangol.web.start.steady import settle

    if fill:
        million.fill(customers, searched=False)
    late = customers // EACH_PAGE
    paths = {
        name: f"/customers/?{quote(query.format(late=late), safe='=&') or 'all=1'}" for name, query in LISTS.items()
    }
    paths |= {"a profile": f"/customers/{customers // 2}/"}
    door, boss = Door(), owner()
    reader = door.reader(boss)
    told: dict[str, Any] = {"first": reader.opened(paths["three filters"])}
    for path in paths.values():
        reader.opened(path)
    settle()  # as a server does when it has come up
    told["one"] = {name: [reader.opened(path) for _ in range(ROUNDS)] for name, path in paths.items()}
    readers = [door.reader(boss) for _number in range(EIGHT)]
    door.crowd(readers, paths["three filters"])
    with ThreadPoolExecutor(EIGHT) as pool:
        runs = list(pool.map(lambda reader: _walked(reader, paths), readers))
    told["eight"] = {name: [one for run in runs for one in run[name]] for name in paths}
    told["gigabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(json.dumps(told))


def owner() -> Any:
    """The owner, who may open every page."""
    from dangol.records.staff.models import User

    return User.objects.get_or_create(username="owner", role=User.Role.OWNER)[0]


def _walked(reader: Reader, paths: dict[str, str]) -> dict[str, list[float]]:
    for path in paths.values():
        reader.opened(path)
    return {name: [reader.opened(path) for _ in range(ROUNDS)] for name, path in paths.items()}


if __name__ == "__main__":
    main()
