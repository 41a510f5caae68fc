"""How far an import is, told where a page can see it while the store is being written."""

import json
from datetime import datetime
from pathlib import Path

from django.conf import settings

from dangol.contact.intake.models import Batch
from dangol.lib.progress import Progress


def begin(batch: Batch) -> None:
    """Put the batch on record, unless it is; one of the same file that a kill left unfinished is taken up again."""
    if batch.pk is not None:
        batch.save(force_update=True)
        return
    unfinished = Batch.objects.filter(mark="", finished_at=None)  # a file that came by itself has its own way back
    left = unfinished.filter(kind=batch.kind, source=batch.source, digest=batch.digest).first()
    if left is not None:
        batch.pk = left.pk
    batch.save(force_update=left is not None)


def watched(batch: Batch, progress: Progress) -> Progress:
    """The same progress, told to the page as well.

    The rows are written in one database transaction, which nobody sees before its end: a file beside the
    store says how far it is.
    """
    if batch.pk is None:
        return progress
    path = _path(batch.pk)

    def tell(stage: str, done: int, total: int, /) -> None:
        progress(stage, done, total)
        try:
            path.parent.mkdir(exist_ok=True)
            part = path.with_suffix(".part")
            part.write_text(json.dumps({"stage": stage, "done": done, "total": total}), encoding="utf-8")
            part.replace(path)
        except OSError:
            return  # a full disk is met, and told, by whoever writes what matters

    return tell


def seen(batch: Batch) -> Batch:
    """The batch with `stage`, `done` and `total` as they stand this moment."""
    if batch.finished_at is None:
        try:
            told = json.loads(_path(batch.pk).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return batch
        batch.stage, batch.done, batch.total = told["stage"], told["done"], told["total"]
    return batch


def end(batch: Batch, *, problem: str = "", at: datetime | None = None) -> None:
    """Stop telling; where the import failed, keep why."""
    if batch.pk is None:
        return
    _path(batch.pk).unlink(missing_ok=True)
    if problem:
        Batch.objects.filter(pk=batch.pk).update(problem=problem, finished_at=at, stage="")


def _path(number: int) -> Path:
    folder: Path = settings.DANGOL_HOME / "imports"
    return folder / f"batch-{number}.json"
