"""A look once a minute, while the home is served, whether a report is due or waits; the worker does the rest."""

from __future__ import annotations

import logging
import threading
import time
from datetime import datetime

from django.conf import settings
from django.db import close_old_connections
from django.tasks import task

from dangol.insight.warehouse.refresh import refresh
from dangol.insight.warehouse.versions import pointed
from dangol.records.outbox import staff_mail
from dangol.web import clock
from dangol.web.insight.reports import sending
from dangol.web.start import work

KEY = "reports"
PAUSE = 60.0  # seconds

log = logging.getLogger(__name__)


@task
def send_reports(language: str) -> None:
    """Hand over everything that waits, of a warehouse that is brought up to the records first."""
    with work.at_work(KEY, language=language) as (progress, answer):
        at = clock.now()
        if clock.runs() and pointed(settings.DANGOL_LAKE):
            refresh(at=at)
        answer["left"] = sending.send_waiting(at=at, progress=progress)


def start_reporting() -> threading.Thread:
    """Look for as long as this process lives."""
    thread = threading.Thread(target=_keep, name="dangol-reports", daemon=True)
    thread.start()
    return thread


def look(*, at: datetime) -> int:
    """Put what is due into the outbox, and have the worker send what waits; how many mails are new."""
    new = sending.ask_due(at=at)
    if staff_mail.ripe(at=at).exists():
        work.start(KEY, send_reports, settings.LANGUAGE_CODE)
    return new


def _keep() -> None:
    told = ""
    while True:
        try:
            look(at=clock.now())
            told = ""
        except Exception as error:  # a store that is locked: the next minute is another try
            if str(error) != told:
                log.exception("What is due of the reports could not be looked up.")
            told = str(error)
        finally:
            close_old_connections()
        time.sleep(PAUSE)
