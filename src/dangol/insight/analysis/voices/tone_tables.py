"""How feedback sounds is told to the person, kept for stated ends, and goes when the person is forgotten."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dangol.insight.analysis.models import FeedbackTone, ToneCorrection
from dangol.insight.analysis.voices.whose import delete_tones
from dangol.records.customers import duties, fields
from dangol.records.customers.fields import Basis, Field, Side

OWNER = "feedback__identity__customer"


def register() -> None:
    """Take both tables into the duties and into the inventory."""
    sounds = _("How what you told us sounds")
    duties.register(duties.PersonalTable(
        FeedbackTone, OWNER, delete_tones(OWNER), label=sounds,
        words={"told": _("What a program told"), "tone": sounds, "probability": _("How likely"),
               "corrected": _("Whether a person said so"),
               "labeller": _("By which program"), "digest": _("Mark of the text that was read")},
    ))  # fmt: skip
    duties.register(duties.PersonalTable(
        ToneCorrection, OWNER, duties.delete_rows(ToneCorrection, OWNER),
        label=_("How what you told us sounds, as our staff said"), words={"tone": sounds},
    ))  # fmt: skip
    purpose = _("To see who is unhappy and with what, and to answer them first")
    fields.register(
        Field(
            "feedback_tone", _("How feedback sounds"), FeedbackTone, "tone", Side.OF, purpose, Basis.INTEREST,
            also=("told", "probability", "corrected", "run"),
        ),
        Field(
            "tone_correction", _("What staff said of how feedback sounds"), ToneCorrection, "tone", Side.OF, purpose,
            Basis.INTEREST, also=("at",),
        ),
    )  # fmt: skip
    fields.technical(FeedbackTone, fields.LEADS, "feedback")
    fields.technical(FeedbackTone, _("So that a text is read once by each program"), "labeller", "digest")
    fields.technical(ToneCorrection, fields.LEADS, "feedback")
    fields.technical(ToneCorrection, fields.STAFF, "by")
