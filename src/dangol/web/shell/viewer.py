"""Who looks, and how much of a person they get to see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import cast

from django.http import HttpRequest

from dangol.lib import phones
from dangol.records.customers import masking
from dangol.records.customers.models import ContactPoint, Customer, CustomerQuerySet
from dangol.records.staff.access import spool
from dangol.records.staff.access.entries import Entry, Verb
from dangol.records.staff.models import User
from dangol.records.staff.on_behalf import OnBehalf, marked
from dangol.records.staff.roles import May, bundle
from dangol.records.staff.scope import Scope, scope_of
from dangol.web import clock

LONGEST_QUERY = 400


@dataclass
class Viewer:
    """One member of staff at one request: what they may do, whom they see, and what of it they saw.

    `user` acts; `allowed` is their role's bundle, or the part of it that a key was given. `subjects` collects the ids
    of everybody who was shown; the gate writes them into the access log. `unmasked` are those this page shows as they
    are to somebody who sees people masked. `noted` are those who stand in the log already for something else than being
    seen, such as a list taken away; None before anything was noted.
    """

    user: User
    allowed: frozenset[May]
    place: str = ""
    page: str = ""
    query: str = ""
    subjects: set[int] = field(default_factory=set)
    unmasked: set[int] = field(default_factory=set)
    noted: set[int] | None = None
    looked: bool = False

    def may(self, what: May) -> bool:
        """Whether this may be done here."""
        return what in self.allowed

    @cached_property
    def scope(self) -> Scope:
        """Whose customers are seen."""
        return scope_of(self.user)

    @property
    def customers(self) -> CustomerQuerySet:
        """The customers this viewer sees; nobody else is there for them."""
        return Customer.objects.known().seen_by(self.scope)

    @property
    def knows_people(self) -> bool:
        """Whether names, numbers and addresses are shown as they are."""
        return self.may(May.SEE_PERSON)

    def knows(self, customer: int | None) -> bool:
        """Whether this customer is shown as they are."""
        return self.knows_people or customer in self.unmasked

    def saw(self, customers: Iterable[int]) -> None:
        """Remember that these people's data are on the page; nobody is an answer too, where somebody was looked for."""
        self.looked = True
        self.subjects.update(customers)

    def name(self, customer: Customer) -> str:
        """The name as this viewer sees it."""
        if self.knows(customer.pk) or not customer.full_name:
            return str(customer)
        return masking.name(customer.full_name)

    def name_text(self, text: str) -> str:
        """A name that came without its customer."""
        return text if self.knows_people else masking.name(text)

    def number(self, external_id: str, *, of: int | None = None) -> str:
        """A source's id for a customer (whose key is `of`), which may be a name or a phone number."""
        return external_id if self.knows(of) else masking.name(external_id)

    def contact(self, kind: str, value: str, *, of: int | None = None) -> str:
        """A number or address of a customer (`of`) as this viewer sees it; numbers are written as people dial them."""
        if not self.knows(of):
            return masking.contact(kind, value)
        return phones.dialled(value) if kind == ContactPoint.Kind.MOBILE else value

    def note(
        self,
        verb: Verb,
        *,
        reason: str = "",
        subjects: Iterable[int] | None = None,
        on_behalf: OnBehalf | None = None,
    ) -> None:
        """Write into the access log what this viewer did; on_behalf: on whose word, where it was not their own."""
        whose = self.subjects if subjects is None else set(subjects)
        self.noted = whose | (self.noted or set())
        spool.append(Entry(
            at=clock.now(), verb=verb.value, page=self.page, user_id=self.user.pk or 0, user=str(self.user),
            role=self.user.role, place=self.place, query=self.query[:LONGEST_QUERY],
            reason=marked(reason, on_behalf),
            subjects=tuple(whose),
        ))  # fmt: skip


class Seen(HttpRequest):
    """A request that came through the gate."""

    viewer: Viewer


def viewer(request: HttpRequest) -> Viewer:
    """Who looks at this page."""
    return cast(Seen, request).viewer


def of_user(user: User, *, allowed: frozenset[May] | None = None, place: str = "", page: str = "") -> Viewer:
    """A viewer for somebody who signed in, or for a program that acts for them."""
    return Viewer(user, bundle(user.role) if allowed is None else allowed, place=place, page=page)
