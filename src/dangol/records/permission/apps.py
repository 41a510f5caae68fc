"""Registers how consents and suppressions are exported and erased."""

from django.apps import AppConfig


class PermissionConfig(AppConfig):
    name = "dangol.records.permission"

    def ready(self) -> None:
        from dangol.records.customers import duties
        from dangol.records.permission.models import Consent, Suppression

        # A suppression outlives the person's data: forgetting it would let us write again.
        kept = "Names nobody by itself, and must hold when the same customer number is used again."
        duties.register(
            duties.PersonalTable(Consent, "customer", duties.blank_fields(Consent, "customer", evidence=""))
        )
        duties.register(duties.PersonalTable(Suppression, "customer", why=kept))
