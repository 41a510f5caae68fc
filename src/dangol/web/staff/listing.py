"""The rows of the staff page."""

from dataclasses import dataclass
from datetime import datetime

from dangol.records.staff.models import User
from dangol.records.staff.queries import staff
from dangol.web.staff import second_factor


@dataclass(frozen=True)
class Row:
    """One member of staff as the list tells of them."""

    user: User
    second_factor: bool
    locked: bool


def rows(*, at: datetime) -> list[Row]:
    """Everybody who has or had an account: two queries, however many they are."""
    everybody = list(staff())
    having = second_factor.having(everybody)
    return [Row(user, user.pk in having, is_locked(user, at=at)) for user in everybody]


def is_locked(user: User, *, at: datetime) -> bool:
    """Whether wrong passwords shut the account at the moment."""
    return user.locked_until is not None and user.locked_until > at
