"""What somebody answered in one survey at one time, as one thing that happened."""

from datetime import datetime
from itertools import starmap
from statistics import fmean

from django.utils.translation import gettext as _

from dangol.records.voices.models import SurveyAnswer
from dangol.web.customers import words
from dangol.web.customers.happened import Entry


def answered(survey: str, at: datetime, answers: list[SurveyAnswer]) -> Entry:
    """The mean of each dimension beside the name of the survey."""
    title = _("Answered the survey “%(survey)s”") % {"survey": survey}
    by_dimension: dict[str, list[SurveyAnswer]] = {}
    for one in answers:
        by_dimension.setdefault(one.dimension or one.item, []).append(one)
    return Entry(at=at, icon="star", title=title, note=" · ".join(starmap(_answer, by_dimension.items())))


def _answer(dimension: str, answers: list[SurveyAnswer]) -> str:
    """The mean of the answers to one dimension."""
    score = fmean(one.score for one in answers)
    facts = {"question": words.dimension(dimension), "score": f"{score:.2g}", "most": f"{answers[0].scale_max:g}"}
    return _("%(question)s %(score)s of %(most)s") % facts
