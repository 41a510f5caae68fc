"""The next part is made while this one is written: making and writing each have a core.

What is made so must not ask the store: a thread of its own would have a connection of its own, outside the transaction.
Called by: whoever brings very many rows into the store, a part at a time.
Must never know: what the parts are.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from django.utils.translation import get_language, override


def ahead[Item](items: Iterator[Item]) -> Iterator[Item]:
    """The items, the next of them made while one is used."""
    language = get_language()

    def following() -> Item | None:
        with override(language):  # what is wrong with a file is said in the language of whoever brought it
            return next(items, None)

    with ThreadPoolExecutor(1) as worker:
        coming = worker.submit(following)
        while (item := coming.result()) is not None:
            coming = worker.submit(following)
            yield item
