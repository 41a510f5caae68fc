"""What is in an extract: the customers of a list who may be in it, or how many every segment has.

Without direct identifiers a customer stands under a mark that this extract alone knows, made one way; no column that
names or reaches somebody goes along, days are told by their month and births by age band. Whoever was forgotten is not
there; whoever said that their data are not to be used, or objects to decisions by machines, and children without a
guardian's yes are left out, and counted.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import pyarrow as pa
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _

from dangol.decisions.segments.models import Segment
from dangol.decisions.segments.queries import select
from dangol.insight.relationship.queries import current_run
from dangol.insight.warehouse.reading import age_bands
from dangol.lib import sealing
from dangol.lib.progress import Progress, silent
from dangol.records.customers.columns import RANGES, Asked, Column, Kind
from dangol.records.customers.models import Customer
from dangol.records.customers.using import Use, used
from dangol.records.outbox.files import CannotExtract
from dangol.records.outbox.models import Extract
from dangol.records.permission.guardians import frozen
from dangol.records.permission.models import Suppression
from dangol.records.permission.policy import home_pack
from dangol.records.rights.queries import objecting
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.customers import listing
from dangol.web.customers.belongings import main_numbers, numbered
from dangol.web.customers.bulk import chosen_of
from dangol.web.customers.criteria import Criteria
from dangol.web.shell.viewer import Viewer

FEWEST = 10  # a segment of fewer people is told as that: who they are could be guessed
MARK = 20  # letters of a mark
PART = 2_000
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Content:
    """Headings, the kind of each column (number, text), and rows; who is in them, and how many had to be left out."""

    heads: list[str]
    kinds: list[str]
    rows: Iterator[list[Any]]
    subjects: list[int]
    left_out: int = 0


def content_of(extract: Extract, mine: Viewer, *, progress: Progress = silent) -> Content:
    """What goes out now, as whoever it goes out for sees it. Raises CannotExtract."""
    if extract.what == Extract.What.COUNTS:
        return _counts(mine)
    asked = Asked(clock.as_of())
    criteria = Criteria.read(QueryDict(extract.view.query if extract.view else ""), mine, asked)
    ids = chosen_of(criteria, mine, asked, only=None).in_order()
    refused = left_out_of_all()
    kept = [pk for pk in ids if pk not in refused]
    columns = [one for one in listing.columns_in_file(criteria.shown(mine), asked) if extract.direct or is_coarse(one)]
    ages = not extract.direct and "birth_date" in criteria.shown(mine)
    if not columns and not ages:
        raise CannotExtract(_("Nothing of this list may leave without names: show other columns in it."))
    own = ["external_id"] if extract.direct else []
    used([*own, *(one.item for one in columns if one.item)], Use.TEAMS, at=clock.as_of())
    heads = [*(numbered() if extract.direct else [_("Mark")]), *(str(one.label) for one in columns)]
    kinds = [*(["number", "text"] if extract.direct else ["text"]), *(_kind(one) for one in columns)]
    if ages:
        heads, kinds = [*heads, _("Age band")], [*kinds, "text"]
    rows = _rows(extract, kept, columns, ages, mine, asked, progress)
    return Content(heads, kinds, rows, kept, len(ids) - len(kept))


def is_coarse(column: Column) -> bool:
    """Whether a column names and reaches nobody, so that it may leave with marks in the place of people."""
    return column.kind is not Kind.TEXT and column.masked is None and May.SEE_PERSON not in column.may


def left_out_of_all() -> set[int]:
    """Those whose data go to no team: who stopped it, who objects to machines, children without a guardian's yes."""
    at = clock.now()
    over = Q(until__lte=at) | Q(lifted_at__isnull=False)
    stopped = Suppression.objects.filter(channel="", since__lte=at).exclude(over)
    young = Customer.objects.known().filter(frozen(home_pack(at).of_age_born_by(at)))
    return {*stopped.values_list("customer_id", flat=True), *objecting(), *young.values_list("pk", flat=True)}


def mark_in(extract: Extract, customer: int, key: bytes) -> str:
    """The mark of a customer in one extract: the same in each of its files, and another in every other extract."""
    return hmac.new(key, f"{extract.pk}:{customer}".encode(), sha256).hexdigest()[:MARK]


def _rows(
    extract: Extract,
    ids: list[int],
    columns: list[Column],
    ages: bool,
    mine: Viewer,
    asked: Asked,
    progress: Progress,
) -> Iterator[list[Any]]:
    key = b"" if extract.direct else sealing.marking_key("extracts", make=True)
    for start in range(0, len(ids), PART):
        part = ids[start : start + PART]
        progress("writing", start, len(ids))
        bands = _bands(part, asked) if ages else {}
        numbers = main_numbers(part, mine) if extract.direct else {}
        for pk, *cells in listing.rows_in_file(part, columns, mine, asked):
            if extract.direct:
                yield [pk, numbers.get(pk, ""), *cells]
                continue
            told = [told_coarsely(cell, one) for cell, one in zip(cells, columns, strict=True)]
            yield [mark_in(extract, pk, key), *told, *([bands.get(pk, "")] if ages else [])]
    progress("writing", len(ids), len(ids))


def _bands(part: list[int], asked: Asked) -> dict[int, str]:
    born = list(Customer.objects.filter(pk__in=part).values_list("pk", "birth_date"))
    bands = age_bands(pa.array([day for _pk, day in born], pa.date32()), asked.day).to_pylist()
    return {pk: band or "" for (pk, _day), band in zip(born, bands, strict=True)}


def told_coarsely(cell: Any, column: Column) -> Any:
    """A cell as it leaves under a mark: of a day its month, and nothing of what is not written as one."""
    if column.kind is not Kind.DAY:
        return cell
    return str(cell)[:7] if _DAY.fullmatch(str(cell)) else ""


def _kind(column: Column) -> str:
    return "number" if column.kind in RANGES and column.kind is not Kind.DAY else "text"


def _counts(mine: Viewer) -> Content:
    """How many customers every segment has now."""
    run = current_run()
    listed = []
    for segment in Segment.objects.order_by("name", "pk"):
        count = select(segment.rule, run=run).filter(mine.scope.within("unit")).count()
        few = 0 < count < FEWEST
        listed.append([segment.name, None if few else count, _("fewer than %(n)d") % {"n": FEWEST} if few else ""])
    heads = [_("Segment"), _("Customers"), _("Note")]
    return Content(heads, ["text", "number", "text"], iter(listed), [])
