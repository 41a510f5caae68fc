"""The background worker: one thread beside the pages, one task at a time."""

import logging
import threading
import time

log = logging.getLogger(__name__)
PAUSE = 1.0  # seconds


def start_worker() -> threading.Thread:
    """Take up tasks a killed worker left running (each is safe to run twice), then work on."""
    from django.tasks import TaskResultStatus
    from django_tasks_db.models import DBTaskResult

    DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING).update(status=TaskResultStatus.READY)
    thread = threading.Thread(target=_work, name="dangol-worker", daemon=True)
    thread.start()
    return thread


def _work() -> None:
    """Work for as long as this process lives: a store that was locked or away for a while is asked again."""
    from django.db import OperationalError, close_old_connections

    while True:
        try:
            _work_on()
        except OperationalError:
            log.warning("The records could not be reached; the background work tries again.", exc_info=True)
            close_old_connections()
            time.sleep(PAUSE)


def _work_on() -> None:
    from django_tasks_db.management.commands.db_worker import Worker

    Worker(
        queue_names=["default"],
        interval=0.5,
        batch=False,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id="beside-the-pages",
        excluded_queue_names=[],
    ).run()
