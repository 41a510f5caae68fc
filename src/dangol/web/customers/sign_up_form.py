"""The sign-up form as the owner sets it up: open or shut, what it asks, its addresses, a poster for the counter."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dangol.contact.intake import joining
from dangol.contact.intake.models import SignUpDoor, SignUpSource
from dangol.lib.errors import DangolError
from dangol.lib.languages import speaks
from dangol.records.customers.own_columns import MEDIA
from dangol.records.customers.own_pages import address
from dangol.records.permission.models import Purpose
from dangol.records.permission.texts import current_text
from dangol.records.rights.keeping_rules import term
from dangol.records.staff.access.entries import Verb
from dangol.records.staff.models import Unit
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.public.handing_out import picture
from dangol.web.public.pages import is_reachable
from dangol.web.shell.gate import needs
from dangol.web.shell.toasts import toast
from dangol.web.shell.viewer import Viewer, viewer


@dataclass(frozen=True)
class Way:
    """One address of the form: by which way and to whose customers it leads."""

    source: str = ""
    unit: str = ""

    @property
    def query(self) -> str:
        """What the address says of it."""
        told = {"from": self.source, "unit": self.unit}
        return urlencode({name: code for name, code in told.items() if code})

    @property
    def link(self) -> str:
        """The whole address."""
        base = address(reverse("own_join"))
        return f"{base}?{self.query}" if self.query else base


@needs(May.CHANGE_SETTINGS, whole=True)
@require_http_methods(["GET", "HEAD", "POST"])
def sign_up_form(request: HttpRequest) -> HttpResponse:
    """How the form stands; sent, open or shut it, with what it asks."""
    if request.method != "POST":
        return _page(request)
    made = set_form(viewer(request), is_open=request.POST.get("is_open") == "yes", asks=request.POST.getlist("asks"))
    toast(request, _("The form is open.") if made.is_open else _("The form is shut."))
    return redirect("sign_up_form")


@require_POST
@needs(May.CHANGE_SETTINGS, whole=True)
def sign_up_way(request: HttpRequest) -> HttpResponse:
    """Give a medium and campaign an address of its own."""
    medium, came_by = (request.POST.get(name, "") for name in ("medium", "came_by"))
    try:
        made = give_way(viewer(request), medium=medium, came_by=came_by)
    except DangolError as problem:
        return _page(request, problem=str(problem))
    toast(request, _("The address is made."))
    return redirect(f"{reverse('sign_up_form')}?{urlencode({'from': made.code})}#address")


@needs(May.CHANGE_SETTINGS, whole=True)
@require_safe
def sign_up_poster(request: HttpRequest) -> HttpResponse:
    """One address as a page to print and put on the counter."""
    link = _chosen(request).link
    return render(request, "customers/sign_up_poster.html", {"link": link, "picture": picture(link)})


def set_form(mine: Viewer, *, is_open: bool, asks: Iterable[str]) -> SignUpDoor:
    """Open or shut the form, with what it asks; what was changed stands in the access log."""
    before = joining.door()
    made = joining.set_door(is_open=is_open, asks=asks, by=mine.user, at=clock.now())
    if before is None or made.pk != before.pk:
        words = _("Sign-up form open") if made.is_open else _("Sign-up form shut")
        asked = ", ".join(str(one.item.label) for one in joining.asked(made))
        mine.note(Verb.GRANTED, subjects=(), reason=f"{words}: {asked}" if asked else words)
    return made


def give_way(mine: Viewer, *, medium: str, came_by: str) -> SignUpSource:
    """Give a medium and campaign an address of its own; a new one stands in the access log. Raises NoWay."""
    known = {one.pk for one in joining.ways()}
    made = joining.make_way(medium=medium, came_by=came_by, by=mine.user, at=clock.now())
    if made.pk not in known:
        way = " · ".join(filter(None, (str(MEDIA.get(made.medium, made.medium)), made.came_by)))
        mine.note(Verb.GRANTED, subjects=(), reason=_("Address of the sign-up form made: %(way)s") % {"way": way})
    return made


def _page(request: HttpRequest, *, problem: str = "") -> HttpResponse:
    door, way = joining.door(), _chosen(request)
    text = current_text(Purpose.COLLECTION, language=speaks())
    context: dict[str, Any] = {
        "door": door, "problem": problem, "way": way, "picture": picture(way.link), "reachable": is_reachable(),
        "askable": [(one, bool(door and one.name in door.asks)) for one in joining.askable()], "text": text,
        "ways": [(one, str(MEDIA.get(one.medium, one.medium))) for one in joining.ways()],
        "media": [(code, str(words)) for code, words in MEDIA.items()], "days": term("sign_ups", clock.today()),
        "units": list(Unit.objects.order_by("kind", "name")), "told": request.POST,
    }  # fmt: skip
    return render(request, "customers/sign_up_form.html", context, status=422 if problem else 200)


def _chosen(request: HttpRequest) -> Way:
    """The way whose address is shown; what is not ours is left out."""
    source, unit = (request.GET.get(name, "")[:40] for name in ("from", "unit"))
    known = any(one.code == source for one in joining.ways()) or source in MEDIA
    theirs = re.fullmatch(r"[\w-]+", unit) is not None and Unit.objects.filter(code=unit).exists()
    return Way(source if known else "", unit if theirs else "")
