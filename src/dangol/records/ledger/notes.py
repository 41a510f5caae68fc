"""What staff write down about a customer: appended, struck by a later note, never edited."""

import re
import secrets
from datetime import datetime

from django.db.models import QuerySet
from django.db.transaction import atomic
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.lib.errors import DangolError
from dangol.lib.resident_numbers import masked
from dangol.lib.sealing import seal, unseal
from dangol.records.changes.actions import record_row
from dangol.records.customers.actions import own_identity
from dangol.records.customers.forgetting import hold
from dangol.records.customers.models import Customer
from dangol.records.ledger.models import Interaction, Note
from dangol.records.staff.models import User
from dangol.records.staff.queries import refuse_closed_entry

LONGEST = 4_000
_MARK = re.compile(r"[0-9a-f]{16}")


class CannotWrite(DangolError):
    """A note without words, too long, or one that strikes what is struck already."""


@atomic
def write_note(
    customer: Customer,
    text: str,
    *,
    sensitive: bool = False,
    touchpoint: str = "",
    strikes: Note | None = None,
    by: User,
    at: datetime,
    mark: str = "",
) -> Note:
    """Write a note about a customer; one that strikes an earlier one may go without words.

    sensitive: the text is sealed. mark: what the form carried (`new_mark`): sent twice, it writes one note.
    Raises CannotWrite, and EntryClosed for a dealer without a contract.
    """
    refuse_closed_entry(by, on=timezone.localdate(at))
    hold(customer.pk)
    words = masked(text.replace("\r\n", "\n").replace("\0", "").strip())
    ref = f"note:{mark if _MARK.fullmatch(mark) else new_mark()}"
    if written := notes_of(customer).filter(interaction__source_ref=ref).first():
        return written
    _refuse(customer, words, strikes)
    talk = Interaction.objects.create(
        identity=own_identity(customer, at=at), source_ref=ref, kind=Note.KIND, direction=Interaction.Direction.OUT,
        at=at, touchpoint=touchpoint[:40], text="" if sensitive else words,
    )  # fmt: skip
    made = Note.objects.create(interaction=talk, sealed=seal(words) if sensitive else "", strikes=strikes, by=by)
    record_row(talk, at=at)
    record_row(made, at=at)
    return made


def notes_of(customer: Customer) -> QuerySet[Note]:
    """The notes about a customer."""
    return Note.objects.filter(interaction__identity__customer=customer).select_related("interaction", "by")


def text_of(note: Note) -> str:
    """What a note says, unsealed where it is sensitive. Raises KeyLost."""
    return unseal(note.sealed) if note.sealed else note.interaction.text


def new_mark() -> str:
    """What a form carries so that sending it twice writes one note."""
    return secrets.token_hex(8)


def _refuse(customer: Customer, words: str, strikes: Note | None) -> None:
    if not words and strikes is None:
        raise CannotWrite(_("Write something first."))
    if len(words) > LONGEST:
        raise CannotWrite(_("A note has at most %(most)s letters; this one has %(count)s.") % {
            "most": f"{LONGEST:,}", "count": f"{len(words):,}"
        })  # fmt: skip
    if strikes is not None and strikes.interaction.identity.customer_id != customer.pk:
        raise CannotWrite(_("This note is about somebody else."))
    if strikes is not None and Note.objects.filter(strikes=strikes).exists():
        raise CannotWrite(_("This note was struck already."))
