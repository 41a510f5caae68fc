"""How feedback sounds in plain words: what was found, how sure that is, and what the labels of the business did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dangol.insight.analysis.models import Run, Tone
from dangol.insight.analysis.voices import own_labels, queries, shipped
from dangol.insight.analysis.voices.queries import Heard
from dangol.insight.analysis.voices.teaching import FEWEST
from dangol.records.voices.models import Feedback
from dangol.web import clock
from dangol.web.insight.answers import Answer
from dangol.web.shell.figures import count, percent

SAID = (Tone.UNHAPPY, Tone.GLAD, Tone.UNSURE)  # what a person may say


@dataclass(frozen=True)
class Teaching:
    """The labels of the business: how many of each are needed and there, and what they did."""

    glad: int
    unhappy: int
    needed: int
    sentence: str


def answer() -> Answer | None:
    """The row of the index."""
    run = queries.last_reading()
    return Answer(finding(queries.totals(as_of=run.as_of)), run.as_of) if run is not None else None


def finding(counted: dict[str, int]) -> str:
    """What was found, in one sentence."""
    told = counted[Tone.GLAD] + counted[Tone.UNHAPPY]
    if not sum(counted.values()):
        return _("There is no feedback yet.")
    if not told:
        return _("No feedback could be told with certainty yet.")
    return ngettext(
        "Unhappy: %(unhappy)s of %(told)s piece of feedback whose sound is sure (%(share)s).",
        "Unhappy: %(unhappy)s of %(told)s pieces of feedback whose sound is sure (%(share)s).",
        told,
    ) % {
        "told": count(told), "unhappy": count(counted[Tone.UNHAPPY]), "share": percent(counted[Tone.UNHAPPY] / told),
    }  # fmt: skip


def said_words(tone: Tone) -> str:
    """What a person says of how something sounds, in words: who is not sure says that it is neither."""
    return _("Neither") if tone == Tone.UNSURE else str(tone.label)


def kinds(found: list[Heard]) -> list[tuple[str, Heard]]:
    """Kinds of feedback in words."""
    return [(str(Feedback.Kind(one.name).label), one) for one in found]


def certainty(run: Run | None) -> list[str]:
    """How sure it is, sentence by sentence: what taught it, how often it is right, and of what it says nothing."""
    teaching = queries.last_teaching()
    if run is not None and run.parameters["own"] and teaching is not None and teaching.summary["used"]:
        return [*_by_own(teaching.summary), _silent()]
    about = shipped.about()
    at = next(one for one in about["trades"] if one["certainty"] == shipped.CERTAINTY)
    return [
        _(
            "It was taught by %(texts)s film reviews of Naver (NSMC, CC0), not by shops. Of film reviews it had not"
            " seen it told %(accuracy)s right when it had to answer each; it answers only where it is at least"
            " %(certainty)s sure: then it answered %(coverage)s of them, and %(right)s of its answers were right."
        ) % {"texts": count(about["texts"]), "accuracy": percent(about["accuracy"], 1),
             "certainty": percent(shipped.CERTAINTY), "coverage": percent(at["coverage"]),
             "right": percent(at["accuracy"], 1)},
        _(
            "What that means for a shop: it knows how people praise and scold, not what your goods and your staff are."
            " Of 40 made-up sentences of a shop it answered 15, all of them right, and would have told 27 right if it"
            " had had to answer each. So expect it to be silent often, and look at what it says before you act on it."
        ),
        _silent(),
    ]  # fmt: skip


def taught() -> Teaching:
    """What the labels of the business did, or what is missing."""
    given = own_labels.labels_given(as_of=clock.as_of())
    return Teaching(given[Tone.GLAD], given[Tone.UNHAPPY], FEWEST, _of_labels(given))


def provenance(run: Run) -> list[str]:
    """Until when, by what, run."""
    return [
        _("As of %(day)s") % {"day": date_format(localtime(run.as_of), "DATE_FORMAT")},
        _("Read by what your labels taught") if run.parameters["own"] else _("Read by what film reviews taught"),
        _("Run %(number)s") % {"number": run.pk},
    ]


def _silent() -> str:
    return _(
        "Not read are texts that are mostly in another language than Korean, texts without words, questions (unless"
        " your own labels taught it), and what is of people who object to programs judging them or of children without"
        " a guardian’s agreement. A reading is a guess about the words, never a judgement of the person."
    )


def _by_own(found: dict[str, Any]) -> list[str]:
    low, high = found["interval"]
    answered, right = next((n, hits) for step, n, hits in found["trades"] if step == found["certainty"])
    return [
        _(
            "It was taught by %(texts)s texts that your staff labelled. Told by what the others taught, %(accuracy)s"
            " of them were right (95%% interval %(low)s ~ %(high)s) when it had to answer each; what comes with Dangol"
            " had %(shipped)s of the same right. Where it answers, %(right)s of %(answered)s were right."
        ) % {"texts": count(found["texts"]), "accuracy": percent(found["right"] / found["texts"]), "low": percent(low),
             "high": percent(high), "shipped": percent(found["shipped_right"] / found["texts"]), "right": count(right),
             "answered": count(answered)},
        _(
            "Your staff chose which texts to label, perhaps those that were told wrong: that makes what comes with"
            " Dangol look worse than it is."
        ),
    ]  # fmt: skip


def _of_labels(given: dict[str, int]) -> str:
    if not own_labels.enough(given):
        return _(
            "From %(needed)s different texts of each sort your own labels teach the program at the next reading. So"
            " far: %(glad)s glad, %(unhappy)s unhappy. Label glad ones as well as unhappy ones, and also those that"
            " were told right."
        ) % {"needed": FEWEST, "glad": count(given[Tone.GLAD]), "unhappy": count(given[Tone.UNHAPPY])}  # fmt: skip
    run = queries.last_teaching()
    if run is None or not own_labels.knows(run, as_of=clock.as_of()):
        return _("There are enough labels of your own: they teach the program at the next reading.")
    words = {
        "": _("Your own labels taught the program, and it reads by them."),
        "few": _("Too many of the labelled texts are copies of each other. Label more different ones."),
        "nothing": _("Nothing could be learned from your labels yet: the texts do not tell them apart. Label more."),
        "unsure": _("Taught by your labels it is not yet right often enough where it answers. Label more."),
        "weaker": _("On the texts you labelled, what comes with Dangol is right as often. Label more."),
    }
    return words[run.summary["why"]]
