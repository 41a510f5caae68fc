"""Home folders: where they stand, which one is served, and who holds one right now."""

import fcntl
import os
import time
from pathlib import Path

from dangol.lib.errors import DangolError
from dangol.lib.saying import _


class HomeInUse(DangolError):
    """Another server already serves this home."""


def homes_folder() -> Path:
    """Where homes stand when none is named: ./var/homes in a checkout, else ~/.dangol."""
    checkout = Path(__file__).resolve().parents[3]
    return checkout / "var" / "homes" if (checkout / "pyproject.toml").exists() else Path.home() / ".dangol"


def chosen(pointer: Path, default: Path) -> Path:
    """The home last chosen in the browser; the one the server was started with when none was."""
    try:
        name = pointer.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return default
    home = pointer.parent / name
    return home if name and home.is_dir() else default


def choose(pointer: Path, home: Path) -> None:
    """Make a sibling home the one that is served, in one step that a crash cannot halve."""
    part = pointer.with_suffix(".part")
    part.write_text(home.name, encoding="utf-8")
    part.replace(pointer)


def hold(home: Path, address: str, *, patience: float = 0.0) -> int:
    """Hold the home for one server until this process ends; waits up to `patience` seconds.

    Returns the open file descriptor (keep it). Raises HomeInUse naming the address that has it.
    """
    home.mkdir(parents=True, exist_ok=True)
    handle = os.open(home / "serving", os.O_RDWR | os.O_CREAT, 0o600)
    until = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                holder = os.pread(handle, 200, 0).decode(errors="replace").strip()
                os.close(handle)
                told = _(
                    "The home %(home)s is already served at %(address)s. Open that address, stop that server, or choose"
                    " another --home."
                )
                raise HomeInUse(told % {"home": home, "address": holder}) from None
            time.sleep(0.1)
        else:
            os.ftruncate(handle, 0)
            os.pwrite(handle, address.encode(), 0)
            return handle
