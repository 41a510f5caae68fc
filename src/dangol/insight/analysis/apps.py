"""Registers how scores are exported and erased."""

from django.apps import AppConfig


class AnalysisConfig(AppConfig):
    name = "dangol.insight.analysis"

    def ready(self) -> None:
        from dangol.insight.analysis import what_we_keep
        from dangol.insight.analysis.models import Score
        from dangol.records.customers import duties

        duties.register(duties.PersonalTable(Score, "customer", duties.delete_rows(Score, "customer")))
        what_we_keep.register()
