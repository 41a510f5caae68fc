"""Processes that begin where the libraries are read already: half of a short command goes into reading them.

    run("dangol.config.cli", ["find", "김"], environ={...})    like `python -m dangol.config.cli find 김`

Each is a process of its own, forked from one that has read the libraries (none of our own modules, no settings)
and has done nothing else. The first of each module and first word in a run is started from nothing, as a terminal
does it, and so is one that finds other Python modules than this run.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import runpy
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

ROOT = Path(__file__).resolve().parents[1]
LIBRARIES = (
    "asyncio", "concurrent.futures.thread", "cryptography.fernet", "django.contrib.auth.hashers",
    "django.core.management", "django.db.backends.sqlite3.base", "django.db.migrations.executor", "django.db.models",
    "django.forms", "django.shortcuts", "django.template.loader_tags", "django.test.client", "django.urls",
    "ibis.backends.duckdb", "numpy.random", "pandas", "pyarrow.parquet", "scipy.integrate", "scipy.optimize",
    "scipy.special", "scipy.stats", "sqlglot", "sqlite3", "zoneinfo",
)  # fmt: skip
FINDS_MODULES = ("PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP")

_asking = threading.Lock()
_source: subprocess.Popen[str] | None = None
_seen = set[tuple[str, str]]()


def run(
    module: str, words: Sequence[str], *, environ: Mapping[str, str], cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a module to its end; what it said and its exit code."""
    first = (module, next(iter(words), ""))
    elsewhere = any(environ.get(name) != os.environ.get(name) for name in FINDS_MODULES)
    if elsewhere or first not in _seen:
        _seen.add(first)
        command = [sys.executable, "-m", module, *words]
        return subprocess.run(command, env=environ, cwd=cwd, capture_output=True, text=True, check=False)
    with tempfile.TemporaryDirectory(prefix="dangol-begun-") as folder:
        told = {"module": module, "words": list(words), "environ": dict(environ), "cwd": str(cwd or Path.cwd()),
                "said": [str(Path(folder) / name) for name in ("1", "2")]}  # fmt: skip
        code = int(_asked(told))
        said = [Path(file).read_text(encoding="utf-8") for file in told["said"]]
    return subprocess.CompletedProcess([module, *words], code, *said)


def _asked(told: dict[str, Any]) -> str:
    global _source
    with _asking:
        if _source is None:
            _source = subprocess.Popen(
                [sys.executable, "-m", "tests.begun"], cwd=ROOT, text=True,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            )  # fmt: skip
            atexit.register(_end, _source)
        assert _source.stdin and _source.stdout
        _source.stdin.write(json.dumps(told) + "\n")
        _source.stdin.flush()
        return _source.stdout.readline()


def _end(source: subprocess.Popen[str]) -> None:
    """Nothing more is asked of it: it ends by itself."""
    assert source.stdin
    source.stdin.close()
    source.wait()


def begin_others() -> None:
    """Read the libraries, then begin a process for every line that comes."""
    for name in LIBRARIES:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()
    while line := sys.stdin.readline():
        with warnings.catch_warnings(action="ignore"):  # threads of libraries, which know how to be forked
            process = os.fork()
        if not process:
            _become(json.loads(line))
        _, status = os.waitpid(process, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _become(told: dict[str, Any]) -> NoReturn:
    """Be the process that was told, to its end."""
    for stream, file in ((1, told["said"][0]), (2, told["said"][1])):
        os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT), stream)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.chdir(told["cwd"])
    os.environ.clear()
    os.environ.update(told["environ"])
    time.tzset()
    tempfile.tempdir = None
    sys.argv[1:] = told["words"]
    code = _done(told["module"])
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # threads of libraries that were not forked with the rest cannot be waited for


def _done(module: str) -> int:
    """Run the module; the exit code Python would end with."""
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            return end.code or 0
        sys.stderr.write(f"{end.code}\n")
        return 1
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


if __name__ == "__main__":
    begin_others()
