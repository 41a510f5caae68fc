"""Run a command with a PostgreSQL of its own that is thrown away afterwards.

    python -m tools.postgres pytest -m store

The command finds the server in DATABASE_URL. The server listens on 127.0.0.1 alone, behind a password made for it,
and ends with this process, however that ends. PostgreSQL refuses to run as root; for root it runs as `postgres` or
`nobody`.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

from tools.children import end_with_parent, free_port, stop

# A cluster that nobody needs tomorrow may forget what it wrote when the machine fails, keeps nothing for another one,
# and neither compiles what is asked of tables nobody has looked at yet nor looks at them: they are empty again soon.
_HASTY = (
    "fsync=off", "synchronous_commit=off", "full_page_writes=off", "wal_level=minimal", "max_wal_senders=0",
    "autovacuum=off", "jit=off", "max_connections=50",
)  # fmt: skip


class ServerDidNotStart(RuntimeError):
    """PostgreSQL could not be started; the message holds the end of its log."""


def programs() -> Path | None:
    """Return the folder of PostgreSQL's server programs, the newest where there are several, or None."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda file: int(file.parts[-3].split(".")[0]))
    on_path = shutil.which("initdb")
    if found:
        return found[-1].parent
    return Path(on_path).resolve().parent if on_path else None


def account() -> dict[str, Any]:
    """Return the arguments of Popen that make a process run as someone who is not root."""
    if os.geteuid() != 0:
        return {}
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = known.get("postgres") or known["nobody"]
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def own(path: Path, who: dict[str, Any]) -> None:
    """Give a path to the account that the server runs as."""
    if who:
        os.chown(path, who["user"], who["group"])


@contextmanager
def cluster(seconds: float = 60) -> Iterator[str]:
    """Make a cluster in a temporary folder and start it; yield its URL; stop it and remove the folder."""
    bin_folder = programs()
    if bin_folder is None:
        raise ServerDidNotStart("PostgreSQL is not installed (Debian, Ubuntu: apt-get install postgresql).")
    folder = Path(tempfile.mkdtemp(prefix="dangol-postgres-"))
    who = account()
    try:
        password = make_cluster(bin_folder, folder, who)
        port = free_port()
        process = start(bin_folder, folder, who, port)
        try:
            wait_until_ready(process, folder, bin_folder, port, seconds)
            yield f"postgresql://dangol:{password}@127.0.0.1:{port}/postgres"
        finally:
            stop(process)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def make_cluster(bin_folder: Path, folder: Path, who: dict[str, Any]) -> str:
    """Initialise the cluster in `folder`; return the password of its owner `dangol`."""
    password = secrets.token_hex(16)
    secret = folder / "password"
    secret.write_text(password)
    own(folder, who)
    own(secret, who)
    command = [str(bin_folder / "initdb"), f"--pgdata={folder / 'data'}", "--username=dangol", f"--pwfile={secret}"]
    shape = ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
    done = subprocess.run([*command, *shape], capture_output=True, text=True, check=False, cwd=folder, **who)
    if done.returncode:
        raise ServerDidNotStart(f"initdb failed:\n{done.stdout}{done.stderr}")
    return password


def start(bin_folder: Path, folder: Path, who: dict[str, Any], port: int) -> subprocess.Popen[bytes]:
    """Start the server on a port of 127.0.0.1."""
    settings = ("listen_addresses=127.0.0.1", f"unix_socket_directories={folder}", *_HASTY)
    options = [part for setting in settings for part in ("-c", setting)]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            [bin_folder / "postgres", "-D", folder / "data", "-p", str(port), *options],
            stdout=log,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            cwd=folder,
            preexec_fn=end_with_parent,
            **who,
        )


def wait_until_ready(
    process: subprocess.Popen[bytes], folder: Path, bin_folder: Path, port: int, seconds: float
) -> None:
    """Return when the server answers; raise ServerDidNotStart when it ends or takes too long."""
    end = time.monotonic() + seconds
    asks = [str(bin_folder / "pg_isready"), "--quiet", "--host=127.0.0.1", f"--port={port}"]
    while subprocess.run(asks, check=False).returncode:
        if process.poll() is not None or time.monotonic() > end:
            raise ServerDidNotStart(f"PostgreSQL did not start:\n{(folder / 'log').read_text()[-2000:]}")
        time.sleep(0.1)


def leave(*_: object) -> NoReturn:
    """Leave by an exception, so that the server is stopped on the way out."""
    sys.exit(143)


def main() -> int:
    """Run the command of the arguments beside a fresh PostgreSQL; return its exit code."""
    signal.signal(signal.SIGTERM, leave)
    try:
        with cluster() as url:
            environment = os.environ | {"DATABASE_URL": url}
            return subprocess.run(sys.argv[1:], env=environment, check=False).returncode
    except ServerDidNotStart as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
