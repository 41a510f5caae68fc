"""Mail to staff: asked for once each, claimed by one, told how it went.

    asked for → claimed, just before the last word is said to the mail server → handed over

What fails before the claim reached nobody and is tried again. What was claimed and never handed over may have left or
not: nobody can know, so it is told and not sent again by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.transaction import atomic
from django.utils.translation import gettext_lazy as _

from dangol.records.outbox.models import StaffMail
from dangol.records.staff.models import User

AGAIN = timedelta(minutes=10)  # after a try that failed
UNSURE = timedelta(minutes=10)  # so long nobody hands a mail over
TOO_LATE = timedelta(days=1)  # nobody waits for the numbers of the day before

NO_RIGHT, NO_ADDRESS, REFUSED, LATE, STOPPED, RESTORED = (
    "no_right", "no_address", "refused", "late", "stopped", "restored",
)  # fmt: skip
REASONS = {
    NO_RIGHT: _("may not see values any more, so nothing was sent"),
    NO_ADDRESS: _("has no e-mail address on record"),
    REFUSED: _("the mail server refused the address"),
    LATE: _("could not be sent for a day, and is not sent late"),
    STOPPED: _("the report was ended before it left"),
    RESTORED: _("waited in a backup that was restored; it may have left before"),
}


@atomic
def ask(source_ref: str, mark: str, users: Iterable[User], *, day: date, at: datetime) -> int:
    """Put one mail a recipient into the outbox; the same mark again finds what is there. How many are new."""
    made = [
        StaffMail.objects.get_or_create(
            key=f"{source_ref}:{mark}:{user.pk}"[:120],
            defaults={"user": user, "source_ref": source_ref, "day": day, "enqueued_at": at},
        )[1]
        for user in users
    ]
    return sum(made)


def waiting() -> QuerySet[StaffMail]:
    """What is still to leave, the oldest first."""
    left = StaffMail.objects.filter(handed_over_at=None, withheld="", claimed_at=None)
    return left.select_related("user", "user__unit").order_by("pk")


def ripe(*, at: datetime) -> QuerySet[StaffMail]:
    """What may be tried now: never tried, or some time ago."""
    return waiting().filter(Q(tried_at=None) | Q(tried_at__lte=at - AGAIN))


def of(source_ref: str) -> QuerySet[StaffMail]:
    """Everything that was to leave for one purpose, the newest first."""
    return StaffMail.objects.filter(source_ref=source_ref).select_related("user").order_by("-pk")


def last_time(source_refs: Sequence[str], *, but: str) -> QuerySet[StaffMail]:
    """Of each purpose what was asked for last, all of that day; without what bears `but` in its key."""
    meant = StaffMail.objects.exclude(key__contains=but)
    newest = meant.filter(source_ref=OuterRef("source_ref")).order_by("-day").values("day")[:1]
    found = meant.filter(source_ref__in=source_refs, day=Subquery(newest))
    return found.select_related("user").order_by("-pk")


def claim(mail: StaffMail, *, at: datetime) -> bool:
    """Take it for the last step, unless somebody else has, or it is not to leave any more."""
    mine = StaffMail.objects.filter(pk=mail.pk, claimed_at=None, handed_over_at=None, withheld="")
    return mine.update(claimed_at=at) == 1


def handed_over(mail: StaffMail, *, at: datetime) -> None:
    """The mail server took it."""
    StaffMail.objects.filter(pk=mail.pk).update(handed_over_at=at, problem="")


def failed(mail: StaffMail, problem: str, *, at: datetime) -> None:
    """It certainly reached nobody, and is tried again later, or no more where it is too late."""
    late = LATE if at - mail.enqueued_at >= TOO_LATE else ""
    mine = StaffMail.objects.filter(pk=mail.pk, handed_over_at=None)
    mine.update(claimed_at=None, tried_at=at, problem=problem[:500], withheld=late)


def left_unsure(mail: StaffMail, problem: str) -> None:
    """Why nobody knows whether it left; it stays claimed."""
    StaffMail.objects.filter(pk=mail.pk, handed_over_at=None).update(problem=problem[:500])


def withhold(mail: StaffMail, reason: str, problem: str = "") -> None:
    """It will not leave, and this is why."""
    mine = StaffMail.objects.filter(pk=mail.pk, handed_over_at=None)
    mine.update(withheld=reason, problem=problem[:500], claimed_at=None)


def send_again(mail: StaffMail, *, at: datetime) -> bool:
    """Have it leave after all, on somebody's word; whether there was anything to do."""
    mine = StaffMail.objects.filter(pk=mail.pk, handed_over_at=None)
    return mine.update(claimed_at=None, withheld="", problem="", tried_at=None, enqueued_at=at) == 1


def withhold_all_waiting(reason: str) -> int:
    """Nothing of what waits leaves, nor of what nobody knows whether it left; how many."""
    return StaffMail.objects.filter(handed_over_at=None, withheld="").update(withheld=reason, claimed_at=None)


def is_unsure(mail: StaffMail, *, at: datetime) -> bool:
    """Whether it may have left or not."""
    return mail.handed_over_at is None and mail.claimed_at is not None and (
        bool(mail.problem) or at - mail.claimed_at >= UNSURE
    )  # fmt: skip


def troubled(found: Iterable[StaffMail], *, at: datetime) -> list[StaffMail]:
    """Those that somebody should know of: withheld, failed at a try, or nobody knows."""
    return [
        one for one in found if one.handed_over_at is None and (one.withheld or one.problem or is_unsure(one, at=at))
    ]
