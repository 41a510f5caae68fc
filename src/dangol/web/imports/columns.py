"""What each column of a file is: guessed, shown with samples, corrected, and read back from the form."""

from collections import abc
from dataclasses import dataclass
from hashlib import sha256

from django.http import QueryDict
from django.utils.functional import Promise

from dangol.contact.intake.actions import Preview
from dangol.contact.intake.headers import FIELDS

SHOWN = 3  # samples of a column
type Mapping = dict[str, str]  # field → heading


@dataclass(frozen=True)
class Column:
    """One column: its place, heading, first filled cells, and the field it is taken for ("" none)."""

    place: int
    heading: str
    samples: list[str]
    field: str

    @property
    def name(self) -> str:
        """The name of its select."""
        return f"column-{self.place}"


def columns(preview: Preview, mapping: abc.Mapping[str, str | list[str]]) -> list[Column]:
    """The columns of a file in its order, by what each is taken for: field → heading or headings."""
    fields = {
        heading: field
        for field, named in reversed(list(mapping.items()))
        for heading in ([named] if isinstance(named, str) else named)
    }
    return [
        Column(place, heading, _samples(preview, place), fields.get(heading, ""))
        for place, heading in enumerate(preview.columns)
    ]


def read(query: QueryDict, preview: Preview) -> Mapping:
    """The mapping a form says; the guess where it says nothing. A field named twice keeps its first column."""
    if not any(name.startswith("column-") for name in query):
        return preview.mapping
    mapping: Mapping = {}
    for place, heading in enumerate(preview.columns):
        field = query.get(f"column-{place}", "")
        if field in FIELDS and field not in mapping:
            mapping[field] = heading
    for stand_in in ("phone", "name"):  # as in the guess: without a number, these tell customers apart
        if "customer" not in mapping and stand_in in mapping:
            mapping["customer"] = mapping[stand_in]
    return mapping


def twice(query: QueryDict) -> list[Promise]:
    """Fields that two columns claim."""
    said = [value for name, value in query.items() if name.startswith("column-") and value in FIELDS]
    return [FIELDS[field] for field in FIELDS if said.count(field) > 1]


def digest(mapping: Mapping) -> str:
    """A short name for a mapping."""
    return sha256(repr(sorted(mapping.items())).encode()).hexdigest()[:8]


def _samples(preview: Preview, place: int) -> list[str]:
    cells = [row[place].strip() for row in preview.samples if place < len(row)]
    return [cell for cell in cells if cell][:SHOWN]
