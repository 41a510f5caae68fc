"""The labels of a business teach how its own customers sound, and take the place of what comes with Dangol once they do
better on its own texts.

Every teaching is a run of kind "voices_taught": what it was taught, how well it does on texts it was not taught, how
well what comes with Dangol does on the same, and whether it is used.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.db.transaction import atomic

from dangol.insight.analysis.actions import asked_by
from dangol.insight.analysis.models import FeedbackTone, Run, TaughtLabeller, Tone
from dangol.insight.analysis.queries import latest_run
from dangol.insight.analysis.voices import shipped
from dangol.insight.analysis.voices.keeping import CannotRead, opened, saved
from dangol.insight.analysis.voices.labelling import TextLabeller
from dangol.insight.analysis.voices.said import said
from dangol.insight.analysis.voices.teaching import FEWEST, NothingLearned, TooFewLabels, train
from dangol.insight.analysis.voices.weighing import NotSettled
from dangol.insight.analysis.voices.whose import not_to_be_read, person
from dangol.records.customers.forgetting import hold_everybody
from dangol.records.staff.models import User

KIND = "voices_taught"
WANTED = 0.8  # share of the answers that has to be right, by the lower end of its interval
TONES = {shipped.NEGATIVE: Tone.UNHAPPY, shipped.POSITIVE: Tone.GLAD, "unhappy": Tone.UNHAPPY, "glad": Tone.GLAD}


@dataclass(frozen=True)
class Chosen:
    """By what feedback is read, from which certainty on something is told, and which version of it this is.

    own: it was taught by the business.
    """

    labeller: TextLabeller
    certainty: float
    version: str
    own: bool


def labels_given(*, as_of: datetime) -> dict[str, int]:
    """How many texts a person has said to sound glad, and how many unhappy, but of people no program may judge."""
    standing = _standing(as_of)
    return {str(tone): standing.filter(tone=tone).count() for tone in (Tone.GLAD, Tone.UNHAPPY)}


def enough(given: dict[str, int]) -> bool:
    """Whether there are so many labels of each that something can be learned."""
    return min(given.values()) >= FEWEST


def teach(*, as_of: datetime, at: datetime, by: User | None) -> Run | None:
    """Learn from the labels of the business, unless the newest teaching knew the same; None where there are too few.

    by: who asked.
    """
    given = labels_given(as_of=as_of)
    if not enough(given):
        TaughtLabeller.objects.all().delete()
        return None
    labelled = _labelled(as_of)
    parameters = {"labels": given, "mark": _mark(labelled), "by": asked_by(by)}
    before = latest_run(KIND)
    if before is not None and before.parameters.get("mark") == parameters["mark"] and _opens(before):
        return before
    texts, tones = [one.text for one in labelled], [one.tone for one in labelled]
    taught: TextLabeller | None = None
    try:
        taught = train(texts, tones, people=[one.person for one in labelled], sound=True)
        summary = _judged(taught, texts, tones)
    except (TooFewLabels, NothingLearned, NotSettled) as problem:
        summary = {"used": False, "why": _WHY[type(problem)]}
    with atomic():
        hold_everybody()
        run = Run.objects.create(
            kind=KIND, as_of=as_of, started_at=at, finished_at=at, parameters=parameters, summary=summary
        )
        # Of somebody who was forgotten meanwhile nothing may stay.
        if taught is not None and summary["used"] and knows(run, as_of=as_of):
            TaughtLabeller.objects.create(run=run, content=saved(taught, about={"run": run.pk}))
        TaughtLabeller.objects.exclude(run=run).delete()
    return run


def knows(run: Run, *, as_of: datetime) -> bool:
    """Whether a teaching knew the labels that stand now: these texts, these tones, and no others."""
    return bool(run.parameters.get("mark") == _mark(_labelled(as_of)))


def chosen(*, as_of: datetime) -> Chosen:
    """What the business taught last where that is used and knew the labels that stand, else what comes with Dangol."""
    run = latest_run(KIND)
    if run is not None and run.summary["used"] and knows(run, as_of=as_of):
        try:
            labeller, _about = opened(bytes(run.taught.content))
        except (CannotRead, TaughtLabeller.DoesNotExist):  # `teach` learns it anew; until then
            pass
        else:
            return Chosen(labeller, run.summary["certainty"], f"own {run.pk}", own=True)
    return Chosen(shipped.sentiment(), shipped.CERTAINTY, f"shipped {shipped.version()}", own=False)


class Labelled(NamedTuple):
    """One text of which a person said how it sounds, and a number of who wrote it."""

    text: str
    tone: str
    person: int


def _standing(as_of: datetime) -> QuerySet[FeedbackTone]:
    standing = FeedbackTone.objects.filter(corrected=True, tone__in=(Tone.GLAD, Tone.UNHAPPY))
    return standing.exclude(feedback__in=not_to_be_read(as_of))


def _labelled(as_of: datetime) -> list[Labelled]:
    columns = ("kind", "subject", "text", "identity__customer", "pk")
    rows = _standing(as_of).order_by("feedback_id").values_list("tone", *(f"feedback__{name}" for name in columns))
    told = [
        Labelled(said(kind, subject, text), str(tone), person(of, pk)) for tone, kind, subject, text, of, pk in rows
    ]
    return [one for one in told if one.text]


def _mark(labelled: list[Labelled]) -> str:
    """What tells whether other labels stand, without telling the words."""
    return sha256(repr([tuple(one) for one in labelled]).encode("utf-8", "replace")).hexdigest()[:16]


def _judged(taught: TextLabeller, texts: list[str], tones: list[str]) -> dict[str, Any]:
    """How well it does, beside what comes with Dangol on the same texts."""
    found = taught.validation_
    assert found is not None
    certainty = found.certainty_for(WANTED)
    came = shipped.sentiment().tell(texts).labels
    came_right = sum(one is not None and TONES[one] == tone for one, tone in zip(came, tones, strict=True))
    right = int(found.right.sum())
    why = "unsure" if certainty is None else "weaker" if right <= came_right else ""
    return {
        "used": not why, "why": why, "texts": len(texts), "right": right, "shipped_right": came_right,
        "interval": list(found.interval), "commonest": found.commonest, "macro_f1": found.macro_f1,
        "calibration_error": found.calibration_error, "certainty": certainty,
        "trades": [[one.certainty, one.answered, one.right] for one in found.trades()],
    }  # fmt: skip


def _opens(run: Run) -> bool:
    """Whether what the run learned can still be read, where it is used at all."""
    if not run.summary["used"]:
        return True
    try:
        opened(bytes(run.taught.content))
    except (CannotRead, TaughtLabeller.DoesNotExist):
        return False
    return True


_WHY = {TooFewLabels: "few", NothingLearned: "nothing", NotSettled: "nothing"}
