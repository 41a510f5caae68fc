"""The home's settings and its clock, as they stand now: the one place below commands that reads the time."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from dangol.lib.settings import read_file

_read: dict[Path, tuple[int, Any]] = {}


def home() -> Any:
    """The settings of this home (`settings.DANGOL`), read again whenever its `dangol.toml` has changed."""
    path: Path = settings.DANGOL_HOME / "dangol.toml"
    try:
        changed = path.stat().st_mtime_ns
    except FileNotFoundError:
        return settings.DANGOL
    known = _read.get(path)
    if known is None or known[0] != changed:
        known = _read[path] = (changed, read_file(path, type(settings.DANGOL)))
    return known[1]


def as_of() -> datetime:
    """The home's clock: the moment its data tell of; the real clock when none is set."""
    fixed: datetime | None = home().as_of
    return fixed or now()


def now() -> datetime:
    """The real clock, aware, in UTC: when somebody did something."""
    return timezone.now()
