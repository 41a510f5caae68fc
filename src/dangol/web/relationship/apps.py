from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "dangol.web.relationship"
    label = "web_relationship"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from dangol.records.customers import duties
        from dangol.web.relationship.assumed.forgetting import forget_tried

        duties.register_place(duties.Place("relationship.tried", _("What trying other settings found"), forget_tried))
