"""Registers how the person's own tables are exported and erased, and what in them is sealed."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "dangol.records.customers"

    def ready(self) -> None:
        from dangol.lib import sealing
        from dangol.records.customers import (
            bulk_of_customers,
            duties,
            forgetting,
            keeping,
            merge_duties,
            own_columns,
            search_index,
            what_we_keep,
        )
        from dangol.records.customers.models import (
            BulkRow,
            ContactPoint,
            Correction,
            Customer,
            Identity,
            PartnerDetail,
            PartyRole,
            SearchCard,
        )

        of_customer = {
            "line": keeping.CODE, "unit": keeping.CODE, "registered_at": keeping.WHEN,
            "erased_at": keeping.WHEN, "lake_key": keeping.EMPTY_ROW, "kind": keeping.CODE,
        }  # fmt: skip
        of_identity = {
            "customer": keeping.KEY, "source": keeping.CODE, "scheme": keeping.CODE, "external_id": keeping.MARK,
            "lake_key": keeping.EMPTY_ROW,
        }  # fmt: skip
        duties.register(duties.PersonalTable(Customer, "pk", forgetting.forget_customer, keeps=of_customer))
        duties.register(duties.PersonalTable(Identity, "customer", forgetting.forget_identities, keeps=of_identity))
        duties.register(duties.PersonalTable(ContactPoint, "customer", duties.delete_rows(ContactPoint, "customer")))
        duties.register(
            duties.PersonalTable(
                Correction, "customer", duties.delete_rows(Correction, "customer"), merging=duties.Merging.STAYS
            )
        )
        duties.register(
            duties.PersonalTable(
                BulkRow, "customer", duties.delete_rows(BulkRow, "customer"), merging=duties.Merging.STAYS
            )
        )
        duties.register(duties.PersonalTable(PartyRole, "customer", duties.delete_rows(PartyRole, "customer")))
        duties.register(duties.PersonalTable(PartnerDetail, "customer", duties.delete_rows(PartnerDetail, "customer")))
        duties.register(
            duties.PersonalTable(
                SearchCard,
                "customer",
                search_index.Unindexing(SearchCard, "customer"),
                merging=duties.Merging.STAYS,
                hidden=frozenset({"lines"}),
            )
        )
        merge_duties.register()
        sealing.register(Customer, "entrance_sealed")
        sealing.register(Correction, "entrance_was")
        what_we_keep.register()
        own_columns.register()
        bulk_of_customers.register()
