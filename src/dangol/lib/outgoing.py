"""The one way to call an address outside: nothing of this machine or its network can be reached by it.

Whoever can make Dangol call an address (a webhook, a gateway, a shop's feed) could otherwise have it ask the router, a
database or the cloud's own metadata for him. So a name is looked up once, every address it stands for must be public,
and the connection goes to exactly that address: a name that answers otherwise a moment later changes nothing.
Redirects are not followed, since they would lead past all of this.
"""

import http.client
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

from django.utils.translation import gettext as _

from dangol.lib.errors import DangolError

PATIENCE = 10.0  # seconds for each step
LARGEST = 5_000_000  # bytes of an answer

type Address = IPv4Address | IPv6Address

_NAT64 = IPv6Network("64:ff9b::/96")


class NotOutside(DangolError):
    """The address leads into our own network, or nowhere that may be called."""


class NoAnswer(DangolError):
    """Nobody answered, or the answer was too long."""


@dataclass(frozen=True)
class Answer:
    """What came back. `location` is where a redirect would have led."""

    status: int
    body: bytes
    location: str = ""


def call(url: str, *, method: str = "POST", body: bytes = b"", headers: Mapping[str, str] | None = None) -> Answer:
    """Call an https address outside. Raises NotOutside before anything is sent, NoAnswer afterwards."""
    parts = _checked(url)
    host, port = parts.hostname or "", parts.port or 443
    connection = _Pinned(host, port, public_address(host, port))
    try:
        connection.request(method, _target(parts), body=body, headers=dict(headers or {}))
        answer = connection.getresponse()
        read = answer.read(LARGEST + 1)
    except (OSError, http.client.HTTPException) as error:
        raise NoAnswer(_("%(host)s did not answer (%(error)s).") % {"host": host, "error": error}) from error
    finally:
        connection.close()
    if len(read) > LARGEST:
        raise NoAnswer(_("%(host)s answered with too much.") % {"host": host})
    return Answer(answer.status, read, answer.getheader("Location") or "")


def public_address(host: str, port: int) -> str:
    """An address of the host that the whole world can reach. Raises NotOutside if any of them is not such a one."""
    try:
        found = {str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError) as error:
        raise NotOutside(_("There is no address %(host)s.") % {"host": host}) from error
    for text in found:
        if not is_public(ip_address(text.partition("%")[0])):
            raise NotOutside(_("%(host)s lies in our own network and is not called.") % {"host": host})
    return sorted(found)[0]


def is_public(address: Address) -> bool:
    """Whether the address is one of the whole world's: not local, private, shared, reserved, or such in disguise."""
    if isinstance(address, IPv6Address):
        for inner in (address.ipv4_mapped, address.sixtofour, address.teredo and address.teredo[1]):
            if inner:
                return is_public(inner)
        if address in _NAT64:
            return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
    return address.is_global and not address.is_multicast


def _checked(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise NotOutside(_("“%(url)s” is not an address.") % {"url": url}) from error
    if parts.scheme != "https" or not parts.hostname or parts.username or parts.password or port == 0:
        raise NotOutside(_("“%(url)s” is not called: write an address that begins with https://.") % {"url": url})
    return parts


def _target(parts: SplitResult) -> str:
    path = parts.path or "/"
    return f"{path}?{parts.query}" if parts.query else path


class _Pinned(http.client.HTTPSConnection):
    """Speaks to one address, and checks that whoever answers there may use the host's name."""

    def __init__(self, host: str, port: int, address: str) -> None:
        super().__init__(host, port, timeout=PATIENCE, context=ssl.create_default_context())
        self._address, self._wrapped = address, ssl.create_default_context()

    def connect(self) -> None:
        plain = socket.create_connection((self._address, self.port), PATIENCE)
        self.sock = self._wrapped.wrap_socket(plain, server_hostname=self.host)
