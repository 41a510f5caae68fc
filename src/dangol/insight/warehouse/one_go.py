"""What is dear to open, and so is opened once for a stretch of work: by whoever needs it first."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass
class _Stretch[T]:
    stack: ExitStack
    own: T | None = None


class OneGo[T]:
    """Opens the same thing once within `going_on`, and for each use outside of it."""

    def __init__(self, name: str, opened: Callable[[], AbstractContextManager[T]]) -> None:
        self._opened = opened
        self._stretch: ContextVar[_Stretch[T] | None] = ContextVar(name, default=None)

    @contextmanager
    def going_on(self) -> Iterator[None]:
        """A stretch of work: what is opened in it stays open to its end. One within another is part of that."""
        if self._stretch.get() is not None:
            yield
            return
        with ExitStack() as stack:
            token = self._stretch.set(_Stretch(stack))
            try:
                yield
            finally:
                self._stretch.reset(token)

    @contextmanager
    def used(self) -> Iterator[T]:
        """The thing itself."""
        stretch = self._stretch.get()
        if stretch is None:
            with self._opened() as own:
                yield own
            return
        if stretch.own is None:
            stretch.own = stretch.stack.enter_context(self._opened())
        yield stretch.own
