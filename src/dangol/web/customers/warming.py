"""What the list and the map of very many customers need, read when the server starts and after a new valuation: the
first who looks need not wait for it.
"""

import logging
import threading

from dangol.insight.relationship import places
from dangol.records.customers.at_hand import AT_HAND, in_one_go
from dangol.records.customers.columns import COLUMNS, Asked
from dangol.records.customers.selecting import Selected, Selection
from dangol.records.staff.scope import WHOLE
from dangol.web import clock

USUAL = ("gap", "region", "line", "name", "equity", "place", "unit", "last_purchase")

log = logging.getLogger(__name__)
at_work = threading.Lock()


def start_warming() -> threading.Thread:
    """Read the columns in common use, beside the pages."""
    thread = threading.Thread(target=warm, name="dangol-warming", daemon=True)
    thread.start()
    return thread


def warm() -> None:
    """Read the columns in common use; where something fails, the first look reads them. Once at a time."""
    from django.db import close_old_connections

    if not at_work.acquire(blocking=False):
        return
    try:
        asked = Asked(clock.as_of())
        if Selected(Selection(), WHOLE, asked).large:
            for some in in_one_go([*(COLUMNS[name] for name in USUAL), *places.columns()]):
                with AT_HAND.lock:  # part by part: whoever looks meanwhile comes between
                    AT_HAND.prepare(some, asked)
    except Exception:
        log.warning("The columns of the list could not be read beforehand.", exc_info=True)
    finally:
        at_work.release()
        close_old_connections()
