"""Segments as the list shows them: each rule once, however many campaigns saved it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from dangol.decisions.segments import behind_numbers
from dangol.decisions.segments.behind_numbers import FIELD
from dangol.decisions.segments.fields import BadRule
from dangol.decisions.segments.models import Segment, Sheet
from dangol.decisions.segments.queries import described
from dangol.decisions.segments.sheets import sheets_of


@dataclass(frozen=True)
class Row:
    """One rule: the segment that holds its sheet, or the newest of those that have none."""

    segment: Segment
    rule: str
    sheet: Sheet | None


def rows() -> list[Row]:
    """Every rule, the newest first. Three queries."""
    found = list(Segment.objects.order_by("-pk"))
    sheets = sheets_of(found)
    shown: dict[str, Segment] = {}
    for segment in found:
        key = json.dumps(segment.rule, sort_keys=True)
        if key not in shown or (segment.pk in sheets and shown[key].pk not in sheets):
            shown[key] = segment
    numbers = behind_numbers.newest(number for one in shown.values() for number in one.rule.get(FIELD, ()))
    words = {one.inquiry_id: str(one) for one in numbers}
    return [
        Row(one, rule_words(one, words), sheets.get(one.pk)) for one in sorted(shown.values(), key=lambda one: -one.pk)
    ]


def rule_words(segment: Segment, numbers: Mapping[int, str] | None = None) -> str:
    """The rule in words; as it stands where a field it names is no more. numbers: words of inquiries, if known."""
    rule = dict(segment.rule)
    known = [numbers[one] for one in rule.pop(FIELD, ()) if one in numbers] if numbers else []
    try:
        if not known:
            return described(segment.rule)
        return " · ".join([*([described(rule)] if rule else []), *known])
    except BadRule:
        return json.dumps(segment.rule, ensure_ascii=False)
