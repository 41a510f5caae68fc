"""Values of dimensions as people write them ("2026-03", "강남구"), and back."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from dangol.insight.warehouse.cube.question import BadQuestion
from dangol.insight.warehouse.metrics import Form, split_named

FIRST_OF_QUARTER = {"1": 1, "2": 4, "3": 7, "4": 10}


def written(dimension: str, value: Any) -> Any:
    """A value of the dimension as answers write it: of a span of time what it is the first day of."""
    if not isinstance(value, date):
        return value
    form = split_named(dimension).form
    if form is Form.YEAR:
        return f"{value:%Y}"
    if form is Form.QUARTER:
        return f"{value:%Y}-Q{(value.month + 2) // 3}"
    return f"{value:%Y-%m}" if form is Form.MONTH else value.isoformat()


def meant(dimension: str, text: str, kind: Any) -> Any:
    """The value that a text writes, for a column of this Ibis type. Raises BadQuestion."""
    try:
        if kind.is_date():
            return day_of(text)
        if kind.is_integer():
            return int(text)
    except ValueError as error:
        raise BadQuestion(
            _("'%(value)s' is no value of %(dimension)s.") % {"value": text, "dimension": dimension}
        ) from error
    return text


def day_of(text: str) -> date:
    if re.fullmatch(r"[0-9]{4}", text):
        return date(int(text), 1, 1)
    if found := re.fullmatch(r"([0-9]{4})-Q([1-4])", text):
        return date(int(found[1]), FIRST_OF_QUARTER[found[2]], 1)
    return date.fromisoformat(f"{text}-01" if re.fullmatch(r"[0-9]{4}-[0-9]{2}", text) else text)
