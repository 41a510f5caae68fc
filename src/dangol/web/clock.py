"""The home's settings and its clock, as they stand now: the one place below commands that reads the time."""

import os
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from dangol.lib.settings import read_file
from dangol.records.permission.policy import next_moment

_read: dict[str, tuple[int, Any]] = {}


def home() -> Any:
    """The settings of this home (`settings.DANGOL`), read again whenever its `dangol.toml` has changed."""
    file = _file(settings.DANGOL_HOME)
    try:
        changed = os.stat(file).st_mtime_ns  # noqa: PTH116 -- asked a hundred times a page, a Path takes five times as long
    except FileNotFoundError:
        return settings.DANGOL
    known = _read.get(file)
    if known is None or known[0] != changed:
        known = _read[file] = (changed, read_file(Path(file), type(settings.DANGOL)))
    return known[1]


@cache
def _file(home: Path) -> str:
    return str(home / "dangol.toml")


def as_of() -> datetime:
    """The home's clock: the moment its data tell of; the real clock when none is set."""
    fixed: datetime | None = home().as_of
    return fixed or now()


def leaving() -> datetime:
    """When messages leave by this home's clock: now where it runs; where it stands still, its next permitted moment.

    A clock may stand at midnight, where advertising would wait for a morning that never comes.
    """
    fixed: datetime | None = home().as_of
    return next_moment(fixed) if fixed else now()


def runs() -> bool:
    """Whether this home lives by the real clock, so that things fall due by themselves."""
    return home().as_of is None


def now() -> datetime:
    """The real clock, aware, in UTC: when somebody did something."""
    return timezone.now()


def today() -> date:
    """The real day, in the shop's time."""
    return timezone.localdate(now())


def day() -> date:
    """The day of the home's clock, in the shop's time: what holds on it holds for the next valuation."""
    return timezone.localdate(as_of())
