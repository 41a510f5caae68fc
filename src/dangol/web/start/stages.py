"""Stages of loading and of other long work, in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

STAGES: dict[str, str | Promise] = {
    "start": _("Starting"),
    "units": _("Shops and dealers"),
    "products": _("Products"),
    "customers": _("Customers"),
    "consents": _("Consents"),
    "transactions": _("Transactions"),
    "points": _("Points"),
    "interactions": _("Contacts"),
    "answers": _("Survey answers"),
    "lines": _("Warehouse: receipt lines"),
    "loans": _("Warehouse: loans"),
    "identities": _("Warehouse: identities"),
    "assignments": _("Warehouse: assignments"),
    "manifest": _("Warehouse: new version"),
    "pointer": _("Warehouse: new version"),
    "sweep": _("Warehouse: tidying up"),
    "sent": _("Messages"),
    "counting": _("Counting what is kept"),
    "reading": _("Reading the file"),
    "changing": _("Changing the customers"),
    "checking": _("Checking the rows"),
    "writing": _("Writing the rows"),
    "undoing": _("Taking the rows back"),
    "audience": _("Asking permission and drawing who is held out"),
    "living": _("Living through the weeks"),
    "relationship": _("Valuing every customer"),
    "rhythm": _("Fitting and judging the models"),
    "loyalty_waves": _("Measuring loyalty, wave by wave"),
    "loyalty_contacts": _("Counting contacts"),
    "stages": _("Telling the course of every relationship"),
    "movement": _("Valuing everybody as of each month’s end"),
    "movement_pairs": _("Comparing the months"),
    "back_test": _("Testing values on the weeks that then came"),
    "core": _("Finding core customers"),
    "positioning": _("Choosing what to do for whom"),
    "validity": _("Testing the fair-value line"),
    "trying": _("Valuing everybody with other numbers"),
    "contracts": _("Drawing the curves and judging the models"),
    "foretelling": _("Learning, testing and foretelling"),
    "looking": _("Looking through the waves"),
    "drivers": _("Weighing what moves satisfaction"),
    "measuring": _("Measuring the effect"),
    "teaching": _("Learning from your own labels"),
    "feedback": _("Reading texts"),
    "rfm": _("Scoring by RFM"),
    "habits": _("Reading how everybody buys"),
    "grouping": _("Looking for groups in the data"),
    "sending": _("Writing and sending reports"),
    "statistics": _("Reading the customers and reckoning"),
}


def stage_name(stage: str) -> str:
    """A stage in the language in use; one without a name as it was told."""
    return str(STAGES.get(stage, stage))
