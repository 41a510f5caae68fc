"""`dangol serve`: the pages of a home and its background work, on this machine."""

import argparse
import os
import socket
import sys
from pathlib import Path

from dangol.lib.errors import DangolError
from dangol.lib.saying import _

# Works on the machine and not on people: whoever can start it owns the files.
NEEDS = None


class PortInUse(DangolError):
    """Somebody else listens there."""


def add_words(command: argparse.ArgumentParser) -> None:
    command.add_argument("--port", type=int, default=8000, help="the port to listen on (default 8000)")
    command.add_argument("--host", default="127.0.0.1", help="the address to listen on (default 127.0.0.1)")
    command.add_argument("--processes", help="how many processes may make pages (default 2; 1 where there is one core)")


def run(options: argparse.Namespace) -> int:
    from dangol.config.cli import home_of
    from dangol.config.commands.opening import NoSuchHome, refuse_other_store
    from dangol.lib.homes import choose, chosen, hold
    from dangol.lib.settings import MOST_PROCESSES, whole_number

    if options.processes:
        os.environ["DANGOL_PROCESSES"] = str(whole_number(options.processes, name="--processes", most=MOST_PROCESSES))
    named = options.home or os.environ.get("DANGOL_HOME")
    first = home_of(options)
    if not first.is_dir():
        told = _("There is no home at %(home)s. Make one with `dangol init --home %(home)s` or `dangol demo`.")
        raise NoSuchHome(told % {"home": first})
    pointer = first.parent / "current"
    home = first if named else chosen(pointer, first)
    address = f"http://{'localhost' if options.host == '127.0.0.1' else options.host}:{options.port}"
    os.close(hold(home, address))
    refuse_taken_port(options.host, options.port)
    refuse_other_store(home)
    _prepare(home)
    choose(pointer, home)
    os.environ.update(DANGOL_HOME=str(home), DANGOL_ADDRESS=address)
    sys.stderr.write(f"Dangol: {address}  ({home})\n{_('Stop with Ctrl+C.')}\n")
    sys.stderr.flush()
    _listen(options.host, options.port)
    return 0


def refuse_taken_port(host: str, port: int) -> None:
    """Raise PortInUse before anything is started."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            told = _("Port %(port)s is in use or not allowed (%(why)s). Choose another: dangol serve --port %(next)s")
            raise PortInUse(told % {"port": port, "why": error.strerror, "next": port + 1}) from error


def _prepare(home: Path) -> None:
    """Tables up to date, in a process of its own: the workers start without Django loaded."""
    import subprocess

    opening = "from dangol.config.commands.opening import open_home"
    code = f"import pathlib, sys; {opening}; open_home(pathlib.Path(sys.argv[1]))"
    done = subprocess.run([sys.executable, "-c", code, str(home)], capture_output=True, text=True)
    if done.returncode:
        raise DangolError(done.stderr.strip().splitlines()[-1])


def _listen(host: str, port: int) -> None:
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    Granian(
        "dangol.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=8,
        log_level=LogLevels.info if os.environ.get("DANGOL_DEBUG") == "1" else LogLevels.error,
        respawn_interval=0.1,
        workers_kill_timeout=5,
    ).serve()
