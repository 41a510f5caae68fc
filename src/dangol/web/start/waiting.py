"""The part of a page that waits for long work: how far it is, asked for again until it ends."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dangol.web.start.work import Work


def waiting(request: HttpRequest, template: str, work: Work, **more: Any) -> HttpResponse:
    """How the work stands; once it is done the page is fetched anew."""
    response = render(request, template, {"work": work, **more})
    if not work.under_way:
        response["HX-Refresh"] = "true"
    return response
