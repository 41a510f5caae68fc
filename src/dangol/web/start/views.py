"""The first-run page: choose a demo or your own business, watch it load, open it."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from dangol.lib.errors import DangolError
from dangol.records.staff.roles import May
from dangol.web.shell.fragments import asks_for_part
from dangol.web.shell.gate import needs
from dangol.web.start import homes
from dangol.web.start.opening import opened
from dangol.web.start.stages import stage_name


@needs(May.CHANGE_SETTINGS)
@require_safe
@never_cache
def start(request: HttpRequest) -> HttpResponse:
    """The homes there can be, each with its state and the one thing to do with it."""
    return render(request, "start/start.html", {"homes": homes.home_states()})


@needs(May.CHANGE_SETTINGS)
@require_safe
@never_cache
def start_home(request: HttpRequest, name: str) -> HttpResponse:
    """One home's card, asked for again and again while it loads."""
    return _card(request, name)


@require_POST
@needs(May.CHANGE_SETTINGS)
def start_load(request: HttpRequest, name: str) -> HttpResponse:
    """Begin to load a demo; asking twice loads once."""
    try:
        homes.load(_known(name))
    except (DangolError, OSError) as problem:
        return _card(request, name, problem=str(problem))
    return _card(request, name) if asks_for_part(request) else redirect("start")


@require_POST
@needs(May.CHANGE_SETTINGS)
def switch(request: HttpRequest, name: str) -> HttpResponse:
    """Serve another home from now on, and wait with the user until it answers."""
    if _known(name) == "own":
        homes.make_own()
    if homes.home_path(name) == settings.DANGOL_HOME:
        return redirect("today")
    try:
        return opened(request, name, lands_on="today")
    except DangolError as problem:
        return render(request, "start/start.html", {"homes": homes.home_states(), "problem": problem}, status=409)


@login_not_required
@require_safe
@never_cache
def served_home(request: HttpRequest) -> JsonResponse:
    """Which home answers here: the waiting page asks until it is the wanted one. The other home has its own sign-in."""
    return JsonResponse({"home": settings.DANGOL.source})


def _card(request: HttpRequest, name: str, *, problem: str = "") -> HttpResponse:
    home = next(home for home in homes.home_states() if home.name == _known(name))
    told = home.progress
    context = {"home": home, "problem": problem or told.get("problem", ""), "stage": stage_name(told.get("stage", ""))}
    return render(request, "start/home.html", context)


def _known(name: str) -> str:
    if name not in homes.SCENARIOS:
        raise Http404(name)
    return name
