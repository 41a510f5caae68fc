"""Signing a month of the access log."""

from datetime import date, datetime, tzinfo

from django.db import IntegrityError
from django.db.transaction import atomic
from django.utils.translation import gettext as _

from dangol.lib.errors import DangolError
from dangol.records.staff.access.review import bounds
from dangol.records.staff.models import AccessReview, User


class CannotSign(DangolError):
    """A month that is not over, or was signed already."""


def sign_month(first: date, *, note: str, by: User, at: datetime, zone: tzinfo) -> AccessReview:
    """Write down that somebody looked through a month, and what they found. Raises CannotSign."""
    if bounds(first, zone)[1] > at:
        raise CannotSign(_("The month is not over. Sign it when it is."))
    try:
        with atomic():
            return AccessReview.objects.create(month=first.replace(day=1), by=by, at=at, note=note.strip())
    except IntegrityError as error:
        raise CannotSign(_("Somebody has signed this month already.")) from error
