from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "dangol.web.campaigns"
    label = "web_campaigns"
