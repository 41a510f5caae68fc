"""Whose address a request comes from, also behind something that speaks TLS for us; and by what it is counted."""

from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address

from django.http import HttpRequest, HttpResponseBase


class BehindProxy:
    """Middleware before all others, with DANGOL_HTTPS alone: takes the caller's address from the proxy's word.

    The last address is the one our own proxy saw; what stands before it anybody can write. It is believed only from a
    neighbour (a private or loopback address), since a stranger who reaches us directly could claim any.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        told = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
        if told and is_near(request.META.get("REMOTE_ADDR", "")) and is_address(told):
            request.META["REMOTE_ADDR"] = told
        return self.get_response(request)


def is_near(address: str) -> bool:
    """Whether this address is of our own machine or network."""
    return is_address(address) and plain(address).is_private


def is_address(text: str) -> bool:
    """Whether this is the address of a machine."""
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def plain(address: str) -> IPv4Address | IPv6Address:
    """The address; an older one that came in the dress of a newer one as itself. Raises ValueError."""
    told = ip_address(address)
    return told.ipv4_mapped or told if isinstance(told, IPv6Address) else told


def network_of(place: str) -> str:
    """What requests are counted by: of the newer addresses one household or office has a whole network."""
    if not is_address(place):
        return place
    address = plain(place)
    return str(int(address) >> 64 if isinstance(address, IPv6Address) else address)
