"""Registers how the person's own tables are exported and erased."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "dangol.records.customers"

    def ready(self) -> None:
        from dangol.records.customers import duties
        from dangol.records.customers.models import ContactPoint, Customer, Identity, new_lake_key

        def erase_customer(customer_id: int) -> int:
            return Customer.objects.filter(pk=customer_id).update(
                full_name="", initials="", birth_date=None, gender="", household=None, place="",
                postcode="", address="", source="", attributes={}, lake_key=new_lake_key(),
            )  # fmt: skip

        def erase_identities(customer_id: int) -> int:
            # A new random key and id: the lake's rows lose the way back to the person.
            mine = list(Identity.objects.filter(customer=customer_id))
            for identity in mine:
                identity.lake_key = new_lake_key()
                identity.external_id = f"erased-{identity.lake_key}"
            return Identity.objects.bulk_update(mine, ["lake_key", "external_id"])

        duties.register(duties.PersonalTable(Customer, "pk", erase_customer))
        duties.register(duties.PersonalTable(Identity, "customer", erase_identities))
        duties.register(duties.PersonalTable(ContactPoint, "customer", duties.delete_rows(ContactPoint, "customer")))
