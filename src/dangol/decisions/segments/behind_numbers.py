"""Customers behind a number of the cube, kept with the question: frozen until somebody asks it again.

They are no rule, because what was sold is asked of the warehouse, which takes longer than a segment may take to count,
and because a campaign is to reach those who were looked at. New people do not come in by themselves, whoever is
forgotten leaves at once, and the same question can be asked again at any time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import Q
from django.db.transaction import atomic
from django.utils.translation import gettext as _

from dangol.decisions.segments.models import Finding, Found, Inquiry
from dangol.insight.warehouse.cube import Condition, Question, behind
from dangol.insight.warehouse.queries import Lake
from dangol.lib import bulk
from dangol.lib.errors import DangolError
from dangol.records.changes.actions import record_range, record_row
from dangol.records.customers.models import Customer
from dangol.records.staff.models import User

FIELD = "behind"  # of a rule: the customers of these inquiries
ITEM = "behind_number"  # of the inventory


class NobodyBehind(DangolError):
    """No known customer is behind the number, so there is nobody to keep."""


def keep(
    lake: Lake, question: Question, cell: Mapping[str, str | None], *, period: str = "", by: User | None, at: datetime
) -> Inquiry:
    """Keep who is behind a cell of the answer (`behind`), with the question. Raises BadQuestion, NobodyBehind."""
    where = (*question.where, *(Condition(name, (str(value),)) for name, value in cell.items() if value is not None))
    asked = Inquiry(
        metric=question.metrics[0], where=[[one.dimension, list(one.values)] for one in where], period=period
    )
    last = question.until - timedelta(days=1) if question.until else None
    ask(asked, lake=lake, since=question.since, last=last, by=by, at=at)
    return asked


def ask(
    inquiry: Inquiry, *, lake: Lake, since: date | None, last: date | None, by: User | None, at: datetime
) -> Finding:
    """Ask it (again) over these days: whoever is found now takes the place of those found before.

    Raises BadQuestion where the registry no longer has what it asks for, NobodyBehind.
    """
    found = Finding(inquiry=inquiry, since=since, last=last, people=0, lake_version=lake.version, at=at, by=by)
    ids = behind(lake, found.question, {}, scope=None)  # before anything is written: nobody waits for the warehouse
    if not ids:
        raise NobodyBehind(
            _("No known customer is behind this number, so there is nobody to keep. Choose another number.")
        )
    with atomic():
        _instead(found, ids, at=at)
    return found


def _instead(found: Finding, ids: Sequence[int], *, at: datetime) -> None:
    """Write the finding in the place of those before it."""
    inquiry = found.inquiry
    if inquiry.pk is None:
        inquiry.save()
        record_row(inquiry, at=at)
    Inquiry.objects.select_for_update().get(pk=inquiry.pk)
    Found.objects.filter(finding__in=inquiry.findings.all()).delete()
    found.inquiry, found.people = inquiry, len(ids)
    found.save()
    record_row(found, at=at)
    _put(found, ids, at=at)
    found.found.exclude(customer__in=Customer.objects.known()).delete()  # who was forgotten or merged meanwhile


def newest(inquiries: Iterable[int]) -> list[Finding]:
    """The finding that counts of each of these inquiries; those that are no more are left out."""
    found: dict[int, Finding] = {}
    for one in Finding.objects.filter(inquiry__in=list(inquiries)).select_related("inquiry", "by").order_by("pk"):
        found[one.inquiry_id] = one
    return [one for _number, one in sorted(found.items())]


def found_by(inquiries: Sequence[int]) -> Q:
    """The customers found when one of these was asked last."""
    return Q(pk__in=Found.objects.filter(finding__inquiry__in=list(inquiries)).values("customer_id"))


def written(inquiries: Sequence[int]) -> str:
    """The questions in words, with their days and when they were asked."""
    return "; ".join(map(str, newest(inquiries))) or ", ".join(map(str, inquiries))


def _put(finding: Finding, ids: Sequence[int], *, at: datetime) -> None:
    import pyarrow as pa

    table = Found._meta.db_table
    first = bulk.reserve_ids(connection, table, len(ids))
    numbers = pa.array(range(first, first + len(ids)), pa.int64())
    findings = pa.repeat(pa.scalar(finding.pk, pa.int64()), len(ids))
    bulk.insert_table(connection, table, pa.table({"id": numbers, "finding_id": findings, "customer_id": ids}))
    record_range(Found, first_key=first, last_key=first + len(ids) - 1, at=at)
