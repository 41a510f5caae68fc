"""Who keeps what one piece of work writes, so that it can be taken back: told beside the change feed."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple, Protocol

from django.db import models

from dangol.lib import bulk


class Former(NamedTuple):
    """A row that was there and is changed: field → value as it was and as it became, of the changed fields only.

    A detail is "attributes.KEY"; None where it was not there. customer_id: whose row it is, if it is somebody's.
    """

    key: int
    was: Mapping[str, Any]
    became: Mapping[str, Any]
    customer_id: int | None = None


class Notebook(Protocol):
    """Keeps what is written while it lies open."""

    def made(self, table: str, first_key: int, last_key: int) -> None:
        """Rows with these keys are its own: it alone makes them."""

    def written(self, table: str, first_key: int, last_key: int) -> None:
        """Rows of a table are new or changed."""

    def changed(self, table: type[models.Model], rows: Iterable[Former]) -> None:
        """Rows of a table are changed, and this is what was there before."""


_open: ContextVar[Notebook | None] = ContextVar("notebook", default=None)


@contextmanager
def lying_open(notebook: Notebook) -> Iterator[None]:
    """Keep in the notebook what is written inside."""
    token = _open.set(notebook)
    try:
        with bulk.telling(notebook.made):
            yield
    finally:
        _open.reset(token)


def keep_made(table: str, first_key: int, last_key: int) -> None:
    """Say that rows were made one by one; of keys that `bulk` reserves the notebook hears by itself."""
    if (notebook := _open.get()) is not None:
        notebook.made(table, first_key, last_key)


def keep_written(table: str, first_key: int, last_key: int) -> None:
    """Say that rows are new or changed; nothing happens where no notebook lies open."""
    if (notebook := _open.get()) is not None:
        notebook.written(table, first_key, last_key)


def keep_former(table: type[models.Model], rows: Iterable[Former]) -> None:
    """Say what was there before rows are changed; where no notebook lies open, the rows are not even looked at."""
    if (notebook := _open.get()) is not None:
        notebook.changed(table, rows)
