"""One line of the access log, as it is written down and read back."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from itertools import pairwise
from typing import Any, Self

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Verb(StrEnum):
    """What was done with somebody's data."""

    SAW = "saw"
    UNMASKED = "unmasked"
    TOOK = "took"  # a file that leaves the house; never without a reason
    CHANGED = "changed"
    ERASED = "erased"
    REFUSED = "refused"  # wanted, and not allowed
    SIGNED_IN = "signed_in"
    SIGNED_OUT = "signed_out"
    FAILED = "failed"  # a sign-in that did not come to pass
    GRANTED = "granted"  # roles, keys, invitations
    DAMAGED = "damaged"  # a line that could not be read when it was taken in; kept as it was


WORDS: dict[Verb, str | Promise] = {
    Verb.SAW: _("Saw"),
    Verb.UNMASKED: _("Unmasked"),
    Verb.TOOK: _("Took away"),
    Verb.CHANGED: _("Changed"),
    Verb.ERASED: _("Erased"),
    Verb.REFUSED: _("Was refused"),
    Verb.SIGNED_IN: _("Signed in"),
    Verb.SIGNED_OUT: _("Signed out"),
    Verb.FAILED: _("Failed to sign in"),
    Verb.GRANTED: _("Gave or took rights"),
    Verb.DAMAGED: _("Damaged line"),
}


@dataclass(frozen=True)
class Entry:
    """Who (`user` is the name then, `user_id` 0 for nobody signed in), in which role, from where, did what on which
    page, to whom (`subjects`, customer ids), asked how (`query`), and why where a reason is due.
    """

    at: datetime
    verb: str
    page: str
    user_id: int = 0
    user: str = ""
    role: str = ""
    place: str = ""
    query: str = ""
    reason: str = ""
    subjects: tuple[int, ...] = field(default=())

    def told(self) -> str:
        """One line of JSON, always the same for the same entry: what the chain is made over."""
        at = self.at.astimezone(UTC).isoformat(timespec="microseconds")
        values: dict[str, Any] = vars(self) | {"at": at, "subjects": packed(self.subjects)}
        return json.dumps(values, ensure_ascii=True, sort_keys=True, separators=(",", ":"))

    @classmethod
    def read(cls, line: str) -> Self:
        """From such a line. Raises ValueError."""
        told = json.loads(line)
        try:
            told["at"], told["subjects"] = datetime.fromisoformat(told["at"]), tuple(unpacked(told["subjects"]))
            made = cls(**told)
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(line) from error
        if made.at.tzinfo is None:
            raise ValueError(line)
        return made


def runs(ids: Iterable[int], *, at_most: int = 0) -> Iterator[tuple[int, int]]:
    """First and last of each run of consecutive ids; none longer than `at_most`, where that is given."""
    ordered = sorted(set(ids))
    if not ordered:
        return
    starts = [0, *(place + 1 for place, (one, two) in enumerate(pairwise(ordered)) if two != one + 1), len(ordered)]
    for begin, end in pairwise(starts):
        step = at_most or end - begin
        for place in range(begin, end, step):
            yield ordered[place], ordered[min(place + step, end) - 1]


def packed(ids: Iterable[int]) -> str:
    """Ids in few letters: 1-50,77."""
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in runs(ids))


def unpacked(text: str) -> Iterator[int]:
    """The ids of such a text, in order. Raises ValueError."""
    for part in filter(None, text.split(",")):
        first, _sep, last = part.partition("-")
        yield from range(int(first), int(last or first) + 1)
