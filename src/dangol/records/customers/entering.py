"""What somebody may write down of a customer: read, made fit to be kept, or refused field by field."""

import json
import re
import secrets
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from hashlib import blake2s
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from dangol.lib import phones
from dangol.lib.errors import DangolError
from dangol.lib.resident_numbers import masked
from dangol.records.customers.models import ContactPoint, Customer

ENTERED = "entered"  # the source of ids we give ourselves
LONGEST = {
    "full_name": 120, "email": 254, "postcode": 10, "address": 200, "place": 80, "line": 40, "household": 80,
    "source": 40, "came_by": 120, "entrance": 80,
}  # fmt: skip
OLDEST = date(1900, 1, 1)
REACHED_BY = {"mobile": "mobile", "email": "email", "address": "address"}  # field → kind of contact point
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that is taken for another
_NUMBER = re.compile(rf"E-[{_LETTERS}]{{8}}")
# The first word of an address, as it is said in short.
_PROVINCES = {
    "충청북": "충북", "충청남": "충남", "전라북": "전북", "전라남": "전남", "경상북": "경북", "경상남": "경남",
}  # fmt: skip
_PROVINCE = re.compile(r"(\w+?)(?:특별자치시|특별자치도|특별시|광역시|도|시)?")
_DISTRICT = re.compile(r"\w+[시군구]")


@dataclass(frozen=True)
class Details:
    """What is written down of a customer; "" and None are not known. `entrance` None leaves the code as it is."""

    full_name: str = ""
    mobile: str = ""
    email: str = ""
    birth_date: date | None = None
    gender: str = ""
    postcode: str = ""
    address: str = ""
    place: str = ""
    line: str = ""
    household: str = ""
    source: str = ""
    came_by: str = ""
    entrance: str | None = None


class Unfit(DangolError):
    """Something written down cannot be kept like that; `problems` holds a sentence for each field."""

    def __init__(self, problems: dict[str, str]) -> None:
        self.problems = problems
        super().__init__(" ".join(problems.values()))


def fit(told: Details, *, today: date, before: Details | None = None) -> Details:
    """The same, spaces squeezed, numbers in E.164, the district found in the address. Raises Unfit.

    before: what is on record; where nothing was changed, nothing is found fault with.
    """
    texts: dict[str, Any] = {name: _text(value) for name, value in asdict(told).items() if isinstance(value, str)}
    clean = replace(told, **texts)
    problems = {**_too_long(clean), **_wrong(clean, today)}
    if not clean.full_name and not clean.mobile:
        problems["full_name"] = _("Write a name or a phone number.")
    number, known = phones.e164(clean.mobile) if clean.mobile else "", before.mobile if before else ""
    if clean.mobile == known:
        number = known
    elif number is None or (number not in ("", known) and not phones.is_whole(number)):
        problems["mobile"] = _("Cannot read the phone number “%(number)s”. Write it like 010-1234-5678.") % {
            "number": clean.mobile
        }
    problems = {name: words for name, words in problems.items() if not _as_before(name, clean, before)}
    if problems:
        raise Unfit(problems)
    return replace(clean, mobile=number or "", place=clean.place or district(clean.address))


def details_of(customer: Customer) -> Details:
    """What is written down of a customer now, the entrance code left out."""
    points = ContactPoint.objects.filter(customer=customer, valid_to=None).order_by("valid_from", "pk")
    reached = dict(points.values_list("kind", "value"))
    return Details(
        full_name=customer.full_name, mobile=reached.get("mobile", ""), email=reached.get("email", ""),
        birth_date=customer.birth_date, gender=customer.gender, postcode=customer.postcode,
        address=customer.address or reached.get("address", ""), place=customer.place, line=customer.line,
        household=customer.household.code if customer.household else "", source=customer.source,
        came_by=customer.came_by,
    )  # fmt: skip


def plain(told: Details) -> dict[str, Any]:
    """As JSON holds it, the entrance code left out."""
    born = told.birth_date.isoformat() if told.birth_date else ""
    return {**asdict(told), "birth_date": born, "entrance": ""}


def read(told: dict[str, Any]) -> dict[str, Any]:
    """What `plain` wrote, as fields of Details."""
    known = {field.name for field in fields(Details)} - {"entrance"}
    values = {name: value for name, value in told.items() if name in known}
    if "birth_date" in values:
        values["birth_date"] = date.fromisoformat(values["birth_date"]) if values["birth_date"] else None
    return values


def mark_of(told: Details, unit: str) -> str:
    """A short mark of what is on record (the unit by its code), by which a form knows that it still is."""
    written = json.dumps({**plain(told), "unit": unit}, sort_keys=True)
    return blake2s(written.encode(), digest_size=12).hexdigest()


def new_number() -> str:
    """A number for a customer we enter ourselves: nobody can guess it, and a form sent twice carries the same."""
    return "E-" + "".join(secrets.choice(_LETTERS) for _place in range(8))


def is_number(text: str) -> bool:
    """Whether a text is such a number."""
    return _NUMBER.fullmatch(text) is not None


def district(address: str) -> str:
    """The coarse place in a Korean address: 서울 마포구, 경기 성남시, 강원 양양군; "" where there is none."""
    province, _sep, rest = address.partition(" ")
    town = rest.partition(" ")[0]
    whole = _PROVINCE.fullmatch(province)
    if whole is None or not re.search("[가-힣]", province):
        return ""
    short = _PROVINCES.get(whole[1], whole[1])
    if _DISTRICT.fullmatch(town):
        return f"{short} {town}"
    return short if province.endswith("자치시") else province if _DISTRICT.fullmatch(province) else ""


def _as_before(name: str, told: Details, before: Details | None) -> bool:
    return before is not None and getattr(told, name) == getattr(before, name)


def _text(value: str) -> str:
    """One line without signs nobody sees, and without what may not be kept."""
    return masked(" ".join("".join(char if char.isprintable() else " " for char in value).split()))


def _too_long(told: Details) -> dict[str, str]:
    return {
        name: _("At most %(most)s letters.") % {"most": most}
        for name, most in LONGEST.items()
        if len(getattr(told, name) or "") > most
    }


def _wrong(told: Details, today: date) -> dict[str, str]:
    problems = {}
    if told.email and not _is_email(told.email):
        problems["email"] = _("Cannot read the address “%(address)s”. Write it like name@example.com.") % {
            "address": told.email
        }
    if told.birth_date is not None and not OLDEST <= told.birth_date <= today:
        problems["birth_date"] = _("A birth date lies between 1900 and today.")
    if told.gender not in Customer.Gender.values:
        problems["gender"] = _("Choose one of the answers, or none.")
    if told.line and not re.fullmatch(r"[-\w]+", told.line):
        problems["line"] = _("Choose one of the lines of business.")
    if told.postcode and not re.fullmatch(r"[0-9A-Za-z][0-9A-Za-z -]{2,9}", told.postcode):
        problems["postcode"] = _("Write the postcode in figures, like 04524.")
    return problems


def _is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True
