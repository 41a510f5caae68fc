"""Files that wait or were refused may hold a person who is forgotten: they go, and can be uploaded or sent again."""

import shutil
from datetime import datetime, timedelta
from pathlib import Path

from dangol.contact.intake import regular
from dangol.records.customers.duties import Traces
from dangol.records.rights.keeping_rules import Moment
from dangol.web import clock
from dangol.web.imports import uploads
from dangol.web.shell import arriving


def forget_uploads(_traces: Traces) -> int:
    """Let go of every upload that waits: a workbook cannot be searched while somebody waits; how many."""
    waiting = list(_waiting())
    for folder in waiting:
        shutil.rmtree(folder, ignore_errors=True)
    return len(waiting)


def older_uploads(days: int, now: Moment) -> int:
    """How many uploads have waited longer than so many days."""
    return sum(now.at - _since(folder, now.at) > timedelta(days=days) for folder in _waiting())


def let_go_of_uploads(days: int, now: Moment) -> int:
    """Let go of uploads that waited longer, and of what killed processes left; how many."""
    count = older_uploads(days, now)
    uploads.sweep(at=now.at)
    return count


def forget_incoming(_traces: Traces) -> int:
    """Let go of the files in the folders that nobody takes in, or could; how many."""
    return regular.forget_lying(at=clock.now())


def older_incoming(days: int, now: Moment) -> int:
    """How many files have lain in the folders, refused or not taken in, longer than so many days."""
    return regular.older(now.at - timedelta(days=days))


def let_go_of_incoming(days: int, now: Moment) -> int:
    """Let go of files that have lain longer; how many."""
    return regular.let_go_of_older(now.at - timedelta(days=days))


def _waiting() -> list[Path]:
    place = arriving.place()
    return [one for one in place.glob("*/") if not one.name.startswith("coming-")] if place.is_dir() else []


def _since(folder: Path, at: datetime) -> datetime:
    return datetime.fromtimestamp(folder.stat().st_mtime, at.tzinfo)
