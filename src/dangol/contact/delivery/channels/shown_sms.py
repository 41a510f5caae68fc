"""A text message that is shown on a page instead of being sent."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from dangol.contact.delivery.display import show
from dangol.contact.delivery.parcel import Parcel
from dangol.records.permission.asking import ChannelFacts


class ShownSms:
    """Advertising by text message needs consent and a mobile number."""

    facts = ChannelFacts(name="shown_sms", needs="mobile", needs_consent=True, medium="sms")
    label = _("Text message (shown, not sent)")

    def hand_over(self, parcels: Sequence[Parcel], *, at: datetime) -> None:
        """Show each text as it would reach the phone; the subject is the title of a long message."""
        show(((one.message_id, one.address, _text(one)) for one in parcels), channel=self.facts.name, at=at)


def _text(parcel: Parcel) -> str:
    return f"[{parcel.subject}]\n{parcel.body}" if parcel.subject else parcel.body
