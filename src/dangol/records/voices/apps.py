"""Registers how answers are exported and erased."""

from django.apps import AppConfig


class VoicesConfig(AppConfig):
    name = "dangol.records.voices"

    def ready(self) -> None:
        from dangol.records.customers import duties
        from dangol.records.voices import what_we_keep
        from dangol.records.voices.models import SurveyAnswer

        owner = "identity__customer"
        duties.register(duties.PersonalTable(SurveyAnswer, owner, duties.delete_rows(SurveyAnswer, owner)))
        what_we_keep.register()
