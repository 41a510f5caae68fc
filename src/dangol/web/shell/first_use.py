"""Signs the owner in on first use from this machine; a password is asked from then on.

The rule, in full:
- No owner yet, and somebody at this machine opens a page in a browser (but for those of customers): the owner is made
  and signed in.
- From then on a session or a password is needed, whoever asks and from wherever.
- An owner who never set a password may set one at this machine, and only there. Once it is set,
  nothing but the password opens a new session.
"At this machine" means a loopback address, no sign of a proxy in between, and a local name in the
address line, so that neither another machine nor a page of another site (DNS rebinding) can pass for it.
Other accounts of the same machine do pass: set a password where people share one.
"""

from collections.abc import Callable
from ipaddress import ip_address

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port

from dangol.records.staff.access.entries import Verb
from dangol.records.staff.actions import make_owner
from dangol.records.staff.models import User
from dangol.web import clock
from dangol.web.shell import door

LOCAL_NAMES = {"localhost", "127.0.0.1", "[::1]"}
PROXY_SIGNS = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PROTO", "HTTP_FORWARDED",
               "HTTP_X_REAL_IP", "HTTP_VIA", "HTTP_CF_CONNECTING_IP")  # fmt: skip
CUSTOMERS = ("/my/", "/join/", "/privacy/notice/")  # a customer who looks first, at the counter, owns nothing
BACKEND = "django.contrib.auth.backends.ModelBackend"


class SignInOwner:
    """Middleware after AuthenticationMiddleware: makes and signs in the owner on the very first visit."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated and is_a_visit(request) and (owner := new_owner()):
            login(request, owner, backend=BACKEND)
            door.note(request, owner, Verb.SIGNED_IN, reason="first use")
        return self.get_response(request)


def is_a_visit(request: HttpRequest) -> bool:
    """Whether a browser at this machine opens a page for a person: no script's look, no picture, no probe."""
    opened = request.headers.get("Sec-Fetch-Mode") == "navigate" and "text/html" in request.headers.get("Accept", "")
    ours = not request.path.startswith(CUSTOMERS)
    return request.method == "GET" and opened and ours and at_this_machine(request)


def at_this_machine(request: HttpRequest) -> bool:
    """Whether the request comes from this very machine, with nothing in between."""
    if any(sign in request.META for sign in PROXY_SIGNS):
        return False
    try:
        near = ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:  # a socket without an address
        return False
    return near and split_domain_port(request.get_host())[0] in LOCAL_NAMES


def new_owner() -> User | None:
    """The owner just made, or None where there is one already."""
    if User.objects.filter(role=User.Role.OWNER).exists():
        return None
    return make_owner(at=clock.now())


def owner_without_password() -> User | None:
    """The owner as long as no password was set."""
    owner = User.objects.filter(role=User.Role.OWNER).first()
    return owner if owner and not owner.has_usable_password() else None
