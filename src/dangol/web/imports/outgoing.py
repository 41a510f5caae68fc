"""Files for teams of the house: made whole beside their place, and then put there in one step; a kill repeats nothing.

    outgoing/RESEARCH/.17.part              is being made, as file 17
    outgoing/RESEARCH/segments-17.csv       lies there, to be picked up

What a kill leaves is told by the row and by the folder: a digest on record says that the part was whole. If the part is
there still, it is put in its place; if not, it was, and whoever picks files up may have it already.
"""

from __future__ import annotations

import logging
import os
import re
import unicodedata
from collections.abc import Collection
from datetime import datetime, timedelta
from hashlib import file_digest
from pathlib import Path
from time import perf_counter

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from dangol.lib.errors import DangolError
from dangol.lib.progress import Progress, silent
from dangol.records.customers.models import Customer
from dangol.records.outbox import files
from dangol.records.outbox.models import Extract, OutgoingFile
from dangol.records.staff.access import queries as access
from dangol.records.staff.access.entries import Verb
from dangol.records.staff.models import User
from dangol.records.staff.roles import May
from dangol.records.staff.scope import scope_of
from dangol.web import clock
from dangol.web.imports.extract_forms import write
from dangol.web.imports.extracted import Content, content_of
from dangol.web.shell.viewer import of_user

PLACE = "outgoing"
GONE = timedelta(hours=1)  # whoever claimed a file that long ago was killed
LONGEST = 60

log = logging.getLogger(__name__)


def place() -> Path:
    """Where the folders are."""
    return Path(settings.DANGOL_HOME) / PLACE


def folder_of(extract: Extract) -> Path:
    """Where the files of an extract are put."""
    return place() / extract.folder


def path_of(file: OutgoingFile) -> Path:
    """Where a file lies, or lay until somebody picked it up."""
    return folder_of(file.extract) / file.name


def folder_named(told: str) -> str:
    """A name of a folder that every system takes; it leads out of no other."""
    plain = re.sub(r"[^\w]+", "-", unicodedata.normalize("NFC", told)).strip("-_")[:LONGEST]
    return plain.strip("-_") or "extracts"


def why_still(extract: Extract) -> str:
    """Why nothing goes out for whoever said so; "" where it does."""
    user: User = extract.by
    if not user.is_active or not user.may(May.EXPORT) or not scope_of(user).whole:
        return _("%(who)s may not take lists out of the house. Somebody who may has to begin it again.") % {"who": user}
    if extract.direct and not user.may(May.SEE_PERSON):
        return _("%(who)s sees nobody's name, so no names go out for them.") % {"who": user}
    if extract.view is not None and extract.view.removed_at is not None:
        return _("The saved list “%(name)s” was removed.") % {"name": extract.view.name}
    return ""


def ask_due(*, at: datetime) -> int:
    """Put into the outbox what is due on the shop's day; how many files were asked for or are to be made still."""
    day = clock.today()
    for extract in files.standing():
        if (period := files.period_of(extract, day)) and not why_still(extract):
            files.ask(extract, period, by=None, at=at)
    return files.waiting().count()


def make_waiting(*, at: datetime, progress: Progress = silent) -> int:
    """Make everything that waits, one after the other; how many were put in their folders."""
    tried: set[int] = set()
    made = 0
    while (file := files.waiting().exclude(pk__in=tried).first()) is not None:
        tried.add(file.pk)
        made += make(file, at=at, progress=progress)
    return made


def make(file: OutgoingFile, *, at: datetime, progress: Progress = silent) -> bool:
    """Make one file and put it in its place; whether it lies there. What failed says why and is not tried again."""
    if not files.claim(file, at=at, gone=at - GONE):
        return False
    file.refresh_from_db()
    try:
        with translation.override(file.extract.language):
            if not file.digest:
                _make_part(file, progress=progress)
            if (part := _part(file)).exists():
                part.replace(path_of(file))
    except (DangolError, OSError) as error:
        log.warning("The extract %s could not be made: %s", file.key, error)
        return _failed(file, str(error))
    except Exception as error:  # one that nobody foresaw holds no other file back, neither today nor ever after
        log.exception("The extract %s could not be made.", file.key)
        words = _("Dangol did not foresee this (%(name)s: %(what)s). Nothing was done by halves.")
        return _failed(file, words % {"name": type(error).__name__, "what": error})
    files.handed_over(file, at=clock.now())
    return True


def take_back(file: OutgoingFile, *, by: User, at: datetime) -> bool:
    """Delete the file, and write down who did; whether it lay there still."""
    path = path_of(file)
    there = bool(file.name) and path.is_file()
    if there:
        path.unlink()
    files.removed(file, by=by, at=at)
    return there


def forgotten_since(found: Collection[OutgoingFile]) -> dict[int, int]:
    """Of files that were not deleted: how many people in each were forgotten since."""
    out = [file for file in found if file.handed_over_at is not None and file.removed_at is None]
    if not out:
        return {}
    since = min(file.enqueued_at for file in out)
    gone = list(Customer.objects.filter(erased_at__gte=since).order_by("pk").values_list("pk", "erased_at"))
    told: dict[int, int] = {}
    for file in out:
        if among := [key for key, at in gone if at is not None and at >= file.enqueued_at]:
            wanted = access.Wanted(verbs=(Verb.TOOK.value,), begins=mark_of(file))
            told[file.pk] = access.how_many_seen(wanted, among=among)
    return {key: number for key, number in told.items() if number}


def mark_of(file: OutgoingFile) -> str:
    """What the reason begins with under which the access log knows who was in it."""
    return f"[{file.key}]"


def _failed(file: OutgoingFile, why: str) -> bool:
    _part(file).unlink(missing_ok=True)
    files.failed(file, why)
    return False


def _make_part(file: OutgoingFile, *, progress: Progress) -> None:
    extract, began = file.extract, perf_counter()
    if still := why_still(extract):
        raise files.CannotExtract(still)
    mine = of_user(extract.by, page="extracts")
    content: Content = content_of(extract, mine, progress=progress)
    # Who is in it is written down before it is there.
    if content.subjects:
        reason = f"{mark_of(file)} {extract.get_team_display()}: {extract.purpose}"
        mine.note(Verb.TOOK, reason=reason, subjects=content.subjects)
    folder_of(extract).mkdir(mode=0o700, parents=True, exist_ok=True)
    part = _part(file)
    part.touch(mode=0o600)
    rows = write(part, extract.form, content)
    with part.open("rb") as made:
        os.fsync(made.fileno())
        digest = file_digest(made, "sha256").hexdigest()
    stem = folder_named(extract.name)[:40]
    files.written(
        file, name=f"{stem}-{file.pk}.{extract.form}", rows=rows, left_out=content.left_out, digest=digest,
        seconds=perf_counter() - began,
    )  # fmt: skip


def _part(file: OutgoingFile) -> Path:
    return folder_of(file.extract) / f".{file.pk}.part"
