"""Stages of loading, in words."""

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
}


def stage_name(stage: str) -> str:
    """A stage in the language in use; one without a name as it was told."""
    return str(STAGES.get(stage, stage))
