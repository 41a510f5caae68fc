"""Registers how demands themselves are exported and erased: that there was one stays, what was said goes."""

from django.apps import AppConfig


class RightsConfig(AppConfig):
    name = "dangol.records.rights"

    def ready(self) -> None:
        from dangol.lib import sealing
        from dangol.records.customers import duties, keeping
        from dangol.records.rights import hold, keeping_rules, what_we_keep
        from dangol.records.rights.models import Request, Review, Step

        code, when, proof, staff = keeping.CODE, keeping.WHEN, keeping.PROOF, keeping.STAFF
        of_request = {
            "customer": keeping.KEY, "kind": code, "way": code, "asked_by": code, "language": code, "received_at": when,
            "due_on": when, "taken_by": staff,
        }  # fmt: skip
        of_step = {"request": keeping.KEY, "state": proof, "at": when, "by": staff, "until": when, "sent": code}
        of_review = {
            "customer": keeping.KEY, "request": keeping.KEY, "decision": code, "subject": keeping.ONCE,
            "outcome": proof, "by": staff, "at": when,
        }  # fmt: skip
        for model, owner, kept in (
            (Request, "customer", of_request), (Step, "request__customer", of_step), (Review, "customer", of_review),
        ):  # fmt: skip
            duties.register(duties.PersonalTable(model, owner, duties.blank_but(model, owner, keeps=kept)))
        sealing.register_store("legal hold", sealing.SealedStore(hold.count, hold.parts, hold.replace))
        keeping_rules.register_own()
        what_we_keep.register()
