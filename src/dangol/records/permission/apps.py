"""Registers how answers, wishes and guardians are exported and erased."""

from django.apps import AppConfig


class PermissionConfig(AppConfig):
    name = "dangol.records.permission"

    def ready(self) -> None:
        from dangol.lib import sealing
        from dangol.records.customers import duties, keeping
        from dangol.records.permission import (
            answered_columns,
            bulk_suppression,
            reached_columns,
            strictest,
            what_we_keep,
        )
        from dangol.records.permission import models as permission

        mine = {"customer": keeping.KEY}
        answer = {
            **mine, "purpose": keeping.CODE, "channel": keeping.CODE, "recipient": keeping.CODE,
            "granted": keeping.PROOF, "answered_at": keeping.WHEN, "given_by": keeping.PROOF, "how": keeping.PROOF,
            "text": keeping.PROOF, "text_version": keeping.PROOF, "recorded_by": keeping.STAFF,
        }  # fmt: skip
        # What was granted had evidence; what it was says who answered.
        gone = duties.blank_but(permission.Consent, "customer", keeps=answer, instead={"evidence": "erased"})
        duties.register(duties.PersonalTable(permission.Consent, "customer", gone))
        # A suppression outlives the person's data: forgetting it would let us write again.
        refusal = {
            **mine, "channel": keeping.CODE, "how": keeping.PROOF, "since": keeping.WHEN, "until": keeping.WHEN,
            "recorded_by": keeping.STAFF, "lifted_at": keeping.WHEN, "lifted_by": keeping.STAFF,
        }  # fmt: skip
        duties.register(duties.PersonalTable(
            permission.Suppression, "customer",
            duties.blank_but(permission.Suppression, "customer", keeps=refusal),
        ))  # fmt: skip
        told = {**mine, "consent": keeping.KEY, "kind": keeping.PROOF, "how": keeping.CODE, "at": keeping.WHEN}
        duties.register(duties.PersonalTable(
            permission.Notice, "customer", duties.blank_but(permission.Notice, "customer", keeps=told)
        ))  # fmt: skip
        for model in (
            permission.Guardianship, permission.TopicChoice, permission.FrequencyWish, permission.LanguageWish,
        ):  # fmt: skip
            duties.register(duties.PersonalTable(model, "customer", duties.delete_rows(model, "customer")))
        sealing.register(permission.Guardianship, "name_sealed")
        sealing.register(permission.Guardianship, "contact_sealed")
        what_we_keep.register()
        strictest.register()
        answered_columns.register()
        reached_columns.register()
        bulk_suppression.register()
