"""Lists that somebody keeps under a name: their own, or shared with a role, a unit or all; the one they begin with."""

from datetime import datetime

from django.db.models import Q, QuerySet
from django.db.transaction import atomic
from django.utils.translation import gettext as _

from dangol.lib.errors import DangolError
from dangol.records.customers.models import SavedView, UsualView
from dangol.records.staff.models import Unit, User
from dangol.records.staff.roles import Role

LONGEST, MOST = 4_000, 200


class CannotSave(DangolError):
    """The view has no name, is somebody else's, or there are too many."""


def views_for(user: User) -> QuerySet[SavedView]:
    """The views somebody has: their own and those shared with them, by name."""
    shared = Q(shared=True) & (Q(role="") | Q(role=user.role)) & (Q(unit=None) | Q(unit=user.unit_id))
    return SavedView.objects.filter(Q(by=user) | shared, removed_at=None).select_related("unit").order_by("name", "pk")


def default_view(user: User) -> SavedView | None:
    """The view with which their list opens."""
    usual = UsualView.objects.filter(user=user).values("view")
    return views_for(user).filter(pk__in=usual).first()


def may_change(view: SavedView, user: User) -> bool:
    """Whether somebody may edit or remove a view: whoever made it, and the owner those that are shared."""
    return view.by_id == user.pk or (view.shared and user.role == Role.OWNER)


@atomic
def save_view(
    name: str,
    query: str,
    *,
    by: User,
    at: datetime,
    view: SavedView | None = None,
    shared: bool = False,
    role: str = "",
    unit: Unit | None = None,
    usual: bool = False,
) -> SavedView:
    """Keep a list under a name, or change one that is kept; `usual`: theirs opens with it. Raises CannotSave."""
    clean = " ".join(name.split())[:60]
    if not clean:
        raise CannotSave(_("Give the view a name."))
    if len(query) > LONGEST:
        raise CannotSave(_("That are too many filters for one view. Leave some out."))
    if view is None and SavedView.objects.filter(by=by, removed_at=None).count() >= MOST:
        raise CannotSave(_("You have %(n)s views already. Remove one that you do not need.") % {"n": MOST})
    kept = view or SavedView(by=by, at=at)
    _refuse_another(kept, by)
    kept.name, kept.query, kept.at = clean, query, at
    kept.shared, kept.role, kept.unit = shared, role if shared else "", unit if shared else None
    kept.save()
    UsualView.objects.filter(user=by, view=kept).delete()
    if usual:
        UsualView.objects.update_or_create(user=by, defaults={"view": kept})
    return kept


def remove_view(view: SavedView, *, by: User, at: datetime) -> None:
    """Take a view away, until it is brought back. Raises CannotSave."""
    _refuse_another(view, by)
    SavedView.objects.filter(pk=view.pk, removed_at=None).update(removed_at=at)


def bring_back(view: SavedView, *, by: User) -> None:
    """The view is there again. Raises CannotSave."""
    _refuse_another(view, by)
    SavedView.objects.filter(pk=view.pk).update(removed_at=None)


def _refuse_another(view: SavedView, user: User) -> None:
    if not may_change(view, user):
        raise CannotSave(_("This view is somebody else's. Save it under another name as your own."))
