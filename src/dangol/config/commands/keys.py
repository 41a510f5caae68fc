"""`dangol keys`: how many keys and sealed texts there are; with --rotate, a new key for all of them."""

import argparse
import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dangol.config.commands.opening import acting, bars, open_home, print_json
from dangol.lib.errors import DangolError
from dangol.lib.saying import _

NEEDS = "change_settings"
# Seconds for those who just sealed something with the old key to have it written.
PAUSE = 3.0


class BeingRotated(DangolError):
    """Another process changes the keys right now."""


def add_words(command: argparse.ArgumentParser) -> None:
    command.add_argument("--rotate", action="store_true", help="make a new key, seal everything anew, forget the old")
    command.add_argument("--json", action="store_true", help="end with one JSON object on the last line")


def run(options: argparse.Namespace) -> int:
    from dangol.config.cli import home_of

    open_home(home_of(options))
    viewer = acting(options, NEEDS, whole=True)
    from dangol.lib import sealing
    from dangol.records.staff.access.entries import Verb

    answer: dict[str, int] = {"texts": sealing.sealed()}
    if options.rotate:
        viewer.note(Verb.CHANGED, reason="new key")
        answer |= rotated(quiet=options.json)
    answer["keys"] = sealing.count() if sealing.key_file().exists() or answer["texts"] else 0
    if options.json:
        print_json({**answer, "file": str(sealing.key_file())})
    else:
        print("\n".join(_told(answer, sealing.key_file(), rotated=options.rotate)))  # noqa: T201
    return 0


def _told(answer: dict[str, int], file: Path, *, rotated: bool) -> Iterator[str]:
    counts = {name: f"{count:,}" for name, count in answer.items()}
    yield _("%(texts)s sealed texts, keys in %(file)s: %(keys)s") % {**counts, "file": file}
    if rotated:
        yield _("%(sealed_anew)s sealed anew, %(forgotten)s old keys forgotten.") % counts
        yield _("Copy the key file anew; keep the copy before it as long as backups from before today.")


def rotated(*, quiet: bool) -> dict[str, int]:
    """Put a new key in front, seal everything anew, forget the old keys. A change that was stopped is finished instead.

    Raises BeingRotated, KeyLost.
    """
    from dangol.lib import sealing

    if not sealing.key_file().exists() and not sealing.sealed():
        return {"sealed_anew": 0, "forgotten": 0}
    with _alone():
        if sealing.count() == 1:
            sealing.add_key()
            time.sleep(PAUSE)
        tell, total, done, anew = bars(quiet=quiet), sealing.sealed(), 0, 0
        tell("sealing", 0, total)
        for looked_at, changed in sealing.seal_anew():
            done, anew = done + looked_at, anew + changed
            tell("sealing", done, max(total, done))
        # Whoever came late with the old key.
        anew += sum(changed for _looked_at, changed in sealing.seal_anew())
        return {"sealed_anew": anew, "forgotten": sealing.forget_old_keys()}


@contextmanager
def _alone() -> Iterator[None]:
    """Raises BeingRotated where another process holds the keys."""
    from dangol.lib import sealing

    path = sealing.key_file()
    with path.with_name(f"{path.name}.lock").open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BeingRotated(_("The keys are being changed right now. Wait for that to end.")) from None
        yield
