"""Lines of the access log in the words of pages."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dangol.records.customers.models import Customer
from dangol.records.staff.access.entries import WORDS, Entry, Verb
from dangol.records.staff.access.queries import Line
from dangol.records.staff.on_behalf import told
from dangol.records.staff.roles import Role
from dangol.web.privacy.log_names import AREAS, REASONS
from dangol.web.shell.viewer import Viewer

# What pages are called. Others are called after their part of the program; commands keep the name they have in the log.
PAGES: dict[str, str | Promise] = {
    "today": _("Today"),
    "sign_in": _("Sign in"),
    "customers": _("List of customers"),
    "find": _("Search for a customer"),
    "customers_file": _("List of customers taken along"),
    "extracts": _("Files that go out"),
    "extract_delete": _("File for a team deleted"),
    "customers_bulk": _("Many customers changed at once"),
    "customers_bulk_undo": _("Many customers put back at once"),
    "customer": _("Profile"),
    "value_settings": _("How values are counted, with a preview"),
    "customer_value": _("Where a customer’s values come from"),
    "customer_timeline": _("History of a profile"),
    "customer_new": _("New customer"),
    "customer_correct": _("Correction of a customer"),
    "customer_undo": _("Correction taken back"),
    "customer_entrance": _("Code of the front door"),
    "customer_unmask": _("Profile, unmasked"),
    "customer_note": _("Note about a customer"),
    "customer_note_strike": _("Note struck out"),
    "customer_note_shown": _("Sensitive note"),
    "customer_consents": _("Consents of a customer"),
    "customer_answer": _("Consents of a customer"),
    "customer_suppress": _("Do-not-contact of a customer"),
    "customer_lift": _("Do-not-contact of a customer"),
    "customer_guardian": _("Guardian of a customer"),
    "customer_wishes": _("Wishes of a customer"),
    "customer_roles": _("Roles of a customer"),
    "customer_role_end": _("Roles of a customer"),
    "customer_household": _("Household of a customer"),
    "customer_needs": _("Needs of a customer"),
    "customer_need_back": _("Need that counts no more"),
    "core_need": _("Share of need"),
    "care": _("Care tasks"),
    "care_new": _("New care task"),
    "care_settle": _("What became of a care task"),
    "care_back": _("What became of a care task, taken back"),
    "care_panel": _("Panel of customers"),
    "care_join": _("Into a panel"),
    "care_session": _("Session of a panel"),
    "care_session_back": _("Session of a panel"),
    "care_give": _("Care task handed over"),
    "customer_contacts": _("Organisation of a customer"),
    "customer_contact_end": _("Organisation of a customer"),
    "duplicates": _("Duplicates"),
    "duplicates_compare": _("Customers side by side"),
    "duplicates_choose": _("Customers side by side"),
    "duplicates_merge": _("Customers merged"),
    "duplicates_unmerge": _("Merge taken back"),
    "duplicates_apart": _("Customers said to be two people"),
    "duplicates_apart_back": _("Customers said to be two people"),
    "sign_ups": _("Who signed up"),
    "sign_up": _("Sign-up"),
    "sign_up_take_in": _("Sign-up taken in"),
    "sign_up_turn_away": _("Sign-up turned away"),
    "sign_up_back": _("Sign-up waits again"),
    "sign_up_delete": _("Sign-up deleted"),
    "customer_link": _("Way to a customer’s own page"),
    "messages": _("Messages shown"),
    "map": _("Relationship map"),
    "insight_cube_whom": _("Who is behind this number"),
    "insight_statistics_ask": _("Statistics"),
    "insight_statistics_file": _("Picture of statistics"),
    "insight_leaving": _("Who will come back"),
    "expectation": _("Expectation"),
    "map_list": _("List of the map"),
    "loyalty_ask": _("List of customers to ask"),
    "movement_who": _("Who moved on the map"),
    "campaign": _("Campaign"),
    "campaign_plan": _("Plan of a campaign"),
    "campaign_letter": _("Letter of a campaign"),
    "repeating": _("Campaign that comes again"),
    "insight_baskets_whom": _("Who should hear of a product"),
    "insight_baskets_whom_list": _("List of proposals"),
    "insight_baskets_list": _("List of proposals"),
    "import_file": _("File to import"),
    "import_details": _("File to import"),
    "import_result": _("Result of an import"),
    "readiness_examples": _("Examples of the readiness check"),
    "insight_feedback": _("How feedback sounds"),
    "import_rejects": _("Rows left out of an import"),
    "import_mend": _("Rows left out of an import"),
    "privacy_requests": _("Requests about data"),
    "privacy_rights": _("Rights of a customer"),
    "privacy_request": _("Request about data"),
    "privacy_request_step": _("Request about data"),
    "privacy_request_review": _("Request about data"),
    "privacy_letter": _("Letter about a request"),
    "privacy_bundle": _("Everything about a customer"),
    "privacy_correct": _("Correction on request"),
    "privacy_stop": _("Use stopped on request"),
    "privacy_erase": _("Customer forgotten on request"),
    "privacy_hold": _("Legal hold"),
    "access_log": _("Access log"),
    "access_entry": _("Entry of the access log"),
    "access_file": _("List of the access log"),
    "access_review": _("Monthly review"),
    "access_sign": _("Monthly review"),
    "breach_file": _("List of people affected"),
}


@dataclass(frozen=True)
class Row:
    """One line as a page shows it: `people` are the first few, each with name and number."""

    line: Line
    people: list[tuple[int, str]]

    @property
    def entry(self) -> Entry:
        return self.line.entry

    @property
    def verb(self) -> str:
        return verb_words(self.entry.verb)

    @property
    def page(self) -> str:
        return page_words(self.entry.page)

    @property
    def role(self) -> str:
        return role_words(self.entry.role)

    @property
    def behalf(self) -> str:
        return behalf_words(self.entry.reason)

    @property
    def reason(self) -> str:
        return reason_words(self.entry.reason)

    @property
    def tone(self) -> str:
        """How much the eye should stay: bad for what was refused or damaged, warn for what left or was unmasked."""
        tones = {Verb.REFUSED: "bad", Verb.FAILED: "bad", Verb.DAMAGED: "bad", Verb.TOOK: "warn", Verb.UNMASKED: "warn"}
        return tones.get(Verb(self.entry.verb), "") if self.entry.verb in set(Verb) else ""


def rows(lines: Iterable[Line], viewer: Viewer) -> list[Row]:
    """The lines with the names of their people as the viewer sees them: one query."""
    listed = list(lines)
    names = named({one for line in listed for one in line.entry.subjects}, viewer)
    return [Row(line, [(one, names[one]) for one in line.entry.subjects]) for line in listed]


def named(ids: Iterable[int], viewer: Viewer) -> dict[int, str]:
    """What each is called, as the viewer sees it; who is not there any more is a number."""
    known = Customer.objects.in_bulk(list(ids))
    return {one: viewer.name(known.get(one) or Customer(pk=one)) for one in ids}


def verb_words(verb: str) -> str:
    """What was done."""
    return str(WORDS[Verb(verb)]) if verb in set(Verb) else verb


def page_words(page: str) -> str:
    """Where it was done."""
    known = PAGES.get(page) or next((name for start, name in AREAS.items() if page.startswith(start)), page)
    return str(known)


def behalf_words(reason: str) -> str:
    """On whose behalf it was done, how their word came and how they were known; "" where it was nobody's."""
    found, _rest = told(reason)
    return found.words if found else ""


def reason_words(reason: str) -> str:
    """Why, as it was typed, or as the program writes it."""
    rest = told(reason)[1]
    parts = rest.split(", ")  # the ways somebody signed in by, one after the other
    return ", ".join(str(REASONS[part]) for part in parts) if set(parts) <= REASONS.keys() else rest


def role_words(role: str) -> str:
    """In which role."""
    return str(Role(role).label) if role in Role.values else role
