"""A shop with one customer to visit, links to that person's own pages, and whatever leaves carried at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from dangol.records.catalog.topics import ensure_topics
from dangol.records.customers import own_pages
from dangol.records.customers.models import ContactPoint, Customer, Identity
from dangol.records.customers.own_pages import OwnPage
from dangol.records.permission.models import Consent
from dangol.records.permission.texts import ensure_texts
from dangol.web import clock

NUMBER = "+821055501234"


@pytest.fixture(autouse=True)
def shop(settings: Any, tmp_path: Path, db: None) -> Iterator[None]:
    """Serve a home of this test's own: our name, our texts and topics, work done at once, no counts of other tests."""
    cache.clear()
    settings.DANGOL_HOME = tmp_path
    settings.DANGOL = replace(
        settings.DANGOL, name="우리목장", address="https://shop.example", contact="02-123-4567", as_of=None
    )
    settings.ALLOWED_HOSTS = ["testserver", "localhost", "shop.example"]
    settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}
    ensure_texts(at=clock.now())
    ensure_topics(at=clock.now())
    yield
    cache.clear()


def somebody(name: str = "정다은", number: str = NUMBER, *, agreed: bool | None = True, **about: Any) -> Customer:
    """Make a customer with a mobile number, who agreed to text messages a hundred days ago unless told otherwise."""
    before = clock.now() - timedelta(days=100)
    made = Customer.objects.create(full_name=name, registered_at=before, **about)
    Identity.objects.create(customer=made, source="till", external_id=f"M-{made.pk:05}")
    ContactPoint.objects.create(customer=made, kind="mobile", value=number, tail=number[-4:], valid_from=before)
    if agreed is not None:
        Consent.objects.create(
            customer=made, purpose="marketing", channel="sms", granted=agreed, answered_at=before, how="paper",
            evidence="form 7",
        )  # fmt: skip
    return made


@pytest.fixture
def person() -> Customer:
    """Return the customer who visits."""
    return somebody()


def path_to(page: OwnPage, customer: Customer, *, word: str = "", **ago: int) -> str:
    """The address of a person's page within the server, from a link made now or some time ago."""
    at = clock.now() - timedelta(**ago)
    return own_pages.link_to(page, customer, at=at, word=word).removeprefix("https://shop.example")


@pytest.fixture
def browser_() -> Client:
    """Return a stranger's browser, in Korean, that holds forms to their marks against forgery."""
    return Client(enforce_csrf_checks=True, headers={"Accept-Language": "ko"})
