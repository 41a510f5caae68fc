"""The background worker: one thread beside the pages, one task at a time."""

import threading


def start_worker() -> threading.Thread:
    """Take up tasks a killed worker left running (each is safe to run twice), then work on."""
    from django.tasks import TaskResultStatus
    from django_tasks_db.models import DBTaskResult

    DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING).update(status=TaskResultStatus.READY)
    thread = threading.Thread(target=_work, name="dangol-worker", daemon=True)
    thread.start()
    return thread


def _work() -> None:
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
