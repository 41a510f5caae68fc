"""A mail server that speaks SMTP on this machine, for tests: it keeps what it took, and can be told to misbehave."""

from __future__ import annotations

import email
import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from threading import Thread
from typing import cast


@dataclass
class MailServer:
    """What it took, to whom; refuses: addresses it does not take; no_data: what it says to the text instead of yes;
    breaks: it hangs up once it has the whole text, before it says that it has."""

    url: str = ""
    taken: list[tuple[str, EmailMessage]] = field(default_factory=list)
    refuses: set[str] = field(default_factory=set)
    no_data: str = ""
    breaks: bool = False

    def to(self, address: str) -> list[EmailMessage]:
        """Everything it took for an address."""
        return [message for to, message in self.taken if to == address]


class _Speaks(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        kept = cast(_Listens, self.server).kept
        self._say("220 here")
        to = ""
        while line := self.rfile.readline().decode():
            word = line.strip().upper()
            if word.startswith("EHLO"):
                self._say("250-here\r\n250 8BITMIME")
            elif word.startswith("RCPT"):
                to = line.partition("<")[2].partition(">")[0]
                self._say("550 nobody of that name" if to in kept.refuses else "250 ok")
            elif word == "DATA":
                self._say("354 go on")
                text = b"".join(iter(self._text_line, b".\r\n"))
                if kept.no_data:
                    self._say(kept.no_data)
                    continue
                kept.taken.append((to, cast(EmailMessage, email.message_from_bytes(text, policy=policy.default))))
                if kept.breaks:
                    return
                self._say("250 taken")
            elif word == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _text_line(self) -> bytes:
        line = self.rfile.readline()
        return line[1:] if line.startswith(b"..") else line

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


class _Listens(socketserver.ThreadingTCPServer):
    daemon_threads = True
    kept: MailServer


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """A server for as long as the block lasts."""
    with _Listens(("127.0.0.1", 0), _Speaks) as server:
        server.kept = MailServer(f"smtp://127.0.0.1:{server.server_address[1]}")
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server.kept
        finally:
            server.shutdown()
            thread.join()
