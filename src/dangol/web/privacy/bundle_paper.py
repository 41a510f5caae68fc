"""The bundle of a person as a PDF that can be read and printed."""

from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from dangol.records.customers.further import Further
from dangol.records.rights.bundle import Bundle, Sheet
from dangol.web.shell import paper
from dangol.web.shell.paper import escaped


def pdf(found: Bundle, *, mark: str) -> bytes:
    """The bundle as a PDF; `mark` says who took it, when and why. Raises CannotPrint."""
    paper.refuse_unavailable()
    return paper.pdf(_story(found, mark), title=_("What we keep about you"), author=found.business)


def _story(found: Bundle, mark: str) -> list[Any]:
    from reportlab.platypus import Paragraph

    styles = paper.styles()
    made = date_format(localtime(found.made_at), "DATETIME_FORMAT")
    story: list[Any] = [
        Paragraph(escaped(_("What we keep about you")), styles["h1"]),
        Paragraph(escaped(f"{found.business} · {made} · {mark}"), styles["small"]),
    ]
    for sheet in found.filled:
        story.append(Paragraph(escaped(f"{sheet.label[found.language]} ({len(sheet.rows)})"), styles["h2"]))
        story += _rows(sheet, found.language, styles)
    for title, lines in sections(found):
        story.append(Paragraph(escaped(title), styles["h2"]))
        story += [Paragraph(escaped(line), styles["text"]) for line in lines]
    return story


def sections(found: Bundle) -> list[tuple[str, list[str]]]:
    """What is told besides the tables: decisions with reasons, texts, recipients, accesses; without empty ones."""
    decided = [" · ".join(filter(None, [one.title, one.result, *one.influence, one.rule])) for one in found.decisions]
    texts = [" / ".join(filter(None, one.values())) for one in found.texts]
    others = [f"{one.unit or one.recipient} ({one.get_status_display()}, {one.country})" for one in found.recipients]
    looked = [f"{verb}: {number}" for verb, number in found.accesses.items()]
    told = [
        (_("Decisions made by a program, and why"), decided),
        (_("How such decisions are made"), [f"{name}: {criteria}" for name, criteria in found.criteria]),
        (_("The texts you were asked with"), texts),
        (_("Further details, and where they came from"), [_from_where(one) for one in found.details]),
        (_("Who else handles your data"), others),
        (_("How often our staff had to do with your data"), looked),
    ]
    return [(title, lines) for title, lines in told if lines]


def _from_where(one: Further) -> str:
    """A detail with whose word it is, what it is for and what allows it."""
    told = [f"{one.label}: {one.value}"]
    if one.partner:
        told.append(_("From %(partner)s: %(dataset)s") % {"partner": one.partner, "dataset": one.dataset})
    if one.received_on:
        told.append(_("received on %(day)s") % {"day": date_format(one.received_on, "SHORT_DATE_FORMAT")})
    return " · ".join(filter(None, [*told, one.purpose, str(one.ground), one.evidence]))


def _rows(sheet: Sheet, language: str, styles: dict[str, Any]) -> list[Any]:
    """Each row as one paragraph of names and values, the empty ones left out."""
    from reportlab.platypus import Paragraph

    told = (
        " · ".join(
            f"{column.label[language]}: {cell.text}"
            for column, cell in zip(sheet.columns, row, strict=True)
            if cell.text
        )
        for row in sheet.rows
    )
    return [Paragraph(escaped(line), styles["text"]) for line in told]
