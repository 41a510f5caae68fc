"""Read every piece of feedback that is new or changed; write down what a person says of how one sounds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import batched
from typing import Any, NamedTuple

from django.db import connection
from django.db.transaction import atomic
from django.utils.translation import gettext as _

from dangol.insight.analysis.actions import asked_by
from dangol.insight.analysis.models import FeedbackTone, Run, Tone, ToneCorrection
from dangol.insight.analysis.voices import own_labels
from dangol.insight.analysis.voices.own_labels import TONES, Chosen
from dangol.insight.analysis.voices.reading import is_korean
from dangol.insight.analysis.voices.said import digest_of, said
from dangol.insight.analysis.voices.whose import KIND, not_to_be_read, person
from dangol.lib import bulk
from dangol.lib.errors import DangolError
from dangol.lib.progress import Progress, silent
from dangol.records.customers.forgetting import hold, hold_everybody
from dangol.records.staff.models import User
from dangol.records.voices.models import Feedback

SCANNED = 2_000  # rows that are looked at in one question
AT_ONCE = 500  # texts read and written at a time
NEWEST = 2_000  # texts of each tone whose words are counted
WORDS = 12  # kept of each tone
LOCK = "feedback tones"


class NothingToHear(DangolError):
    """The feedback has no words of which anybody could say how they sound, or is not there."""


class Row(NamedTuple):
    """One piece of feedback as it stands, and by what its words were read."""

    pk: int
    kind: str
    subject: str
    text: str
    labeller: str | None
    digest: str | None

    @property
    def words(self) -> str:
        return said(self.kind, self.subject, self.text)

    def read_by(self, version: str) -> bool:
        """Whether these very words were read by this very labeller."""
        return (self.labeller, self.digest) == (version, digest_of(self.kind, self.words))


COLUMNS = ("pk", "kind", "subject", "text", "tone__labeller", "tone__digest")


def read_feedback(*, as_of: datetime, at: datetime, by: User | None, progress: Progress = silent) -> Run:
    """Learn from the labels of the business, then read what is new, changed, or was read by something else before.

    A run that was killed is taken up where it stopped. by: who asked. People who object to programs
    judging them, and children of whom nobody agreed, are not read.
    """
    progress("teaching", 0, 1)
    _forget_readings(as_of)
    own_labels.teach(as_of=as_of, at=at, by=by)
    by_what = own_labels.chosen(as_of=as_of)
    run = _begun(by_what, as_of=as_of, at=at, by=by)
    hidden = frozenset(not_to_be_read(as_of).iterator(SCANNED))
    total, done, read = Feedback.objects.filter(at__lte=as_of).count(), 0, 0
    for rows in _rows(as_of):
        stale = [row for row in rows if row.pk not in hidden and not row.read_by(by_what.version)]
        for part in batched(stale, AT_ONCE):
            read += _read(run, by_what, part)
        done += len(rows)
        progress("reading_texts", done, max(total, done))
    return _finished(run, by_what, read, as_of=as_of, at=at)


@atomic
def correct_tone(feedback_id: int, *, tone: Tone, by: User | None, at: datetime) -> FeedbackTone:
    """Write down how something told us sounds to a person; that counts from now on. Raises NothingToHear."""
    bulk.lock(connection, LOCK)
    one = Feedback.objects.select_related("identity").filter(pk=feedback_id).first()
    if one is None or tone == Tone.UNREAD or not said(one.kind, one.subject, one.text):
        raise NothingToHear(_("There are no words left of which anybody could say how they sound."))
    if one.identity is not None:
        hold(one.identity.customer_id)
    ToneCorrection.objects.create(feedback=one, tone=tone, by=by, at=at)
    changed = {"tone": tone, "corrected": True}
    found, _made = FeedbackTone.objects.update_or_create(
        feedback=one, defaults=changed, create_defaults={**changed, "told": Tone.UNREAD}
    )
    return found


def _begun(by_what: Chosen, *, as_of: datetime, at: datetime, by: User | None) -> Run:
    """The run that a kill left open, or a new one."""
    parameters = {
        "labeller": by_what.version, "own": by_what.own, "certainty": by_what.certainty, "by": asked_by(by),
        "last_feedback": Feedback.objects.order_by("-pk").values_list("pk", flat=True).first(),
    }  # fmt: skip
    run = Run.objects.filter(kind=KIND, finished_at=None).order_by("pk").last() or Run(kind=KIND)
    run.as_of, run.started_at, run.parameters = as_of, at, parameters
    run.save()
    return run


def _forget_readings(as_of: datetime) -> None:
    """What a program told of them goes; what a person said stays."""
    theirs = FeedbackTone.objects.filter(feedback__in=not_to_be_read(as_of))
    theirs.filter(corrected=False).delete()
    theirs.filter(corrected=True).update(run=None, told=Tone.UNREAD, probability=None, labeller="", digest="")


def _rows(as_of: datetime) -> Iterator[list[Row]]:
    """Everything that was told us until then, by its number, a stretch at a time."""
    last, wanted = 0, Feedback.objects.filter(at__lte=as_of)
    while rows := [Row(*row) for row in wanted.filter(pk__gt=last).order_by("pk").values_list(*COLUMNS)[:SCANNED]]:
        last = rows[-1].pk
        yield rows


def _read(run: Run, by_what: Chosen, rows: Sequence[Row]) -> int:
    """Read these texts and write down how they sound, but for those that changed or went meanwhile."""
    told = by_what.labeller.tell([row.words for row in rows], certainty=by_what.certainty)
    likely = told.probability.max(axis=1, initial=0).tolist()
    found = {
        row: _tone(row, by_what, label, probability)
        for row, label, probability in zip(rows, told.labels, likely, strict=True)
    }
    with atomic():
        bulk.lock(connection, LOCK)
        hold_everybody()
        here = Feedback.objects.filter(pk__in=[row.pk for row in rows]).values_list(
            "pk", "kind", "subject", "text", "tone__corrected", "tone__tone"
        )
        now: dict[int, tuple[str, str, str | None]] = {
            pk: (kind, said(kind, subject, text), tone if corrected else None)
            for pk, kind, subject, text, corrected, tone in here
        }
        tones = []
        for row, (tone, probability) in found.items():
            kind, words, theirs = now.get(row.pk, ("", "", None))
            if (kind, words) != (row.kind, row.words):
                continue
            tones.append(FeedbackTone(
                feedback_id=row.pk, run=run, told=tone, probability=probability, tone=theirs or tone,
                labeller=by_what.version, digest=digest_of(row.kind, row.words),
            ))  # fmt: skip
        FeedbackTone.objects.bulk_create(
            tones, update_conflicts=True, unique_fields=["feedback"],
            update_fields=["run", "told", "probability", "tone", "labeller", "digest"],
        )  # fmt: skip
    return len(tones)


def _tone(row: Row, by_what: Chosen, label: str | None, probability: float) -> tuple[Tone, float | None]:
    """What is told of a text. What comes with Dangol never met a question: it would take one for praise or blame."""
    if not is_korean(row.words) or (row.kind == Feedback.Kind.INQUIRY and not by_what.own):
        return Tone.UNREAD, None
    return (Tone.UNSURE if label is None else TONES[label]), probability


def _finished(run: Run, by_what: Chosen, read: int, *, as_of: datetime, at: datetime) -> Run:
    tones = Counter(FeedbackTone.objects.values_list("tone", flat=True).iterator(SCANNED))
    newest = _newest(by_what, as_of)
    words = _words(by_what, newest)
    with atomic():
        hold_everybody()
        now = _newest(by_what, as_of)
        # Of somebody who was forgotten while they were counted no word may stay.
        run.summary = {
            "read": read, "tones": dict(tones), "words": words if now == newest else _words(by_what, now),
        }  # fmt: skip
        run.finished_at = at
        run.save()
    return run


def _newest(by_what: Chosen, as_of: datetime) -> list[tuple[str, str, int]]:
    """The newest texts of each tone, none of people whom no program may judge: label, words, who wrote them."""
    found: list[tuple[str, str, int]] = []
    for label in by_what.labeller.labels_:
        newest = Feedback.objects.filter(tone__tone=TONES[label]).exclude(pk__in=not_to_be_read(as_of))
        rows = newest.order_by("-at", "-pk").values_list("kind", "subject", "text", "identity__customer", "pk")
        told = [(label, said(kind, subject, text), person(of, pk)) for kind, subject, text, of, pk in rows[:NEWEST]]
        found += [one for one in told if is_korean(one[1])]
    return found


def _words(by_what: Chosen, newest: list[tuple[str, str, int]]) -> dict[str, list[list[Any]]]:
    """The words that speak for each tone, with in how many of the texts they stand."""
    if not newest:
        return {}
    labels, texts, people = zip(*newest, strict=True)
    found = by_what.labeller.words_among(texts, labels, people)
    return {TONES[label]: [[one.word, one.texts] for one in words[:WORDS]] for label, words in found.items()}
