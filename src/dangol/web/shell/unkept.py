"""What may not be kept is made unreadable where a request comes in, before any page, log or store sees it.

Every text of every form, search and address goes through here, so that no page has to think of it and none can forget:
form fields and the names of files, the query string, the address a page was reached from, and JSON of programs. What
is said to the user about it is one sentence on the next page. Passwords are left alone: they are hashed and never kept,
and all numbers made equal would open each other's accounts.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote_plus, urlsplit

from django.contrib import messages
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import ngettext

from dangol.lib.resident_numbers import cleaned, found, masked
from dangol.web import clock

type Answer = Callable[[HttpRequest], HttpResponseBase]

LEFT_ALONE = {"csrfmiddlewaretoken", "credential"}  # random by nature, and checked letter by letter


class Unkept:
    """Middleware before all that reads a request."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if isinstance(request, WSGIRequest):
            request.__class__ = Cleaned
            _clean_address(request)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_told: Any) -> None:
        """Say that the words searched for were changed; a fragment says it by showing them."""
        if getattr(request, "unreadable", 0) and request.headers.get("HX-Request") != "true":
            say(request, request.unreadable)  # type: ignore[attr-defined]


class Cleaned(WSGIRequest):
    """A request whose form and body are cleaned when somebody first reads them."""

    def _load_post_and_files(self) -> None:
        super()._load_post_and_files()
        self._post, count = clean_form(self._post)  # type: ignore[has-type]
        _clean_names(self.FILES)
        if count:
            say(self, count)

    @property
    def body(self) -> bytes:
        """The body; JSON without what may not be kept."""
        told = super().body
        if self.content_type != "application/json" or hasattr(self, "_looked"):
            return told
        self._looked = True
        self._body = told = clean_json(told)
        return told


def clean_form(form: QueryDict) -> tuple[QueryDict, int]:
    """The form with every field made fit to be kept, and how many numbers were in it."""
    today, count = clock.today(), 0
    for name, values in form.lists():
        if name not in LEFT_ALONE and "password" not in name:
            count += sum(len(found(value, today=today)) for value in values)
    if not count:
        return form, 0
    clean = form.copy()
    for name, values in form.lists():
        if name not in LEFT_ALONE and "password" not in name:
            clean.setlist(name, [masked(value, today=today) for value in values])
    clean._mutable = False
    return clean, count


def clean_json(body: bytes) -> bytes:
    """A body of JSON without numbers; what is no JSON is cleaned as text, for it will be refused and may be logged."""
    try:
        told, count = cleaned(json.loads(body), today=clock.today())
    except (ValueError, RecursionError):
        return masked(body.decode(errors="replace")).encode() if body else body
    return json.dumps(told, ensure_ascii=False).encode() if count else body


def say(request: HttpRequest, count: int) -> None:
    """Tell whoever wrote it, on the page that comes next."""
    words = ngettext(
        "%(count)s resident number was made unreadable: it may not be kept.",
        "%(count)s resident numbers were made unreadable: they may not be kept.",
        count,
    )
    if hasattr(request, "_messages"):
        messages.warning(request, words % {"count": count})


def _clean_address(request: WSGIRequest) -> None:
    if found(request.path):  # no page of ours: it is looked for, and not found, under a name that can be written down
        request.path, request.path_info = masked(request.path), masked(request.path_info)
        request.META["PATH_INFO"] = request.path_info
    query, count = clean_form(request.GET)
    if count:
        request.GET = query  # type: ignore[assignment]
        request.META["QUERY_STRING"] = query.urlencode()
        request.unreadable = count  # type: ignore[attr-defined]
    if found(unquote_plus(request.META.get("HTTP_REFERER", ""))):
        parts = urlsplit(request.META["HTTP_REFERER"])
        request.META["HTTP_REFERER"] = f"{parts.scheme}://{parts.netloc}/"


def _clean_names(files: MultiValueDict[str, Any]) -> None:
    for _field, several in files.lists():
        for one in several:
            one.name = masked(one.name or "")
