"""Processes that end when the process that started them ends, even by a kill."""

from __future__ import annotations

import ctypes
import signal
import socket
import subprocess
import sys

_PR_SET_PDEATHSIG = 1


def end_with_parent() -> None:
    """Ask Linux to interrupt this process when its parent is gone; for `preexec_fn`. Elsewhere, do nothing."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGINT)


def stop(process: subprocess.Popen[bytes], *, by: signal.Signals = signal.SIGINT, seconds: float = 20) -> None:
    """End a process by a signal; kill it if that does not do within so many seconds."""
    if process.poll() is None:
        process.send_signal(by)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
