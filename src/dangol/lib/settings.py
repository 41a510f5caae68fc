"""Typed readers of settings that fail loudly: environment variables and one TOML file."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import datetime
from pathlib import Path
from typing import Any, get_type_hints

from dangol.lib.errors import WrongUse

MOST_PROCESSES = 16  # that make pages; the web server works on eight requests at a time


class BadSettings(WrongUse):
    """A setting is unknown, of the wrong type, or out of range."""


def refuse_unknown(environ: Mapping[str, str], *, prefix: str, known: set[str]) -> None:
    """Refuse a variable with our prefix that nobody reads: it is a spelling mistake."""
    unknown = sorted(name for name in environ if name.startswith(prefix) and name not in known)
    if unknown:
        raise BadSettings(
            f"Unknown setting {unknown[0]}. Known settings: {', '.join(sorted(known))}. "
            f"Correct the name or remove it from the environment."
        )


def whole_number(text: str, *, name: str, most: int) -> int:
    """A number from 1 to `most`. Raises BadSettings naming what it is of."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= most:
        raise BadSettings(f"{name}: a number from 1 to {most}, not {text!r}.")
    return int(text)


def cores() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def read_file[S](path: Path, schema: type[S]) -> S:
    """The settings of a TOML file as a dataclass; a missing file gives the defaults.

    Raises BadSettings naming file, key and what would be accepted.
    """
    return build(_parsed(path), schema, where=str(path))


def build[S](values: Mapping[str, Any], schema: type[S], *, where: str) -> S:
    """A dataclass from plain values, every key known and every value of its type."""
    types = get_type_hints(schema)
    unknown = sorted(set(values) - set(types))
    if unknown:
        raise BadSettings(f"{where}: unknown setting '{unknown[0]}'. Known: {', '.join(sorted(types))}.")
    for field in fields(schema):  # type: ignore[arg-type]
        if field.name not in values and field.default is MISSING and field.default_factory is MISSING:
            raise BadSettings(f"{where}: the setting '{field.name}' is missing.")
    return schema(**{key: _typed(value, types[key], key, where) for key, value in values.items()})


def write_file(path: Path, values: Mapping[str, Any]) -> None:
    """Replace the file whole, so that a reader or a crash never sees half of it."""
    lines = [f"{key} = {_toml(value)}" for key, value in values.items() if value is not None]
    part = path.with_suffix(".part")
    part.write_text("\n".join(lines) + "\n", encoding="utf-8")
    part.replace(path)


def _parsed(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSettings(f"{path}: cannot be read as TOML ({error}). Mend it or remove it.") from error


def _typed(value: Any, wanted: Any, key: str, where: str) -> Any:
    accepted = getattr(wanted, "__args__", (wanted,))
    if float in accepted and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if (isinstance(value, bool) and bool not in accepted) or not isinstance(value, accepted):
        names = " or ".join(kind.__name__ for kind in accepted if kind is not type(None))
        raise BadSettings(f"{where}: '{key}' should be {names}, not {value!r}.")
    if isinstance(value, datetime) and value.tzinfo is None:
        raise BadSettings(f"{where}: '{key}' needs a time zone, such as 2026-09-28T00:00:00+09:00.")
    return value


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, datetime):
        return value.isoformat()
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
