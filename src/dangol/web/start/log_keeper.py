"""The keeper of the access log: a thread beside the pages that takes what was written down, and anchors its end."""

import logging
import threading
import time
from datetime import datetime

from django.db import close_old_connections

from dangol.records.staff.access import chain, store
from dangol.web import clock

PAUSE = 1.0  # seconds

log = logging.getLogger(__name__)


class LogKeeper:
    """Takes the lines that wait and anchors what it took, so that the end of the log is never loose for longer than a
    turn. What fails is tried again.
    """

    def __init__(self) -> None:
        self.loose = True  # whether the end may lie behind the last anchor
        self.told = ""  # what went wrong last, told once

    def turn(self, *, at: datetime) -> None:
        """One round of the work. A lost key, a full disk or a locked store is told in the server's log: lines wait."""
        try:
            self.loose = bool(store.seal()) or self.loose
            if self.loose:
                chain.anchor(at=at)
                self.loose = False
            self.told = ""
        except Exception as error:  # whatever it is: without the keeper nobody would ever take the lines
            if str(error) != self.told:
                log.warning("The access log could not be kept; what was written down waits.", exc_info=True)
            self.told = str(error)


def start_log_keeper() -> threading.Thread:
    """Keep the access log for as long as this process lives."""
    thread = threading.Thread(target=_keep, name="dangol-log-keeper", daemon=True)
    thread.start()
    return thread


def _keep() -> None:
    keeper = LogKeeper()
    while True:
        keeper.turn(at=clock.now())
        close_old_connections()
        time.sleep(PAUSE)
