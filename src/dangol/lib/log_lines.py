"""Lines of the server's log, without what may not be kept."""

import logging

from dangol.lib.resident_numbers import masked


class KeptLines(logging.Formatter):
    """Formats as usual and makes resident numbers unreadable, tracebacks included."""

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))
