"""Which items of the inventory a campaign takes: to choose by, to write with."""

from collections.abc import Iterable

from dangol.decisions.campaigns.merge_fields import fields_in
from dangol.decisions.segments import behind_numbers
from dangol.decisions.segments.fields import FIELDS, Rule
from dangol.insight.relationship.stages.names import CYCLE_FIELD, ITEM, STAGE_FIELD

OF_PERSON = {
    "이름": ("full_name",), "name": ("full_name",), "지점": ("unit",), "unit": ("unit",),
    "포인트": ("points",), "points": ("points",), "소멸예정": ("points",), "expiring": ("points",),
    "지난달구매": ("purchase",), "spent": ("purchase",), "받은혜택": ("discount", "points"),
    "saved": ("discount", "points"), "추천상품": ("purchase",), "suggestion": ("purchase",),
}  # fmt: skip
OF_RULE = {STAGE_FIELD: ITEM, CYCLE_FIELD: ITEM, behind_numbers.FIELD: behind_numbers.ITEM}
OF_CONTACT = {"mobile": "mobile", "email": "email", "address": "postal"}


def chosen_by(rule: Rule) -> list[str]:
    """The items a rule looks at."""
    known = [name for name in rule if name in FIELDS]
    return list(dict.fromkeys("score" if FIELDS[name].scored else OF_RULE.get(name, name) for name in known))


def written_with(text: str, needs: str | None) -> Iterable[str]:
    """The items a message takes: what it says of the person, and where it goes."""
    said = [item for name in fields_in(text) for item in OF_PERSON.get(name, ())]
    return [*dict.fromkeys(said), *([OF_CONTACT[needs]] if needs in OF_CONTACT else [])]
