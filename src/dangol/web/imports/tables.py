"""What an import wrote, in the words of the shop: tables that people know by a name, and the others together."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

NAMES: dict[str, str | Promise] = {
    "ledger_transaction": pgettext_lazy("rows of an import", "Receipts"),
    "ledger_orderline": pgettext_lazy("rows of an import", "Receipt lines"),
    "customers_customer": pgettext_lazy("rows of an import", "Customers"),
    "customers_contactpoint": pgettext_lazy("rows of an import", "Phone numbers and addresses"),
    "customers_identity": pgettext_lazy("rows of an import", "Customer numbers"),
    "customers_household": pgettext_lazy("rows of an import", "Households"),
    "customers_partnerdetail": pgettext_lazy("rows of an import", "Partner details"),
    "catalog_product": pgettext_lazy("rows of an import", "Products"),
    "catalog_category": pgettext_lazy("rows of an import", "Product groups"),
    "permission_consent": pgettext_lazy("rows of an import", "Consents"),
    "ledger_interaction": pgettext_lazy("rows of an import", "Contacts"),
    "ledger_pointentry": pgettext_lazy("rows of an import", "Points"),
    "voices_surveyanswer": pgettext_lazy("rows of an import", "Survey answers"),
    "voices_feedback": pgettext_lazy("rows of an import", "Feedback"),
    "ledger_subscription": pgettext_lazy("rows of an import", "Subscriptions"),
    "ledger_loan": pgettext_lazy("rows of an import", "Loans"),
    "ledger_delivery": pgettext_lazy("rows of an import", "Deliveries"),
    "staff_unit": pgettext_lazy("rows of an import", "Shops"),
}
OTHERS = pgettext_lazy("rows of an import", "Other rows")


def told(rows: Mapping[str, int]) -> list[tuple[str | Promise, int]]:
    """Names with how many, in the order above, what has no name at the end."""
    found = [(name, rows[table]) for table, name in NAMES.items() if rows.get(table)]
    others = sum(count for table, count in rows.items() if table not in NAMES)
    return [*found, (OTHERS, others)] if others else found
