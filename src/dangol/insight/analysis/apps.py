"""Registers how scores, likenesses and how feedback sounds are exported, erased and explained, and what lists show."""

from django.apps import AppConfig


class AnalysisConfig(AppConfig):
    name = "dangol.insight.analysis"

    def ready(self) -> None:
        from dangol.insight.analysis import superseded, what_we_keep
        from dangol.insight.analysis.contracts import columns as contract_columns
        from dangol.insight.analysis.contracts.explained import explainer as of_contract
        from dangol.insight.analysis.duplicates.pair_table import pair_table
        from dangol.insight.analysis.groups import columns
        from dangol.insight.analysis.groups.explained import explainer as of_kind
        from dangol.insight.analysis.leaving import chance_column
        from dangol.insight.analysis.leaving.explained import explainer as of_chance
        from dangol.insight.analysis.models import Score
        from dangol.insight.analysis.rhythm import columns as rhythm_columns
        from dangol.insight.analysis.rhythm.explained import explainer as of_purchases
        from dangol.insight.analysis.voices import tone_tables
        from dangol.records.customers import duties
        from dangol.records.rights import explaining, keeping_rules

        gone = duties.delete_rows(Score, "customer")
        duties.register(duties.PersonalTable(Score, "customer", gone, merging=duties.Merging.PARKED))
        duties.register(pair_table())
        tone_tables.register()
        what_we_keep.register()
        rhythm_columns.register()
        chance_column.register()
        contract_columns.register()
        columns.register()
        keeping_rules.register("former_scores", keeping_rules.Keeper(superseded.due, superseded.let_go))
        for explainer in (of_chance(), of_purchases(), of_contract(), of_kind()):
            explaining.register(explainer)
