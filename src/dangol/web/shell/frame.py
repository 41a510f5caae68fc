"""What every page's frame needs to know."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dangol.insight.analysis.models import Run
from dangol.web import clock


@dataclass(frozen=True)
class Room:
    """One entry of the menu: the url name, its label and icon, the key after G, and the addresses below it."""

    url_name: str
    label: str | Promise
    icon: str
    key: str
    phone: bool = True  # one of the four in the phone's bottom bar
    short: str | Promise = ""  # its label there, where the other is too long


ROOMS = (
    Room("today", _("Today"), "today", "KeyT"),
    Room("customers", _("Customers"), "people", "KeyC"),
    Room("map", _("Relationship map"), "map", "KeyM", short=_("Map")),
    Room("campaigns", _("Campaigns"), "send", "KeyP"),
    Room("import", _("Import"), "in", "KeyI", phone=False),
)


@dataclass(frozen=True)
class Entry:
    room: Room
    url: str
    current: bool


class Frame:
    """The home's name, clock and whether its data are simulated; worked out only where a template asks."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @cached_property
    def home(self) -> Any:
        return clock.home()

    @property
    def simulated(self) -> bool:
        return bool(self.home.simulated)

    @property
    def borrowed(self) -> bool:
        """Whether the data are a real shop's published for research: no commercial use."""
        return not self.simulated and self.home.source != "own"

    @cached_property
    def menu(self) -> list[Entry]:
        """The rooms that exist, the current one marked."""
        return [
            Entry(room, url, self._is_current(url)) for room in ROOMS if (url := address_of(room.url_name)) is not None
        ]

    @property
    def phone_menu(self) -> list[Entry]:
        return [entry for entry in self.menu if entry.room.phone]

    @cached_property
    def as_of(self) -> datetime:
        return clock.as_of()

    @cached_property
    def lake_version(self) -> str:
        """The version of the warehouse the newest finished analysis saw; empty before the first."""
        runs = Run.objects.filter(finished_at__isnull=False).exclude(lake_version="").order_by("-id")
        return runs.values_list("lake_version", flat=True).first() or ""

    @property
    def other_language(self) -> str:
        return "en" if getattr(self.request, "LANGUAGE_CODE", "ko").startswith("ko") else "ko"

    def _is_current(self, url: str) -> bool:
        path = self.request.path
        return path == url if url == reverse("today") else path.startswith(url)


def address_of(url_name: str) -> str | None:
    """The address of a page that takes no argument, or None where that page does not exist."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return None


def frame(request: HttpRequest) -> dict[str, Any]:
    """The context processor: `frame` in every template."""
    return {"frame": Frame(request)}
