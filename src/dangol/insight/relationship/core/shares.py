"""Shares of needs as rows of a run: read for a customer, a list or a page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import F, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dangol.insight.analysis.models import Run
from dangol.insight.relationship.core.models import NeedShare
from dangol.insight.relationship.core.names import EVERYTHING, LEVEL
from dangol.insight.relationship.core.queries import last_core
from dangol.lib.asked_again import asked_again
from dangol.records.catalog.models import Category
from dangol.records.voices.models import StatedNeed

WHOLE = gettext_lazy("Everything we sell")


def shares_of(customer: int) -> dict[int, NeedShare]:
    """By what was stated, what the newest run says of it; what was stated since is not in it."""
    run = last_core()
    return {one.stated_id: one for one in _of(customer, run.pk if run else 0)}


@asked_again
def _of(customer: Any, run: Any) -> QuerySet[NeedShare]:
    return NeedShare.objects.filter(customer=customer, run=run)


def to_raise(run: Run, about: str) -> QuerySet[NeedShare]:
    """Large needs of which little is covered with us, the most room first; about "": all of them."""
    rows = NeedShare.objects.filter(run=run, raises=True, customer__erased_at=None)
    rows = rows.filter(about=about) if about else rows
    return rows.select_related("customer", "stated__category").order_by(F("room").desc(), "pk")


def what_of(category: Category | None) -> str:
    """What a need is about, in words."""
    return called(category.path if category else "")


def about_names() -> Mapping[str, str | Promise]:
    """What needs are about, of those that anybody stated: its number → its name."""
    known = Category.objects.filter(pk__in=StatedNeed.objects.values("category")).order_by("path")
    return {EVERYTHING: WHOLE, **{str(key): called(path) for key, path in known.values_list("pk", "path")}}


def called(path: str) -> str:
    """A category by its path, with the one above it; everything where there is none."""
    return " › ".join(path.split(LEVEL)[-2:]) if path else _("Everything we sell")
