"""Notes about a customer by the API: written, struck, and a sensitive one shown."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema

from dangol.records.ledger import notes
from dangol.records.staff.access.entries import Verb
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.api.customers import ShownText
from dangol.web.api.doors import Number, Sent, WrongValues, opened
from dangol.web.customers.seen import person_or_404
from dangol.web.customers.words import NOTED_AT
from dangol.web.shell.viewer import viewer

router = Router(tags=["notes"])
MARK = r"^([0-9a-f]{16})?$"


class WrittenNote(Schema):
    """The number of the note."""

    note: int


class NewNote(Sent):
    """`touchpoint`: phone, counter, delivery, message, email or empty; `mark` (16 of 0–9 a–f), sent twice, writes one
    note; a sensitive note is sealed."""

    text: str = Field(max_length=20_000)
    touchpoint: str = Field("", max_length=40)
    sensitive: bool = False
    mark: str = Field("", pattern=MARK)


class StrikeNote(Sent):
    """What is right, or nothing; `mark` as for a note."""

    text: str = Field("", max_length=20_000)
    mark: str = Field("", pattern=MARK)


@opened(router, "POST", "/customers/{number}/notes", May.WRITE_NOTES, response=WrittenNote, personal=True)
def write_note(request: HttpRequest, number: Number, told: NewNote) -> WrittenNote:
    """Write a note."""
    person, mine = person_or_404(request, number), viewer(request)
    if told.touchpoint and told.touchpoint not in NOTED_AT:
        raise WrongValues({"touchpoint": _("Choose one of these: %(choices)s.") % {"choices": ", ".join(NOTED_AT)}})
    made = notes.write_note(
        person, told.text, sensitive=told.sensitive, touchpoint=told.touchpoint, by=mine.user, at=clock.now(),
        mark=told.mark,
    )  # fmt: skip
    mine.note(Verb.CHANGED)
    return WrittenNote(note=made.pk)


@opened(router, "POST", "/customers/{number}/notes/{note}/strike", May.WRITE_NOTES, response=WrittenNote, personal=True)
def strike_note(request: HttpRequest, number: Number, note: Number, told: StrikeNote) -> WrittenNote:
    """Strike a note by a later one that says what is right; both stay."""
    person, mine = person_or_404(request, number), viewer(request)
    struck = get_object_or_404(notes.notes_of(person), pk=note)
    made = notes.write_note(
        person, told.text, sensitive=bool(struck.sealed), touchpoint=struck.interaction.touchpoint, strikes=struck,
        by=mine.user, at=clock.now(), mark=told.mark,
    )  # fmt: skip
    mine.note(Verb.CHANGED)
    return WrittenNote(note=made.pk)


@opened(router, "POST", "/customers/{number}/notes/{note}/show", May.SEE_PERSON, response=ShownText, personal=True)
def show_note(request: HttpRequest, number: Number, note: Number) -> ShownText:
    """A sensitive note, leaving a trace."""
    person, mine = person_or_404(request, number), viewer(request)
    text = notes.text_of(get_object_or_404(notes.notes_of(person), pk=note))
    if text:
        mine.note(Verb.UNMASKED, reason=_("A sensitive note"), subjects=[person.pk])
    return ShownText(text=text)
