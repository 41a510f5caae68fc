"""Short news at the foot of the page, with a way back where there is one."""

from django.contrib import messages
from django.http import HttpRequest
from django.utils.functional import Promise


def toast(request: HttpRequest, text: str | Promise, *, undo: str = "") -> None:
    """Show this on the next page for eight seconds; `undo` is the address its button posts to."""
    messages.success(request, str(text), extra_tags=undo)
