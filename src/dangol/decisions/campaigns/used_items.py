"""Which items of the inventory a campaign takes: to choose by, to write with."""

from collections.abc import Iterable

from dangol.decisions.campaigns.merge_fields import fields_in
from dangol.decisions.segments.fields import FIELDS, Rule

OF_PERSON = {"이름": "full_name", "name": "full_name", "지점": "unit", "unit": "unit"}
OF_CONTACT = {"mobile": "mobile", "email": "email", "address": "postal"}


def chosen_by(rule: Rule) -> list[str]:
    """The items a rule looks at."""
    return list(dict.fromkeys("score" if FIELDS[name].scored else name for name in rule if name in FIELDS))


def written_with(text: str, needs: str | None) -> Iterable[str]:
    """The items a message takes: what it says of the person, and where it goes."""
    said = [OF_PERSON[name] for name in fields_in(text) if name in OF_PERSON]
    return [*dict.fromkeys(said), *([OF_CONTACT[needs]] if needs in OF_CONTACT else [])]
