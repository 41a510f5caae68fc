"""Registers how being chosen for a campaign is explained."""

from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    name = "dangol.decisions.campaigns"

    def ready(self) -> None:
        from dangol.decisions.campaigns.explained import explainers
        from dangol.records.rights import explaining

        for one in explainers():
            explaining.register(one)
