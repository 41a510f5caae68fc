"""What every page's frame needs to know."""

from typing import Any

from django.http import HttpRequest


def frame(request: HttpRequest) -> dict[str, Any]:
    """The home's name, clock and whether its data are simulated."""
    return {}
