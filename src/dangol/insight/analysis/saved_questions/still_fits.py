"""Whether a kept question can still be asked: its figures and dimensions are in the registry and go together."""

from __future__ import annotations

from urllib.parse import parse_qsl

from django.utils.translation import gettext as _

from dangol.insight.warehouse.cube import Condition, Question
from dangol.insight.warehouse.cube.question import checked
from dangol.lib.errors import WrongUse

FIGURE, SPLITS, PART = "metric", ("down", "across"), "in"
PERIOD, DATES = "period", "dates"


def why_not(query: str) -> str:
    """Why it cannot be asked as it is kept, with the nearest names of what is not there; "" where it can."""
    told = parse_qsl(query)
    metrics = tuple(value for word, value in told if word == FIGURE)
    by = tuple(value for word, value in told if word in SPLITS)
    parts = {value.partition(":")[0] for word, value in told if word == PART}
    if not metrics:
        return _("The question names no figure.")
    try:
        checked(Question(metrics, by, tuple(Condition(name, ("",)) for name in sorted(parts))))
    except WrongUse as error:
        return str(error)
    return ""


def moves_on(query: str) -> bool:
    """Whether its period is told by a word, such as last month, and so is another on another day."""
    return (PERIOD, DATES) not in parse_qsl(query)
