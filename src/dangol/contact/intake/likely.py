"""What a file most likely holds, by its headings alone: shown, and for whoever brought it to change."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext, override
from django.utils.translation import gettext as _

from dangol.contact.intake import headers
from dangol.contact.intake.kinds import KINDS, buyers
from dangol.contact.intake.kinds.costs import COSTS
from dangol.contact.intake.kinds.kind import Kind
from dangol.contact.intake.kinds.needs import NEEDS
from dangol.contact.intake.models import Batch

OF_SPENDING = (COSTS, NEEDS)
_SPENT = re.compile(r"지출|경비|비용|출금|계정과목|매입(일|처|금?액)|expen[sd]|spen[dt]|payee")
_SOLD = re.compile(r"판매|매출|주문|구매|결제|영수증|상품|제품|메뉴|sale|sold|order|receipt|product|item|invoice")
REMEMBERED = 200  # batches whose rows left out are known when they come back


@dataclass(frozen=True)
class ComesBack:
    """A file of rows that were left out once: of which batch, and which of its headings only says why."""

    batch: Batch
    reason: str


def kind_of(headings: Sequence[str]) -> Kind:
    """The kind whose fields the headings name best: nothing needed lacks, and most columns have a meaning.

    What the shop spent is no sale though it has a day and an amount: such a file is one of costs, which asks for more.
    """

    def fit(kind: Kind) -> tuple[bool, int, bool]:
        mapping = headers.guessed(kind, headings)
        return not kind.missing(mapping), len(set(mapping.values())), not kind.unsaid(mapping)

    best = max(KINDS.values(), key=fit)  # of several that fit alike the first, as they are offered
    return COSTS if best not in OF_SPENDING and spent(headings) else best


def spent(headings: Sequence[str]) -> list[str]:
    """Headings that sound like what the shop spent, where none sounds like sales or like a person."""
    words = [headers.plain(heading) for heading in headings]
    if any(_SOLD.search(word) or buyers.OF_PEOPLE.search(word) for word in words):
        return []
    return [heading for heading, word in zip(headings, words, strict=True) if _SPENT.search(word)]


def spent_in_words(kind: Kind, headings: Sequence[str]) -> str:
    """That a file sounds like what the shop spent, where it is taken as something else or lacks what costs need."""
    sounding = spent(headings)
    if not sounding or (kind in OF_SPENDING and not kind.missing(headers.guessed(kind, headings))):
        return ""
    told = _(
        "%(columns)s: this sounds like what the shop spent, not like what customers bought. Money spent to win, keep or"
        " win back customers is taken in as Costs, with the purpose and the channel of each; other expenses are not."
    )
    return told % {"columns": ", ".join(f"“{heading}”" for heading in sounding)}


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
