"""Questions that somebody keeps under a name, their own or everybody's; removed, they can be brought back."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError
from django.db.models import Q, QuerySet
from django.db.transaction import atomic
from django.utils.translation import gettext as _

from dangol.insight.analysis.models import Report, SavedQuestion
from dangol.insight.analysis.saved_questions.still_fits import why_not
from dangol.insight.warehouse.metrics.registry import near
from dangol.lib.errors import DangolError, WrongUse
from dangol.records.staff.models import User
from dangol.records.staff.roles import Role

LONGEST, MOST = 8_000, 200


class CannotKeep(DangolError):
    """The question has no name, cannot be asked, is somebody else's, or is needed."""


class NameTaken(CannotKeep):
    """Somebody keeps another question under this name already."""


class NoSuchQuestion(WrongUse):
    """Nobody kept a question under this name."""


def questions_for(user: User) -> QuerySet[SavedQuestion]:
    """The questions somebody has: their own and those that are shared, by name."""
    mine = Q(shared=True) | Q(by=user.pk)
    return SavedQuestion.objects.filter(mine, removed_at=None).select_related("by").order_by("name", "pk")


def question_named(name: str, user: User) -> SavedQuestion:
    """The question of that name, one's own before a shared one. Raises NoSuchQuestion, telling the nearest names."""
    found = list(questions_for(user).filter(name=_clean(name)))
    if found:
        return next((one for one in found if one.by_id == user.pk), found[0])
    known = sorted(set(questions_for(user).values_list("name", flat=True)))
    if not known:
        raise NoSuchQuestion(_("No question is kept under a name yet."))
    raise NoSuchQuestion(
        _("There is no saved question “%(name)s”. Near it: %(known)s.") % {"name": name, "known": near(name, known)}
    )


def may_change(question: SavedQuestion, user: User) -> bool:
    """Whether somebody may rename or remove it: whoever keeps it, and the owner those that are shared."""
    return question.by_id == user.pk or (question.shared and user.role == Role.OWNER)


def keep(
    name: str, query: str, *, shared: bool, by: User, at: datetime, replacing: bool = False
) -> SavedQuestion:  # fmt: skip
    """Keep a question under a name; replacing: in the place of one's own of that name. Raises CannotKeep."""
    clean = _named(name)
    if not query or len(query) > LONGEST:
        raise CannotKeep(_("Choose a figure first; then the question can be kept.") if not query else _too_long())
    if problem := why_not(query):
        raise CannotKeep(problem)
    mine = SavedQuestion.objects.filter(by=by, removed_at=None)
    there = mine.filter(name=clean).first()
    if there is not None and replacing:
        SavedQuestion.objects.filter(pk=there.pk).update(query=query, shared=shared, at=at)
        there.refresh_from_db()
        return there
    if mine.count() >= MOST:
        raise CannotKeep(_("You keep %(n)s questions already. Delete one that you do not need.") % {"n": MOST})
    try:
        with atomic():
            return SavedQuestion.objects.create(name=clean, query=query, shared=shared, by=by, at=at)
    except IntegrityError as error:
        raise _taken(clean) from error


def rename(question: SavedQuestion, name: str, *, shared: bool, by: User) -> SavedQuestion:
    """Call it otherwise, share it or no more. Raises CannotKeep."""
    _refuse_another(question, by)
    question.name, question.shared = _named(name), shared
    try:
        with atomic():
            question.save(update_fields=["name", "shared"])
    except IntegrityError as error:
        raise _taken(question.name) from error
    return question


def remove(question: SavedQuestion, *, by: User, at: datetime) -> None:
    """Take it away, until it is brought back. Raises CannotKeep where a report that is sent tells it."""
    _refuse_another(question, by)
    told = Report.objects.filter(parts__question=question, ended_at=None).first()
    if told is not None:
        raise CannotKeep(
            _("“%(name)s” stands in the report “%(report)s”. Take it out there first, or end the report.")
            % {"name": question, "report": told}
        )
    SavedQuestion.objects.filter(pk=question.pk, removed_at=None).update(removed_at=at)


def bring_back(question: SavedQuestion, *, by: User) -> None:
    """It is there again. Raises CannotKeep where its name is taken meanwhile."""
    _refuse_another(question, by)
    try:
        with atomic():
            SavedQuestion.objects.filter(pk=question.pk).update(removed_at=None)
    except IntegrityError as error:
        raise _taken(question.name) from error


def _clean(name: str) -> str:
    return " ".join(name.split())[:60]


def _named(name: str) -> str:
    if not (clean := _clean(name)):
        raise CannotKeep(_("Give the question a name."))
    return clean


def _too_long() -> str:
    return _("That are too many filters for one question. Leave some out.")


def _taken(name: str) -> NameTaken:
    return NameTaken(_("There is a question “%(name)s” already. Choose another name.") % {"name": name})


def _refuse_another(question: SavedQuestion, user: User) -> None:
    if not may_change(question, user):
        raise CannotKeep(_("This question is somebody else's. Save it under a name of your own."))
