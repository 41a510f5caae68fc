"""Files as they were uploaded: in the home until they are taken in, a day at most, named by their content."""

import hashlib
import re
import shutil
import unicodedata
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from dangol.lib.errors import DangolError

FOLDER = "uploads"
KEPT = timedelta(days=1)
LONGEST = 120
_STRANGE = re.compile(r"[\x00-\x1f/\\:*?\"<>|]+")
_TOKEN = re.compile(r"[0-9a-f]{24}")


class CannotKeep(DangolError):
    """The upload could not be written to the home."""


class NoSuchUpload(DangolError):
    """There is no upload under this name any more."""


def keep(upload: "UploadedFile[Any]") -> str:
    """Keep an upload and return its token; the same file again is the same upload. Raises CannotKeep."""
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    token = digest.hexdigest()[:24]
    folder = _folder() / token
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for other in folder.iterdir():
            other.unlink()
        upload.seek(0)
        part = folder / "upload.part"
        with part.open("wb") as file:
            shutil.copyfileobj(upload, file)
        part.replace(folder / file_name(upload.name or ""))
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise CannotKeep(
            _("%(file)s could not be kept: %(reason)s. Free some room in %(folder)s and upload it again.")
            % {"file": upload.name, "reason": error.strerror or error, "folder": _folder()}
        ) from error
    return token


def forget(token: str) -> None:
    """Let go of an upload that was taken in: what customers are in it is in the records now."""
    path_of(token)
    shutil.rmtree(_folder() / token)


def sweep(*, at: datetime) -> None:
    """Let go of uploads that nobody took in within a day."""
    for folder in _folder().glob("*/"):
        if datetime.fromtimestamp(folder.stat().st_mtime, at.tzinfo) < at - KEPT:
            shutil.rmtree(folder, ignore_errors=True)


def path_of(token: str) -> Path:
    """The file of an upload. Raises NoSuchUpload."""
    folder = _folder() / token
    found = sorted(folder.iterdir()) if _TOKEN.fullmatch(token) and folder.is_dir() else []
    if not found:
        raise NoSuchUpload(_("This file is no longer here. Upload it again."))
    return found[0]


def file_name(name: str) -> str:
    """A name as the user wrote it, without what a file system or a path could take amiss."""
    plain = _STRANGE.sub("_", unicodedata.normalize("NFC", name)).strip(" .")
    stem, dot, ending = plain.rpartition(".")
    return f"{stem[:LONGEST]}{dot}{ending[:10]}" if dot and stem else plain[:LONGEST] or "upload"


def _folder() -> Path:
    return Path(settings.DANGOL_HOME) / FOLDER
