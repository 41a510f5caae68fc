"""Opening another home: its tables as this version of Dangol knows them, then the server that serves it."""

import os
import subprocess
import sys
from pathlib import Path

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from dangol.lib.errors import DangolError
from dangol.web.start import homes
from dangol.web.start.homes import CannotSwitch

# Not the command `migrate`, which reads every address and page of Dangol before it begins.
TABLES = """
import sys, django
from dangol.lib.errors import DangolError
try:
    django.setup()
    from dangol.lib.schema import brought_up_to_date
    from dangol.records.customers.search_index import index_missing
    if brought_up_to_date():
        index_missing()
except DangolError as problem:
    sys.exit(str(problem))
"""


def opened(request: HttpRequest, name: str, *, lands_on: str) -> HttpResponse:
    """Open another home: at first the page that waits for it; asked by that page, with `now`, the change itself.

    In two steps, for whatever the page still wanted when the server changes over (its script, its own last lines)
    would never arrive. Raises CannotSwitch where this server cannot serve that home; who waits is told in JSON.
    """
    if "now" not in request.POST:
        homes.refuse_switch(name)
        return render(request, "start/opening.html", {"name": name, "lands_on": lands_on})
    try:
        homes.refuse_switch(name)
        bring_up_to_date(homes.home_path(name))
        homes.switch(name)
    except DangolError as problem:
        return JsonResponse({"problem": str(problem)}, status=409)
    return HttpResponse(status=204)


def bring_up_to_date(home: Path) -> None:
    """Make or change the home's tables, in a process of its own: this one keeps serving the home it has.

    Raises CannotSwitch with the last line of what went wrong.
    """
    environ = {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "DANGOL_ADDRESS"}}
    environ |= {"DANGOL_HOME": str(home), "DJANGO_SETTINGS_MODULE": "dangol.config.settings"}
    done = subprocess.run([sys.executable, "-c", TABLES], env=environ, capture_output=True, text=True, check=False)
    if done.returncode:
        told = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        raise CannotSwitch(_("The home %(home)s could not be opened: %(told)s") % {"home": home, "told": told[-1]})
