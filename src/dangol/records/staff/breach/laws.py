"""What the law asks about leaks, as dated data: a file for each time, so that a lawyer can correct it without code."""

import tomllib
from dataclasses import dataclass, fields
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from dangol.lib.errors import DangolError
from dangol.lib.languages import speaks

FOLDER = Path(__file__).parent / "laws"


class BadLaw(DangolError):
    """A file says something that is no rule, or leaves one out."""


class NoLaw(DangolError):
    """There are no rules for that day."""


@dataclass(frozen=True)
class Law:
    """The rules of a jurisdiction for some time; `effective_to` is the last day.

    hours: within which people and the authority are told, from becoming aware; warn_after: hours until the alarm.
    report_from_people, report_if_sensitive, report_if_intrusion: each alone makes a report due.
    tell_of_possible: people are told of a leak that is only possible. posted_days: how long a notice is posted for
    those whom nobody can reach. authority, rights: words for letters, by language; read_on: when somebody read the
    source.
    """

    id: str
    jurisdiction: str
    effective_from: date
    hours: int
    warn_after: int
    report_from_people: int
    report_if_sensitive: bool
    report_if_intrusion: bool
    tell_of_possible: bool
    posted_days: int
    source: str
    url: str
    authority: dict[str, str]
    rights: dict[str, str]
    effective_to: date | None = None
    read_on: date | None = None

    @property
    def time(self) -> timedelta:
        """From becoming aware to the last moment."""
        return timedelta(hours=self.hours)

    @property
    def warning(self) -> timedelta:
        """From becoming aware to the alarm."""
        return timedelta(hours=self.warn_after)

    @property
    def authority_words(self) -> str:
        """Whom to report to, in the language in use."""
        return self.authority[speaks()]

    @property
    def rights_words(self) -> str:
        """What people who suffer damage can do by law, in the language in use; "" where it need not be told."""
        return self.rights[speaks()].strip()


def law_on(day: date, *, jurisdiction: str) -> Law:
    """The rules of a day. Raises NoLaw."""
    for law in laws():
        if law.jurisdiction == jurisdiction and law.effective_from <= day <= (law.effective_to or date.max):
            return law
    raise NoLaw(
        _("There are no rules about leaks for %(law)s on %(day)s.") % {"law": jurisdiction, "day": day.isoformat()}
    )


@cache
def laws() -> tuple[Law, ...]:
    """Everything in the folder, by name. Raises BadLaw."""
    return tuple(_read(path) for path in sorted(FOLDER.glob("*.toml")))


def _read(path: Path) -> Law:
    told: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    if strange := told.keys() - {field.name for field in fields(Law)}:
        raise BadLaw(f"{path.name}: {', '.join(sorted(strange))}")
    try:
        return Law(**told)
    except TypeError as error:
        raise BadLaw(f"{path.name}: {error}") from error
