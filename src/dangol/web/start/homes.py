"""The homes beside this one: the demos and the user's own business, and switching between them."""

import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from dangol.lib.errors import DangolError
from dangol.lib.homes import choose
from dangol.lib.progress import Progress
from dangol.lib.settings import write_file

SCENARIOS = ("dairy", "retail", "own")
SETTINGS_FILE = "dangol.toml"
PROGRESS_FILE = "progress.json"


class CannotSwitch(DangolError):
    """The home cannot be opened from here."""


@dataclass(frozen=True)
class HomeState:
    """One home as the first-run page shows it: absent, loading, failed or ready."""

    name: str
    path: Path
    state: str
    current: bool
    progress: dict[str, Any]


def home_states() -> list[HomeState]:
    """The three homes of the first-run page, in its order."""
    return [_state(name) for name in SCENARIOS]


def home_path(scenario: str) -> Path:
    """Where a scenario's home stands: this one, or a sibling folder of its name."""
    if scenario == settings.DANGOL.source:
        return Path(settings.DANGOL_HOME)
    return Path(settings.DANGOL_HOME).parent / scenario


def progress(scenario: str) -> dict[str, Any]:
    """What a home being loaded last said: stage, done, total, problem, finished."""
    try:
        told: dict[str, Any] = json.loads((home_path(scenario) / PROGRESS_FILE).read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return {}
    return told


def load(scenario: str) -> None:
    """Load a demo into its own home, in a process of its own; safe to ask twice."""
    if _state(scenario).state == "loading":
        return
    refuse_shared_records()
    path = home_path(scenario)
    path.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "dangol.config.cli", "demo", "--scenario", scenario, "--home", str(path)]
    environ = {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "DANGOL_ADDRESS"}}
    with (path / "load.log").open("ab") as log:
        process = subprocess.Popen(
            [*command, "--no-serve"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=environ,
            start_new_session=True,
        )
    tell_file(path, pid=process.pid)("start", 0, 0)
    # Waited for, or a killed one would look alive for ever.
    threading.Thread(target=process.wait, daemon=True).start()


def refuse_shared_records() -> None:
    """With DATABASE_URL there is one business on that server; another home would write into its records."""
    if settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
        raise CannotSwitch(_("The records lie on a database server (DATABASE_URL), which holds one business."))


def make_own() -> Path:
    """An empty home for the user's own business, if there is none yet."""
    path = home_path("own")
    path.mkdir(parents=True, exist_ok=True)
    if not (path / SETTINGS_FILE).exists():
        write_file(path / SETTINGS_FILE, {"source": "own"})
    return path


def refuse_switch(scenario: str) -> None:
    """Raise CannotSwitch where this server cannot serve that home: only `dangol serve` or `dangol demo` can do so."""
    refuse_shared_records()
    path = home_path(scenario)
    if not (path / SETTINGS_FILE).exists():
        raise CannotSwitch(_("There is nothing in %(home)s yet. Load it first.") % {"home": path})
    if "DANGOL_ADDRESS" not in os.environ:
        raise CannotSwitch(
            _("This server was not started by `dangol serve`. Start one on the other home: %(command)s")
            % {"command": f"dangol serve --home {path}"}
        )


def switch(scenario: str) -> None:
    """Serve another home from now on: the pointer moves, then the server changes its worker.

    What this process has not sent a moment later is lost, and it takes no more questions. Raises CannotSwitch.
    """
    refuse_switch(scenario)
    choose(Path(settings.DANGOL_HOME).parent / "current", home_path(scenario))
    os.kill(os.getppid(), signal.SIGHUP)


def move_clock(to: datetime) -> None:
    """Set the home's clock, keeping every other setting of its file."""
    change_settings(Path(settings.DANGOL_HOME), as_of=to)


def change_settings(home: Path, **changes: Any) -> None:
    """Change named settings of a home's file, keeping the others."""
    import tomllib

    path = home / SETTINGS_FILE
    values = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    write_file(path, {**values, **changes})


def tell_file(home: Path, *, pid: int) -> Progress:
    """Progress into the home's progress file, for a page that polls it."""

    def tell(stage: str, done: int, total: int, /) -> None:
        say(home, {"stage": stage, "done": done, "total": total, "pid": pid})

    return tell


def say(home: Path, told: dict[str, Any]) -> None:
    """Replace the home's progress file whole."""
    part = home / f"{PROGRESS_FILE}.part"
    part.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    part.replace(home / PROGRESS_FILE)


def _state(scenario: str) -> HomeState:
    path = home_path(scenario)
    told = progress(scenario)
    if told.get("problem"):
        state = "failed"
    elif told and not told.get("finished"):
        state = "loading" if _alive(told.get("pid")) else "failed"
    else:
        state = "ready" if (path / SETTINGS_FILE).exists() else "absent"
    return HomeState(scenario, path, state, path == Path(settings.DANGOL_HOME), told)


def _alive(pid: Any) -> bool:
    try:
        os.kill(int(pid), 0)
    except (TypeError, ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True
