"""The pages that are a person's own, reached by a link and no login: which there are, and how long each link is good.

A link carries neither name nor number, opens one page and no other, and is dead once the person is forgotten. `word`
says how the link came about: what it was sent about, or who of the staff handed it out.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings

from dangol.lib import links
from dangol.lib.links import BadLink, Link, Maker
from dangol.records.customers.merged import root_of
from dangol.records.customers.models import Customer


@dataclass(frozen=True)
class OwnPage:
    """One kind of page: its purpose, the address that a token follows, and how long a link to it is good.

    by_home_clock: made with what leaves by the home's clock, which in a demo stands still; others go by the real one.
    """

    purpose: str
    path: str
    lifetime: timedelta
    by_home_clock: bool = False


STOP = OwnPage("stop", "my/stop/", timedelta(days=731), by_home_clock=True)
WISHES = OwnPage("wishes", "my/wishes/", timedelta(days=180))
CONSENT = OwnPage("consent", "my/consent/", timedelta(days=30))
DATA = OwnPage("data", "my/data/", timedelta(hours=24))
PAGES = {page.purpose: page for page in (STOP, WISHES, CONSENT, DATA)}
_TOKEN = re.compile(rf"((?:{'|'.join(page.path for page in PAGES.values())}))[-\w]{{30,}}")
_CODE = re.compile(r"〔\d{6}〕")


class Opened(NamedTuple):
    """A link that opens: whose page, and what the token says."""

    customer: Customer
    link: Link


def address(path: str) -> str:
    """The absolute address of one of our pages, as people outside reach it."""
    base: str = settings.DANGOL.address or settings.DANGOL_SERVED
    return f"{base.rstrip('/')}/{path.lstrip('/')}"


def linker(page: OwnPage, *, at: datetime, word: str = "") -> Callable[[int], str]:
    """A function from a customer's id to the address of their page: for many at once. Raises KeyLost."""
    maker, base, until = Maker(page.purpose), address(page.path), at + page.lifetime

    def link(customer_id: int) -> str:
        return f"{base}{maker.made(Link(customer_id, until, word))}/"

    return link


def link_to(page: OwnPage, customer: Customer, *, at: datetime, word: str = "") -> str:
    """The address of one person's page. Raises KeyLost."""
    return linker(page, at=at, word=word)(customer.pk)


def opened(token: str, page: OwnPage, *, at: datetime) -> Opened:
    """Whose page the token opens: that of whoever stands for the person now. Raises BadLink (for whoever was forgotten,
    too) and KeyLost.
    """
    link = links.opened(token, purpose=page.purpose, at=at)
    customer = Customer.objects.filter(pk=link.subject).first()
    if customer is not None and customer.merged_into_id is not None:
        customer = Customer.objects.filter(pk=root_of(customer.pk)).first()
    if customer is None or customer.erased_at is not None:
        raise BadLink("forgotten", link.subject)
    return Opened(customer, link)


def written_code(code: str) -> str:
    """A code as messages write it, so that it can be told from other numbers."""
    return f"〔{code}〕"


def without_secrets(text: str) -> str:
    """The same text without what opens a page: for who may read it and may not go there."""
    return _CODE.sub(written_code("······"), _TOKEN.sub(r"\1…", text))
