"""The data inventory by the API: what is kept of people, why and how long, what nobody uses, what is missing."""

from datetime import date, datetime

from django.http import Http404, HttpRequest
from django.utils.timezone import localtime
from ninja import Field, Router, Schema

from dangol.lib.languages import speaks
from dangol.records.customers import attributes
from dangol.records.customers.fields import Basis, Side
from dangol.records.staff.queries import recipients
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.api.doors import Done, Sent, opened
from dangol.web.api.works import Work, told_of
from dangol.web.privacy import inventory_tasks
from dangol.web.privacy.inventory_items import Item, inventory
from dangol.web.shell.viewer import viewer
from dangol.web.start import work

router = Router(tags=["inventory"])


class InventoryItem(Schema):
    """One item: `people` have it of `everybody`; both null before it was first counted."""

    name: str
    label: str
    side: str
    purpose: str
    basis: str
    kept: str
    care: str
    feeds: list[str]
    blocks: str
    stated: bool
    people: int | None
    everybody: int | None
    last_used: datetime | None
    idle: bool
    partner: str
    dataset: str


class InventoryRecipient(Schema):
    """Somebody outside who handles our customers' data."""

    name: str
    status: str
    country: str
    purpose: str
    items: str
    signed_on: date


class Inventory(Schema):
    counted_at: datetime | None
    items: list[InventoryItem]
    advice: list[str]
    gaps: list[str]
    recipients: list[InventoryRecipient]


class StatedDetail(Sent):
    """What a further detail, which came with files under this key, is for."""

    key: str = Field(max_length=200)
    label: str = Field(max_length=80)
    purpose: str = Field(max_length=200)
    basis: Basis
    side: Side
    partner: str = Field("", max_length=120)
    dataset: str = Field("", max_length=120)


@opened(router, "GET", "/inventory", May.SEE_INVENTORY, response=Inventory, whole=True)
def get_inventory(request: HttpRequest) -> Inventory:
    """Every item as it was last counted, and everybody who gets data."""
    found, today = inventory(_today()), _today()
    return Inventory(
        counted_at=found.counted_at, items=list(map(_entry, found.items)), advice=found.advice, gaps=found.gaps,
        recipients=[
            InventoryRecipient(name=str(one.unit or one.recipient), status=one.status, country=one.country,
                      purpose=one.purpose, items=one.items, signed_on=one.signed_on)
            for one in recipients(on=today)
        ],
    )  # fmt: skip


@opened(router, "POST", "/inventory/count", May.SEE_INVENTORY, response=Work, whole=True)
def count_inventory(request: HttpRequest) -> Work:
    """Count everything anew, beside the pages."""
    work.start(inventory_tasks.KEY, inventory_tasks.count, speaks())
    return told_of(inventory_tasks.KEY)


@opened(router, "GET", "/inventory/count", May.SEE_INVENTORY, response=Work, whole=True)
def get_inventory_count(request: HttpRequest) -> Work:
    """How the counting stands."""
    return told_of(inventory_tasks.KEY)


@opened(router, "POST", "/inventory/details", May.CHANGE_SETTINGS, response=Done, whole=True)
def state_detail(request: HttpRequest, told: StatedDetail) -> Done:
    """Say what a further detail is for; it stands in the inventory and in the privacy notice."""
    if told.key not in attributes.known_keys():
        raise Http404(told.key)
    attributes.state(
        told.key, label=told.label, purpose=told.purpose, basis=told.basis, side=told.side, partner=told.partner,
        dataset=told.dataset, by=viewer(request).user, at=clock.now(),
    )  # fmt: skip
    return Done()


def _entry(one: Item) -> InventoryItem:
    return InventoryItem(
        name=one.name, label=str(one.label), side=one.side.value, purpose=str(one.purpose),
        basis=one.basis.value if one.stated else "", kept=one.kept, care=str(one.care), feeds=list(map(str, one.feeds)),
        blocks=str(one.blocks), stated=one.stated, people=one.count.people if one.count else None,
        everybody=one.count.everybody if one.count else None, last_used=one.last, idle=one.idle, partner=one.partner,
        dataset=one.dataset,
    )  # fmt: skip


def _today() -> date:
    return localtime(clock.as_of()).date()
