"""How what is kept of merges, memberships and "never the same" is exported and erased."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dangol.records.customers import duties, fields, keeping
from dangol.records.customers.duties import DeletionOfPairs, Merging, PersonalTable, TwoSided
from dangol.records.customers.models import (
    Absorbed,
    Belonging,
    ContactPoint,
    Customer,
    Membership,
    Merge,
    NeverSame,
    Parked,
)

OTHER_PERSON = frozenset({"left", "right"})
PUT_TOGETHER = _("To put two rows of one person together, and to take it apart again exactly")


def register() -> None:
    """Take them into the duties and the inventory."""
    _duties()
    fields.technical(Customer, PUT_TOGETHER, "merged_into", "kind")
    fields.technical(ContactPoint, PUT_TOGETHER, "settled_at", "own_valid_to")
    fields.technical(Merge, PUT_TOGETHER, "kept", "changes", "chosen", "made", "newest", "at", "undone_at")
    fields.technical(Merge, fields.STAFF, "by", "undone_by")
    fields.technical(Absorbed, PUT_TOGETHER, "merge", "customer", "until")
    fields.technical(Belonging, PUT_TOGETHER, "table", "row", "column", "home")
    fields.technical(Parked, PUT_TOGETHER, "home", "table", "values")
    fields.technical(NeverSame, _("That two customers are two people"), "left", "right", "at", "ended_at")
    fields.technical(NeverSame, fields.STAFF, "by", "ended_by")
    fields.technical(
        Membership, _("Whom we deal with in an organisation"), "organisation", "person", "role", "since", "until", "at",
        "ended_at",
    )  # fmt: skip
    fields.technical(Membership, fields.STAFF, "by", "ended_by")


def _duties() -> None:
    of_merge = {
        "kept": keeping.KEY, "by": keeping.STAFF, "at": keeping.WHEN, "undone_by": keeping.STAFF,
        "undone_at": keeping.WHEN,
    }  # fmt: skip
    duties.register(PersonalTable(
        Merge, "kept", duties.blank_but(Merge, "kept", keeps=of_merge), merging=Merging.STAYS,
        label=_("Rows of yours that were put together"),
        words={
            "kept": _("Which one stands"), "changes": _("What changed"), "chosen": _("What was chosen"),
            "made": _("What was written for it"), "newest": _("The last answers before it"),
        },
    ))  # fmt: skip
    duties.register(PersonalTable(
        Absorbed, "customer", why=keeping.KEY, merging=Merging.STAYS, label=_("Which row of yours went into another"),
        words={"merge": _("Put together"), "until": _("Until")},
    ))  # fmt: skip
    for model, label in (
        (Belonging, _("From which row of yours something came")), (Parked, _("Put away while two rows are one")),
    ):  # fmt: skip
        gone = duties.delete_rows(model, "home")
        duties.register(PersonalTable(model, "home", gone, merging=Merging.STAYS, label=label, words=_WORDS))
    duties.register(TwoSided(
        NeverSame, "left", DeletionOfPairs(NeverSame, "left", "right"), merging=Merging.STAYS, hidden=OTHER_PERSON,
        label=_("That you are not another customer"), other="right",
    ))  # fmt: skip
    duties.register(TwoSided(
        Membership, "person", DeletionOfPairs(Membership, "person", "organisation"), other="organisation",
        label=_("For whom we deal with you"), words={"role": pgettext_lazy("membership", "Role")},
        hidden=frozenset({"person", "organisation"}),
    ))  # fmt: skip


_WORDS = {
    "home": _("Whose it is"), "table": _("What kind of row"), "row": pgettext_lazy("row", "Number"),
    "column": _("By which column"), "values": _("What stood there"),
}  # fmt: skip
