"""What each column of a file is: guessed or by a profile, shown with samples, corrected, read back from the form."""

from collections import abc
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from django.http import QueryDict
from django.utils.functional import Promise

from dangol.contact.intake import headers
from dangol.contact.intake.actions import Preview
from dangol.contact.intake.kinds.kind import Kept, Kind
from dangol.contact.intake.models import Profile
from dangol.records.customers.fields import BASES

SHOWN = 3  # samples of a column
KEPT = "kept"  # what a select says of a column that is kept as a further detail
WISHED = "wished"  # in a form: the place of the column that holds what the kind wishes for
PURPOSE, BASIS = 200, "consent"
type Mapping = dict[str, str]  # field → heading


@dataclass(frozen=True)
class Column:
    """One column: its place, heading, first filled cells, what it is taken for ("" none), why it is kept further."""

    place: int
    heading: str
    samples: list[str]
    field: str
    kept: Kept | None = None

    @property
    def name(self) -> str:
        """The name of its select."""
        return f"column-{self.place}"

    @property
    def uses(self) -> list[tuple[str, str | Promise]]:
        """The grounds to choose from."""
        return [(one.value, word) for one, word in BASES.items()]


@dataclass(frozen=True)
class Taking:
    """How a file is to be taken: its fields, and the further columns that are kept, with why."""

    mapping: Mapping
    kept: dict[str, Kept] = field(default_factory=dict)

    @property
    def plain(self) -> dict[str, Any]:
        """As a task carries it."""
        return {"mapping": self.mapping, "kept": {one: [why.purpose, why.basis] for one, why in self.kept.items()}}

    @property
    def digest(self) -> str:
        """A short name for it."""
        return digest(self.mapping | dict.fromkeys(self.kept, KEPT))


def digest(mapping: abc.Mapping[str, str]) -> str:
    """A short name for a mapping."""
    return sha256(repr(sorted(mapping.items())).encode()).hexdigest()[:8]


def of_task(told: abc.Mapping[str, Any]) -> Taking:
    """What a task carries, read back."""
    return Taking(dict(told["mapping"]), {one: Kept(*why) for one, why in told["kept"].items()})


def of_profile(profile: Profile) -> Taking:
    """What a profile says."""
    return Taking(dict(profile.mapping), {one: Kept(*why) for one, why in profile.details.items()})


def columns(preview: Preview, taking: Taking | abc.Mapping[str, str | list[str]]) -> list[Column]:
    """The columns of a file in its order, by what each is taken for: field → heading or headings."""
    kept = taking.kept if isinstance(taking, Taking) else {}
    mapping = taking.mapping if isinstance(taking, Taking) else taking
    fields = {
        heading: field
        for field, named in reversed(list(mapping.items()))
        for heading in ([named] if isinstance(named, str) else named)
    }
    fields |= {heading: KEPT for heading in kept if heading not in fields}
    return [
        Column(place, heading, _samples(preview, place), fields.get(heading, ""), kept.get(heading))
        for place, heading in enumerate(preview.columns)
    ]


def read(query: QueryDict, preview: Preview, kind: Kind, *, start: Taking | None = None) -> Taking:
    """How a form says that a file is taken; what is guessed, or `start`, where it says nothing.

    A field named twice keeps its first column; one that is wished for and named nowhere is held by none, unless a press
    says by which. A kept column without a purpose is left out: the form says so.
    """
    if not any(name.startswith("column-") for name in query):
        return start or Taking(preview.mapping)
    mapping: Mapping = {}
    kept: dict[str, Kept] = {}
    wished = query.get(WISHED, "") if kind.wished else ""
    for place, heading in enumerate(preview.columns):
        field = kind.wished[0] if wished == str(place) else query.get(f"column-{place}", "")
        if field in kind.labels and field not in mapping:
            mapping[field] = heading
        elif field == KEPT and kind.keeps:
            kept[heading] = Kept(_purpose(query, place), _basis(query, place))
    settled = headers.settled(kind, mapping, preview.columns)
    return Taking(settled | dict.fromkeys(kind.unsaid(settled), ""), kept)


def lacking(taking: Taking) -> list[str]:
    """Headings that are to be kept and for which nobody said what for."""
    return [heading for heading, why in taking.kept.items() if not why.purpose]


def twice(query: QueryDict, kind: Kind) -> list[str | Promise]:
    """Fields that two columns claim."""
    said = [value for name, value in query.items() if name.startswith("column-") and value in kind.labels]
    return [label for field, label in kind.labels.items() if said.count(field) > 1]


def _purpose(query: QueryDict, place: int) -> str:
    return " ".join(query.get(f"purpose-{place}", "").split())[:PURPOSE]


def _basis(query: QueryDict, place: int) -> str:
    said = query.get(f"basis-{place}", BASIS)
    return said if said in {one.value for one in BASES} else BASIS


def _samples(preview: Preview, place: int) -> list[str]:
    cells = [row[place].strip() for row in preview.samples if place < len(row)]
    return [cell for cell in cells if cell][:SHOWN]
