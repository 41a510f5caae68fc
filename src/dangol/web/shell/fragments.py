"""One template, page and fragment: when htmx asks, only the part it swaps is answered."""

from django.http import HttpRequest


def asks_for_part(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of the page; going back in history asks for the whole page again."""
    headers = request.headers
    return headers.get("HX-Request") == "true" and headers.get("HX-History-Restore-Request") != "true"
