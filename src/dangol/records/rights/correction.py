"""Correcting what we know of a person, and stopping what we do with it: what was and what is stays with the request."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import date, datetime

from django.db.transaction import atomic
from django.utils.translation import gettext as _

from dangol.lib.errors import DangolError
from dangol.records.changes.actions import record_row
from dangol.records.customers import actions as customers
from dangol.records.customers.entering import details_of
from dangol.records.customers.models import Customer
from dangol.records.outbox.actions import withhold_waiting
from dangol.records.permission.actions import suppress, withdraw_consent
from dangol.records.permission.models import Consent, How
from dangol.records.rights.models import Request, Step
from dangol.records.rights.queries import AUTOMATED
from dangol.records.staff.models import User

CORRECTED = ("full_name", "birth_date", "gender", "mobile", "email", "postcode", "address", "place")


class CannotCorrect(DangolError):
    """A correction that cannot be what it says."""


def standing_values(customer: Customer) -> dict[str, str]:
    """What can be corrected, as it stands, in words."""
    details = asdict(details_of(customer))
    return {name: str(details[name] or "") for name in CORRECTED}


@atomic
def correct(request: Request, *, changes: Mapping[str, str], by: User | None, at: datetime) -> dict[str, list[str]]:
    """Write what is right in the place of what was wrong; column → [before, after] is kept with the request.

    changes: columns of CORRECTED; what stands there already is left. by: who of the staff, None for the person on their
    own page. Raises CannotCorrect, Unfit, EntryClosed, and NotMadeSure where staff did not make sure who asks.
    """
    on_behalf = None
    if by is not None:
        on_behalf = request.on_behalf(sure=request.steps.filter(state=Step.State.CHECKED).exists())
    told = {name: changes[name] for name in CORRECTED if name in changes}
    wanted = replace(details_of(request.customer), **{**told, **_born(told)})  # type: ignore[arg-type]
    made = customers.correct(request.customer, wanted, unit=request.customer.unit, by=by, at=at, on_behalf=on_behalf)
    if made is None:
        return {}
    changed = {name: [str(made.was[name] or ""), str(value or "")] for name, value in made.became.items()}
    request.changes = {**request.changes, **changed}
    request.save(update_fields=["changes"])
    record_row(request, at=at)
    return changed


@atomic
def stop(request: Request, *, by: User | None, at: datetime) -> int:
    """Stop everything: no message of any kind, no decision without a person; what waits to leave is kept back.

    Returns how many messages were kept back.
    """
    customer = request.customer
    reason = _("Asked us to stop (request %(number)s)") % {"number": request.pk}
    suppress(customer, reason=reason, how=_how(request), by=by, at=at)
    object_to_automation(request, by=by, at=at)
    return withhold_waiting(customer.pk, reason="suppressed", at=at)


@atomic
def object_to_automation(request: Request, *, by: User | None, at: datetime) -> None:
    """From the next run on nothing is decided about the person without a person: no valuation, no campaign."""
    guardian = request.asked_by == Request.By.GUARDIAN
    withdraw_consent(
        request.customer, purpose=AUTOMATED, by=by, at=at, evidence=f"request:{request.pk}", how=_how(request),
        given_by=Consent.GivenBy.GUARDIAN if guardian else Consent.GivenBy.PERSON,
    )  # fmt: skip


def _how(request: Request) -> str:
    """By which way it came, as answers know it."""
    return request.way if request.way in How.values else ""


def _born(told: Mapping[str, str]) -> dict[str, date | None]:
    if "birth_date" not in told:
        return {}
    text = told["birth_date"].strip()
    try:
        return {"birth_date": date.fromisoformat(text) if text else None}
    except ValueError as error:
        raise CannotCorrect(_("Write the date of birth like 1990-03-01.")) from error
