"""What people are told of a leak: every item that the law asks for, in the language in use."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from dangol.lib.errors import DangolError
from dangol.records.staff.breach.laws import Law
from dangol.records.staff.breach.models import Finding

Standing = Finding.Standing


class CannotWrite(DangolError):
    """Something is missing without which no letter may leave."""


@dataclass(frozen=True)
class Letter:
    """One text for everybody: nobody's name stands in it."""

    subject: str
    body: str


def letter(finding: Finding, law: Law, *, business: str, told_on: date | None = None) -> Letter:
    """The letter about what is known now; `told_on` is the day of the letter before.

    Of which data leaked, and when and how, it may be said that nobody knows yet; the rest must be there. Raises
    CannotWrite.
    """
    refuse_gaps(finding)
    if finding.standing == Standing.NOT_LEAKED:
        return _not_leaked(finding, business, told_on)
    certain = finding.standing == Standing.CERTAIN
    subject = (
        _("[%(business)s] Your personal data have leaked")
        if certain
        else _("[%(business)s] Your personal data may have leaked")
    )
    if told_on is not None:
        subject = _("[%(business)s] More about the leak of your personal data")
    items = [*_items(finding, certain), *([law.rights_words] if certain and law.rights_words else [])]
    numbered = [f"{number}. {item}" for number, item in enumerate(items, 1)]
    parts = [_opening(certain, told_on), *numbered, *_further(finding, certain), business]
    return Letter(subject % {"business": business}, "\n\n".join(parts))


def posting(written: Letter, law: Law, *, since: date) -> Letter:
    """The same for those whom nobody can reach: on the web site, or in the shop, for as long as the law asks."""
    until = date_format(since + timedelta(days=law.posted_days), "DATE_FORMAT")
    told = _("This notice is posted until %(day)s for those whom we could not reach.") % {"day": until}
    return Letter(written.subject, f"{written.body}\n\n{told}")


def _opening(certain: bool, told_on: date | None) -> str:
    if told_on is not None:
        words = _("We add to our letter of %(day)s what has become known since. We are sorry.")
        return words % {"day": date_format(told_on, "DATE_FORMAT")}
    if certain:
        return _("Personal data of yours that we keep have leaked. We are sorry, and tell you what we know.")
    return _("Personal data of yours that we keep may have leaked. We are sorry, and tell you what we know.")


def _items(finding: Finding, certain: bool) -> list[str]:
    unknown = _("We do not know yet, and will write again as soon as we do.")
    which = _("Data that leaked: %(told)s") if certain else _("Data that may have leaked: %(told)s")
    when = _("When and how: %(told)s") if certain else _("When and how, as we suspect: %(told)s")
    return [
        which % {"told": finding.items or unknown},
        when % {"told": finding.course or unknown},
        _("What you can do: %(told)s") % {"told": finding.advice},
        _("What we do, and how damage is made good: %(told)s") % {"told": finding.measures},
        _("Where to tell us of damage: %(told)s") % {"told": finding.contact},
    ]


def _further(finding: Finding, certain: bool) -> list[str]:
    if not certain:
        return [
            _("If it turns out that your data leaked, we write again. If it turns out that they did not, we do too.")
        ]
    if not (finding.items and finding.course):
        return [_("What becomes known later we tell you as soon as it does.")]
    return []


def _not_leaked(finding: Finding, business: str, told_on: date | None) -> Letter:
    opening = (
        _("On %(day)s we wrote to you that your personal data may have leaked.")
        % {"day": date_format(told_on, "DATE_FORMAT")}
        if told_on
        else _("We wrote to you that your personal data may have leaked.")
    )
    parts = [opening, _("We looked into it: they did not leak. You need not do anything.")]
    if finding.course:
        parts.append(_("What it was: %(told)s") % {"told": finding.course})
    parts += [_("Questions: %(told)s") % {"told": finding.contact}, business]
    return Letter(_("[%(business)s] Your personal data did not leak") % {"business": business}, "\n\n".join(parts))


def refuse_gaps(finding: Finding) -> None:
    """Raise CannotWrite, naming what must be written first; of no leak, only where people can ask."""
    needed = [("contact", _("where people can reach you"))]
    if finding.standing != Standing.NOT_LEAKED:
        needed = [
            ("advice", _("what people can do")),
            ("measures", _("what you do, and how damage is made good")),
            *needed,
        ]
    gaps = [words for name, words in needed if not getattr(finding, name)]
    if gaps:
        raise CannotWrite(_("Before letters leave, write: %(what)s.") % {"what": ", ".join(gaps)})
