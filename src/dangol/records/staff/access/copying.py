"""A copy of the access log that is whole: no entry missing, none twice, whatever is written meanwhile."""

from contextlib import ExitStack
from pathlib import Path

from dangol.lib.store_copies import copy_lines, damage_told, file_moment
from dangol.records.staff.access import spool, store


def copy_log(into: Path) -> None:
    """Copy the store and the lines that wait to be taken into it. Raises DamagedStore."""
    if not spool.folder().is_dir():
        return
    with ExitStack() as held:
        # Nobody takes lines into the store or clears files away while this one may write: how far each file was taken,
        # as the copied store tells it, fits the copied files. The copy itself keeps nobody waiting.
        with damage_told(store.path()), store.writing():
            log = held.enter_context(file_moment(store.path()))
            for path in spool.waiting():
                copy_lines(path, into / path.name)
        log.copy_to(into / store.path().name)
