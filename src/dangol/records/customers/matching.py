"""Whom a list from outside means: found by a number we gave, a phone number or an e-mail address. Nobody is made of it.

Each look-up is by an index and costs what the list holds, however many customers there are.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum

from django.db import connection
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from dangol.lib import bulk, phones
from dangol.records.customers.models import ContactPoint, Identity
from dangol.records.customers.schemes import EVERYWHERE, UNSPOKEN

type Meant = dict[str, set[int]]


class Key(StrEnum):
    """By what people are found."""

    CUSTOMER = "customer"
    PHONE = "phone"
    EMAIL = "email"


KEYS: dict[Key, Promise] = {
    Key.CUSTOMER: pgettext_lazy("column of a file", "Customer number"),
    Key.PHONE: pgettext_lazy("column of a file", "Phone"),
    Key.EMAIL: pgettext_lazy("column of a file", "E-mail"),
}


def meant(values: Sequence[str], *, by: Key) -> Meant:
    """The ids of the known customers whom each value leads to: more than one where people share a number.

    Phone numbers are asked for in E.164 (a safe number leads to nobody), addresses in small letters. Call it in the
    transaction of what is written about them: until its end nobody of them is forgotten.
    """
    found = FINDERS[by](list(dict.fromkeys(values)))
    known = _known(sorted(set().union(*found.values())))
    return {value: kept for value, customers in found.items() if (kept := customers & known)}


def sources() -> list[str]:
    """Who gave numbers to customers: one look-up each, none over all numbers."""
    names: list[str] = []
    rest = Identity.objects.order_by("source")
    while (name := rest.values_list("source", flat=True).first()) is not None:
        names.append(name)
        rest = Identity.objects.filter(source__gt=name).order_by("source")
    return names


def numberings() -> list[tuple[str, str]]:
    """Who gave numbers to customers, and of which scheme; phone numbers, addresses and browsers left out."""
    return [(source, scheme) for source in sources() if source for scheme in _schemes(source)]


def numbered(text: str) -> QuerySet[Identity]:
    """The identities whose number is this text, whoever gave it; by the index, however many there are."""
    given = numberings()
    return Identity.objects.filter(
        source__in={source for source, _scheme in given}, scheme__in={scheme for _source, scheme in given},
        external_id=text,
    )  # fmt: skip


def _schemes(source: str) -> list[str]:
    names: list[str] = []
    rest = Identity.objects.filter(source=source).order_by("scheme")
    while (scheme := rest.values_list("scheme", flat=True).first()) is not None:
        names.append(scheme)
        rest = Identity.objects.filter(source=source, scheme__gt=scheme).order_by("scheme")
    return [scheme for scheme in names if scheme not in EVERYWHERE | UNSPOKEN]


def _numbered(values: list[str]) -> Meant:
    found: Meant = {}
    for source, scheme in numberings():
        same, table = {"source": source, "scheme": str(scheme)}, Identity._meta.db_table
        _add(found, bulk.rows_by(connection, table, "external_id", values, ["customer_id"], same=same))
    return found


def _phoned(values: list[str]) -> Meant:
    return _reached("mobile", [one for one in values if not phones.is_safe_number(one)])


def _written(values: list[str]) -> Meant:
    return _reached("email", values)


def _reached(kind: str, values: list[str]) -> Meant:
    """Who is reached there now. The kind stands in the text of the question: only then its own index answers."""
    found: Meant = {}
    among = "ANY(%s)" if connection.vendor == "postgresql" else "(SELECT value FROM json_each(%s))"
    sign = "=" if connection.vendor == "postgresql" else "IN"
    question = (
        f"SELECT value, customer_id FROM {ContactPoint._meta.db_table}"  # noqa: S608 -- our own words
        f" WHERE kind = '{ContactPoint.Kind(kind).value}' AND valid_to IS NULL AND value {sign} {among}"
    )
    with connection.cursor() as cursor:
        cursor.execute(question, [_list(values)])
        _add(found, cursor.fetchall())
    return found


def _known(customers: list[int]) -> set[int]:
    """Those who were not forgotten. PostgreSQL lets an erasure wait until ours is written; SQLite has one writer."""
    locked = connection.vendor == "postgresql"
    among = "= ANY(%s)" if locked else "IN (SELECT value FROM json_each(%s))"
    question = (
        "SELECT id FROM customers_customer WHERE erased_at IS NULL AND merged_into_id IS NULL"  # noqa: S608 -- our own words
        f" AND id {among}"
    )
    with connection.cursor() as cursor:
        cursor.execute(question + (" ORDER BY id FOR KEY SHARE" if locked else ""), [_list(customers)])
        return {int(row[0]) for row in cursor.fetchall()}


def _list[Value: (str, int)](values: list[Value]) -> list[Value] | str:
    return bulk.as_array(values) if connection.vendor == "postgresql" else json.dumps(values, ensure_ascii=False)


def _add(found: Meant, rows: Iterable[tuple[str, int]]) -> None:
    for value, customer in rows:
        found.setdefault(value, set()).add(customer)


FINDERS: dict[Key, Callable[[list[str]], Meant]] = {
    Key.CUSTOMER: _numbered, Key.PHONE: _phoned, Key.EMAIL: _written,
}  # fmt: skip
