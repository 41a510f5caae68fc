"""Registers how care is exported, erased and explained."""

from django.apps import AppConfig


class CareConfig(AppConfig):
    name = "dangol.decisions.care"

    def ready(self) -> None:
        from dangol.decisions.care import explained, personal
        from dangol.records.rights import explaining

        personal.register()
        explaining.register(explained.explainer())
