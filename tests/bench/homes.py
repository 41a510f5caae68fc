"""The homes that proofs look into. They stand below var/bench until the next full run."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from tests.bench.processes import DANGOL, Measured, measured

FOLDER = Path(__file__).resolve().parents[2] / "var" / "bench"


def demo(scenario: str) -> Measured:
    """Load a demo into a fresh home, whole."""
    home = fresh(scenario)
    command = [DANGOL, "demo", "--scenario", scenario, "--no-serve", "--json", "--home", str(home)]
    return measured(command)


def loaded(scenario: str) -> Path:
    """The home of a demo; loaded now where no proof before has done so."""
    home = FOLDER / scenario
    if not (home / "dangol.toml").exists():
        demo(scenario)
    return home


def copied(home: Path) -> Path:
    """A copy to be changed: the first visit and a rebuilt warehouse must not show in other proofs."""
    copy = fresh(f"{home.name}-copy")
    shutil.copytree(home, copy)
    return copy


def fresh(name: str) -> Path:
    """Where a home may be made; what stood there is thrown away."""
    home = FOLDER / name
    shutil.rmtree(home, ignore_errors=True)
    FOLDER.mkdir(parents=True, exist_ok=True)
    return home


def opened(home: Path) -> None:
    """Make this process one of that home: its settings, its records, its lake; tables as Dangol knows them now."""
    os.environ.update(DANGOL_HOME=str(home), DJANGO_SETTINGS_MODULE="dangol.config.settings")
    os.environ.pop("DATABASE_URL", None)
    os.environ.pop("DANGOL_ENGINE", None)
    import django

    django.setup()
    from dangol.lib.schema import brought_up_to_date

    brought_up_to_date()


def let_look_over() -> None:
    """Let the store know how its rows spread, as it does after an import; PostgreSQL tidies up and
    learns by itself some minutes after so many rows were written: not in the middle of measuring.
    """
    from django.db import connection

    from dangol.lib import bulk

    bulk.look_over(connection)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
