"""One thing that happened with a customer, as a line of time shows it, and a page of them."""

from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True)
class Entry:
    """One thing that happened, or (`out`) that did not. Money in minor units.

    A note of ours has its key, is `struck` where a later one says so, and shows no text where it is `sealed`.
    `campaign` says in words which one it answers or belongs to, and `ours` is its number where it is one of ours.
    """

    at: datetime
    icon: str
    title: str
    tone: str = ""
    note: str = ""
    why: str = ""
    amount: int | None = None
    discount: int = 0
    text: str = ""
    written: int | None = None  # the key of a note of ours
    sealed: bool = False
    struck: bool = False
    campaign: str = ""
    ours: int | None = None
    sale: int | None = None  # the key of a purchase
    file: str = ""  # what it came from: a file, or else what the source is called
    batch: int | None = None  # the import that brought it

    @property
    def place(self) -> str:
        """Where on the page a sealed note stands."""
        return f"note-{self.written}"


@dataclass(frozen=True)
class History:
    """Entries by month, the latest first; `before` asks for those further back, None when there are none."""

    months: list[tuple[date, list[Entry]]] = field(default_factory=list)
    before: datetime | None = None
