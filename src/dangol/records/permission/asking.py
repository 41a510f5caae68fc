"""What is asked: which kind of message, about what, by which channel. Values alone: channels lie above."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from dangol.lib.errors import DangolError

# A service message is what somebody asked for this minute, such as the way to their own data: no refusal stops it.
ADVERTISING, INFORMATIONAL, SERVICE = "advertising", "informational", "service"
KINDS = (ADVERTISING, INFORMATIONAL, SERVICE)


class NoSuchKind(DangolError):
    """A message is advertising, informational or service; anything else would pass as harmless by a slip of the pen."""


@dataclass(frozen=True)
class ChannelFacts:
    """What permission must know of a channel; the channel itself lies above and hands these over as values.

    needs: kind of contact point ("mobile", "email", "address") or None when no address is needed.
    needs_consent: whether advertising on it needs the person's consent (a coupon printed at the till does not).
    medium: what consents and suppressions call it ("sms"); the name itself when empty.
    recipient: who outside the house carries it, by the name of our contract with them; "" when nobody does.
    certified_until: the last day of a text gateway's certificate for bulk advertising.
    country: where the data go ("US"); "" when they stay.
    overseas_ground: why they may go abroad without the person's consent: contract, certification, equivalence.
    carries: what it adds to every e-mail by itself: unsubscribe, postal_address.
    """

    name: str
    needs: str | None
    needs_consent: bool
    medium: str = ""
    recipient: str = ""
    certified_until: date | None = None
    country: str = ""
    overseas_ground: str = ""
    carries: tuple[str, ...] = ()

    @property
    def called(self) -> str:
        """Its medium, as rules and answers call it."""
        return self.medium or self.name

    @property
    def spoken_of(self) -> list[str]:
        """The channel values of a consent or suppression that speak of this channel; "" speaks of all."""
        return sorted({"", self.name, self.medium})


@dataclass(frozen=True)
class About:
    """What a message is about, as far as permission asks: a kind of goods (a category's id), a topic (its id)."""

    goods_id: int | None = None
    topic_id: int | None = None


NOTHING = About()


def refuse_strange_kind(kind: str) -> None:
    """Raise NoSuchKind unless it is one of the three."""
    if kind not in KINDS:
        raise NoSuchKind(_("A message is %(kinds)s, not “%(kind)s”.") % {"kinds": ", ".join(KINDS), "kind": kind})
