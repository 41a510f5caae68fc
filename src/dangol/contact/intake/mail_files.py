"""Answers by e-mail: one message (.eml) or a mailbox (mbox) as a table of feedback, one row a message.

What somebody wrote is kept, without the message they answered below it; attachments are never opened. Messages of
programs (absence notes, newsletters, failures to deliver) are no feedback. A row's number is its place in the mailbox.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr, parsedate_to_datetime
from itertools import batched, islice
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dangol.contact.intake.tables import ROWS, SAMPLES, Cells, Table, batch_of
from dangol.contact.intake.text_files import unpacked

# Headings that files of feedback have, whatever language somebody speaks: a profile finds them again.
HEADINGS = ["customer", "name", "received_at", "subject", "text", "touchpoint", "ref"]
LARGEST = 64 << 20  # bytes of one message
AT_ONCE = 500
LONGEST = 1_000  # letters of a line that are looked at for where the answered message begins
_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]*:[ \t]")
_SEPARATOR = re.compile(rb"From \S.*\d{4}\s*$")
_PROGRAM = re.compile(r"(?i)mailer-daemon|postmaster|no-?reply|do-?not-?reply")
_TAG = re.compile(r"<(?:style|script)\b.*?</(?:style|script)>|<!--.*?-->", re.IGNORECASE | re.DOTALL)
_BREAK = re.compile(r"<(?:br|/p|/div|/li|/tr|/h\d)\b[^>]*>", re.IGNORECASE)
_ANY_TAG = re.compile(r"<[^>]*>")
# Where the message that is answered begins, as mail programs here and elsewhere write it.
_ANSWERED = re.compile(
    r"^\s*(?:>|-{2,}\s*(?:original message|원본 ?메일|원본 ?메시지|forwarded message|전달된 메일)\s*-{2,}"
    r"|_{10,}\s*$|on .{6,200}\bwrote:|.{4,200}님이 (?:작성|씀)|.{4,200}<[^>]+@[^>]+>\s*(?:님이 작성)?:\s*$"
    r"|(?:from|보낸 ?사람|보낸이)\s*: .*@)",
    re.IGNORECASE,
)


def is_one(start: str) -> bool:
    """Whether a text begins like a message or a mailbox."""
    first, _newline, rest = start.lstrip("\ufeff\r\n").partition("\n")
    if _SEPARATOR.match(first.encode("utf-8", "replace")):
        first, _newline, rest = rest.partition("\n")
    head = f"{first}\n{rest}".replace("\r\n", "\n").partition("\n\n")[0].lower()
    return bool(_HEADER.match(first)) and all(re.search(rf"^{name}:", head, re.MULTILINE) for name in ("from", "date"))


def opened(path: Path) -> Table:
    """The messages of such a file. Raises CannotRead where it is damaged."""
    reading = _Reading(path)
    samples = [cells for _row, cells in islice(reading.messages(), SAMPLES)]
    reading.begin()
    return Table(
        list(HEADINGS), 0, "e-mail", samples, path.stat().st_size, reading.batches, lambda: reading.position,
        reading.broken, notes=reading.notes, reasons=reading.reasons,
    )  # fmt: skip


class _Reading:
    def __init__(self, path: Path) -> None:
        self.path, self.position = path, 0
        self.broken: list[tuple[int, Cells]] = []
        self.reasons: dict[int, str] = {}
        self.left_out: Counter[str] = Counter()

    def begin(self) -> None:
        """Forget what a first look found."""
        self.broken.clear()
        self.reasons.clear()
        self.left_out.clear()

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Messages somebody wrote, with their places."""
        self.begin()
        for part in batched(self.messages(), min(ROWS, AT_ONCE)):
            yield batch_of([row for row, _cells in part], [cells for _row, cells in part], len(HEADINGS))

    def messages(self) -> Iterator[tuple[int, Cells]]:
        """(place, cells) of each message that a person wrote."""
        for row, written in enumerate(self._written(), 1):
            message = _message(written)
            at = _moment(message) if message is not None else None
            if message is None or at is None or not _sender(message)[1]:
                self.broken.append((row, [written[:200].decode("utf-8", "replace")]))
                why = _("Message %(row)s cannot be read: it does not say from whom it is, or of when.")
                self.reasons[row] = why % {"row": row}
            elif _by_a_program(message):
                self.left_out["program"] += 1
            elif (text := _text(message)) is None:
                self.broken.append((row, [written[:200].decode("utf-8", "replace")]))
                self.reasons[row] = _("Message %(row)s: what it says cannot be read.") % {"row": row}
            else:
                yield row, self._cells(message, at, text)

    def notes(self) -> list[str]:
        """What was left out, in words."""
        told = []
        if count := self.left_out["program"]:
            told.append(
                ngettext(
                    "%(count)s message of a program was left out: an absence note, a newsletter or the like.",
                    "%(count)s messages of programs were left out: absence notes, newsletters or the like.",
                    count,
                )
                % {"count": f"{count:,}"}
            )
        if count := self.left_out["attachment"]:
            told.append(
                ngettext(
                    "%(count)s attachment was not taken in: only what was written is kept.",
                    "%(count)s attachments were not taken in: only what was written is kept.",
                    count,
                )
                % {"count": f"{count:,}"}
            )
        return told

    def _cells(self, message: EmailMessage, at: datetime, text: str) -> Cells:
        name, address = _sender(message)
        self.left_out["attachment"] += _attached(message)
        own = _told(message, "message-id").strip("<> \t\r\n")
        return [
            address.lower(), name, f"{at:%Y-%m-%d %H:%M:%S}", " ".join(_told(message, "subject").split()),
            own_words(text), "email", own[:120],
        ]  # fmt: skip

    def _written(self) -> Iterator[bytes]:
        """Each message as it lies; one that is too large is cut, and so is read without what is attached."""
        with unpacked(self.path) as (file, raw):
            lines: list[bytes] = []
            size, blank = 0, True
            for line in iter(lambda: file.readline(1 << 20), b""):
                if blank and _SEPARATOR.match(line):
                    if lines:
                        yield b"".join(lines)
                    lines, size = [], 0
                elif size < LARGEST:
                    lines.append(line[1:] if line.startswith(b">From ") else line)
                    size += len(line)
                blank = not line.strip()
                self.position = raw.tell()
            if b"".join(lines).strip():
                yield b"".join(lines)


