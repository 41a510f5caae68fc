"""Registers how those who were found behind a number are told it, and leave when they are forgotten."""

from django.apps import AppConfig


class SegmentsConfig(AppConfig):
    name = "dangol.decisions.segments"

    def ready(self) -> None:
        from dangol.decisions.segments import what_we_keep

        what_we_keep.register()
