"""Files while a browser sends them: in the home, in a folder of this process, gone with the request.

Not in the machine's folder for what is temporary: a file holds customers' data, and what it holds that may not be kept
must not lie about where nobody looks. What a kill leaves behind is thrown away before the next file comes. How much
may come is said before a byte of it is read: a stranger could otherwise fill the disk of the shop.
"""

import os
import re
import shutil
import tempfile
import unicodedata
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from dangol.lib.resident_numbers import masked

FOLDER = "uploads"
LONGEST = 120
LARGEST = 2 * 1024**3  # bytes of a request with files: a till's years fit, a disk does not
_STRANGE = re.compile(r"[\x00-\x1f/\\:*?\"<>|]+")


class Arriving(FileUploadHandler):
    """Django's hand-over of an upload: chunk by chunk into the home."""

    def handle_raw_input(self, *told: Any, **more: Any) -> None:
        """Raises RequestDataTooBig; whoever is not signed in brings no more than a form holds."""
        assert self.request is not None  # Django makes each handler for a request
        known = getattr(getattr(self.request, "user", None), "is_authenticated", False)
        known = known or hasattr(self.request, "api_key")  # a program whose key opened the door
        size = int(self.request.META.get("CONTENT_LENGTH") or 0)
        if size > (LARGEST if known else settings.DATA_UPLOAD_MAX_MEMORY_SIZE):
            raise RequestDataTooBig(f"{size:,} bytes")

    def new_file(self, *told: Any, **more: Any) -> None:
        super().new_file(*told, **more)
        self.file = Arrived(self.file_name or "", self.content_type or "", self.charset)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.file.write(raw_data)

    def file_complete(self, file_size: int) -> "Arrived":
        self.file.seek(0)
        self.file.size = file_size
        return self.file

    def upload_interrupted(self) -> None:
        if hasattr(self, "file"):
            self.file.close()


class Arrived(UploadedFile[Any]):
    """An upload; closing it, as the end of the request does, throws it away."""

    def __init__(self, name: str, content_type: str, charset: str | None) -> None:
        sweep()
        self.folder = Path(tempfile.mkdtemp(prefix=f"coming-{os.getpid()}-", dir=place()))
        self.path = self.folder / file_name(name)
        super().__init__(self.path.open("w+b"), file_name(name), content_type, 0, charset)

    def temporary_file_path(self) -> str:
        """Where it lies for now."""
        return str(self.path)

    def close(self) -> None:
        super().close()
        shutil.rmtree(self.folder, ignore_errors=True)


def place() -> Path:
    """The folder of uploads, made where it is missing; only for us to read."""
    folder = Path(settings.DANGOL_HOME) / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def sweep() -> None:
    """Throw away what processes left that are no more."""
    for left in place().glob("coming-*"):
        if not _running(int(left.name.split("-")[1])):
            shutil.rmtree(left, ignore_errors=True)


def file_name(name: str) -> str:
    """A name as the user wrote it, without what a file system or a path could take amiss, or what may not be kept."""
    plain = _STRANGE.sub("_", masked(unicodedata.normalize("NFC", name))).strip(" .")
    stem, dot, ending = plain.rpartition(".")
    return f"{stem[:LONGEST]}{dot}{ending[:10]}" if dot and stem else plain[:LONGEST] or "upload"


def _running(number: int) -> bool:
    with suppress(ProcessLookupError):
        try:
            os.kill(number, 0)
        except PermissionError:
            return True
        return True
    return False
