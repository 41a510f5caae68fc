"""The catalogue of programmes: those a home begins with, the ones that stand now, and a change with who and when."""

from __future__ import annotations

import tomllib
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db.models import Max
from django.db.transaction import atomic
from django.utils.translation import gettext as _

from dangol.insight.analysis.models import Run
from dangol.insight.relationship.models import Programme
from dangol.insight.relationship.positioning.worth_of_a_use import worth_of
from dangol.lib.errors import WrongUse
from dangol.records.catalog.models import Offer
from dangol.records.staff.models import User

FIRST = Path(__file__).parent / "first_programmes.toml"
FIRST_OF_USE = Path(__file__).parent / "first_programmes_of_use.toml"  # where nothing is sold
SPENT_IF_UNKNOWN = 100_000  # minor units a year, where nobody's spending is known yet


class BadProgramme(WrongUse):
    """A programme that cannot be: its numbers contradict each other, or a name is missing."""


@dataclass(frozen=True)
class Terms:
    """What a programme is, without who wrote it when; the fields of `Programme`. offer: its code, "" for none."""

    name_ko: str
    name_en: str
    bond: str
    cost: int
    company: int
    company_low: int
    company_high: int
    customer: int
    customer_low: int
    customer_high: int
    offer: str = ""
    channel: str = ""
    assumption: str = ""
    in_use: bool = True


def programmes(*, all_of_them: bool = False) -> list[Programme]:
    """The programmes as they stand, those in use or all, in the order in which they were first written: one query."""
    standing = Programme.objects.filter(pk__in=_newest()).select_related("offer", "by")
    first = dict(Programme.objects.order_by("-pk").values_list("code", "pk"))  # the last one told wins: the oldest
    found = sorted(standing, key=lambda one: first[one.code])
    return found if all_of_them else [one for one in found if one.in_use]


def programme(code: str) -> Programme | None:
    """The programme as it stands."""
    return Programme.objects.filter(code=code).select_related("offer", "by").order_by("-pk").first()


def history(code: str) -> list[Programme]:
    """Every version of a programme, the newest first."""
    return list(Programme.objects.filter(code=code).select_related("offer", "by").order_by("-pk"))


@atomic
def write_programme(*, code: str, terms: Terms, by: User | None, at: datetime) -> Programme:
    """Add a programme, or change it by a new version; the same terms again change nothing. Raises BadProgramme."""
    _check(terms)
    standing = programme(code)
    if standing is not None and terms_of(standing) == terms:
        return standing
    told = asdict(terms) | {"offer": _offer(terms.offer)}
    return Programme.objects.create(code=code, by=by, at=at, **told)


@atomic
def ensure_programmes(run: Run, *, channel: str, at: datetime, use_worth: int | None = None) -> None:
    """Write the first programmes where there are none at all, their money after what an active customer spends.

    channel: by which those that are a message are sent; use_worth: what a use is worth, where values are counted in
    uses. Raises NothingToChoose where nobody said so.
    """
    if Programme.objects.exists():
        return
    worth = worth_of(run, use_worth)
    spent, first = _spent(run) * worth.of_one, FIRST if worth.of_a_use is None else FIRST_OF_USE
    for code, told in tomllib.loads(first.read_text(encoding="utf-8")).items():
        write_programme(code=code, terms=_first(told, spent, channel), by=None, at=at)


def terms_of(one: Programme) -> Terms:
    """What a programme says, to be written anew with a change."""
    told = {name: getattr(one, name) for name in Terms.__dataclass_fields__ if name != "offer"}
    return Terms(**told, offer=one.offer.code if one.offer else "")


def _newest() -> list[int]:
    return list(Programme.objects.values("code").annotate(newest=Max("pk")).values_list("newest", flat=True))


def _offer(code: str) -> Offer | None:
    offer = Offer.objects.filter(code=code).first() if code else None
    if code and offer is None:
        raise BadProgramme(_("There is no offer “%(code)s”.") % {"code": code})
    return offer


def _check(terms: Terms) -> None:
    if not terms.name_ko.strip() or not terms.name_en.strip():
        raise BadProgramme(_("Give the programme a name in Korean and in English."))
    if terms.cost < 0:
        raise BadProgramme(_("A programme cannot cost less than nothing."))
    for low, middle, high in (
        (terms.company_low, terms.company, terms.company_high),
        (terms.customer_low, terms.customer, terms.customer_high),
    ):
        if not low <= middle <= high:
            raise BadProgramme(_("What is expected must lie between the lowest and the highest."))


def _spent(run: Run) -> float:
    told = run.summary.get("concentration", {}).get("spending")
    spent = told["total"] / told["customers"] if told and told["customers"] else 0.0
    return spent if spent > 0 else SPENT_IF_UNKNOWN


def _first(told: dict[str, Any], spent: float, channel: str) -> Terms:
    per = spent / 1000
    money: dict[str, Any] = {name: _rounded(per * told[name]) for name in ("cost", "company", "customer")}
    ends: dict[str, Any] = {}
    for side in ("company", "customer"):
        reach = round(money[side] * told["spread"])
        ends |= {f"{side}_low": money[side] - reach, f"{side}_high": money[side] + reach}
    offer = told["offer"]
    known = Offer.objects.filter(code=offer).exists()
    return Terms(
        name_ko=told["name_ko"], name_en=told["name_en"], bond=told["bond"], **money, **ends,
        offer=offer if known else "", channel=channel if told["message"] else "",
    )  # fmt: skip


def _rounded(money: float) -> int:
    """Two digits that count: an assumption knows no more."""
    whole = max(1, round(money))
    unit: int = 10 ** max(0, len(str(whole)) - 2)
    return round(whole / unit) * unit
