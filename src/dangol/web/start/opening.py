"""Making another home fit to be opened: its tables as this version of Dangol knows them."""

import os
import subprocess
import sys
from pathlib import Path

from django.utils.translation import gettext as _

from dangol.web.start.homes import CannotSwitch

COMMAND = (sys.executable, "-m", "django", "migrate", "--settings", "dangol.config.settings", "--verbosity", "0")


def bring_up_to_date(home: Path) -> None:
    """Make or change the home's tables, in a process of its own: this one keeps serving the home it has.

    Raises CannotSwitch with the last line of what went wrong.
    """
    environ = {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "DANGOL_ADDRESS"}}
    done = subprocess.run(
        [*COMMAND, "--no-input"], env={**environ, "DANGOL_HOME": str(home)}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        told = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        raise CannotSwitch(_("The home %(home)s could not be opened: %(told)s") % {"home": home, "told": told[-1]})
