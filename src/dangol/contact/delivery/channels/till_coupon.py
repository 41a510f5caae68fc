"""A coupon printed at the till with the next receipt, shown on a page instead of printed."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from dangol.contact.delivery.display import show
from dangol.contact.delivery.parcel import Parcel
from dangol.records.permission.asking import ChannelFacts


class TillCoupon:
    """The customer comes to us, so neither an address nor a consent to messages is needed."""

    facts = ChannelFacts(name="till_coupon", needs=None, needs_consent=False)
    label = _("Coupon at the till (shown, not printed)")

    def hand_over(self, parcels: Sequence[Parcel], *, at: datetime) -> None:
        """Show each coupon as it would be printed, its title on a line of its own."""
        show(((one.message_id, "", _print(one)) for one in parcels), channel=self.facts.name, at=at)


def _print(parcel: Parcel) -> str:
    return f"{parcel.subject}\n{parcel.body}" if parcel.subject else parcel.body
