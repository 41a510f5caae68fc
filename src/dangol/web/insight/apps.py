from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "dangol.web.insight"
    label = "web_insight"
