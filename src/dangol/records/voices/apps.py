"""Registers how answers and feedback are exported and erased."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VoicesConfig(AppConfig):
    name = "dangol.records.voices"

    def ready(self) -> None:
        from dangol.records.customers import duties, keeping
        from dangol.records.voices import what_we_keep
        from dangol.records.voices.models import Feedback, FeedbackStep, StatedNeed, SurveyAnswer

        owner = "identity__customer"
        duties.register(duties.PersonalTable(SurveyAnswer, owner, duties.delete_rows(SurveyAnswer, owner)))
        duties.register(duties.PersonalTable(
            StatedNeed, owner, duties.delete_rows(StatedNeed, owner), money=frozenset({"amount"}),
            words={"category": _("Category"), "how": _("How we know"), "on": _("Said on")},
        ))  # fmt: skip
        # That somebody complained, and of what, stays for the counts: without their words, and without whom.
        duties.register(duties.PersonalTable(Feedback, owner, duties.blank_but(Feedback, owner, keeps={
            "identity": keeping.KEY, "source": keeping.CODE, "ref": keeping.ONCE, "kind": keeping.CODE,
            "at": keeping.WHEN, "touchpoint": keeping.CODE, "unit": keeping.CODE, "product": keeping.CODE,
        })))  # fmt: skip
        of_feedback = "feedback__identity__customer"
        duties.register(duties.PersonalTable(FeedbackStep, of_feedback, duties.blank_but(
            FeedbackStep, of_feedback,
            keeps={"feedback": keeping.KEY, "state": keeping.CODE, "at": keeping.WHEN},
        )))  # fmt: skip
        what_we_keep.register()
