"""Finding people."""

from collections.abc import Iterable

from django.db import connection
from django.db.models import Q

from dangol.lib import bulk, hangul
from dangol.records.customers.contact_points import tail_of
from dangol.records.customers.models import ContactPoint, CustomerQuerySet, Identity

MOST = 200


def customers_of(identities: Iterable[int]) -> dict[int, int]:
    """The customer id of each identity id."""
    return dict(bulk.rows_by(connection, Identity._meta.db_table, "id", list(identities), ["customer_id"]))


def holders(number: str, *, among: CustomerQuerySet) -> CustomerQuerySet:
    """The customers reached by a phone number (E.164) now, the longest known first.

    among: the customers whoever asks may see; of others nothing is told.
    """
    reached = ContactPoint.objects.filter(
        tail=tail_of(ContactPoint.Kind.MOBILE, number), kind=ContactPoint.Kind.MOBILE, value=number, valid_to=None
    )
    return among.filter(pk__in=reached.values("customer")).order_by("registered_at", "id")


def found(text: str, *, among: CustomerQuerySet) -> CustomerQuerySet:
    """Customers a text leads to: any part of the name, its 초성 (ㄱㄷㄱ → 김단골), the last four digits of a
    phone number, or an id of theirs. By name, at most MOST; an empty text leads to nobody.

    among: the customers whoever asks may see.
    """
    wanted = text.strip()
    if not wanted:
        return among.none()
    matching = Q(initials__contains=wanted) if hangul.is_initials(wanted) else Q(full_name__icontains=wanted)
    # Subqueries instead of joins: each is one index look-up and nobody comes twice.
    matching |= Q(pk__in=Identity.objects.filter(external_id=wanted).values("customer"))
    digits = "".join(char for char in wanted if char.isdigit())
    if len(digits) >= 4 and not wanted.strip("+-() .0123456789"):
        reached = ContactPoint.objects.filter(tail=digits[-4:], kind=ContactPoint.Kind.MOBILE)
        if len(digits) > 4:
            # A longer number: the leading 0 is written in Korea and left out in E.164.
            reached = reached.filter(value__endswith=digits.removeprefix("82").lstrip("0"))
        matching |= Q(pk__in=reached.values("customer"))
    return among.filter(matching).order_by("full_name", "id")[:MOST]
