"""What was sent is done once: a form carries a mark, which is used up together with what the form does."""

import re
import secrets
from datetime import datetime, timedelta

from django.db import IntegrityError, connection
from django.db.transaction import atomic
from django.utils.translation import gettext as _

from dangol.lib.errors import DangolError
from dangol.records.staff.models import UsedMark

KEPT = timedelta(days=30)  # longer than a page stays open
_MARK = re.compile(r"[0-9A-Za-z_-]{16,64}")


class AlreadySent(DangolError):
    """The same form was sent before, and what it asks for is done."""


def new_mark() -> str:
    """A mark for a form that is about to be shown."""
    return secrets.token_urlsafe(18)


def is_mark(text: str) -> bool:
    """Whether this can be a mark."""
    return _MARK.fullmatch(text) is not None


def use_mark(mark: str, *, at: datetime) -> None:
    """Use a mark up, in the transaction of what it stands for: undone together with it. Raises AlreadySent."""
    if not connection.in_atomic_block:
        raise RuntimeError("A mark is used up in the transaction of what it stands for: open one first.")
    try:
        with atomic():
            UsedMark.objects.create(mark=mark, at=at)
    except IntegrityError as twice:
        raise AlreadySent(_("This was sent already. Nothing was done a second time.")) from twice


def let_go_of_marks(*, before: datetime) -> int:
    """Forget marks used before this moment; how many there were."""
    return UsedMark.objects.filter(at__lt=before).delete()[0]
