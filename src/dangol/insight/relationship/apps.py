"""Registers how region and recommendation of a person are explained, and what lists show of the values."""

from django.apps import AppConfig


class RelationshipConfig(AppConfig):
    name = "dangol.insight.relationship"

    def ready(self) -> None:
        from dangol.insight.relationship import identified_column, value_columns, what_we_keep
        from dangol.insight.relationship.core import columns as core_columns
        from dangol.insight.relationship.core import what_we_keep as core_kept
        from dangol.insight.relationship.core.explained import explainer as of_core
        from dangol.insight.relationship.explained import explainer
        from dangol.insight.relationship.following import personal as followed
        from dangol.insight.relationship.movement import personal
        from dangol.insight.relationship.positioning import column as recommended
        from dangol.insight.relationship.positioning.explained import explainer as why_recommended
        from dangol.insight.relationship.stages import columns as stage_columns
        from dangol.insight.relationship.stages import what_we_keep as stages_kept
        from dangol.records.rights import explaining

        explaining.register(explainer())
        explaining.register(of_core())
        explaining.register(why_recommended())
        what_we_keep.register()
        recommended.register()
        value_columns.register()
        identified_column.register()
        stages_kept.register()
        stage_columns.register()
        core_kept.register()
        core_columns.register()
        personal.register()
        followed.register()
