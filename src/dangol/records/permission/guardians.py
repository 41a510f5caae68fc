"""Children who cannot consent yet: until a guardian agreed, their profile is frozen."""

from datetime import date, datetime, timedelta

from django.db.models import OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact
from django.db.transaction import atomic
from django.utils.translation import gettext as _

from dangol.lib import sealing
from dangol.lib.asked_again import Blank
from dangol.lib.errors import DangolError
from dangol.lib.resident_numbers import masked
from dangol.records.changes.actions import record_row
from dangol.records.customers.forgetting import hold
from dangol.records.customers.models import Customer
from dangol.records.permission import refusals
from dangol.records.permission.models import Guardianship
from dangol.records.permission.policy import Pack, home_pack
from dangol.records.staff.models import User


class CannotGuard(DangolError):
    """A guardian's answer that proves nothing, or for somebody who decides alone."""


def frozen(of_age: date | Blank) -> Q:
    """The condition on customers who are children for whom no guardian's agreement stands.

    of_age: the last day of birth of those who may consent for themselves. The birthday is that of the law's own zone:
    of age from the first moment of the day there.
    """
    last = Guardianship.objects.filter(customer=OuterRef("pk")).order_by("-answered_at", "-id").values("granted")[:1]
    nobody_agreed = Exact(Coalesce(Subquery(last), Value(False)), False)
    return Q(birth_date__gt=of_age) & Q(nobody_agreed)


def children(pack: Pack, at: datetime) -> QuerySet[Customer]:
    """Those too young to consent for themselves, frozen or not."""
    return Customer.objects.known().filter(birth_date__gt=pack.of_age_born_by(at))


def is_child(customer: Customer, *, pack: Pack, at: datetime) -> bool:
    """Whether this person is too young to consent alone; nobody whose birth date is unknown."""
    return customer.birth_date is not None and customer.birth_date > pack.of_age_born_by(at)


@atomic
def record_guardian(
    customer: Customer,
    *,
    granted: bool,
    method: str,
    name: str = "",
    contact: str = "",
    evidence: str,
    by: User | None,
    at: datetime,
) -> Guardianship:
    """Write down what a guardian answered and how that was verified; taking an agreement back is a new row.

    method: one of the ways the law accepts; evidence: where the verification can be seen again. Raises CannotGuard.
    """
    pack = home_pack(at)
    if granted and not is_child(customer, pack=pack, at=at):
        raise CannotGuard(
            _("%(customer)s is not known to be under %(age)s and decides alone. Check the date of birth.")
            % {"customer": customer, "age": pack.rules.age}
        )
    if method not in pack.rules.guardian_methods:
        raise CannotGuard(_("Say how the guardian was verified: only the ways the law names count."))
    if not evidence.strip():
        raise CannotGuard(_("Say where the guardian's answer can be seen again, such as the number of the form."))
    if granted and not (name.strip() and contact.strip()):
        raise CannotGuard(_("Write the guardian's name, and a number or address to reach them."))
    hold(customer.pk)
    last = customer.guardians.order_by("-answered_at").first()
    answered_at = at if last is None or last.answered_at < at else last.answered_at + timedelta(microseconds=1)
    made = Guardianship.objects.create(
        customer=customer, granted=granted, method=method, name_sealed=sealing.seal(masked(name.strip())),
        contact_sealed=sealing.seal(masked(contact.strip())), evidence=masked(evidence.strip())[:200],
        answered_at=answered_at, recorded_by=by,
    )  # fmt: skip
    record_row(made, at=at)
    if not granted:
        refusals.keep([made])
    return made
