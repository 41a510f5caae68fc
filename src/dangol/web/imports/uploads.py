"""Files that wait to be taken in: in the home, without what may not be kept, a day at most, named by their content."""

import hashlib
import re
import shutil
from datetime import datetime, timedelta
from pathlib import Path

from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.contact.intake.received import receive
from dangol.lib.errors import DangolError
from dangol.web.shell import arriving

KEPT = timedelta(days=1)
_TOKEN = re.compile(r"[0-9a-f]{24}")


class CannotKeep(DangolError):
    """The upload could not be written to the home."""


class NoSuchUpload(DangolError):
    """There is no upload under this name any more."""


def keep(came: Path, *, at: datetime) -> str:
    """Read a file as it came, keep what may be kept of it, and return its token; the same file is the same upload.

    Raises CannotKeep, and CannotRead for what is no table.
    """
    with came.open("rb") as file:
        token = hashlib.file_digest(file, "sha256").hexdigest()[:24]
    folder = arriving.place() / token
    try:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        part = folder / "upload.part"
        receive(came, part, today=timezone.localdate(at))
        part.replace(folder / came.name)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise CannotKeep(
            _("%(file)s could not be kept: %(reason)s. Free some room in %(folder)s and upload it again.")
            % {"file": came.name, "reason": error.strerror or error, "folder": folder.parent}
        ) from error
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return token


def forget(token: str) -> None:
    """Let go of an upload that was taken in: what customers are in it is in the records now."""
    shutil.rmtree(path_of(token).parent)


def sweep(*, at: datetime) -> None:
    """Let go of uploads that nobody took in within a day, and of what killed processes left."""
    arriving.sweep()
    for folder in arriving.place().glob("*/"):
        if not folder.name.startswith("coming-") and _since(folder, at) > KEPT:
            shutil.rmtree(folder, ignore_errors=True)


def path_of(token: str) -> Path:
    """The file of an upload. Raises NoSuchUpload."""
    folder = arriving.place() / token
    found = sorted(folder.iterdir()) if _TOKEN.fullmatch(token) and folder.is_dir() else []
    if not found:
        raise NoSuchUpload(_("This file is no longer here. Upload it again."))
    return found[0]


def _since(folder: Path, at: datetime) -> timedelta:
    return at - datetime.fromtimestamp(folder.stat().st_mtime, at.tzinfo)
