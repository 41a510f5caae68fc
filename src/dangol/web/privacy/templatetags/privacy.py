"""What the pages of demands need: `{% load privacy %}`.

Filters
    customer|seen_name:viewer       a name inside a sentence, as the viewer sees it
    "full_name"|column_word         a column of the records, in words
    sheet|sheet_label:language, sheet|named_cells:row, found|paper_sections     the bundle on paper
    "receipt"|held_word, value|held_value       what stands in a record of the legal hold
"""

from collections.abc import Iterator
from typing import Any

from django import template
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from dangol.lib.languages import speaks
from dangol.records.customers.models import Customer
from dangol.records.rights import words
from dangol.records.rights.bundle import Bundle, Cell, Sheet
from dangol.web.privacy import bundle_paper
from dangol.web.shell.viewer import Viewer

register = template.Library()

HELD = {
    "name": _("Name"), "numbers": _("Numbers"), "contacts": _("Contacts"), "receipt": _("Receipt"),
    "source": _("Where it came from"), "at": words.COLUMNS["at"], "amount": _("Amount"), "currency": _("Currency"),
    "channel": _("Channel"), "place": _("Place"), "kind": _("Kind"), "touchpoint": words.COLUMNS["touchpoint"],
    "text": _("Text"), "subject": _("Subject"),
}  # fmt: skip


@register.filter
def seen_name(customer: Customer, viewer: Viewer) -> str:
    """The name as the viewer sees it."""
    return viewer.name(customer)


@register.filter
def column_word(name: str) -> str:
    """A column in words."""
    known = {"mobile": _("Mobile"), "email": _("E-mail")}
    return str(known.get(name) or words.COLUMNS.get(name, name))


@register.filter
def sheet_label(sheet: Sheet, language: str) -> str:
    """A table's name."""
    return sheet.label[language]


@register.filter
def named_cells(sheet: Sheet, row: list[Cell]) -> Iterator[tuple[str, str]]:
    """Names and values of a row, the empty ones left out."""
    language = speaks()
    for column, cell in zip(sheet.columns, row, strict=True):
        if cell.text:
            yield column.label[language], cell.text


@register.filter
def paper_sections(found: Bundle) -> list[tuple[str, list[str]]]:
    """What is told besides the tables."""
    return bundle_paper.sections(found)


@register.filter
def held_word(name: str) -> str:
    """A part of a held record in words."""
    return str(HELD.get(name, name))


@register.filter
def held_value(value: Any) -> str:
    """Its value as people read it."""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, int | float):
        return f"{value:,}"
    moment = parse_datetime(value) if isinstance(value, str) and len(value) > 16 and value[4:5] == "-" else None
    return date_format(localtime(moment), "DATETIME_FORMAT") if moment else str(value)
