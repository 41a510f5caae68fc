"""Profiles by the API: how the columns of files that come again are taken, and which of them come by themselves."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema
from pydantic import StringConstraints

from dangol.contact.intake import actions, profiles, regular
from dangol.contact.intake.headers import WrongMapping
from dangol.contact.intake.kinds.kind import Kept
from dangol.contact.intake.models import Profile
from dangol.contact.intake.regular import Standing
from dangol.lib.languages import speaks
from dangol.records.customers.fields import Basis
from dangol.records.staff.roles import May
from dangol.web.api.doors import Done, Number, Sent, opened
from dangol.web.clock import now
from dangol.web.imports.columns import Taking
from dangol.web.shell.viewer import viewer

router = Router(tags=["imports"])

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
Word = Annotated[str, StringConstraints(max_length=300)]


class Detail(Sent):
    """What a further column is kept for, and on which ground."""

    purpose: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    basis: Basis = Basis.CONSENT


class ComesByItself(Schema):
    """How a profile stands by which files come by themselves. `still`: why nothing is taken in now, else empty; `due`:
    by when the next file is expected; `last`: the import of the last one.
    """

    folder: str
    rhythm: str
    taken_by: str
    since: datetime
    still: str
    waiting: int
    refused: int
    due: date | None
    late: bool
    last: int | None
    last_state: str
    last_problem: str


class Saved(Schema):
    """A profile: how the columns of files that come again are taken."""

    id: int
    name: str
    kind: str
    headings: list[str]
    mapping: dict[str, str]
    kept: dict[str, list[str]]
    by: str
    at: datetime
    comes_by_itself: ComesByItself | None


class Profiles(Schema):
    profiles: list[Saved]


class NewProfile(Sent):
    name: Name
    kind: Word
    headings: list[Word] = Field(min_length=1, max_length=2_000)
    mapping: dict[Word, Word]
    kept: dict[Word, Detail] = {}


class Renamed(Sent):
    name: Name


class Regularly(Sent):
    """rhythm: how often a file is expected: day, week, or empty for whenever one comes."""

    on: bool = True
    rhythm: Literal["", "day", "week"] = ""


@opened(router, "GET", "/import-profiles", May.IMPORT, response=Profiles, whole=True)
def list_profiles(request: HttpRequest) -> Profiles:
    """The saved profiles."""
    standing = {one.profile.pk: one for one in regular.standings(at=now())}
    return Profiles(profiles=[_saved(one, standing.get(one.pk)) for one in profiles.saved()])


@opened(router, "POST", "/import-profiles", May.IMPORT, response=Saved, whole=True)
def save_profile(request: HttpRequest, told: NewProfile) -> Saved:
    """Keep how the columns of files that come again are taken; the same name of a kind again is changed."""
    kind = actions.kind_named(told.kind)
    for field, heading in told.mapping.items():
        if field not in kind.labels or not kind.may_be(field, heading, told.headings):
            raise WrongMapping(_("There is no field “%(field)s”, or no heading for it.") % {"field": field[:80]})
    if strange := [heading for heading in told.kept if heading not in told.headings]:
        raise WrongMapping(_("There is no column “%(column)s” in the file.") % {"column": strange[0][:80]})
    taking = Taking(told.mapping, kept_as(told.kept))
    return _of(
        profiles.save(
            told.name, kind=told.kind, headings=told.headings, mapping=told.mapping, details=taking.plain["kept"],
            by=viewer(request).user, at=now(),
        )
    )  # fmt: skip


@opened(router, "POST", "/import-profiles/{number}/rename", May.IMPORT, response=Saved, whole=True)
def rename_profile(request: HttpRequest, number: Number, told: Renamed) -> Saved:
    """Give a profile another name."""
    one = get_object_or_404(Profile, pk=number)
    return _of(profiles.rename(one, told.name, by=viewer(request).user, at=now()))


@opened(router, "POST", "/import-profiles/{number}/regular", May.IMPORT, response=Saved, whole=True)
def take_regularly(request: HttpRequest, number: Number, told: Regularly) -> Saved:
    """Take files in by themselves by this profile from now on, for this key's user, or no more."""
    one = get_object_or_404(Profile, pk=number)
    if told.on:
        regular.switch_on(one, rhythm=told.rhythm, language=speaks(), by=viewer(request).user, at=now())
    else:
        regular.switch_off(one)
    return _of(one)


@opened(router, "DELETE", "/import-profiles/{number}", May.IMPORT, response=Done, whole=True)
def delete_profile(request: HttpRequest, number: Number) -> Done:
    """Forget a profile; what was imported with it stays."""
    profiles.remove(get_object_or_404(Profile, pk=number))
    return Done()


def kept_as(told: Mapping[str, Detail]) -> dict[str, Kept]:
    """Further columns with what they are kept for, as an import takes them."""
    return {heading: Kept(why.purpose, why.basis.value) for heading, why in told.items()}


def _of(one: Profile) -> Saved:
    return _saved(one, next(iter(regular.standings([one], at=now())), None))


def _saved(one: Profile, standing: Standing | None) -> Saved:
    return Saved(
        id=one.pk, name=one.name, kind=one.kind, headings=one.headings, mapping=one.mapping, kept=one.details,
        by=str(one.by or ""), at=one.at, comes_by_itself=_regular(standing) if standing else None,
    )  # fmt: skip


def _regular(told: Standing) -> ComesByItself:
    one, last = told.profile, told.last
    assert one.regular_since is not None  # it is switched on
    return ComesByItself(
        folder=str(told.folder), rhythm=one.rhythm, taken_by=str(one.taken_by), since=one.regular_since,
        still=told.still, waiting=told.waiting, refused=told.refused, due=told.due, late=told.late,
        last=last.pk if last else None, last_state=last.state if last else "",
        last_problem=last.problem if last else "",
    )  # fmt: skip
