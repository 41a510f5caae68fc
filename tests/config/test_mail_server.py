"""The mail server for mail to staff, as the environment names it."""

from __future__ import annotations

import pytest

from dangol.config.settings import mail_server
from dangol.lib.settings import BadSettings

SENDER = "reports@shop.example"


@pytest.mark.parametrize("url", ["smtps://user:p%40ss@mail.example:465", "smtp://localhost", "smtp://10.0.0.1:2525"])
def test_is_taken_as_it_is_named(url: str) -> None:
    assert mail_server(url, SENDER) == (url, SENDER)


def test_is_none_where_none_is_named() -> None:
    assert mail_server("", SENDER) == ("", "")


@pytest.mark.parametrize("url", ["mail.example", "http://mail.example", "smtp://", "smtp://mail.example:x"])
def test_is_refused_where_it_cannot_be_one(url: str) -> None:
    with pytest.raises(BadSettings, match="DANGOL_MAIL"):
        mail_server(url, SENDER)


@pytest.mark.parametrize("sender", ["", "reports", "a b@shop.example", "<a>@shop.example", "단골@shop.example"])
def test_comes_from_an_address(sender: str) -> None:
    with pytest.raises(BadSettings, match="DANGOL_MAIL_FROM"):
        mail_server("smtp://localhost", sender)
