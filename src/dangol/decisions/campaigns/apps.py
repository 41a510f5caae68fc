"""Registers how being chosen for a campaign is explained, and campaigns as the warehouse knows them."""

from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    name = "dangol.decisions.campaigns"

    def ready(self) -> None:
        from dangol.decisions.campaigns.explained import explainers
        from dangol.decisions.campaigns.in_the_warehouse import CAMPAIGNS
        from dangol.insight.warehouse import facts
        from dangol.records.rights import explaining

        facts.register(CAMPAIGNS)
        for one in explainers():
            explaining.register(one)
