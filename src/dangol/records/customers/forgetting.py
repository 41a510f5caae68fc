"""Emptying the rows of a person: what is left is a row that purchases point to, and that nothing fills again."""

import hmac
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from hashlib import sha256
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from dangol.lib import bulk, sealing
from dangol.lib.errors import DangolError
from dangol.records.customers import duties
from dangol.records.customers.models import Customer, Household, Identity, new_lake_key
from dangol.records.customers.schemes import Scheme

FORGOTTEN = "erased-"
FORGETTING = "forgetting"  # what a transaction does, or holds off, that forgets somebody
_STAYS = {"id", "kind", "line", "unit", "registered_at", "erased_at", "lake_key"}


class ForgottenMeanwhile(DangolError):
    """Somebody was forgotten, or went into another customer, while something was written about them."""

    def __init__(self, *, merged: bool = False) -> None:
        words = _("This customer was merged into another meanwhile. Nothing was written down: look them up again.")
        super().__init__(words if merged else _("This customer was forgotten meanwhile. Nothing was written down."))


def hold(customer_id: int) -> None:
    """Hold one person for this transaction: whoever is to forget them waits for its end. Raises ForgottenMeanwhile."""
    bulk.lock(connection, f"customer:{customer_id}")
    if not Customer.objects.known().filter(pk=customer_id).exists():
        raise ForgottenMeanwhile(merged=Customer.objects.filter(pk=customer_id, erased_at=None).exists())


def hold_everybody() -> None:
    """The same for a transaction that writes about very many: call it before anybody is looked up."""
    bulk.lock(connection, FORGETTING, shared=True)


def hold_off(customer_id: int) -> None:
    """For whoever forgets a person: wait for all who write about them."""
    bulk.lock(connection, FORGETTING)
    bulk.lock(connection, f"customer:{customer_id}")


def forget_customer(customer_id: int) -> int:
    """Empty the customer's row but for line, unit and the month of registration; the lake loses the way back.

    Columns that came later are emptied too. A household in which nobody is left goes.
    """
    person = Customer.objects.filter(pk=customer_id).first()
    if person is None:
        return 0
    household = person.household_id
    blank = duties.blank_but(Customer, "pk", keeps=dict.fromkeys(_STAYS - {"id"}, ""))
    month = person.registered_at.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    blank(customer_id)
    Customer.objects.filter(pk=customer_id).update(registered_at=month, lake_key=new_lake_key())
    if household is not None and not Customer.objects.filter(household=household).exists():
        Household.objects.filter(pk=household).delete()
    return 1


def forget_identities(customer_id: int) -> int:
    """Put a mark in the place of each source's id: the same id in a later file is known to be forgotten, and nobody
    who has the records alone can read from the mark what it was.
    """
    mine = list(Identity.objects.filter(customer=customer_id))
    for identity in mine:
        identity.lake_key = new_lake_key()
        if not identity.external_id.startswith(FORGOTTEN):
            identity.external_id = _free_mark(identity)
    return Identity.objects.bulk_update(mine, ["lake_key", "external_id"])


def _free_mark(identity: Identity) -> str:
    """The mark of an id; whoever came back under it and is forgotten again gets one of their own, beside the first."""
    mark = mark_of(identity.source, identity.external_id, scheme=identity.scheme)
    same = Identity.objects.filter(source=identity.source, scheme=identity.scheme, external_id=mark)
    return f"{mark}-{identity.pk}" if same.exists() else mark


def mark_of(source: str, external_id: str, *, scheme: str = Scheme.CUSTOMER) -> str:
    """What stands in the place of a forgotten id; it takes the home's key to make one."""
    return _mark(sealing.marking_key("forgotten ids", make=True), source, scheme, external_id)


def forgotten(external_ids: Iterable[str], *, source: str, scheme: str = Scheme.CUSTOMER) -> dict[str, int]:
    """The identities of those ids that were forgotten, by the id as it comes again; {} at the cost of one look-up
    where nobody of the source ever was.
    """
    known = _known_marks(source, scheme)
    if not known:
        return {}
    key = sealing.marking_key("forgotten ids")
    marked = {one: _mark(key, source, scheme, one) for one in external_ids}
    return {one: known[mark] for one, mark in marked.items() if mark in known}


_remembered: ContextVar[dict[tuple[str, str], dict[str, int]] | None] = ContextVar("remembered", default=None)


@contextmanager
def remembering_forgotten() -> Iterator[None]:
    """Inside, who was forgotten is looked up once a source. Only inside one transaction that holds everybody before
    it asks: until it ends nobody else is forgotten.
    """
    token = _remembered.set({})
    try:
        yield
    finally:
        _remembered.reset(token)


def _known_marks(source: str, scheme: str) -> dict[str, int]:
    remembered = _remembered.get()
    if remembered is not None and (source, scheme) in remembered:
        return remembered[source, scheme]
    marks: Any = Identity.objects.filter(source=source, scheme=scheme, external_id__startswith=FORGOTTEN)
    known: dict[str, int] = dict(marks.values_list("external_id", "pk"))
    if remembered is not None:
        remembered[source, scheme] = known
    return known


def _mark(key: bytes, source: str, scheme: str, external_id: str) -> str:
    # Customer numbers are marked as they were before there were other schemes: old marks are still found.
    told = [source, external_id] if scheme == Scheme.CUSTOMER else [source, scheme, external_id]
    return FORGOTTEN + hmac.new(key, "\0".join(told).encode(), sha256).hexdigest()[:40]
