"""Links that open one thing for one subject for some time: opaque, signed, and good for nothing else.

A token is AES-SIV (RFC 5297) over the subject, the end and a short word, with the purpose bound to it: whoever lacks
the key can neither read nor make nor change one, and a token for one purpose is none for another. It takes no random
part, so the same facts make the same token, however often a message is written, and it is short enough for a text.
"""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from dangol.lib import sealing
from dangol.lib.errors import DangolError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV

KEY = "links"  # which of the home's marking keys signs them
SUBJECT, END = 6, 4  # bytes: a row's id, and the second it ends, since 1970
LONGEST_WORD = 60  # bytes
LONGEST = 4 * (16 + SUBJECT + END + LONGEST_WORD) // 3 + 4  # letters; what is longer is none of ours


class BadLink(DangolError):
    """A token that opens nothing: `why` is unreadable or over; `subject` whose it was, where it could be read."""

    def __init__(self, why: str, subject: int = 0) -> None:
        self.why, self.subject = why, subject
        super().__init__(why)


@dataclass(frozen=True)
class Link:
    """What a token says: whom it is for, until when, and a short word that its maker added."""

    subject: int
    until: datetime
    word: str = ""


class Maker:
    """Makes tokens for one purpose: the key is read once, however many there are. Raises KeyLost."""

    def __init__(self, purpose: str) -> None:
        self._purpose = [purpose.encode()]
        self._box = _box(sealing.marking_key(KEY, make=True))

    def made(self, link: Link) -> str:
        """The token: letters, digits, - and _. Raises ValueError for a word that is too long."""
        word = link.word.encode()
        if len(word) > LONGEST_WORD:
            raise ValueError(f"a link carries at most {LONGEST_WORD} bytes, not {link.word!r}")
        told = link.subject.to_bytes(SUBJECT) + int(link.until.timestamp()).to_bytes(END) + word
        return urlsafe_b64encode(self._box.encrypt(told, self._purpose)).rstrip(b"=").decode("ascii")


def opened(token: str, *, purpose: str, at: datetime) -> Link:
    """What the token says. Raises BadLink, and KeyLost where no key can tell."""
    from cryptography.exceptions import InvalidTag

    try:
        told = _box(sealing.marking_key(KEY)).decrypt(_bytes_of(token), [purpose.encode()])
    except InvalidTag as error:
        raise BadLink("unreadable") from error
    subject, rest = int.from_bytes(told[:SUBJECT]), told[SUBJECT:]
    until = datetime.fromtimestamp(int.from_bytes(rest[:END]), UTC)
    if at >= until:
        raise BadLink("over", subject)
    return Link(subject, until, rest[END:].decode())


def _bytes_of(token: str) -> bytes:
    """The bytes of a token written as we write them: no other spelling of the same bytes is one."""
    try:
        if len(token) > LONGEST:
            raise BadLink("unreadable")
        plain = token.encode("ascii")
        raw = urlsafe_b64decode(plain + b"=" * (-len(plain) % 4))
    except (UnicodeEncodeError, binascii.Error) as error:
        raise BadLink("unreadable") from error
    if urlsafe_b64encode(raw).rstrip(b"=") != plain or len(raw) < 16 + SUBJECT + END:
        raise BadLink("unreadable")
    return raw


@lru_cache(maxsize=4)
def _box(key: bytes) -> "AESSIV":
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV

    return AESSIV(key)
