"""Progress of long work, told to whoever watches: a terminal bar, a row, a file."""

from typing import Protocol


class Progress(Protocol):
    def __call__(self, stage: str, done: int, total: int, /) -> None:
        """Say that `done` of `total` units (0 when unknown) of `stage` are finished."""


def silent(stage: str, done: int, total: int, /) -> None:
    """Tell nobody."""
