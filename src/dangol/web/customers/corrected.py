"""What a correction says in words: which fields, and what stood in them before."""

from django.utils.translation import gettext as _

from dangol.lib import phones
from dangol.records.customers.models import Correction, Customer
from dangol.web.customers import words
from dangol.web.customers.person_form import PersonForm
from dangol.web.shell.words import line_name


def fields(correction: Correction) -> str:
    """Which fields it is about, in the order of the form."""
    return ", ".join(map(_label, _ordered(correction.became)))


def _ordered(told: dict[str, str]) -> list[str]:
    """The fields as the form has them; the store keeps no order of its own."""
    return [name for name in PersonForm.base_fields if name in told]


def _label(name: str) -> str:
    field = PersonForm.base_fields.get(name)
    return str(field.label) if field else name


def was(correction: Correction) -> str:
    """What it was before, where there was something to see."""
    before = correction.was
    told = [f"{_label(name)} {_plain(name, before[name])}" for name in _ordered(before) if before[name]]
    return _("Before: %(values)s") % {"values": " · ".join(told)} if told else ""


def _plain(name: str, value: str) -> str:
    if name == "gender":
        return str(dict(Customer.Gender.choices).get(value, value))
    if name == "line":
        return str(line_name(value))
    if name == "source":
        return str(words.SOURCES.get(value, value))
    return phones.dialled(value) if name == "mobile" else value
