"""A web server's log opened as a table of visits, each a contact of whoever signed in; what else it held is counted."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dangol.contact.intake.row_ends import LONGEST
from dangol.contact.intake.tables import ROWS, SAMPLES, CannotRead, Cells, Table, batch_of, names_of
from dangol.contact.intake.text_files import BLOCK, unpacked
from dangol.contact.intake.web_logs import robots
from dangol.contact.intake.web_logs.lines import LINE, parsed
from dangol.contact.intake.web_logs.visits import HEADINGS, Counted, Gathering

LOOKED_AT, SOUND = 20, 0.8
_LINE = re.compile(LINE)
WHY: dict[str, str | Promise] = {
    robots.ROBOTS: gettext_lazy("programs that read the web"),
    robots.NO_PAGE: gettext_lazy("pictures and other parts of pages"),
    robots.ERRORS: gettext_lazy("errors"),
    robots.ELSEWHERE: gettext_lazy("requests led elsewhere"),
    robots.NO_READING: gettext_lazy("requests that read nothing"),
}


def is_one(start: str) -> bool:
    """Whether a text begins like such a log: most of its first lines are requests."""
    lines = [line for line in islice(start.lstrip("\ufeff").splitlines(), LOOKED_AT + 1) if line.strip()]
    lines = lines[:-1] if len(lines) > 1 else lines  # the last may be torn
    return bool(lines) and sum(bool(_LINE.match(line)) for line in lines) >= SOUND * len(lines)


def opened(path: Path) -> Table:
    """The visits in such a file; samples are those of its beginning. Raises CannotRead."""
    reading = _Reading(path)
    samples = reading.samples()
    return Table(
        list(HEADINGS), 0, "web log", samples, path.stat().st_size, reading.batches, lambda: reading.position,
        reading.broken, notes=reading.notes, reasons=reading.reasons,
    )  # fmt: skip


class _Reading:
    def __init__(self, path: Path) -> None:
        self.path, self.position = path, 0
        self.broken: list[tuple[int, Cells]] = []
        self.reasons: dict[int, str] = {}
        self.counted = Counted()
        self.folder = settings.DANGOL_HOME / "imports"

    def samples(self) -> list[Cells]:
        """The first visits of what is read at once."""
        with Gathering(self.folder) as gathering:
            for lines, first in islice(self._lines(), 1):
                gathering.take(parsed(lines, np.arange(first, first + len(lines))))
            for batch in gathering.visits(SAMPLES):
                return _cells(batch)
        return []

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Visits with the number of their first line."""
        self.broken.clear()
        nothing = batch_of([], [], len(HEADINGS))
        with Gathering(self.folder) as gathering:
            for lines, first in self._lines():
                rows = np.arange(first, first + len(lines))
                hits = parsed(lines, rows)
                self._note_broken(lines, rows, hits["row"].to_numpy())
                gathering.take(hits)
                yield nothing  # so that whoever waits is told how far it is
            self.counted = gathering.counted
            for batch in gathering.visits(ROWS):
                yield _as_contacts(batch)

    def notes(self) -> list[str]:
        """What the log held besides, and why it is not taken."""
        counted = self.counted
        told = [f"{WHY[reason]} {number:,}" for reason in WHY if (number := counted.left_out[reason])]
        notes = []
        if told:
            notes.append(_("Left out of %(all)s requests: %(told)s.") % {
                "all": f"{counted.requests:,}", "told": ", ".join(told)})  # fmt: skip
        if unknown := counted.visits - counted.known:
            notes.append(
                ngettext(
                    "%(count)s visit of nobody who signed in was counted and not kept.",
                    "%(count)s visits of nobody who signed in were counted and not kept.",
                    unknown,
                )
                % {"count": f"{unknown:,}"}
            )
        return notes

    def _note_broken(self, lines: pa.Array, rows: np.ndarray, read: np.ndarray) -> None:
        if len(read) == len(rows):
            return
        odd = np.isin(rows, read, invert=True)
        for row, line in zip(rows[odd].tolist(), lines.filter(pa.array(odd)).to_pylist(), strict=True):
            if line.strip():
                # Addresses and marks may stand in it, torn as it is: its number alone is kept.
                self.broken.append((row, [""]))
                self.reasons[row] = _("Row %(row)s is no line of a web log.") % {"row": row}

    def _lines(self) -> Iterator[tuple[pa.Array, int]]:
        """Whole lines of a block, and the number of the first."""
        row, rest = 1, b""
        with unpacked(self.path) as (file, raw):
            while block := file.read(BLOCK):
                self.position = raw.tell()
                whole, ended, rest = (rest + block).rpartition(b"\n")
                if len(rest) > LONGEST:
                    raise CannotRead(
                        _("%(file)s cannot be read past row %(row)s: the row is longer than %(size)s MB.")
                        % {
                            "file": self.path.name,
                            "row": f"{row + (whole.count(10) + 1 if ended else 0):,}",
                            "size": LONGEST >> 20,
                        }
                    )
                if ended:
                    lines = _texts(whole)
                    yield lines, row
                    row += len(lines)
        if rest:
            yield _texts(rest), row


def _texts(block: bytes) -> pa.Array:
    """The lines of a block, without what ends them, cut at once and not one by one."""
    if b"\0" in block or b"\x1a" in block:
        block = block.translate(None, b"\0\x1a")
    if not block.isascii():
        block = block.decode("utf-8", "replace").encode()
    ends = np.flatnonzero(np.frombuffer(block, np.uint8) == ord("\n"))
    begins = np.concatenate(([0], ends - np.arange(len(ends)), [len(block) - len(ends)])).astype(np.int32)
    lines = pa.StringArray.from_buffers(len(ends) + 1, pa.py_buffer(begins), pa.py_buffer(block.replace(b"\n", b"")))
    return pc.utf8_rtrim(lines, "\r") if b"\r" in block else lines


def _as_contacts(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Visits as rows of a file of contacts: the cells are texts, the time is the shop's."""
    zone = ZoneInfo(settings.DANGOL.time_zone)
    at = pc.cast(batch["moment"], pa.timestamp("s", tz="UTC")).cast(pa.timestamp("s", tz=zone.key))
    time = pc.strftime(at, "%Y-%m-%d %H:%M:%S")
    campaign = batch["campaign"]
    refs = [
        hashlib.sha256(f"{person}\x1f{moment}".encode()).hexdigest()[:20]
        for person, moment in zip(batch["person"].to_pylist(), batch["moment"].to_pylist(), strict=True)
    ]
    pages = pc.cast(batch["pages"], pa.string())
    columns = [
        batch["person"], time, pc.if_else(pc.not_equal(campaign, ""), "click", "visit"),
        pa.array(["web"] * batch.num_rows), pc.cast(pc.round(batch["minutes"], 1), pa.string()), campaign,
        pc.binary_join_element_wise(batch["named"], pc.binary_join_element_wise("(", pages, ")", ""), " "),
        pa.array(refs, pa.string()),
    ]  # fmt: skip
    return pa.record_batch([batch["row"], *columns], names_of(len(HEADINGS)))


def _cells(batch: pa.RecordBatch) -> list[Cells]:
    columns = [column.to_pylist() for column in _as_contacts(batch).columns[1:]]
    return [list(cells) for cells in zip(*columns, strict=True)][:SAMPLES]
