"""The channels a campaign can go by, in plain words, and why somebody cannot be reached by one."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dangol.contact.delivery.parcel import Channel
from dangol.contact.delivery.queries import channels
from dangol.records.customers.models import ContactPoint
from dangol.records.permission.models import Consent

type Word = str | Promise

ROADS: dict[str | None, Word] = {
    "mobile": _("Goes to the customer’s mobile phone."),
    "email": _("Goes to the customer’s e-mail address."),
    "address": _("Goes by post to the customer’s address."),
    None: _("Needs no number or address: the customer gets it on the next visit."),
}
CONSENT: dict[bool, Word] = {
    True: _("Only those who agreed to advertising get it."),
    False: _("No consent is needed, because nobody is written to."),
}
BUILT_IN: dict[str, Word] = {
    "shown_sms": _("Nothing really leaves: each message is shown under “Messages shown”."),
    "till_coupon": _("Nothing is really printed: each coupon is shown under “Messages shown”."),
}
# reason: short name, and what can be done about it
REASONS: dict[str, tuple[Word, Word]] = {
    "held_out": (_("Held out, to measure the effect"), _("Leave it so: without them nothing could be measured.")),
    "no_consent": (_("Never asked for consent"), _("Ask for consent at the next contact.")),
    "consent_refused": (_("Does not agree to advertising"), _("Respect it. Another channel may do without consent.")),
    "refused_there": (
        _("Somebody with the same number refused"),
        _("Respect it. Ask whose number it is at the next contact."),
    ),
    "no_address": (_("No number or address"), _("Ask for the number at the next contact.")),
    "reconfirm_due": (
        _("Consent older than two years"),
        _("Remind them that it stands; after that it counts for two more years."),
    ),
    "topic_declined": (_("Does not want this topic"), _("Write about something else.")),
    "capped": (_("Had enough messages lately"), _("Wait, or send fewer things to everybody.")),
    "minor_without_guardian": (_("A child without a guardian’s consent"), _("Ask the guardian first.")),
    "no_contract": (_("No contract with the carrier"), _("Record the contract under Privacy or Staff.")),
    "gateway_not_certified": (_("Gateway without a certificate"), _("Choose a certified gateway, or another channel.")),
    "lacks_marks": (_("Channel leaves out what an e-mail must hold"), _("Choose another channel.")),
    "no_third_party_consent": (_("Has not agreed that others get the data"), _("Ask for it at the next contact.")),
    "no_overseas_consent": (_("Has not agreed that data go abroad"), _("Ask for it at the next contact.")),
    "merged": (_("Is one person with another row"), _("That row got it, or will.")),
    "forgotten": (_("Was forgotten"), _("Nothing is left to send to.")),
    "suppressed": (_("On the do-not-contact list"), _("Cannot be changed here: the customer asked for it.")),
    "no_identity": (_("No receipt or member number"), _("Link a receipt or a member number to the customer.")),
}


def offered() -> list[Channel]:
    """Every installed channel, the one that suits this business first."""
    known = list(channels().values())
    return sorted(known, key=lambda channel: (not _reaches_somebody(channel), channel.facts.needs is None))


def chosen(name: str) -> Channel:
    """The channel of this name, else the one that suits this business."""
    return channels().get(name) or offered()[0]


def told(channel: Channel) -> list[Word]:
    """What a channel is, in up to three sentences."""
    facts = channel.facts
    words = [ROADS.get(facts.needs, ""), CONSENT[facts.needs_consent], BUILT_IN.get(facts.name, "")]
    return [word for word in words if word]


def reasons(withheld: dict[str, int]) -> list[tuple[Word, int]]:
    """Why people are left out, the commonest first: (short name, number)."""
    named = [(REASONS[code][0] if code in REASONS else code, number) for code, number in withheld.items() if number]
    return sorted(named, key=lambda reason: -reason[1])


def _reaches_somebody(channel: Channel) -> bool:
    """Whether anybody has the number this channel needs and agreed to it, so far as it must be agreed to."""
    facts = channel.facts
    if facts.needs and not ContactPoint.objects.filter(kind=facts.needs).exists():
        return False
    return not facts.needs_consent or Consent.objects.filter(purpose=Consent.Purpose.MARKETING, granted=True).exists()
