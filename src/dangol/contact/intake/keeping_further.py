"""Columns no field takes: kept as details of customers where somebody says what for and on which ground, else named."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from dangol.contact.intake import headers
from dangol.contact.intake.headers import WrongMapping
from dangol.contact.intake.kinds import KINDS
from dangol.contact.intake.kinds.consents import ASKED
from dangol.contact.intake.kinds.kind import Given, Kept, Kind
from dangol.contact.intake.tables import Cells
from dangol.contact.intake.unkept import holds_numbers
from dangol.records.customers import attributes
from dangol.records.customers.fields import Side
from dangol.records.staff.models import User

LONGEST = 80  # letters of a heading


def sound(kind: Kind, wanted: Mapping[str, Kept], headings: Cells, mapping: Mapping[str, str]) -> dict[str, Kept]:
    """The columns to keep: those that are wanted, and those of which it was said before what they are for.

    Raises WrongMapping for a column that there is not, that a field takes, or that may not be kept.
    """
    taken = set(mapping.values())
    for heading in wanted:
        if heading not in headings:
            raise WrongMapping(
                _("There is no column “%(column)s” in the file; its columns are %(columns)s.")
                % {"column": heading, "columns": ", ".join(headings)}
            )
        if not kind.keeps or heading in taken or holds_numbers(heading) or len(heading) > LONGEST:
            raise WrongMapping(
                _("The column “%(column)s” cannot be kept as a further detail of customers.") % {"column": heading}
            )
    if not kind.keeps:
        return {}
    before = {key: Kept(said.purpose, said.basis) for key, said in attributes.stated().items() if not said.partner}
    free = [one for one in headings if one not in taken and not holds_numbers(one)]
    return {one: wanted.get(one) or before[one] for one in free if one in wanted or one in before}


def state(kept: Mapping[str, Kept], *, by: User | None, at: datetime) -> None:
    """Write down what the columns are kept for, unless that stands already. Raises CannotState."""
    before = attributes.stated() if kept else {}
    for heading, why in kept.items():
        known = before.get(heading)
        if known is None or (known.purpose, known.basis) != (why.purpose.strip(), why.basis):
            label = known.label if known else heading
            attributes.state(heading, label=label, side=Side.OF, purpose=why.purpose, basis=why.basis, by=by, at=at)


def left_out(kind: Kind, given: Given) -> list[str]:
    """Which columns were not taken in, and how they could be."""
    left = [heading for heading in given.left if heading not in given.kept and heading not in kind.further(given)]
    if not left:
        return []
    told = _("Not taken in: %(columns)s.") % {"columns": ", ".join(left)}
    if not kind.keeps:
        return [told]
    keep = _("To keep one as a further detail, say what it is kept for and on which ground.")
    return [f"{told} {keep}", *_answers_among(left)]


def _answers_among(left: Sequence[str]) -> list[str]:
    """Which of them say what people agreed to: no details, but answers that stand for themselves."""
    asked = headers.guessed(KINDS["consents"], left)
    columns = [asked[name] for name in ASKED if name in asked]
    if not columns:
        return []
    told = _(
        "%(columns)s: what people agreed to is not taken in with customers. Import the same file once more as"
        " “Consents”: every no is kept at once, a yes with its day and evidence."
    )
    return [told % {"columns": ", ".join(columns)}]
