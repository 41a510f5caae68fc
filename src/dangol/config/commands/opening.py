"""Opening a home for a command: settings, tables, progress bars, JSON."""

import json
import os
import sys
from pathlib import Path
from typing import Any

from dangol.lib.errors import DangolError
from dangol.lib.progress import Progress


class NoSuchHome(DangolError):
    """The home folder does not exist yet."""


def open_home(home: Path, *, must_exist: bool = True) -> None:
    """Load Django on this home and bring its tables up to date."""
    if must_exist and not home.is_dir():
        raise NoSuchHome(f"There is no home at {home}. Make one with `dangol init --home {home}` or `dangol demo`.")
    home.mkdir(parents=True, exist_ok=True)
    os.environ["DANGOL_HOME"] = str(home)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dangol.config.settings")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)


def bars(*, quiet: bool = False) -> Progress:
    """Progress as bars on the error stream, one line a stage, so that output stays clean."""
    from tqdm import tqdm

    shown: dict[str, Any] = {}

    def tell(stage: str, done: int, total: int, /) -> None:
        if quiet:
            return
        if stage not in shown:
            for other in shown.values():
                other.close()
            shown[stage] = tqdm(total=total or None, desc=stage, file=sys.stderr, leave=True, mininterval=0.5)
        bar = shown[stage]
        bar.total = total or None
        bar.update(max(0, done - bar.n))
        if total and done >= total:
            bar.close()

    return tell


def print_json(answer: dict[str, Any]) -> None:
    """One object on one line, UTF-8 as it is."""
    sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
    sys.stdout.flush()
