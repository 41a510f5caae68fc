from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "dangol.web.relationship"
    label = "web_relationship"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from dangol.records.customers import duties
        from dangol.web.relationship.assumed import tasks

        duties.register_place(
            duties.Place("relationship.tried", _("What trying other settings found"), tasks.forget_tried)
        )
