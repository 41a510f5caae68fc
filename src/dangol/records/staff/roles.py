"""What each role may do. A role is a bundle of these words; nothing else grants anything."""

from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class May(StrEnum):
    """One thing a member of staff may or may not do."""

    SEE_CUSTOMERS = "see_customers"  # lists and profiles, of one's own scope
    SEE_PERSON = "see_person"  # names, numbers and addresses unmasked
    UNMASK = "unmask"  # one person's, on request, leaving a trace
    ENTER_CUSTOMERS = "enter_customers"  # make and correct customers
    WRITE_NOTES = "write_notes"
    SEE_VALUES = "see_values"  # both values, map, today's totals
    ASK_NUMBERS = "ask_numbers"  # figures over customers of one's own scope, and who is behind them
    EXPORT = "export"  # take lists of customers out of the house
    IMPORT = "import"
    SEE_CAMPAIGNS = "see_campaigns"
    RUN_CAMPAIGNS = "run_campaigns"  # plan, send, measure
    ANSWER_REQUESTS = "answer_requests"  # what people may demand: see, correct, stop, erase
    KEEP_CONSENT = "keep_consent"  # record answers, suppressions, consent texts
    SEE_LEGAL_HOLD = "see_legal_hold"  # what the law makes us keep after erasure
    SEE_INVENTORY = "see_inventory"  # which data are kept, and why
    SEE_ACCESS_LOG = "see_access_log"
    REVIEW_ACCESS = "review_access"  # sign the monthly review
    HANDLE_BREACH = "handle_breach"
    MANAGE_STAFF = "manage_staff"  # invitations, roles, keys
    MANAGE_UNITS = "manage_units"  # organisation tree and contracts
    CHANGE_SETTINGS = "change_settings"  # homes, clock, demos


class Role(TextChoices):
    OWNER = "owner", _("Owner")
    MARKETER = "marketer", _("Marketer")
    AGENT = "agent", _("Agent")
    ANALYST = "analyst", _("Analyst")
    DEALER = "dealer", _("Dealer")
    AUDITOR = "auditor", _("Auditor")


BUNDLES: dict[str, frozenset[May]] = {
    # The law's archive is read by one role alone, and the owner is not it.
    Role.OWNER: frozenset(May) - {May.SEE_LEGAL_HOLD},
    Role.MARKETER: frozenset({
        May.SEE_CUSTOMERS, May.SEE_VALUES, May.ASK_NUMBERS, May.SEE_CAMPAIGNS, May.RUN_CAMPAIGNS, May.IMPORT,
        May.EXPORT, May.SEE_INVENTORY,
    }),
    Role.AGENT: frozenset({
        May.SEE_CUSTOMERS, May.SEE_PERSON, May.ENTER_CUSTOMERS, May.WRITE_NOTES, May.SEE_VALUES, May.ASK_NUMBERS,
        May.ANSWER_REQUESTS, May.KEEP_CONSENT,
    }),
    Role.ANALYST: frozenset({
        May.SEE_CUSTOMERS, May.SEE_VALUES, May.ASK_NUMBERS, May.SEE_CAMPAIGNS, May.EXPORT, May.SEE_INVENTORY,
    }),
    Role.DEALER: frozenset({
        May.SEE_CUSTOMERS, May.SEE_PERSON, May.ENTER_CUSTOMERS, May.WRITE_NOTES, May.ASK_NUMBERS,
    }),
    Role.AUDITOR: frozenset({
        May.SEE_CUSTOMERS, May.UNMASK, May.SEE_ACCESS_LOG, May.REVIEW_ACCESS, May.SEE_INVENTORY, May.SEE_LEGAL_HOLD,
        May.SEE_CAMPAIGNS,
    }),
}  # fmt: skip


def bundle(role: str) -> frozenset[May]:
    """What the role may do; nothing for a role nobody knows."""
    return BUNDLES.get(role, frozenset())
