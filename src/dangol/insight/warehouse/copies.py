"""The version of the lake that stands, under second names that no refresh takes away.

A file of a version is never changed, only removed once two newer versions stand: a second name (a hard link) keeps it
as it is, and takes neither room nor time. Where a file system has none, the file is copied.
"""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from django.utils.translation import gettext as _

from dangol.insight.warehouse.versions import POINTER, BrokenLake, Manifest, current


def name_again(lake: Path, into: Path) -> Manifest | None:
    """Give the files of the version that stands a second name each in a folder; None where there is no lake.

    Call it within `one_writer`, in which the caller takes its own moment of the records: a refresh marks what it has
    read under the same lock, after its version stands, so nothing that is marked can be missing from these files.
    Raises BrokenLake, before anything is named.
    """
    manifest = current(lake)
    if manifest is None:
        return None
    for name in sorted([POINTER, f"versions/{manifest.version}.json", *manifest.paths()]):
        place = into / name
        place.parent.mkdir(parents=True, exist_ok=True)
        if name == POINTER:  # the only file that is ever replaced
            shutil.copyfile(lake / name, place)
        else:
            _link(lake / name, place)
    return manifest


def refuse_changed(manifest: Manifest, digests: Mapping[str, str]) -> None:
    """Raise BrokenLake for a file whose digest is not the one it was written with; `digests` by path below the lake."""
    for table in manifest.tables.values():
        for file in table.files:
            if digests.get(file.path) != file.sha256:
                raise BrokenLake(_("the file %(path)s is not the one that was written.") % {"path": file.path})


def _link(path: Path, place: Path) -> None:
    try:
        os.link(path.resolve(), place)
    except OSError:
        shutil.copyfile(path, place)
