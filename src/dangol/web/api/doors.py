"""How programs come in: the key of a request, and what each operation takes.

Operations are added by `opened` alone, so that none comes without saying what it takes; a test walks them all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, cast

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema
from ninja.security import HttpBearer

from dangol.lib.errors import DangolError
from dangol.lib.resident_numbers import masked
from dangol.records.staff.access import spool
from dangol.records.staff.access.entries import Entry, Verb
from dangol.records.staff.queries import key_of
from dangol.records.staff.roles import May, bundle
from dangol.web import clock
from dangol.web.shell.viewer import Viewer, of_user

type Operation = Callable[..., Any]


class Problem(Schema):
    """Why something was not done, in a sentence of the language asked for."""

    error: str
    sentence: str


class Refused(DangolError):
    """The key does not hold what the operation takes."""


class Absent(DangolError):
    """It is not there, or not there for this key: the two are told alike."""


@dataclass(frozen=True)
class Takes:
    """What an operation takes of a key."""

    may: May
    whole: bool
    personal: bool


class Key(HttpBearer):
    """`Authorization: Bearer dgl_…`; whoever comes without an open key is told nothing else."""

    def authenticate(self, request: HttpRequest, token: str) -> Viewer | None:
        found = key_of(token, at=clock.now())
        place = request.META.get("REMOTE_ADDR", "")
        if found is None:
            spool.append(Entry(at=clock.now(), verb=Verb.FAILED.value, page="api", place=place))
            return None
        allowed = frozenset(May(word) for word in found.may) & bundle(found.user.role)
        viewer = of_user(found.user, allowed=allowed, place=place, page=f"api {request.method} {request.path}")
        viewer.query = masked(request.META.get("QUERY_STRING", ""))
        request.viewer = viewer  # type: ignore[attr-defined]  # the gate writes down whom it saw
        return viewer


def opened(
    router: Router, method: str, path: str, may: May, *, response: Any, whole: bool = False, personal: bool = False
) -> Callable[[Operation], Operation]:
    """Add an operation that takes this of a key. `whole` and `personal` as for pages (web/shell/gate.py)."""

    def add(operation: Operation) -> Operation:
        @wraps(operation)
        def checked(request: HttpRequest, *args: Any, **told: Any) -> Any:
            mine = seen_by(request)
            if not mine.may(may) or (whole and not mine.scope.whole):
                mine.note(Verb.REFUSED, subjects=())
                raise Refused(_("This key does not hold “%(word)s”, or sees only some customers.") % {"word": may})
            return operation(request, *args, **told)

        checked.takes = Takes(may, whole, personal)  # type: ignore[attr-defined]
        answers = {**(response if isinstance(response, dict) else {200: response}), 403: Problem}
        router.add_api_operation(path, [method], checked, response=answers, operation_id=operation.__name__)
        return checked

    return add


def seen_by(request: HttpRequest) -> Viewer:
    """Whoever holds the key of this request."""
    return cast(Viewer, request.viewer)  # type: ignore[attr-defined]
