"""Which channels there are, and what the built-in ones showed."""

from functools import cache
from importlib.metadata import entry_points

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from dangol.contact.delivery.models import Displayed
from dangol.contact.delivery.parcel import Channel
from dangol.lib.errors import DangolError


class BrokenChannel(DangolError):
    """An installed channel cannot be loaded."""


class NoSuchChannel(DangolError):
    """A channel was named that is not installed."""


@cache
def channels() -> dict[str, Channel]:
    """Every installed channel by its name, our own and others alike (entry point `dangol.channels`).

    Raises BrokenChannel.
    """
    found: dict[str, Channel] = {}
    for point in sorted(entry_points(group="dangol.channels"), key=lambda point: point.name):
        try:
            channel = point.load()()
        except Exception as error:
            raise BrokenChannel(
                _("The channel “%(name)s” (%(place)s) cannot be loaded: %(error)s. Mend or remove its package.")
                % {"name": point.name, "place": point.value, "error": error}
            ) from error
        found[channel.facts.name] = channel
    return found


def channel(name: str) -> Channel:
    """The installed channel of this name. Raises NoSuchChannel."""
    if name not in channels():
        known = ", ".join(channels())
        raise NoSuchChannel(_("There is no channel “%(name)s”. Installed: %(known)s.") % {"name": name, "known": known})
    return channels()[name]


def displayed() -> QuerySet[Displayed]:
    """What the built-in channels showed, the latest first, with the customers they were for."""
    return Displayed.objects.select_related("message__identity__customer").order_by("-id")
