"""Who would get a campaign and who would not, group by group, in words: looked at before it is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dangol.contact.delivery.parcel import Channel
from dangol.decisions.campaigns.fair_groups import ATTRIBUTES, Group, Treatment
from dangol.decisions.campaigns.fair_treatment import fair_treatment
from dangol.decisions.campaigns.fairness_seen import mark_of, unseen
from dangol.decisions.campaigns.models import Campaign, FairnessSeen, SeriesText
from dangol.insight.relationship.queries import current_run
from dangol.lib.errors import DangolError
from dangol.records.customers.line_names import line_name
from dangol.records.customers.models import Customer
from dangol.records.permission.asking import About
from dangol.web import clock
from dangol.web.campaigns import channels
from dangol.web.shell.figures import count, percent

type Word = str | Promise

NAMES: dict[str, Word] = {
    "age": gettext_lazy("Age"), "place": gettext_lazy("District"), "gender": gettext_lazy("Gender"),
    "line": gettext_lazy("Line of business"), "grade": gettext_lazy("Grade"),
}  # fmt: skip
UNKNOWN = gettext_lazy("Not known")
VALUES: dict[str, Callable[[str], Word]] = {
    "gender": lambda value: Customer.Gender(value).label if value in Customer.Gender.values else value,
    "line": line_name,
    "age": lambda value: value.replace("-", "–"),
}


@dataclass(frozen=True)
class Seen:
    """Once somebody said that they saw it: which groups, in words, when and who."""

    row: FairnessSeen
    groups: list[str]


@dataclass(frozen=True)
class Table:
    """The groups of one attribute, each with what it is called."""

    name: Word
    rows: list[tuple[str, Group]]

    @property
    def worse(self) -> bool:
        """Whether one of them comes off worse."""
        return any(one.worse for _label, one in self.rows)


@dataclass(frozen=True)
class Shown:
    """What the page shows: a finding, a table for each attribute, whether somebody has to say that they saw it, and the
    mark of what they then saw.
    """

    found: Treatment
    finding: str
    tables: list[Table]
    to_be_seen: bool
    mark: str


def looked_at(rule: dict[str, Any], *, channel: Channel, about: About) -> Treatment | None:
    """How a plan treats the groups as it would be sent now; None where nobody can be picked by it."""
    try:
        return fair_treatment(rule, run=current_run(), channel=channel.facts, at=clock.as_of(), about=about)
    except DangolError:  # the audience beside it says why
        return None


def treated_by(one: Campaign) -> Treatment | None:
    """The same of a campaign that is planned; None once it is sent."""
    if one.launched_at is not None:
        return None
    return looked_at(one.segment.rule, channel=channels.chosen(one.channel), about=one.about)


def shown(found: Treatment | None, sent: Campaign | SeriesText | None = None) -> Shown | None:
    """In words; None where there is nothing to compare."""
    if found is None or not found.groups:
        return None
    tables = [Table(NAMES[name], list(_named(found.by(name)))) for name in ATTRIBUTES if found.by(name)]
    return Shown(found, finding(found), tables, bool(unseen(sent, found)), mark_of(found))


def finding(found: Treatment) -> str:
    """Who comes off worse, in one sentence."""
    if not found.worse:
        return _("No group comes off worse beyond chance and below %(floor)s of everybody’s share.") % {
            "floor": percent(found.floor)
        }
    told = ngettext("%(groups)s comes off worse.", "%(groups)s come off worse.", len(found.worse))
    groups = (f"{NAMES[one.by]}: {called(one.by, one.value, one.several)}" for one in _worst(found))
    return told % {"groups": ", ".join(groups)}


def called(by: str, value: str, several: int) -> str:
    """What a group is called."""
    if several > 1:
        return ngettext("%(n)s small group together", "%(n)s small groups together", several) % {"n": several}
    return str(VALUES.get(by, str)(value)) if value else str(UNKNOWN)


def history(campaign: Campaign) -> list[Seen]:
    """Who said that they saw it, the first first; of an issue of a series those who saw it of its text."""
    mine = Q(campaign=campaign) | Q(text__isnull=False, text=campaign.text_id)
    rows = FairnessSeen.objects.filter(mine).select_related("by").order_by("pk")
    return told_of(rows)


def told_of(rows: Iterable[FairnessSeen]) -> list[Seen]:
    """The same in words."""
    return [Seen(row, [_of_then(one) for one in row.found["groups"]]) for row in rows]


def _named(groups: Iterable[Group]) -> Iterator[tuple[str, Group]]:
    return ((called(one.by, one.value, one.several), one) for one in groups)


def _worst(found: Treatment) -> Iterator[Group]:
    yield from sorted(found.worse, key=lambda one: (one.ratio or 0.0, -one.people))


def _of_then(kept: dict[str, Any]) -> str:
    words = _("%(group)s (%(chosen)s of %(people)s chosen)")
    group = f"{NAMES.get(kept['by'], kept['by'])}: {called(kept['by'], kept['value'], kept['several'])}"
    return words % {"group": group, "chosen": count(kept["chosen"]), "people": count(kept["people"])}
