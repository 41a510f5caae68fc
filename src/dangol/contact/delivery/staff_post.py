"""Mail to staff by the mail server of the home (`DANGOL_MAIL`), each once however often a worker is killed.

Everything that can go wrong without anybody getting anything comes first: the connection, its keys, the addresses. Then
the mail is claimed, its text is said, and the server's yes is written down. A kill or a broken line between the two
leaves it claimed: it may have left, so it is told as such and not sent again by itself.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import sha256
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from dangol.lib.errors import DangolError
from dangol.records.outbox import staff_mail
from dangol.records.outbox.models import StaffMail

PATIENCE = 30.0  # seconds for each step
PORTS = {"smtp": 25, "smtps": 465}
HERE = frozenset({"localhost", "127.0.0.1", "::1"})


class CannotPost(DangolError):
    """The mail server cannot be reached, or does not take mail from us now; a later try may do better."""


class AddressRefused(DangolError):
    """The mail server takes mail, but not for this address."""


class Attachment(NamedTuple):
    """A file that comes with a letter."""

    name: str
    kind: str  # application/pdf
    content: bytes


@dataclass(frozen=True)
class Letter:
    """What one member of staff is sent."""

    subject: str
    text: str
    attachments: tuple[Attachment, ...] = ()


def can_post() -> bool:
    """Whether this home has a mail server."""
    return bool(settings.DANGOL_MAIL)


def post(mail: StaffMail, letter: Letter, *, at: datetime) -> bool:
    """Hand it over; whether it left by us now. What failed is on record with it, and so is what nobody knows."""
    try:
        with _server() as server:
            _introduce(server, mail.user.email)
            if not staff_mail.claim(mail, at=at):
                return False
            return _say(server, mail, letter, at=at)
    except AddressRefused as error:
        staff_mail.withhold(mail, staff_mail.REFUSED, str(error))
    except CannotPost as error:
        staff_mail.failed(mail, str(error), at=at)
    return False


def _say(server: smtplib.SMTP, mail: StaffMail, letter: Letter, *, at: datetime) -> bool:
    """The last step, once the mail is claimed."""
    try:
        code, said = server.data(_written(mail, letter, at=at))
    except smtplib.SMTPDataError as error:  # it did not even want to hear it
        raise CannotPost(_refused(error.smtp_code, error.smtp_error)) from error
    except (OSError, smtplib.SMTPException) as error:
        problem = _("The connection broke while it was handed over (%(error)s).") % {"error": error}
        staff_mail.left_unsure(mail, problem)
        return False
    if code >= 400:
        raise CannotPost(_refused(code, said))
    staff_mail.handed_over(mail, at=at)
    return True


def _introduce(server: smtplib.SMTP, to: str) -> None:
    """Say from whom and to whom. Raises CannotPost, AddressRefused."""
    try:
        code, said = server.mail(_sender().addr_spec)
        if code >= 400:
            raise CannotPost(_refused(code, said))
        code, said = server.rcpt(to)
    except (OSError, smtplib.SMTPException, UnicodeError) as error:
        raise CannotPost(_unreachable(error)) from error
    if code >= 500:
        raise AddressRefused(_refused(code, said))
    if code >= 400:
        raise CannotPost(_refused(code, said))


@contextmanager
def _server() -> Iterator[smtplib.SMTP]:
    """A connection that may send. Raises CannotPost."""
    if not can_post():
        raise CannotPost(_("No mail server is set. Whoever runs this machine sets it by DANGOL_MAIL."))
    parts = urlsplit(settings.DANGOL_MAIL)
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    try:
        server = _connected(parts.scheme, host, port)
    except (OSError, smtplib.SMTPException) as error:
        raise CannotPost(_unreachable(error)) from error
    try:
        _let_in(server, parts.scheme, host, unquote(parts.username or ""), unquote(parts.password or ""))
        yield server
    finally:
        with suppress(OSError, smtplib.SMTPException):  # it has what it was given, or told us that it has not
            server.quit()
        server.close()


def _connected(scheme: str, host: str, port: int) -> smtplib.SMTP:
    if scheme == "smtps":
        return smtplib.SMTP_SSL(host, port, timeout=PATIENCE, context=ssl.create_default_context())
    return smtplib.SMTP(host, port, timeout=PATIENCE)


def _let_in(server: smtplib.SMTP, scheme: str, host: str, user: str, password: str) -> None:
    """Speak unheard where the server can, and sign in where we have a name. Raises CannotPost."""
    try:
        server.ehlo()
        if scheme == "smtp" and server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
            server.ehlo()
        elif scheme == "smtp" and host not in HERE:
            raise CannotPost(
                _("The mail server %(host)s would have the report sent in clear. Use smtps://.") % {"host": host}
            )
        if user:
            server.login(user, password)
    except (OSError, smtplib.SMTPException) as error:
        raise CannotPost(_unreachable(error)) from error


def _written(mail: StaffMail, letter: Letter, *, at: datetime) -> bytes:
    """The mail as it goes over the line. A mail that is sent again bears the same name, so that servers know it."""
    message = EmailMessage()
    sender = _sender()
    message["Subject"] = " ".join(letter.subject.split())
    message["From"] = sender
    message["To"] = Address(" ".join(str(mail.user).split()), addr_spec=mail.user.email)
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{sha256(f'{settings.SECRET_KEY}:{mail.key}'.encode()).hexdigest()[:32]}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"  # nobody's absence answers it
    message.set_content(letter.text)
    for one in letter.attachments:
        main, _slash, sub = one.kind.partition("/")
        message.add_attachment(one.content, maintype=main, subtype=sub, filename=one.name)
    return message.as_bytes(policy=policy.SMTP)


def _sender() -> Address:
    name = " ".join(settings.DANGOL.name.split()) or "Dangol"
    return Address(name, addr_spec=settings.DANGOL_MAIL_FROM)


def _refused(code: int, said: bytes | str) -> str:
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return _("The mail server said no (%(code)s %(words)s).") % {"code": code, "words": " ".join(words.split())[:200]}


def _unreachable(error: Exception) -> str:
    return _("The mail server could not be reached (%(error)s).") % {"error": error}
