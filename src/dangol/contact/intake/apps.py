"""Registers where rows of imports hold something of people."""

from datetime import timedelta

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "dangol.contact.intake"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from dangol.contact.intake import forgetting, signing_up, what_we_keep
        from dangol.contact.intake.models import Changed
        from dangol.records.customers import duties, fields
        from dangol.records.rights import keeping_rules

        gone = duties.delete_rows(Changed, "customer")
        words = {"batch": _("Which file it was"), "table": _("Which list it stands in")}
        duties.register(duties.PersonalTable(Changed, "customer", gone, words=words, merging=duties.Merging.STAYS))
        before = _("What was there before a file changed it, so that the file can be undone")
        fields.technical(Changed, fields.LEADS, "batch", "table", "key", "customer")
        fields.technical(Changed, before, "was", "became")
        what_we_keep.register()
        duties.register_place(duties.Place("intake.Reject", _("Refused rows of imports"), forgetting.forget_rejects))
        keeping_rules.register("refused_rows", keeping_rules.Keeper(
            lambda days, now: forgetting.older_rejects(now.at - timedelta(days=days)),
            lambda days, now: forgetting.let_go_of_rejects(now.at - timedelta(days=days)),
        ))  # fmt: skip
        duties.register_place(duties.Place("intake.SignUp", _("Sign-ups nobody took in"), signing_up.forget))
        keeping_rules.register("sign_ups", keeping_rules.Keeper(
            lambda days, now: signing_up.run_out(now.at - timedelta(days=days)).count(),
            lambda days, now: signing_up.let_go(now.at - timedelta(days=days)),
        ))  # fmt: skip
