"""Saved profiles: how the columns of a file that comes again are taken, kept under a name for everybody."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from dangol.contact.intake.models import Profile
from dangol.lib.errors import DangolError, WrongUse
from dangol.lib.resident_numbers import masked
from dangol.records.staff.models import User

LONGEST = 80


class NoSuchProfile(WrongUse):
    """Nothing is saved under this name."""


class CannotKeepProfile(DangolError):
    """The name cannot be that of a profile."""


def saved(kind: str = "") -> QuerySet[Profile]:
    """The profiles of a kind, or all, by name."""
    found = Profile.objects.select_related("by").order_by("kind", "name")
    return found.filter(kind=kind) if kind else found


def find(name: str, kind: str) -> Profile:
    """The profile of this name. Raises NoSuchProfile, naming those there are."""
    found = Profile.objects.filter(kind=kind, name=name).first()
    if found is None:
        there = ", ".join(Profile.objects.filter(kind=kind).order_by("name").values_list("name", flat=True))
        more = _("There are: %(names)s.") % {"names": there} if there else _("None is saved for this kind yet.")
        raise NoSuchProfile(_("There is no profile “%(name)s”.") % {"name": name} + " " + more)
    return found


def fitting(kind: str, headings: Sequence[str]) -> Profile | None:
    """The profile for a file with these headings, in whatever order; the one saved last, where several fit.

    A profile fits where the file has all columns it takes; one made from exactly these headings comes first.
    """
    there = set(headings)
    found = [one for one in Profile.objects.filter(kind=kind).order_by("-at", "-pk") if taken(one) <= there]
    return max(found, key=lambda one: (set(one.headings) == there, len(taken(one)), one.at), default=None)


def taken(profile: Profile) -> set[str]:
    """The headings a profile takes."""
    return {*filter(None, profile.mapping.values()), *profile.details}


def save(
    name: str,
    *,
    kind: str,
    headings: Sequence[str],
    mapping: Mapping[str, str],
    currency: str = "",
    details: Mapping[str, Any] | None = None,
    by: User | None,
    at: datetime,
) -> Profile:
    """Keep how a file was taken under a name; the same name of a kind again is changed. Raises CannotKeepProfile."""
    values = {
        "headings": list(headings), "mapping": dict(mapping), "currency": currency, "details": dict(details or {}),
        "by": by, "at": at,
    }  # fmt: skip
    made, _new = Profile.objects.update_or_create(kind=kind, name=fit(name), defaults=values)
    return made


def rename(profile: Profile, name: str, *, by: User | None, at: datetime) -> Profile:
    """Give a profile another name. Raises CannotKeepProfile where it is empty or taken."""
    new = fit(name)
    if Profile.objects.filter(kind=profile.kind, name=new).exclude(pk=profile.pk).exists():
        raise CannotKeepProfile(_("There is a profile “%(name)s” already. Choose another name.") % {"name": new})
    profile.name, profile.by, profile.at = new, by, at
    profile.save(update_fields=["name", "by", "at"])
    return profile


def remove(profile: Profile) -> None:
    """Forget a profile; what was imported with it stays. Raises CannotKeepProfile while a file is taken in by it."""
    if profile.files.filter(finished_at=None).exists():
        raise CannotKeepProfile(_("A file is being taken in by this profile. Delete it when that is done."))
    profile.delete()


def fit(name: str) -> str:
    """The name as it is kept. Raises CannotKeepProfile."""
    kept = masked(" ".join(name.split()))[:LONGEST]
    if not kept:
        raise CannotKeepProfile(_("Give the profile a name, such as the till it comes from."))
    return kept
