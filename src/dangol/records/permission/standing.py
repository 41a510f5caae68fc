"""What somebody's answers come to now: of each question the last answer counts, of two at one time the refusal."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from dangol.lib import bulk
from dangol.records.customers.models import Customer
from dangol.records.permission.models import Consent

NEWEST = ("-answered_at", "granted", "-id")


@dataclass(frozen=True)
class Standing:
    """One person's answers, the one that counts first."""

    answers: tuple[Consent, ...]

    def last(self, purpose: str, *, channel: str = "", recipient: str = "") -> Consent | None:
        """The answer that counts for a channel ("" = those about all channels alone) and whoever gets the data."""
        found = (
            one
            for one in self.answers
            if one.purpose == purpose and one.channel in {"", channel} and one.recipient in {"", recipient}
        )
        return next(found, None)

    def agreed(self, purpose: str, *, channel: str = "", recipient: str = "") -> Consent | None:
        """The agreement that stands, if one does."""
        last = self.last(purpose, channel=channel, recipient=recipient)
        return last if last is not None and last.granted else None

    def channels(self, purpose: str) -> set[str]:
        """The channels that answers speak of; "" is none of them."""
        return {one.channel for one in self.answers if one.purpose == purpose and one.channel}


def standing(customer: Customer, *, purposes: Iterable[str] = ()) -> Standing:
    """The answers of one person, with the texts they were given to: one query."""
    mine = Consent.objects.filter(customer=customer).select_related("text")
    if wanted := list(purposes):
        mine = mine.filter(purpose__in=wanted)
    return Standing(tuple(mine.order_by(*NEWEST)))


def standings(customer_ids: Iterable[int]) -> dict[int, Standing]:
    """The answers of each of these: one query."""
    rows: dict[int, list[Consent]] = {one: [] for one in customer_ids}
    for answer in Consent.objects.filter(customer__in=list(rows)).order_by(*NEWEST):
        rows[answer.customer_id].append(answer)
    return {one: Standing(tuple(answers)) for one, answers in rows.items()}


def agreeing(customers: Iterable[int], purpose: str) -> set[int]:
    """Those of the customers whose last answer to a purpose that knows no channels is yes: one query."""
    rows = bulk.rows_by(
        connection, Consent._meta.db_table, "customer_id", sorted(set(customers)), ["answered_at", "granted", "id"],
        same={"purpose": str(purpose)},
    )  # fmt: skip
    last: dict[int, bool] = {}
    # Of two answers at one time the refusal counts, as everywhere.
    for customer, _at, granted, _id in sorted(rows, key=lambda row: (row[1], not row[2], row[3])):
        last[customer] = bool(granted)
    return {customer for customer, granted in last.items() if granted}
