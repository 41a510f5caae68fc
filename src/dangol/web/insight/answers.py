"""What the index says of a question that was asked."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Answer:
    """What was found last: one sentence in the reader's language, and as of when."""

    sentence: str
    as_of: datetime
