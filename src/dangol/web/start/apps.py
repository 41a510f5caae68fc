from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "dangol.web.start"
    label = "web_start"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from dangol.records.customers import duties
        from dangol.web.start import work

        duties.register_place(duties.Place("start.work", _("What was last said of long work"), work.forget_mentions))
