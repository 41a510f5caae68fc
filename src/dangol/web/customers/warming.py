"""What the list of very many customers needs, read when the server starts: the first who looks need not wait for it."""

import logging
import threading

from dangol.records.customers.at_hand import AT_HAND
from dangol.records.customers.columns import COLUMNS, Asked
from dangol.records.customers.selecting import Selected, Selection
from dangol.records.staff.scope import WHOLE
from dangol.web import clock

USUAL = ("gap", "region", "line", "name", "equity", "place", "unit", "last_purchase")

log = logging.getLogger(__name__)


def start_warming() -> threading.Thread:
    """Read the columns in common use, beside the pages."""
    thread = threading.Thread(target=warm, name="dangol-warming", daemon=True)
    thread.start()
    return thread


def warm() -> None:
    """Read the columns in common use; where something fails, the first look reads them."""
    from django.db import close_old_connections

    try:
        asked = Asked(clock.as_of())
        if Selected(Selection(), WHOLE, asked).large:
            for name in USUAL:  # one by one: whoever looks meanwhile comes between
                with AT_HAND.lock:
                    AT_HAND.prepare([COLUMNS[name]], asked)
    except Exception:
        log.warning("The columns of the list could not be read beforehand.", exc_info=True)
    finally:
        close_old_connections()
