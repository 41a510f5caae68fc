"""What each right is called on the pages."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dangol.records.staff.roles import May

MAY: dict[May, str | Promise] = {
    May.SEE_CUSTOMERS: _("See customers"),
    May.SEE_PERSON: _("See names and numbers unmasked"),
    May.UNMASK: _("Unmask one person"),
    May.ENTER_CUSTOMERS: _("Enter and correct customers"),
    May.WRITE_NOTES: _("Write notes"),
    May.SEE_VALUES: _("See values and the map"),
    May.ASK_NUMBERS: _("Ask the numbers"),
    May.EXPORT: _("Take lists away"),
    May.IMPORT: _("Import files"),
    May.SEE_CAMPAIGNS: _("See campaigns"),
    May.RUN_CAMPAIGNS: _("Plan and send campaigns"),
    May.ANSWER_REQUESTS: _("Answer requests of customers"),
    May.KEEP_CONSENT: _("Keep consents"),
    May.SEE_LEGAL_HOLD: _("See what the law makes us keep"),
    May.SEE_INVENTORY: _("See the data inventory"),
    May.SEE_ACCESS_LOG: _("See the access log"),
    May.REVIEW_ACCESS: _("Review the access log"),
    May.HANDLE_BREACH: _("Handle a breach"),
    May.MANAGE_STAFF: _("Manage staff and keys"),
    May.MANAGE_UNITS: _("Manage units and contracts"),
    May.CHANGE_SETTINGS: _("Change settings"),
}
