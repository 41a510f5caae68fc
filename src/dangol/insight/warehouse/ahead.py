"""What comes is fetched by a thread of its own, a little ahead of whoever uses it."""

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

_END = object()


def ahead[T](coming: Iterable[T], most: int) -> Iterator[T]:
    """The same in the same order, up to `most` of it fetched before it is asked for; its errors are raised here.

    Whoever stops asking waits for what is being fetched: afterwards nobody uses `coming` any more.
    """
    told = iter(coming)
    with ThreadPoolExecutor(1) as thread:
        fetched = deque(thread.submit(next, told, _END) for _ in range(most))
        try:
            while (one := fetched.popleft().result()) is not _END:
                fetched.append(thread.submit(next, told, _END))
                yield one  # type: ignore[misc]
        finally:
            for waiting in fetched:
                waiting.cancel()
