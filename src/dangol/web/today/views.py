"""The page Today."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def today(request: HttpRequest) -> HttpResponse:
    """Where the loop stands and what to do next."""
    return render(request, "today/today.html")
