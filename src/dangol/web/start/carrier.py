"""The carrier: a thread beside the pages that lets waiting messages leave, looking once a minute.

Only in a home that lives by the real clock. Where the clock stands still nothing falls due by itself: sending is
pressed, and then leaves at the next permitted moment of that clock.
"""

import logging
import threading
import time

from django.db import close_old_connections

from dangol.contact.delivery.actions import Carried, carry
from dangol.web import clock

PAUSE = 60.0  # seconds

log = logging.getLogger(__name__)


def start_carrier() -> threading.Thread:
    """Carry for as long as this process lives."""
    thread = threading.Thread(target=_keep, name="dangol-carrier", daemon=True)
    thread.start()
    return thread


def turn() -> Carried | None:
    """Hand over what may leave now; None where this home's clock stands still."""
    # By the running clock: what began before the night stops at it.
    return carry(at=clock.now) if clock.runs() else None


def _keep() -> None:
    told = ""
    while True:
        try:
            turn()
            told = ""
        except Exception as error:
            # A channel that refuses, a store that is locked: messages wait, and the next minute is another try.
            if str(error) != told:
                log.exception("Messages could not be handed over; they wait.")
            told = str(error)
        finally:
            close_old_connections()
        time.sleep(PAUSE)
