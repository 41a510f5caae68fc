"""The labels of a business teach how its own customers sound, and take the place of what comes with Dangol once they do
better on its own texts.

Every teaching is a run of kind "voices_taught": what it was taught, how well it does on texts it was not taught, how
well what comes with Dangol does on the same, and whether it is used.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max
from django.db.transaction import atomic

from dangol.insight.analysis.models import FeedbackTone, Run, TaughtLabeller, Tone, ToneCorrection
from dangol.insight.analysis.queries import latest_run
from dangol.insight.analysis.voices import shipped
from dangol.insight.analysis.voices.keeping import CannotRead, opened, saved
from dangol.insight.analysis.voices.labelling import TextLabeller
from dangol.insight.analysis.voices.said import said
from dangol.insight.analysis.voices.teaching import FEWEST, NothingLearned, TooFewLabels, train
from dangol.insight.analysis.voices.weighing import NotSettled

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


def labels_given() -> dict[str, int]:
    """How many texts a person has said to sound glad, and how many unhappy."""
    standing = FeedbackTone.objects.filter(corrected=True)
    return {str(tone): standing.filter(tone=tone).count() for tone in (Tone.GLAD, Tone.UNHAPPY)}


def enough(given: dict[str, int]) -> bool:
    """Whether there are so many labels of each that something can be learned."""
    return min(given.values()) >= FEWEST


def teach(*, as_of: datetime, at: datetime, by: object) -> Run | None:
    """Learn from the labels of the business, unless the newest teaching knew the same; None where there are too few.

    by: who asked, kept as words.
    """
    given = labels_given()
    if not enough(given):
        return None
    parameters = {"labels": given, "last": ToneCorrection.objects.aggregate(last=Max("pk"))["last"], "by": str(by)}
    before = latest_run(KIND)
    if before is not None and {**before.parameters, "by": str(by)} == parameters and _opens(before):
        return before
    texts, tones = _labelled()
    taught: TextLabeller | None = None
    try:
        taught = train(texts, tones, sound=True)
        summary = _judged(taught, texts, tones)
    except (TooFewLabels, NothingLearned, NotSettled) as problem:
        summary = {"used": False, "why": _WHY[type(problem)]}
    with atomic():
        run = Run.objects.create(
            kind=KIND, as_of=as_of, started_at=at, finished_at=at, parameters=parameters, summary=summary
        )
        if taught is not None and summary["used"]:
            TaughtLabeller.objects.create(run=run, content=saved(taught, about={"run": run.pk}))
            TaughtLabeller.objects.exclude(run=run).delete()
    return run


def chosen() -> Chosen:
    """What the business taught last where that is used, else what comes with Dangol."""
    run = latest_run(KIND)
    if run is not None and run.summary["used"]:
        try:
            labeller, _about = opened(bytes(run.taught.content))
        except (CannotRead, TaughtLabeller.DoesNotExist):  # `teach` learns it anew; until then
            pass
        else:
            return Chosen(labeller, run.summary["certainty"], f"own {run.pk}", own=True)
    return Chosen(shipped.sentiment(), shipped.CERTAINTY, f"shipped {shipped.version()}", own=False)


def _labelled() -> tuple[list[str], list[str]]:
    standing = FeedbackTone.objects.filter(corrected=True, tone__in=(Tone.GLAD, Tone.UNHAPPY)).order_by("feedback_id")
    rows = standing.values_list("feedback__kind", "feedback__subject", "feedback__text", "tone")
    told = [(said(kind, subject, text), tone) for kind, subject, text, tone in rows]
    kept = [(text, str(tone)) for text, tone in told if text]
    return [text for text, _tone in kept], [tone for _text, tone in kept]


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
