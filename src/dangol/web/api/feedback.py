"""How feedback sounds, by the API: what was found when it was last read, the newest of one tone, what staff say."""

from datetime import datetime
from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from dangol.insight.analysis.models import FeedbackTone, Tone
from dangol.insight.analysis.voices import queries
from dangol.insight.analysis.voices.actions import correct_tone
from dangol.lib.languages import speaks
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.api.doors import Done, Number, Sent, opened
from dangol.web.api.works import Work, told_of
from dangol.web.insight.feedback import tasks, told
from dangol.web.insight.feedback.views import FARTHEST, SHOWN, person_of
from dangol.web.shell.viewer import Viewer, viewer
from dangol.web.start import work

router = Router(tags=["insight"])


class ToneCount(Schema):
    """How many pieces of feedback of one month (2026-11), kind or product sound how."""

    name: str
    glad: int
    unhappy: int
    unsure: int


class HeardFeedback(Schema):
    """One piece of feedback: `told` by a program with `probability`, `tone` what counts; `corrected` by staff.

    `text` is null for keys that do not see people as they are; `customer` is null where nobody is known.
    """

    id: int
    customer: int | None
    name: str
    at: datetime
    kind: str
    product: str
    text: str | None
    told: str
    probability: float | None
    tone: str
    corrected: bool


class FeedbackTones(Schema):
    """How feedback sounds. `as_of` and `words` are those of the last reading, null and empty before the first.

    `counts`: glad, unhappy, unsure, unread; `words`: tone → words, each with in how many texts it stands; `sure`: how
    sure it is, in sentences; `labels`: what staff labelled, and what comes of it.
    """

    as_of: datetime | None
    read_by_own_labels: bool
    counts: dict[str, int]
    months: list[ToneCount]
    kinds: list[ToneCount]
    products: list[ToneCount]
    words: dict[str, list[tuple[str, int]]]
    sure: list[str]
    labels: str
    newest: list[HeardFeedback]


class WantedFeedback(Sent):
    """Which of the newest, ten a page."""

    tone: Literal["glad", "unhappy", "unsure", "unread"] = "unhappy"
    page: Annotated[int, Field(ge=1, le=FARTHEST)] = 1


class SaidTone(Sent):
    """How it sounds to a person."""

    tone: Literal["glad", "unhappy", "unsure"]


@opened(router, "GET", "/insight/feedback", May.SEE_VALUES, response=FeedbackTones, whole=True, personal=True)
def get_feedback_tones(request: HttpRequest, wanted: Query[WantedFeedback]) -> FeedbackTones:
    """How feedback sounds, and the newest of one tone, ten a page."""
    mine, run, at = viewer(request), queries.last_reading(), clock.as_of()
    found = list(queries.newest(Tone(wanted.tone), as_of=at)[(wanted.page - 1) * SHOWN : wanted.page * SHOWN])
    newest = [_heard(one, mine) for one in found]
    mine.saw(one.customer for one in newest if one.customer is not None)
    return FeedbackTones(
        as_of=run.as_of if run else None, read_by_own_labels=bool(run and run.parameters["own"]),
        counts={str(name): number for name, number in queries.totals(as_of=at).items()},
        months=_counts(queries.by_month(as_of=at)), kinds=_counts(queries.by_kind(as_of=at)),
        products=_counts(queries.by_product(as_of=at)), words=run.summary["words"] if run else {},
        sure=told.certainty(run), labels=told.taught().sentence, newest=newest,
    )  # fmt: skip


@opened(router, "POST", "/insight/feedback/read", May.SEE_VALUES, response=Work, whole=True)
def read_feedback(request: HttpRequest) -> Work:
    """Read what nobody has read yet, beside the pages."""
    work.start(tasks.KEY, tasks.read, viewer(request).user.pk, speaks())
    return told_of(tasks.KEY)


@opened(router, "GET", "/insight/feedback/read", May.SEE_VALUES, response=Work, whole=True)
def get_feedback_reading(request: HttpRequest) -> Work:
    """How the reading stands."""
    return told_of(tasks.KEY)


@opened(router, "POST", "/insight/feedback/{number}/tone", May.WRITE_NOTES, response=Done, whole=True)
def say_tone(request: HttpRequest, number: Number, body: SaidTone) -> Done:
    """Write down how one piece of feedback sounds to a person; that counts from now on."""
    correct_tone(number, tone=Tone(body.tone), by=viewer(request).user, at=clock.now())
    return Done()


def _counts(found: list[queries.Heard]) -> list[ToneCount]:
    return [ToneCount(name=one.name, glad=one.glad, unhappy=one.unhappy, unsure=one.unsure) for one in found]


def _heard(one: FeedbackTone, mine: Viewer) -> HeardFeedback:
    person, said = person_of(one), one.feedback
    return HeardFeedback(
        id=said.pk, customer=person.pk if person else None, name=mine.name(person) if person else "", at=said.at,
        kind=said.kind, product=said.product.name if said.product else "",
        text=" — ".join(filter(None, (said.subject, said.text))) if mine.knows_people else None,
        told=one.told, probability=one.probability, tone=one.tone, corrected=one.corrected,
    )  # fmt: skip
