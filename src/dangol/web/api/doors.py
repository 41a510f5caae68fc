"""How programs come in: the key of a request, and what each operation takes.

Operations are added by `opened` alone, so that none comes without saying what it takes; a test walks them all.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from functools import wraps
from typing import Annotated, Any

from django.core.exceptions import NON_FIELD_ERRORS
from django.forms import BaseForm
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema
from ninja.parser import Parser
from ninja.security import HttpBearer
from pydantic import ConfigDict, StringConstraints, field_validator

from dangol.lib.errors import DangolError
from dangol.lib.resident_numbers import masked
from dangol.records.staff.access import spool
from dangol.records.staff.access.entries import Entry, Verb
from dangol.records.staff.models import ApiKey
from dangol.records.staff.queries import key_of
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.shell.viewer import Viewer, of_user

type Operation = Callable[..., Any]

LARGEST = 9_223_372_036_854_775_807  # of the database's keys
Number = Annotated[int, Field(ge=1, le=LARGEST)]
# As the pages ask for it.
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=4, max_length=200)]
REFUSALS = frozenset({400, 401, 403, 404, 409, 413, 422})


class Problem(Schema):
    """Why something was not done, in a sentence of the language asked for; `fields` names what is wrong with which.

    `customer` is the one who is here already, where somebody with the same phone number was to be entered.
    """

    error: str
    sentence: str
    fields: dict[str, str] = {}
    customer: int | None = None


class _Refusal(Schema):
    """How ninja holds what an operation answers, made once for all of them."""

    response: Problem


def _texts(value: Any) -> Iterator[str]:
    """The texts in what was sent, the names of things among them."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        parts = value if isinstance(value, list) else [*value, *value.values()]
        for part in parts:
            yield from _texts(part)


class Sent(Schema):
    """What a program sends: fields nobody knows are refused, and so is text that no store can hold."""

    model_config = ConfigDict(extra="forbid")

    @field_validator("*", mode="before")
    @classmethod
    def _can_be_kept(cls, value: Any) -> Any:
        for text in _texts(value):
            if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
                raise ValueError(_("This text holds a sign that cannot be kept."))
        return value


class Done(Schema):
    """It is done; `changed` is false where there was nothing to do."""

    changed: bool = True


class Refused(DangolError):
    """The key does not hold what the operation takes."""


class WrongValues(DangolError):
    """Something sent cannot be so; `fields` holds a sentence for each."""

    def __init__(self, fields: dict[str, str]) -> None:
        self.fields = fields
        super().__init__(" ".join(fields.values()))


class JsonAlone(Parser):
    """Bodies are JSON that says so: nothing else is cleaned of what may not be kept (web/shell/unkept.py)."""

    def parse_body(self, request: HttpRequest) -> Any:
        if request.content_type != "application/json":
            raise ValueError(request.content_type)
        return super().parse_body(request)


@dataclass(frozen=True)
class Takes:
    """What an operation takes of a key."""

    may: May
    whole: bool
    personal: bool


class Key(HttpBearer):
    """`Authorization: Bearer dgl_…`; whoever comes without an open key is told nothing else.

    What an operation takes is asked here, before anything that was sent is read.
    """

    def __init__(self, takes: Takes | None = None) -> None:
        super().__init__()
        self.takes = takes

    def authenticate(self, request: HttpRequest, token: str) -> Viewer | None:
        at, place = clock.now(), request.META.get("REMOTE_ADDR", "")
        found = key_of(token, at=at) if token.isascii() and token.isprintable() else None
        if found is None:
            spool.append(Entry(at=at, verb=Verb.FAILED.value, page="api", place=place))
            return None
        page = f"api {request.method} {request.path}"
        mine = of_user(found.user, allowed=found.allowed(), place=place, page=page)
        mine.query = masked(request.META.get("QUERY_STRING", ""))
        request.viewer, request.api_key = mine, found  # type: ignore[attr-defined]  # the gate notes whom it saw
        self._refuse(mine)
        return mine

    def _refuse(self, mine: Viewer) -> None:
        takes = self.takes
        if takes is not None and (not mine.may(takes.may) or (takes.whole and not mine.scope.whole)):
            mine.note(Verb.REFUSED, subjects=())
            raise Refused(_("This key does not hold “%(word)s”, or sees only some customers.") % {"word": takes.may})


def opened(
    router: Router, method: str, path: str, may: May, *, response: Any, whole: bool = False, personal: bool = False,
    file: bool = False,
) -> Callable[[Operation], Operation]:  # fmt: skip
    """Add an operation that takes this of a key. `whole` and `personal` as for pages (web/shell/gate.py).

    file: it answers with a file instead of JSON.
    """

    def add(operation: Operation) -> Operation:
        takes = Takes(may, whole, personal)
        operation.takes = takes  # type: ignore[attr-defined]
        router.add_api_operation(
            path, [method], operation, auth=Key(takes), response={200: response},
            operation_id=operation.__name__, summary=(operation.__doc__ or "").partition("\n")[0],
            description="", openapi_extra=_FILE if file else None,
        )  # fmt: skip
        made = router.path_operations[path].operations[-1]
        # Given as `response`, a model would be made for each refusal of each operation: a third of the API's start.
        made.response_models.update(dict.fromkeys(REFUSALS, _Refusal))
        queries = [model for model in made.models if model.__ninja_param_source__ == "query"]
        words = frozenset(word for model in queries for word in model.__ninja_flatten_map__)
        made.view_func = _knowing(made.view_func, words)
        return operation

    return add


def _knowing(operation: Operation, words: frozenset[str]) -> Operation:
    """The operation, which refuses words of an address that it does not know.

    Left aside, `from` for `since` would be answered with a number of all time. (Fields of a body are refused by Sent.)
    """

    @wraps(operation)
    def answer(request: HttpRequest, **sent: Any) -> Any:
        unknown = min((word for word in request.GET if word not in words), default=None)
        if unknown is not None:
            known = ", ".join(sorted(words)) or "–"
            told = _("No word of this address is called so. Known: %(known)s.") % {"known": known}
            raise WrongValues({unknown: told})
        return operation(request, **sent)

    return answer


def require(mine: Viewer, may: May) -> None:
    """Refuse a key that lacks a further word, which part of an answer takes. Raises Refused."""
    if not mine.may(may):
        mine.note(Verb.REFUSED, subjects=())
        raise Refused(_("This key does not hold “%(word)s”, or sees only some customers.") % {"word": may})


def valid(form: BaseForm) -> dict[str, Any]:
    """What a page's form makes of what was sent. Raises WrongValues."""
    refuse_wrong(form, of=form.fields)
    return form.cleaned_data


def refuse_wrong(form: BaseForm, *, of: Container[str]) -> None:
    """Raise WrongValues where one of these fields is wrong; what was not asked for yet is not missed."""
    wrong = {
        name: " ".join(map(str, told)) for name, told in form.errors.items() if name in of or name == NON_FIELD_ERRORS
    }
    if wrong:
        raise WrongValues(wrong)


def key_used(request: HttpRequest) -> ApiKey:
    """The key this request came with."""
    key: ApiKey = request.api_key  # type: ignore[attr-defined]
    return key


_FILE = {
    "responses": {
        200: {"content": {"text/csv": {"schema": {"type": "string"}},
                          "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": {
                              "schema": {"type": "string", "format": "binary"}}}}
    }
}  # fmt: skip
