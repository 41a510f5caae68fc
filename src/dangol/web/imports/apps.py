from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "dangol.web.imports"
    label = "web_imports"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from dangol.records.customers import duties
        from dangol.records.rights import keeping_rules
        from dangol.web.imports import forgetting

        duties.register_place(
            duties.Place("imports.uploads", _("Files waiting to be taken in"), forgetting.forget_uploads)
        )
        duties.register_place(
            duties.Place(
                "imports.incoming", _("Files that came by themselves and lie there"), forgetting.forget_incoming
            )
        )
        keeping_rules.register("uploads", keeping_rules.Keeper(forgetting.older_uploads, forgetting.let_go_of_uploads))
        keeping_rules.register(
            "incoming", keeping_rules.Keeper(forgetting.older_incoming, forgetting.let_go_of_incoming)
        )
