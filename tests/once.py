"""A business made once for all tests of a module, which each finds as it was made.

    @pytest.fixture(scope="module")
    def made(django_db_setup, django_db_blocker, tmp_path_factory):
        yield from once.made(django_db_blocker, tmp_path_factory.mktemp("made"), shop)

    @pytest.fixture
    def here(made, settings, tmp_path):
        return once.found(made, settings, tmp_path)

What is made stands in one transaction that is taken back with the module; that of each test stands within it.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from django.test import override_settings

from dangol.records.staff.access import spool

DOES_NOTHING = {"default": {"BACKEND": "django.tasks.backends.dummy.DummyBackend"}}


@dataclass(frozen=True)
class Made[Thing]:
    """What was made, and the folder of its home."""

    thing: Thing
    home: Path


def made[Thing](blocker: Any, folder: Path, make: Callable[[], Thing]) -> Iterator[Made[Thing]]:
    """Make it in a home of its own; long work is asked for and done by nobody."""
    told = {"DANGOL_HOME": folder, "DANGOL_KEYS": folder / "keys.json", "TASKS": DOES_NOTHING}
    with blocker.unblock(), transaction.atomic():
        with override_settings(**told):
            thing = make()
            spool.let_go()
        yield Made(thing, folder)
        transaction.set_rollback(True)


def found[Thing](what: Made[Thing], settings: Any, folder: Path) -> Thing:
    """Find it as it was made, in a copy of its home; what the test changes is taken back with its own transaction."""
    home = folder / "home"
    shutil.copytree(what.home, home)
    settings.TASKS = DOES_NOTHING
    settings.DANGOL_HOME, settings.DANGOL_KEYS = home, home / "keys.json"
    return deepcopy(what.thing)
