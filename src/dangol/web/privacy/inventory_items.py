"""The inventory put together: each item with what is counted, used and missing; what to do about it, in words."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dangol.records.customers import attributes, fields
from dangol.records.customers.fields import ATTRIBUTE, BASES, CARES, FIELDS, INACTIVE, PARTNER, Basis, Field, Side
from dangol.records.customers.filling import partner_name
from dangol.records.customers.models import FieldCount, FieldUse, PartnerSet, StatedAttribute
from dangol.records.customers.using import USES, Use
from dangol.records.rights import hold, keeping_rules

type Word = str | Promise

THIN = 0.5  # of the customers: below it, what is missing is told
ADVISED = 6
YEAR, MONTH = 365.25, 30.4375

# What a rule of retention ends, in few words; `term` is how long.
ENDS: dict[str, Word] = {
    INACTIVE: gettext_lazy("%(term)s after the last contact"),
    "message_texts": gettext_lazy("Text %(term)s"),
    "message_addresses": gettext_lazy("address %(term)s"),
    "messages_shown": "%(term)s",
}


@dataclass(frozen=True)
class Item:
    """One line of the inventory."""

    name: str
    label: Word
    side: Side
    purpose: Word
    basis: Basis
    kept: str
    care: Word = ""
    feeds: tuple[Word, ...] = ()
    blocks: Word = ""
    needed: bool = False
    each: bool = False
    count: FieldCount | None = None
    uses: tuple[tuple[Word, datetime], ...] = ()
    stated: bool = True
    partner: str = ""
    dataset: str = ""
    received_on: date | None = None
    partner_set: int | None = None

    @property
    def ground(self) -> Word:
        """The ground on which it is kept, in words; "" where nobody said it."""
        return BASES[self.basis] if self.stated else ""

    @property
    def share(self) -> float | None:
        """The share of customers who have it."""
        return self.count.people / self.count.everybody if self.count and self.count.everybody else None

    @property
    def bar(self) -> int:
        """The share as a length of a hundred; what is there at all is seen."""
        return max(round((self.share or 0) * 100), 1 if self.share else 0)

    @property
    def last(self) -> datetime | None:
        """When it was last used."""
        return max((at for _use, at in self.uses), default=None)

    @property
    def empty(self) -> bool:
        """Whether nobody has it."""
        return self.count is not None and not self.count.filled

    @property
    def idle(self) -> bool:
        """Whether it is kept of somebody and nobody ever used it.

        Proof is kept anyway, and what a contract takes is used by whoever keeps the contract: to deliver, to take back.
        """
        kept = self.count is not None and self.count.filled > 0
        return kept and not self.uses and not self.needed and self.basis in {Basis.CONSENT, Basis.INTEREST}

    @property
    def by_consent(self) -> bool:
        """Whether the person's consent is the ground."""
        return self.basis is Basis.CONSENT


@dataclass(frozen=True)
class Inventory:
    """Everything kept of people, by side; further details apart; when it was counted."""

    sides: list[tuple[Word, list[Item]]]
    details: list[Item]
    counted_at: datetime | None
    advice: list[str] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)

    @property
    def items(self) -> list[Item]:
        """All of them."""
        return [item for _label, items in self.sides for item in items] + self.details

    @property
    def figures(self) -> list[tuple[Word, int]]:
        """What stands at the head of the page."""
        kept = [item for item in self.items if not item.empty]
        return [
            (_("Items kept"), len(kept)),
            (_("Empty so far"), len(self.items) - len(kept)),
            (_("Never used"), sum(item.idle for item in self.items)),
            (_("No purpose stated"), sum(not item.stated for item in self.items)),
        ]

    @property
    def partners(self) -> list[Item]:
        """What came from somebody else than the customer."""
        return [item for item in self.details if item.partner]


def inventory(on: date) -> Inventory:
    """The inventory as it was last counted. A fixed number of questions, however many customers there are."""
    known = _Known(on)
    items = [_item(one, known) for one in FIELDS.values() if not one.apart]
    details = [*_details(known), *_of_partners(known)]
    counted = next(iter(known.counts.values()), None)
    return Inventory(
        [(fields.SIDES[side], [item for item in items if item.side is side]) for side in Side],
        details,
        counted.at if counted else None,
        _advice([*items, *details]) if counted else [],
        [told for item in items if (told := _gap(item))],
    )


def term(days: int) -> str:
    """So many days, as people count them."""
    if days >= 2 * YEAR - 2:
        return ngettext("%(n)s year", "%(n)s years", n := round(days / YEAR)) % {"n": n}
    if days >= 2 * MONTH - 2:
        return ngettext("%(n)s month", "%(n)s months", n := round(days / MONTH)) % {"n": n}
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}


