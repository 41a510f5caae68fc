"""Finding people."""

from collections.abc import Iterable

from django.db import connection
from django.db.models import Case, Value, When
from django.db.models.functions import Lower

from dangol.lib import bulk, phones
from dangol.records.customers.contact_points import tail_of
from dangol.records.customers.models import ContactPoint, CustomerQuerySet, Identity
from dangol.records.customers.search import search

MOST = 200


def customers_of(identities: Iterable[int]) -> dict[int, int]:
    """The customer id of each identity id."""
    return dict(bulk.rows_by(connection, Identity._meta.db_table, "id", list(identities), ["customer_id"]))


def holders(number: str, *, among: CustomerQuerySet) -> CustomerQuerySet:
    """The customers reached by a phone number (E.164) now, the longest known first.

    among: the customers whoever asks may see; of others nothing is told. A safe number of a marketplace, which is
    lent to one after the other, leads to nobody.
    """
    if phones.is_safe_number(number):
        return among.none()
    reached = ContactPoint.objects.filter(
        tail=tail_of(ContactPoint.Kind.MOBILE, number), kind=ContactPoint.Kind.MOBILE, value=number, valid_to=None
    )
    return among.filter(pk__in=reached.values("customer")).order_by("registered_at", "id")


def holders_of_address(address: str, *, among: CustomerQuerySet) -> CustomerQuerySet:
    """The customers reached by an e-mail address now, however either is spelled, the longest known first."""
    reached = ContactPoint.objects.alias(small=Lower("value")).filter(
        kind=ContactPoint.Kind.EMAIL, small=Lower(Value(address)), valid_to=None
    )
    return among.filter(pk__in=reached.values("customer")).order_by("registered_at", "id")


def found(text: str, *, among: CustomerQuerySet, in_part: bool = False) -> CustomerQuerySet:
    """Customers a text leads to, the likeliest first, at most MOST; an empty text leads to nobody. See search.py.

    among: the customers whoever asks may see, and among whom is looked. in_part: they see people masked.
    """
    ids = search(text, among=among, limit=MOST, in_part=in_part).customers
    if not ids:
        return among.none()
    place = Case(*(When(pk=one, then=Value(place)) for place, one in enumerate(ids)))
    return among.filter(pk__in=ids).order_by(place)
