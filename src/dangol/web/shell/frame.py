"""What every page's frame needs to know."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dangol.insight.analysis.models import Run
from dangol.lib.asked_again import asked_again
from dangol.records.staff.roles import May, Role
from dangol.web import clock
from dangol.web.shell import idle
from dangol.web.shell.viewer import Viewer


@dataclass(frozen=True)
class Room:
    """One entry of the menu: the url name, its label and icon, the key after G, and the addresses below it."""

    url_name: str
    label: str | Promise
    icon: str
    key: str
    may: May | None = None  # what opens it; None: everybody who signed in
    whole: bool = False  # only for those who see all customers
    phone: bool = True  # one of the four in the phone's bottom bar
    short: str | Promise = ""  # its label there, where the other is too long
    dealers: bool = True  # also for dealers, who need few things and have a small screen


ROOMS = (
    Room("today", _("Today"), "today", "KeyT"),
    Room("customers", _("Customers"), "people", "KeyC", May.SEE_CUSTOMERS),
    Room("map", _("Relationship map"), "map", "KeyM", May.SEE_VALUES, whole=True, short=_("Map")),
    Room("campaigns", _("Campaigns"), "send", "KeyP", May.SEE_CAMPAIGNS, whole=True),
    Room("insight", _("Insight"), "bars", "KeyN", May.SEE_VALUES, whole=True, phone=False),
    Room("insight_cube", _("Ask the numbers"), "grid", "KeyQ", May.ASK_NUMBERS, phone=False),
    Room("privacy", _("Privacy"), "shield", "KeyV", phone=False, dealers=False),
    Room("import", _("Import"), "in", "KeyI", May.IMPORT, whole=True, phone=False),
    Room("staff", _("Staff"), "person", "KeyW", May.MANAGE_STAFF, phone=False),
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
        """The rooms that exist and open to the viewer, the current one marked."""
        found = [(room, url) for room in ROOMS if self._opens(room) and (url := address_of(room.url_name)) is not None]
        here = max((url for _room, url in found if self._is_within(url)), key=len, default="")
        return [Entry(room, url, url == here) for room, url in found]

    @property
    def phone_menu(self) -> list[Entry]:
        return [entry for entry in self.menu if entry.room.phone]

    @cached_property
    def as_of(self) -> datetime:
        return clock.as_of()

    @cached_property
    def lake_version(self) -> str:
        """The version of the warehouse the newest finished analysis saw; empty before the first."""
        return next(iter(_newest_version()), "")

    @property
    def idle_minutes(self) -> int:
        """After how many minutes without a key or a touch the page goes to the door; 0 for never."""
        rest = idle.patience(self.request)
        return int(rest.total_seconds()) // 60 if rest else 0

    @property
    def other_language(self) -> str:
        return "en" if getattr(self.request, "LANGUAGE_CODE", "ko").startswith("ko") else "ko"

    @property
    def here(self) -> str:
        """The address at which the page can be asked for again, such as in another language.

        What answers a form may stand at an address that takes nothing else: then it is the page the form stands on.
        """
        came_from = urlsplit(self.request.headers.get("Referer", ""))
        if self.request.method == "POST" and came_from.netloc == self.request.get_host():
            return came_from._replace(scheme="", netloc="", fragment="").geturl()
        return self.request.get_full_path()

    def _opens(self, room: Room) -> bool:
        viewer: Viewer | None = getattr(self.request, "viewer", None)
        if viewer is None or (room.may is not None and not viewer.may(room.may)):
            return False
        if viewer.user.role == Role.DEALER and not room.dealers:
            return False
        return viewer.scope.whole or not room.whole

    def _is_within(self, url: str) -> bool:
        path = self.request.path
        return path == url if url == reverse("today") else path.startswith(url)


@asked_again
def _newest_version() -> QuerySet[Run, str]:
    runs = Run.objects.filter(finished_at__isnull=False).exclude(lake_version="").order_by("-id")
    return runs.values_list("lake_version", flat=True)[:1]


def address_of(url_name: str) -> str | None:
    """The address of a page that takes no argument, or None where that page does not exist."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return None


def frame(request: HttpRequest) -> dict[str, Any]:
    """The context processor: `frame` in every template, `viewer` where somebody is signed in."""
    return {"frame": Frame(request), "viewer": getattr(request, "viewer", None)}
