"""Who is treated and who is held out: a function of the salt and the person, not a dice roll."""

from collections.abc import Iterable
from hashlib import sha256

from django.db.models import QuerySet

from dangol.records.customers.models import Customer, Identity
from dangol.records.customers.schemes import Scheme
from dangol.records.ledger.models import Assignment

Arm = Assignment.Arm


def key_of(source: str, external_id: str) -> str:
    """What stays the same about an identity on every machine and in every import; database numbers do not."""
    return f"{source}:{external_id}"


def draw_of(key: str, *, salt: str) -> float:
    """A number in [0, 1), even over keys: the first 8 bytes of sha256("salt:key") as a fraction."""
    digest = sha256(f"{salt}:{key}".encode()).digest()
    # 53 bits are what a float holds: rounding 64 of them could give 1.0, which is outside.
    return (int.from_bytes(digest[:8], "big") >> 11) / 2**53


def arm_of(key: str, *, salt: str, holdout_share: float) -> Assignment.Arm:
    """Held out when the draw falls below the share."""
    return Arm.HELD_OUT if draw_of(key, salt=salt) < holdout_share else Arm.TREATED


def arms_of(keys: Iterable[str], *, salt: str, holdout_share: float) -> list[Assignment.Arm]:
    """The arm of each key, in order; nobody's arm depends on who else is there."""
    return [arm_of(key, salt=salt, holdout_share=holdout_share) for key in keys]


def standing_for(customers: QuerySet[Customer]) -> dict[int, tuple[int, str]]:
    """For each customer the identity (id, key) that stands for the person: the first customer number by source and id,
    or, of who has none, the first other number. A member card that is learned later moves nobody to the other arm.

    Sorted here and not in the database, whose order of letters depends on where it runs.
    """
    rows = Identity.objects.filter(customer__in=customers.values("pk"))
    first: dict[int, tuple[bool, str, str, int]] = {}
    for customer, scheme, source, external_id, pk in rows.values_list(
        "customer_id", "scheme", "source", "external_id", "pk"
    ):
        mine = (scheme != Scheme.CUSTOMER, source, external_id, pk)
        first[customer] = min(first.get(customer, mine), mine)
    return {customer: (pk, key_of(source, external)) for customer, (_other, source, external, pk) in first.items()}
