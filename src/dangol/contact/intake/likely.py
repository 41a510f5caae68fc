"""What a file most likely holds, by its headings alone: shown, and for whoever brought it to change."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext, override

from dangol.contact.intake import headers
from dangol.contact.intake.kinds import KINDS
from dangol.contact.intake.kinds.kind import Kind
from dangol.contact.intake.models import Batch

REMEMBERED = 200  # batches whose rows left out are known when they come back


@dataclass(frozen=True)
class ComesBack:
    """A file of rows that were left out once: of which batch, and which of its headings only says why."""

    batch: Batch
    reason: str


def kind_of(headings: Sequence[str]) -> Kind:
    """The kind whose fields the headings name best: nothing needed lacks, and most columns have a meaning."""

    def fit(kind: Kind) -> tuple[bool, int, bool]:
        mapping = headers.guessed(kind, headings)
        return not kind.missing(mapping), len(set(mapping.values())), not kind.unsaid(mapping)

    return max(KINDS.values(), key=fit)  # of several that fit alike the first, as they are offered


def comes_back(headings: Sequence[str]) -> ComesBack | None:
    """Whether the file holds rows that were left out of an earlier one, as they were downloaded."""
    if not headings or headings[-1] not in reasons():
        return None
    last = Batch.objects.filter(rejected__gt=0).order_by("-pk")[:REMEMBERED]
    found = next((one for one in last if one.columns == list(headings[:-1])), None)
    return ComesBack(found, headings[-1]) if found is not None else None


def reasons() -> set[str]:
    """The heading of the column that says why a row was left out, in every language it is written in."""
    words = set()
    for language in ("ko", "en"):
        with override(language):
            words.add(gettext("Reason"))
    return words
