"""Links to a person's own pages: where they lead, whom they open, and who cannot read them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from dangol.lib.links import BadLink
from dangol.records.customers import own_pages
from dangol.records.customers.models import Customer
from dangol.records.customers.own_pages import DATA, PAGES, STOP, WISHES
from tests.people import AT, person

pytestmark = [pytest.mark.django_db, pytest.mark.store]


def token_of(link: str) -> str:
    return link.rsplit("/", 2)[1]


class TestLink:
    @pytest.mark.parametrize("page", PAGES.values(), ids=lambda page: page.purpose)
    def test_opens_as_long_as_its_page_says(self, page: own_pages.OwnPage) -> None:
        one = person()
        token = token_of(own_pages.link_to(page, one, at=AT, word="sms:1"))
        last = AT + page.lifetime - timedelta(seconds=1)
        assert own_pages.opened(token, page, at=last) == (one, own_pages.Link(one.pk, AT + page.lifetime, "sms:1"))
        with pytest.raises(BadLink):
            own_pages.opened(token, page, at=last + timedelta(seconds=1))

    def test_is_dead_once_the_person_is_forgotten_or_gone(self) -> None:
        one, two = person(), Customer(pk=987_654_321)
        tokens = [token_of(own_pages.link_to(WISHES, each, at=AT)) for each in (one, two)]
        Customer.objects.filter(pk=one.pk).update(erased_at=AT)
        for token in tokens:
            with pytest.raises(BadLink, match="forgotten"):
                own_pages.opened(token, WISHES, at=AT)

    def test_asks_one_question_to_open(self, django_assert_num_queries: Any) -> None:
        token = token_of(own_pages.link_to(DATA, person(), at=AT))
        with django_assert_num_queries(1):
            own_pages.opened(token, DATA, at=AT)

    def test_asks_none_to_make_many(self, django_assert_num_queries: Any) -> None:
        with django_assert_num_queries(0):
            link = own_pages.linker(STOP, at=AT)
            assert len({link(number) for number in range(1, 1001)}) == 1000


class TestAddress:
    def test_begins_with_what_the_home_says(self, settings: Any) -> None:
        settings.DANGOL = replace(settings.DANGOL, address="https://shop.example/")
        assert own_pages.address("my/") == "https://shop.example/my/"

    def test_is_where_the_server_listens_else(self, settings: Any) -> None:
        settings.DANGOL = replace(settings.DANGOL, address="")
        settings.DANGOL_SERVED = "http://localhost:8123"
        assert own_pages.address("/my/") == "http://localhost:8123/my/"
