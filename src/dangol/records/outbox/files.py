"""Files for teams of the house: asked for once each, claimed by one, told how they went, taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import IntegrityError
from django.db.models import QuerySet
from django.db.transaction import atomic
from django.utils.translation import gettext as _

from dangol.lib.errors import DangolError
from dangol.records.customers.fields import Basis
from dangol.records.customers.models import SavedView
from dangol.records.outbox.models import Extract, OutgoingFile
from dangol.records.staff.models import User

LEAST = 4  # letters of a purpose, as of the reason of a list that is taken away
Rhythm = Extract.Rhythm


class CannotExtract(DangolError):
    """The extract lacks what it needs, or may not be."""


def begin(
    *,
    name: str,
    what: str,
    view: SavedView | None,
    team: str,
    purpose: str,
    direct: bool,
    ground: str,
    form: str,
    rhythm: str,
    folder: str,
    language: str,
    by: User,
    at: datetime,
) -> Extract:
    """Keep what is to go out, to whom, and how often; it goes out for whoever says so. Raises CannotExtract."""
    name, purpose = " ".join(name.split())[:60], purpose.strip()[:200]
    _refuse(name=name, purpose=purpose, what=what, direct=direct, ground=ground, team=team, form=form, rhythm=rhythm)
    try:
        with atomic():
            return Extract.objects.create(
                name=name, what=what, view=view if what == Extract.What.PEOPLE else None, team=team, purpose=purpose,
                direct=direct, ground=ground if direct else "", form=form, rhythm=rhythm, folder=folder,
                language=language, by=by, at=at,
            )  # fmt: skip
    except IntegrityError as error:
        raise CannotExtract(_("There is an extract of this name already. Choose another.")) from error


def end(extract: Extract, *, by: User, at: datetime) -> None:
    """Nothing goes out any more; what went out stays on record."""
    Extract.objects.filter(pk=extract.pk, ended_at=None).update(ended_at=at, ended_by=by)


def standing() -> QuerySet[Extract]:
    """The extracts that go out, by name."""
    return Extract.objects.filter(ended_at=None).select_related("view", "by").order_by("name", "pk")


def period_of(extract: Extract, day: date) -> str:
    """The day, week or month of an extract that goes out by itself; "" for one that does not."""
    if extract.rhythm == Rhythm.DAY:
        return day.isoformat()
    if extract.rhythm == Rhythm.WEEK:
        return (day - timedelta(days=day.weekday())).isoformat()
    return day.replace(day=1).isoformat() if extract.rhythm == Rhythm.MONTH else ""


@atomic
def ask(extract: Extract, mark: str, *, by: User | None, at: datetime) -> OutgoingFile:
    """Put a file into the outbox; the same mark again (a period, or a form's own) finds the one that is there."""
    made, _new = OutgoingFile.objects.get_or_create(
        key=f"extract:{extract.pk}:{mark}"[:120], defaults={"extract": extract, "by": by, "enqueued_at": at}
    )
    return made


def waiting() -> QuerySet[OutgoingFile]:
    """What was asked for and is neither in its folder, nor failed, nor taken back; the oldest first."""
    left = OutgoingFile.objects.filter(handed_over_at=None, removed_at=None, problem="", extract__ended_at=None)
    return left.select_related("extract__by", "extract__view", "by").order_by("pk")


def claim(file: OutgoingFile, *, at: datetime, gone: datetime) -> bool:
    """Take it, unless somebody else has; a claim from before `gone` was left behind by a kill."""
    mine = OutgoingFile.objects.filter(pk=file.pk, handed_over_at=None, removed_at=None, problem="")
    if mine.filter(claimed_at=None).update(claimed_at=at) == 1:
        return True
    return mine.filter(claimed_at__lt=gone).update(claimed_at=at) == 1


def written(file: OutgoingFile, *, name: str, rows: int, left_out: int, digest: str, seconds: float) -> None:
    """It lies whole beside its place."""
    OutgoingFile.objects.filter(pk=file.pk).update(
        name=name, rows=rows, left_out=left_out, digest=digest, seconds=seconds
    )
    file.name, file.digest, file.rows, file.left_out = name, digest, rows, left_out


def handed_over(file: OutgoingFile, *, at: datetime) -> None:
    """It lies in its folder."""
    OutgoingFile.objects.filter(pk=file.pk, handed_over_at=None).update(handed_over_at=at)


def failed(file: OutgoingFile, problem: str) -> None:
    """It could not be made, and this is why."""
    OutgoingFile.objects.filter(pk=file.pk, handed_over_at=None).update(problem=problem[:500])


def removed(file: OutgoingFile, *, by: User, at: datetime) -> None:
    """It was deleted, by whom and when."""
    OutgoingFile.objects.filter(pk=file.pk, removed_at=None).update(removed_at=at, removed_by=by)


def _refuse(*, name: str, purpose: str, direct: bool, ground: str, **choices: str) -> None:
    fields: dict[str, Sequence[str]] = {
        "what": Extract.What.values, "team": Extract.Team.values, "form": Extract.Form.values,
        "rhythm": Rhythm.values,
    }  # fmt: skip
    if not name:
        raise CannotExtract(_("Give the extract a name."))
    if len(purpose) < LEAST:
        raise CannotExtract(_("Say what the team needs it for."))
    if any(choices[field] not in known for field, known in fields.items()):
        raise CannotExtract(_("Choose what goes out, to whom, in which form and how often."))
    if direct and (ground not in {str(one) for one in Basis} or choices["what"] != Extract.What.PEOPLE):
        raise CannotExtract(_("Names, numbers and addresses leave only on a ground: choose which."))
