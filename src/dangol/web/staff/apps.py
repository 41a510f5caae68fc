from django.apps import AppConfig

from dangol.lib import sealing


class WebConfig(AppConfig):
    name = "dangol.web.staff"
    label = "web_staff"

    def ready(self) -> None:
        from allauth.mfa.models import Authenticator

        # Sealed by the adapter in web/shell/door.py: what codes are made from.
        for part in ("data__secret", "data__seed"):
            sealing.register(Authenticator, part)