class _Known:
    """What was counted and used, and which rules of retention and of the legal hold there are on a day."""

    def __init__(self, on: date) -> None:
        self.days = {rule.id: rule.days for rule in keeping_rules.rules(on)}
        self.held = {rule.keeps: rule.months for rule in hold.rules(on)}
        self.counts = {row.name: row for row in FieldCount.objects.all()}
        self.uses: dict[str, list[tuple[Word, datetime]]] = {}
        for row in FieldUse.objects.order_by("name", "-at"):
            self.uses.setdefault(row.name, []).append((USES[Use(row.use)] if row.use in Use else row.use, row.at))

    def kept(self, rules: Iterable[str], held: Iterable[str] = ()) -> str:
        """How long, in words."""
        ends = [str(ENDS[rule]) % {"term": term(self.days[rule])} for rule in rules if rule in self.days]
        apart = [
            _("then %(term)s apart by law") % {"term": term(round(self.held[what] * MONTH))}
            for what in held
            if what in self.held
        ]
        return ", ".join([*ends, *apart]) or _("As long as the person is a customer")

    def used(self, name: str) -> tuple[tuple[Word, datetime], ...]:
        """What an item was used for, the latest first."""
        return tuple(self.uses.get(name, ()))


def _item(one: Field, known: _Known) -> Item:
    return Item(
        name=one.name, label=one.label, side=one.side, purpose=one.purpose, basis=one.basis,
        kept=known.kept(one.kept, one.held), care=CARES[one.care],
        feeds=tuple(fields.FEEDS[score] for score in one.feeds), blocks=one.blocks, needed=one.needed, each=one.each,
        count=known.counts.get(one.name), uses=known.used(one.name),
    )  # fmt: skip


def _details(known: _Known) -> list[Item]:
    """Further details, those without a stated purpose first."""
    told = attributes.stated()
    keys = {name.removeprefix(ATTRIBUTE) for name in known.counts if name.startswith(ATTRIBUTE)} | set(told)
    return sorted((_detail(key, told.get(key), known) for key in sorted(keys)), key=lambda item: item.stated)


def _detail(key: str, told: StatedAttribute | None, known: _Known) -> Item:
    name = f"{ATTRIBUTE}{key}"
    blank = Item(
        name=key, label=key, side=Side.OF, purpose="", basis=Basis.CONSENT, kept=known.kept([INACTIVE]), stated=False,
        count=known.counts.get(name), uses=known.used(name),
    )  # fmt: skip
    if told is None:
        return blank
    return replace(
        blank, label=told.label, side=Side(told.side), purpose=told.purpose, basis=Basis(told.basis), stated=True,
        partner=told.partner, dataset=told.dataset,
    )  # fmt: skip


def _of_partners(known: _Known) -> list[Item]:
    """What data sets of partners tell, heading by heading, on the ground that was stated for the whole set."""
    return [
        Item(
            name=f"{PARTNER}{partner_name(one.pk, heading)}", label=heading, side=Side(one.side), purpose=one.purpose,
            basis=Basis(one.basis), kept=known.kept([INACTIVE]), partner=one.partner, dataset=one.dataset,
            received_on=one.received_on, partner_set=one.pk,
            count=known.counts.get(f"{PARTNER}{partner_name(one.pk, heading)}"),
            uses=known.used(f"{PARTNER}{partner_name(one.pk, heading)}"),
        )
        for one in PartnerSet.objects.filter(ended_at=None).order_by("pk")
        for heading in one.told
    ]  # fmt: skip


def _advice(items: list[Item]) -> list[str]:
    """What to stop keeping, or to say the purpose of: data without a use are a burden and a risk (lean data)."""
    unsaid = [
        _("“%(label)s”: nobody said what it is for. State it, or leave it out of the next file.")
        % {"label": item.label}
        for item in items
        if not item.stated
    ]
    idle = sorted((item for item in items if item.idle and item.stated), key=lambda item: -(item.share or 0))
    unused = [
        _("“%(label)s” is kept of %(people)s people, and no use of it is on record. Stop asking for it, or use it.")
        % {"label": item.label, "people": f"{item.count.people:,}" if item.count else ""}
        for item in idle
    ]
    return [*unsaid, *unused][:ADVISED]


def _gap(item: Item) -> str:
    """What is missing and what that blocks; "" where enough is there."""
    if not item.blocks or item.count is None or item.share is None:
        return ""
    told = {"label": item.label, "blocks": item.blocks}
    if item.empty:
        return _("Nobody has “%(label)s”. %(blocks)s") % told
    if not item.each or item.share >= THIN:
        return ""
    lacking = {"lacking": f"{item.count.everybody - item.count.people:,}", "everybody": f"{item.count.everybody:,}"}
    return _("“%(label)s” is missing of %(lacking)s of %(everybody)s customers. %(blocks)s") % {**told, **lacking}
