"""Behind something that speaks TLS: secure cookies, the caller's own address, and nobody who claims another."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from dangol.web.shell.proxy import BehindProxy


def seen(remote: str, forwarded: str | None) -> str:
    told = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded is not None else {}
    asked = RequestFactory().get("/", REMOTE_ADDR=remote, **told)
    found: list[str] = []

    def answer(request: HttpRequest) -> HttpResponse:
        found.append(request.META["REMOTE_ADDR"])
        return HttpResponse()

    BehindProxy(answer)(asked)
    return found[0]


class TestAddress:
    @pytest.mark.parametrize(
        ("remote", "forwarded", "is_told"),
        [
            ("127.0.0.1", "203.0.113.7", "203.0.113.7"),
            ("172.18.0.2", "10.0.0.1, 203.0.113.7", "203.0.113.7"),  # what stands before it anybody can write
            ("93.184.216.34", "127.0.0.1", "93.184.216.34"),  # a stranger claims to sit here
            ("::ffff:93.184.216.34", "127.0.0.1", "::ffff:93.184.216.34"),  # the same one in another dress
            ("::ffff:10.0.0.2", "203.0.113.7", "203.0.113.7"),
            ("127.0.0.1", None, "127.0.0.1"),
            ("127.0.0.1", "unknown", "127.0.0.1"),
            ("127.0.0.1", "", "127.0.0.1"),
            ("", "203.0.113.7", ""),
        ],
    )
    def test_is_the_one_our_own_proxy_saw(self, remote: str, forwarded: str | None, is_told: str) -> None:
        assert seen(remote, forwarded) == is_told


def settings_with(**environment: str) -> dict[str, object]:
    """What the settings say in a process of their own."""
    names = (
        "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_HSTS_SECONDS", "SECURE_PROXY_SSL_HEADER", "MIDDLEWARE",
    )  # fmt: skip
    code = (
        "import json; from dangol.config import settings;"
        f" print(json.dumps({{name: getattr(settings, name, None) for name in {names}}}))"
    )
    plain = {name: value for name, value in os.environ.items() if not name.startswith("DANGOL_")}
    done = subprocess.run(
        [sys.executable, "-c", code], env=plain | environment, capture_output=True, text=True, check=True
    )
    told: dict[str, object] = json.loads(done.stdout)
    return told


class TestHttps:
    def test_is_told_by_the_environment(self, tmp_path: Path) -> None:
        told = settings_with(DANGOL_HOME=str(tmp_path), DANGOL_HTTPS="1")
        assert told["SESSION_COOKIE_SECURE"] and told["CSRF_COOKIE_SECURE"]
        assert told["SECURE_HSTS_SECONDS"] == 31_536_000
        assert told["SECURE_PROXY_SSL_HEADER"] == ["HTTP_X_FORWARDED_PROTO", "https"]
        assert told["MIDDLEWARE"][0] == "dangol.web.shell.proxy.BehindProxy"  # type: ignore[index]

    def test_is_not_supposed_in_a_shops_own_network(self, tmp_path: Path) -> None:
        told = settings_with(DANGOL_HOME=str(tmp_path))
        assert not told["SESSION_COOKIE_SECURE"] and not told["SECURE_HSTS_SECONDS"]
        assert "dangol.web.shell.proxy.BehindProxy" not in told["MIDDLEWARE"]  # type: ignore[operator]