def own_words(text: str) -> str:
    """What the writer wrote themselves: the text down to the message it answers."""
    kept: list[str] = []
    for line in text.replace("\r\n", "\n").split("\n"):
        if _ANSWERED.match(line[:LONGEST]):
            break
        kept.append(line.rstrip())
    own = "\n".join(kept).strip()
    return own or text.strip()  # somebody who writes below, or between, what they answer


def _message(written: bytes) -> EmailMessage | None:
    try:
        found = message_from_bytes(written, policy=default)
        return found if isinstance(found, EmailMessage) else None
    except (MessageError, ValueError, LookupError, IndexError):
        return None


def _told(message: EmailMessage, name: str) -> str:
    """What a header says, as it is written where the standard library stumbles over it; "" without one."""
    try:
        told = str(message[name] or "")
    except Exception:  # its reader of headers raises whatever comes, from IndexError to UnboundLocalError
        raw = next((one for key, one in message.raw_items() if key.lower() == name), "")
        told = str(raw).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return _sound(told)


def _sound(told: str) -> str:
    """Without what no store keeps: the sign that ends texts, and halves of signs, which some alphabets let through."""
    return told.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def _sender(message: EmailMessage) -> tuple[str, str]:
    """Name and address."""
    return parseaddr(_told(message, "from"))


def _moment(message: EmailMessage) -> datetime | None:
    try:
        at = parsedate_to_datetime(_told(message, "date"))
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        return at.astimezone(ZoneInfo(settings.DANGOL.time_zone))
    except (TypeError, ValueError, OverflowError):
        return None


def _by_a_program(message: EmailMessage) -> bool:
    automatic = _told(message, "auto-submitted").strip().lower() not in {"", "no"}
    bulk = _told(message, "precedence").strip().lower() in {"bulk", "list", "junk", "auto_reply"}
    sender = _PROGRAM.search(_sender(message)[1]) is not None
    returned = _told(message, "return-path").strip() == "<>"
    return automatic or bulk or sender or returned or "list-unsubscribe" in message


def _attached(message: EmailMessage) -> int:
    try:
        return sum(1 for _part in message.iter_attachments())
    except Exception:  # as in `_told`: it asks headers
        return 0


def _text(message: EmailMessage) -> str | None:
    """What it says, "" where it is empty; None where nobody can read it."""
    try:
        part = message.get_body(("plain", "html"))
        if part is None:
            return ""
        try:
            told = str(part.get_content())
        except LookupError:  # written in what nobody knows
            whole = part.get_payload(decode=True)
            told = whole.decode("utf-8", "replace") if isinstance(whole, bytes) else ""
        told = _sound(told)
        return _plain(told) if part.get_content_subtype() == "html" else told
    except Exception:  # as in `_told`
        return None


def _plain(page: str) -> str:
    """The words of a page, its blocks on lines of their own."""
    words = _ANY_TAG.sub("", _BREAK.sub("\n", _TAG.sub("", page)))
    lines = (" ".join(line.split()) for line in html.unescape(words).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
